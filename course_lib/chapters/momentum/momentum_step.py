"""One step with a velocity."""

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
    "This averages: the gradient is scaled by 1 − momentum. That is another convention, with a learning rate 1 − β "
    "times smaller. Here the velocity adds the whole gradient."
)
def average_of_gradients(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "This climbs: the velocity is a sum of gradients, and gradients point uphill. Which sign goes down?"
)
def uphill(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w + lr * velocity, velocity


@momentum_step.mistake(
    "The velocity subtracts the new gradient and adds the old ones, so they pull against each other. Which sign has "
    "the gradient in v ← β v + g?"
)
def gradient_subtracted_from_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "Your velocity points downhill, with the minus in it. That is a convention too, but here v is a sum of gradients "
    "with a plus, and the minus stands in the step."
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
    "The learning rate is inside the velocity, as in Keras. The point is the same while lr stays constant, but here "
    "the velocity is a sum of plain gradients: scale the step, not the memory."
)
def learning_rate_in_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - velocity, velocity


@momentum_step.mistake(
    "This is the convention of Keras, v ← β v − η g and w ← w + v. The task wants v ← β v + g, and the learning rate "
    "in the step."
)
def convention_of_keras(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity


@momentum_step.mistake("The learning rate acts twice: once in the velocity and once in the step. Where does it belong?")
def learning_rate_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The velocity averages, with lr and 1 − momentum inside it: that mixes two other conventions. Here the velocity is "
    "a sum of plain gradients, v ← β v + g."
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


@momentum_step.mistake("The learning rate has no effect: the step is as long as the whole velocity.")
def no_learning_rate(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - velocity, velocity


@momentum_step.mistake(
    "The point is right, but the old velocity comes back, so the next step knows nothing of this gradient. Which "
    "velocity should be handed on?"
)
def returns_the_old_velocity(w, grad, velocity, lr, momentum):
    return w - lr * (momentum * velocity + grad), velocity


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
    "The velocity is right, but the step is scaled by 1 − momentum: that is the averaging convention again, in another "
    "place. The step is lr times the velocity."
)
def step_of_an_average(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (1 - momentum) * velocity, velocity


@momentum_step.mistake("The old velocity is kept whole, so nothing ever slows down. Which number is the friction?")
def no_friction(w, grad, velocity, lr, momentum):
    velocity = velocity + grad
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


@momentum_step.mistake("This is Nesterov's step, which looks ahead. Here the step goes along the velocity itself.")
def looks_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@momentum_step.mistake(
    "The second value is how far `w` moved. The velocity is wanted: what the step is made of, before the learning rate."
)
def returns_the_step(w, grad, velocity, lr, momentum):
    step = lr * (momentum * velocity + grad)
    return w - step, step


@momentum_step.mistake(
    "The values are right, but your function changes the caller's velocity in place (`*=`, `+=`), so the next run "
    "would start with it. Make a new array."
)
def changes_the_velocity_in_place(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The values are right, but your function moves the caller's `w` (`w -= …` changes the array itself). Make a new "
    "one."
)
def changes_w_in_place(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    w -= lr * velocity
    return w, velocity


@momentum_step.mistake(
    "Your function changes both arrays of the caller, `w` and the velocity, in place. Make new ones: "
    "`velocity = …`, and a new point."
)
def changes_both_in_place(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    w -= lr * velocity
    return w, velocity


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
def momentum_by_other_algebra(x, g, v, eta, beta):
    return [x - eta * g - eta * beta * v, g + beta * v]


@momentum_step.right
def momentum_through_keras(*, w, grad, velocity, lr, momentum):
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
