"""One step of Nesterov's rule, in the form that stores the point ahead."""

import numpy as np

from course_lib.checks.exercises import function
from course_lib.objectives import Quadratic


def moving(rng):
    """Points, gradients and velocities: a fresh start, no slope, no momentum, then a run under way."""
    yield np.array([2.0]), np.array([4.0]), np.array([0.0]), 0.25, 0.5
    yield np.array([2.0]), np.array([0.0]), np.array([6.0]), 0.25, 0.5
    yield np.array([2.0]), np.array([4.0]), np.array([6.0]), 0.25, 0.5
    yield np.array([1.0, 2.0]), np.array([0.5, -1.5]), np.array([-2.0, 1.0]), 0.1, 0.9
    yield np.array([1.0, -1.0]), np.array([3.0, 2.0]), np.array([5.0, -4.0]), 0.2, 0.0
    yield rng.normal(size=5), 1e-9 * rng.normal(size=5), 1e-9 * rng.normal(size=5), 0.7, 0.8
    yield rng.normal(size=5), rng.normal(size=5), rng.normal(size=5), 0.7, 0.8
    yield rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), 1.5, 0.3

    def six_steps(step):
        """six steps on a bowl, from w = [3, −1] at rest, with lr = 0.15 and momentum = 0.8"""
        bowl, w, velocity = Quadratic([0.5, 4.0]), np.array([3.0, -1.0]), np.zeros(2)
        for _ in range(6):
            w, velocity = step(w, bowl.grad(w), velocity, 0.15, 0.8)
        return w, velocity

    yield six_steps


@function(
    inputs=moving,
    returns=("w", "velocity"),
    praise="The step goes where the velocity is about to lead, and the velocity is the same as in plain momentum.",
)
def nesterov_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is plain momentum. (The gradient plus β times the *old* velocity is the new velocity.) The look-ahead uses "
    "the velocity a second time: which one?"
)
def plain_momentum(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


nesterov_step.common(
    "uphill",
    sentence="This climbs. The direction is made of gradients, and gradients point uphill: which sign goes down?",
)


@nesterov_step.mistake(
    "The gradient is scaled by 1 − momentum in the velocity: that is the averaging convention. Here the velocity adds "
    "the whole gradient."
)
def average_of_gradients(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "Both the velocity and the direction are averaged with 1 − momentum. In this course's form neither is."
)
def average_of_both(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The velocity is right, but in the direction the gradient is scaled by 1 − momentum. It counts whole there, too."
)
def average_in_the_direction(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The old velocity moves `w`, and the new gradient has no part in it. What is stored as `w` looks ahead already, "
    "and its gradient is there. What should the step be made of?"
)
def looks_ahead_only(w, grad, velocity, lr, momentum):
    return w - lr * momentum * velocity, momentum * velocity + grad


@nesterov_step.mistake(
    "The new gradient itself is missing from the direction: only what is kept of the velocity is left. The step has "
    "two parts."
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
def momentum_on_the_gradient(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * grad), velocity


@nesterov_step.mistake(
    "The direction is 1 + β times the velocity, so old gradients count too much. Beside what the next step keeps of "
    "the velocity stands the gradient alone."
)
def velocity_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * velocity), velocity


@nesterov_step.mistake(
    "The point is right, but the direction comes back as the velocity. Two different arrays: one for the step, one to "
    "be remembered."
)
def returns_the_direction(w, grad, velocity, lr, momentum):
    direction = grad + momentum * (momentum * velocity + grad)
    return w - lr * direction, direction


nesterov_step.common(
    "returns the old velocity",
    sentence="The point is right, but the old velocity comes back, so the next step knows nothing of this gradient. "
    "Which velocity should be handed on?",
)


@nesterov_step.mistake(
    "The velocity that comes in is forgotten: it is built from this gradient alone. What is kept of the old one?"
)
def velocity_forgotten(w, grad, velocity, lr, momentum):
    return w - lr * (grad + momentum * grad), grad


@nesterov_step.mistake("This is gradient descent: the velocity takes no part in the step.")
def velocity_not_used(w, grad, velocity, lr, momentum):
    return w - lr * grad, momentum * velocity + grad


@nesterov_step.mistake("The old velocity is kept whole, so nothing ever slows down. Which number is the friction?")
def no_friction(w, grad, velocity, lr, momentum):
    velocity = velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The learning rate is inside the velocity, as in Keras. Here the velocity is a sum of plain gradients, and lr "
    "scales the step."
)
def learning_rate_in_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - (lr * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is the convention of Keras, with minus and learning rate in the velocity. Here the velocity is a sum of "
    "gradients, and both stand in the step."
)
def convention_of_keras(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "The look-ahead and a full step of momentum are both taken, so the old velocity moves `w` twice. What is stored as "
    "`w` looks ahead already: step only as far as the next point ahead."
)
def looks_ahead_and_steps(w, grad, velocity, lr, momentum):
    ahead = w - lr * momentum * velocity
    velocity = momentum * velocity + grad
    return ahead - lr * velocity, velocity


@nesterov_step.mistake(
    "The velocity pushes back here: as the velocity is a sum of gradients, both parts of the direction have the same "
    "sign."
)
def looks_behind(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad - momentum * velocity), velocity


@nesterov_step.mistake(
    "The step is `− lr g + β u`, which fits a velocity with −lr g inside, as in Keras. Here u is a sum of plain "
    "gradients: check the sign of its part, and its learning rate."
)
def step_of_keras_with_a_plain_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "Only the gradient is scaled by the learning rate, the look-ahead is not. Parentheses: lr times the whole "
    "direction."
)
def memory_without_learning_rate(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad - momentum * velocity, velocity


nesterov_step.common(
    "returns the step",
    "returns the step to subtract",
    "no lr",
    "changes velocity in place",
    "changes w in place",
    "changes w and velocity in place",
)


@nesterov_step.right
def in_place_on_copies(w, grad, velocity, lr, momentum):
    w, velocity = w.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    w -= lr * grad
    w -= lr * momentum * velocity
    return w, velocity


@nesterov_step.right
def expanded(w, grad, velocity, lr, momentum):
    return w - lr * ((1 + momentum) * grad + momentum**2 * velocity), momentum * velocity + grad


@nesterov_step.right
def by_the_text(w, grad, velocity, lr, momentum):
    """Step back to the point that Nesterov stores, move it, and look ahead again."""
    behind = w + lr * momentum * velocity
    velocity = momentum * velocity + grad
    return behind - lr * velocity - lr * momentum * velocity, velocity


@nesterov_step.right
def by_keyword(*, w, grad, velocity, lr, momentum):
    new = grad + momentum * velocity
    return w - lr * grad - lr * momentum * new, new


@nesterov_step.right
def in_single(w, grad, velocity, lr, momentum):
    w, grad, velocity = (array.astype(np.float32) for array in (w, grad, velocity))
    velocity = np.float32(momentum) * velocity + grad
    return w - np.float32(lr) * (grad + np.float32(momentum) * velocity), velocity


@nesterov_step.right
def as_keras_and_back(w, grad, velocity, lr, momentum):
    """Keep the velocity as Keras does, and turn it into this course's at the end."""
    u = -lr * momentum * velocity - lr * grad
    return w + momentum * u - lr * grad, -u / lr
