"""One step of momentum: the velocity first, then the point."""

import numpy as np

from course_lib.chapters.momentum.shared import moving
from course_lib.checks.exercises import function


@function(
    inputs=moving,
    returns=("w", "velocity"),
    praise="The velocity first, then the step along it: six steps on a bowl agree, and with momentum 0 it is gradient "
    "descent.",
)
def momentum_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "This averages: the gradient is scaled by 1 − momentum. That is another convention, whose velocity and steps are "
    "1 − β times as long. Here the velocity adds the whole gradient."
)
def average_of_gradients(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * velocity, velocity


momentum_step.common(
    "uphill",
    sentence="This climbs: the velocity is a sum of gradients, and gradients point uphill. Which sign goes down?",
)


@momentum_step.mistake(
    "The velocity subtracts the new gradient and adds the old ones, so they pull against each other. Which sign should "
    "every gradient of a sum have?"
)
def gradient_subtracted_from_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "Your velocity points downhill, with the minus in it. That is a convention too, but here the velocity is a sum of "
    "gradients with a plus, and the minus stands in the step."
)
def velocity_downhill(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - grad
    return w + lr * velocity, velocity


@momentum_step.mistake(
    "The step still uses the velocity of the step before. Update it first: a ball at rest would not move in its first "
    "step."
)
def moves_before_updating(w, grad, velocity, lr, momentum):
    return w - lr * velocity, momentum * velocity + grad


@momentum_step.mistake(
    "The learning rate is inside the velocity. The point is the same while lr stays constant, but here the velocity is "
    "a sum of plain gradients: scale the step, not the memory."
)
def learning_rate_in_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - velocity, velocity


@momentum_step.mistake(
    "This is the convention of Keras: the velocity holds the steps themselves, with minus and learning rate. Here it "
    "holds plain gradients; minus and learning rate stand in the step."
)
def convention_of_keras(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity


@momentum_step.mistake("The learning rate acts twice: once in the velocity and once in the step. Where does it belong?")
def lr_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The velocity averages, with lr and 1 − momentum inside it: that mixes two other conventions. Here the velocity is "
    "a sum of plain gradients."
)
def average_with_the_learning_rate_inside(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * (1 - momentum) * grad
    return w - velocity, velocity


@momentum_step.mistake(
    "One number, the squared length of the gradient, is added in every coordinate (`g @ g`). Each coordinate adds its "
    "own gradient."
)
def g_dot_g(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + np.sum(grad * grad)
    return w - lr * velocity, velocity


momentum_step.common(
    "no lr", sentence="The learning rate has no effect: the step is as long as the whole velocity. Where does lr act?"
)

momentum_step.common(
    "returns the old velocity",
    sentence="The point is right, but the old velocity comes back, so the next step knows nothing of this gradient. "
    "Which velocity should be handed on?",
)


@momentum_step.mistake(
    "The velocity that comes in is forgotten: this is gradient descent. What is kept of it in each step?"
)
def velocity_forgotten(w, grad, velocity, lr, momentum):
    return w - lr * grad, grad


@momentum_step.mistake(
    "The velocity is updated, and then the step goes along the gradient alone: this is still gradient descent. What "
    "should `w` follow?"
)
def velocity_not_used(w, grad, velocity, lr, momentum):
    return w - lr * grad, momentum * velocity + grad


@momentum_step.mistake(
    "The point is right, but the gradient comes back as the velocity, so the next step knows nothing of the past. "
    "Which array holds it?"
)
def returns_the_gradient(w, grad, velocity, lr, momentum):
    return w - lr * (momentum * velocity + grad), grad


@momentum_step.mistake(
    "The velocity is right, but the step is scaled by 1 − momentum: that is the averaging convention, in another "
    "place. Here nothing but lr scales the step."
)
def step_of_an_average(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (1 - momentum) * velocity, velocity


@momentum_step.mistake(
    "The velocity is right, but the step is divided by 1 − momentum. On a constant slope steps become that long by "
    "themselves, since the velocity adds up. Here nothing but lr scales the step."
)
def effective_rate_in_the_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr / (1 - momentum) * velocity, velocity


@momentum_step.mistake(
    "The velocity is right. The step has a second part, momentum times the velocity, and that one leads uphill. What "
    "should the step be made of?"
)
def momentum_in_the_step_again(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity + momentum * velocity, velocity


@momentum_step.mistake(
    "The old velocity is kept whole, so nothing ever slows down. Which number says what is left of it?"
)
def no_friction(w, grad, velocity, lr, momentum):
    velocity = velocity + grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The share 1 − momentum of the old velocity is kept: with momentum 0.9 only a tenth would be left. What does β "
    "stand for, the friction or what is left?"
)
def keeps_one_minus_momentum(w, grad, velocity, lr, momentum):
    velocity = (1 - momentum) * velocity + grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The momentum scales the new gradient, and the old velocity is kept whole. It is the other way round: which of the "
    "two should fade?"
)
def momentum_on_the_gradient(w, grad, velocity, lr, momentum):
    velocity = velocity + momentum * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The momentum scales the new gradient as well as the old velocity. Parentheses: only what is old fades."
)
def momentum_on_both(w, grad, velocity, lr, momentum):
    velocity = momentum * (velocity + grad)
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "β and 1 − β have changed places: with momentum 0.9 a tenth of the velocity is left. And this convention has no 1 "
    "− β at all."
)
def beta_and_one_minus_beta_swapped(w, grad, velocity, lr, momentum):
    velocity = (1 - momentum) * velocity + momentum * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "Only the new gradient is scaled by the learning rate, the remembered part is not. The step is lr times the whole "
    "velocity."
)
def memory_without_learning_rate(w, grad, velocity, lr, momentum):
    return w - lr * grad - momentum * velocity, momentum * velocity + grad


