"""Nesterov's step."""

import numpy as np

from course_lib.chapters.momentum.shared import moving
from course_lib.checks.exercises import function


@function(
    inputs=moving,
    returns=("w", "velocity"),
    praise="The step goes along the velocity that the next step is about to have, and the velocity itself is the same "
    "as in plain momentum.",
)
def nesterov_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is plain momentum. (g + β times the *old* velocity is the new velocity.) The look-ahead uses the velocity a "
    "second time: which one?"
)
def plain_momentum(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


@nesterov_step.mistake(
    "This climbs. The direction is made of gradients, and gradients point uphill: which sign goes down?"
)
def uphill_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w + lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The gradient is scaled by 1 − momentum in the velocity: that is the averaging convention. Here the velocity adds "
    "the whole gradient."
)
def average_of_gradients_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "Both the velocity and the direction are averaged with 1 − momentum. In this course's form neither is."
)
def average_of_both_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The velocity is right, but in the direction the gradient is scaled by 1 − momentum. It counts whole there, too."
)
def average_in_the_direction(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This looks ahead and stays there: the old velocity moves `w`, and the gradient has no part in it. What is stored "
    "as `w` looks ahead already; its step is lr · (g + β v), with the new v."
)
def looks_ahead_only(w, grad, velocity, lr, momentum):
    return w - lr * momentum * velocity, momentum * velocity + grad


@nesterov_step.mistake(
    "The new gradient is missing from the direction: only β v is left. The step has two parts, the gradient and what "
    "is kept of the velocity."
)
def gradient_missing(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * momentum * velocity, velocity


@nesterov_step.mistake(
    "The velocity enters the direction whole; the look-ahead uses what the *next* step will keep of it. Which factor "
    "is missing?"
)
def whole_velocity_in_the_direction(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + velocity), velocity


@nesterov_step.mistake(
    "Gradient and velocity have changed places in the direction: momentum scales the gradient. Which of the two is old "
    "and should fade?"
)
def momentum_on_the_gradient_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * grad), velocity


@nesterov_step.mistake(
    "The direction is (1 + β) times the velocity, so old gradients count too much. The gradient itself stands beside "
    "β v."
)
def velocity_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * velocity), velocity


@nesterov_step.mistake(
    "The point is right, but the direction comes back as the velocity. Two different arrays: one for the step, one to "
    "be remembered."
)
def direction_as_the_velocity(w, grad, velocity, lr, momentum):
    direction = grad + momentum * (momentum * velocity + grad)
    return w - lr * direction, direction


@nesterov_step.mistake(
    "The point is right, but the old velocity comes back, so the next step knows nothing of this gradient."
)
def returns_the_old_velocity_ahead(w, grad, velocity, lr, momentum):
    return w - lr * (grad + momentum * (momentum * velocity + grad)), velocity


@nesterov_step.mistake(
    "The velocity that comes in is forgotten: it is built from this gradient alone. What is kept of the old one?"
)
def velocity_forgotten_ahead(w, grad, velocity, lr, momentum):
    return w - lr * (grad + momentum * grad), grad


@nesterov_step.mistake("This is gradient descent: the velocity takes no part in the step.")
def gradient_descent_ahead(w, grad, velocity, lr, momentum):
    return w - lr * grad, momentum * velocity + grad


@nesterov_step.mistake(
    "The learning rate is inside the velocity, as in Keras. Here the velocity is a sum of plain gradients, and lr "
    "scales the step."
)
def learning_rate_in_the_velocity_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - (lr * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is the convention of Keras, with −η g in the velocity. The task wants v ← β v + g, and the learning rate in "
    "the step."
)
def convention_of_keras_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "The look-ahead and a full momentum step are both taken, so the old velocity moves `w` twice. What is stored as "
    "`w` looks ahead already: the step is lr · (g + β v), with the new v."
)
def looks_ahead_and_steps(w, grad, velocity, lr, momentum):
    ahead = w - lr * momentum * velocity
    velocity = momentum * velocity + grad
    return ahead - lr * velocity, velocity


@nesterov_step.mistake(
    "The velocity pushes back here: with v a sum of gradients, both parts of the direction have the same sign."
)
def looks_behind(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad - momentum * velocity), velocity


@nesterov_step.mistake(
    "The step is `− lr g + β v`, which fits a velocity with −lr g inside, as in Keras. Here v is a sum of plain "
    "gradients: check the sign of its part, and its learning rate."
)
def step_of_keras_with_a_plain_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "Only the gradient is scaled by the learning rate, the look-ahead is not. Parentheses: lr times the whole "
    "direction."
)
def look_ahead_without_learning_rate(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad - momentum * velocity, velocity


@nesterov_step.mistake(
    "The values are right, but your function changes the caller's velocity in place (`*=`, `+=`). Make a new array."
)
def changes_the_velocity_in_place_ahead(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake("The values are right, but your function moves the caller's `w` in place. Make a new array.")
def changes_w_in_place_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    w -= lr * (grad + momentum * velocity)
    return w, velocity


@nesterov_step.right
def nesterov_in_place_on_copies(w, grad, velocity, lr, momentum):
    w, velocity = w.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    w -= lr * grad
    w -= lr * momentum * velocity
    return w, velocity


@nesterov_step.right
def nesterov_expanded(w, grad, velocity, lr, momentum):
    return w - lr * ((1 + momentum) * grad + momentum**2 * velocity), momentum * velocity + grad


@nesterov_step.right
def nesterov_by_the_text(w, grad, velocity, lr, momentum):
    """Step back to the point that Nesterov stores, move it, and look ahead again."""
    behind = w + lr * momentum * velocity
    velocity = momentum * velocity + grad
    return behind - lr * velocity - lr * momentum * velocity, velocity


@nesterov_step.right
def nesterov_by_keyword(*, w, grad, velocity, lr, momentum):
    new = grad + momentum * velocity
    return w - lr * grad - lr * momentum * new, new


@nesterov_step.right
def nesterov_in_single(w, grad, velocity, lr, momentum):
    w, grad, velocity = (array.astype(np.float32) for array in (w, grad, velocity))
    velocity = np.float32(momentum) * velocity + grad
    return w - np.float32(lr) * (grad + np.float32(momentum) * velocity), velocity