@momentum_step.mistake(
    "This step counts the momentum twice: it goes on by what the *next* step will keep of the velocity. That is "
    "Nesterov's rule; here the step goes along the velocity itself."
)
def looks_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@momentum_step.mistake(
    "The second value is how far `w` moved. The velocity is wanted: what the step is made of, before the learning rate."
)
def returns_the_step_as_the_velocity(w, grad, velocity, lr, momentum):
    step = lr * (momentum * velocity + grad)
    return w - step, step


@momentum_step.mistake(
    "The point is right. The second value is how far `w` moved, with its minus. The velocity is wanted: what the step "
    "is made of, before minus and learning rate."
)
def returns_the_way_as_the_velocity(w, grad, velocity, lr, momentum):
    step = -lr * (momentum * velocity + grad)
    return w + step, step


@momentum_step.mistake(
    "The velocity is right. The step is divided by the learning rate, so a small rate makes it long. Which way should "
    "it be?"
)
def divides_by_lr(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - velocity / lr, velocity


@momentum_step.mistake(
    "The velocity is right. The step counts the new gradient twice: it is in the velocity already. What is the step "
    "made of?"
)
def gradient_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity - lr * grad, velocity


momentum_step.common("returns the step", "returns the step to subtract")
momentum_step.common("changes velocity in place", "changes w in place", "changes w and velocity in place")


@momentum_step.right
def momentum_in_place_on_copies(w, grad, velocity, lr, momentum):
    w, velocity = w.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    w -= lr * velocity
    return w, velocity


@momentum_step.right
def momentum_with_out(w, grad, velocity, lr, momentum):
    new = np.add(np.multiply(velocity, momentum), grad)
    return np.subtract(w, np.multiply(lr, new)), new


@momentum_step.right
def momentum_by_other_algebra(x, g, u, eta, beta):
    return [x - eta * g - eta * beta * u, g + beta * u]


@momentum_step.right
def momentum_through_the_step(*, w, grad, velocity, lr, momentum):
    step = -lr * momentum * velocity - lr * grad
    return w + step, -step / lr


@momentum_step.right
def momentum_as_lists(w, grad, velocity, lr, momentum):
    velocity = np.array(velocity) * momentum + np.array(grad)
    return (w - lr * velocity).tolist(), velocity.tolist()


@momentum_step.right
def momentum_in_single(w, grad, velocity, lr, momentum):
    velocity = np.float32(momentum) * velocity.astype(np.float32) + grad.astype(np.float32)
    return w.astype(np.float32) - np.float32(lr) * velocity, velocity
