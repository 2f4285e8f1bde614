"""Mend a loop whose velocity survives from run to run."""

import numpy as np

from course_lib.checks.exercises import function


def bowl_gradient(w):
    """The gradient of a bowl with the curvatures 1 and 10."""
    return np.array([1.0, 10.0]) * w


def turned_gradient(w):
    """The gradient of a bowl whose coordinates depend on each other."""
    return np.array([[3.0, 1.0], [1.0, 1.0]]) @ w


def deep_gradient(w):
    """The gradient of a bowl in three dimensions, with the curvatures 1, 2 and 3."""
    return np.array([1.0, 2.0, 3.0]) * w


def flat_gradient(w):
    """The gradient of a flat bowl: a tenth of w."""
    return w / 10


def starts(rng):
    """Runs one after the other: what is left of one would show in the next."""
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 1
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 2
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 3
    yield turned_gradient, np.array([1.0, 2.0]), 0.2, 0.8, 5
    yield bowl_gradient, np.array([-2.0, 0.5]), 0.05, 0.9, 12
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.0, 4
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.7, 0
    yield bowl_gradient, np.array([1.0, 0.0]), 1.0, 0.5, 3  # the second gradient is 0, and the ball rolls on
    yield deep_gradient, np.array([1.0, -2.0, 3.0]), 0.1, 0.6, 4
    yield flat_gradient, np.array([5.0, 1.0]), 1e-3, 0.5, 1200


@function(
    inputs=starts,
    returns="the last w",
    praise="Every run starts at rest: the same call gives the same point, whatever ran before it.",
    instead={
        "keeps state": "The same call gave two different points: your loop keeps the velocity from the call before. "
        "Where is it made, and how often does that line run?"
    },
)
def mend_velocity(grad_fn, w0, lr, momentum, steps):
    w = w0
    velocity = np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity still survives: every run goes on with the one that the run before has left. It is made outside of "
    "the run (a default argument, too, is made only once). Where should it be made?"
)
def velocity_survives(grad_fn, w0, lr, momentum, steps, velocity=np.zeros(2)):  # noqa: B008
    w = w0
    for _ in range(steps):
        velocity *= momentum
        velocity += grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity is made anew in every *step*, so nothing is remembered at all: this is gradient descent. It should "
    "be made once for each run."
)
def velocity_made_in_every_step(grad_fn, w0, lr, momentum, steps):
    w = w0
    for _ in range(steps):
        velocity = np.zeros_like(w0)
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The points are right, but now `w0` is changed: `w -= …` moves the caller's array, and the next run starts where "
    "this one ended."
)
def changes_w0_in_place(grad_fn, w0, lr, momentum, steps):
    w = w0
    velocity = np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w -= lr * velocity
    return w


@mend_velocity.mistake(
    "The run starts with the first gradient as its velocity, and then adds it again. A ball at rest has the velocity 0."
)
def starts_with_the_gradient(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, grad_fn(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("The run starts with `w0` as its velocity: a copy of the place. A ball at rest has velocity 0.")
def starts_with_the_place(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, w0.copy()
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("The run starts with a velocity of 1 in every coordinate. A ball at rest has the velocity 0.")
def starts_with_ones(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.ones_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity no longer survives, but the gradient is now scaled by 1 − momentum. Mend one thing, and leave the "
    "rule as it was."
)
def average_of_gradients(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + (1 - momentum) * grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("All steps use the gradient at the start. The slope changes on the way: measure it where w is.")
def gradient_taken_once(grad_fn, w0, lr, momentum, steps):
    w, velocity, grad = w0, np.zeros_like(w0), grad_fn(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad
        w = w - lr * velocity
    return w


@mend_velocity.mistake("This is the velocity at the end; the point is wanted.")
def returns_the_velocity(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return velocity


@mend_velocity.mistake(
    "Your function returns from inside the loop, after one step. Look at the indentation of `return`."
)
def returns_inside_the_loop(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
        return w
    return w


@mend_velocity.mistake("This is the whole path; the last point alone is wanted.")
def returns_the_path(grad_fn, w0, lr, momentum, steps):
    path, velocity = [w0], np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(path[-1])
        path.append(path[-1] - lr * velocity)
    return np.array(path)


@mend_velocity.mistake("The last step is missing: `steps` steps are wanted.")
def one_step_too_few(grad_fn, w0, lr, momentum, steps):
    return mend_velocity(grad_fn, w0, lr, momentum, max(steps - 1, 0))


@mend_velocity.mistake("One step too many: `range(steps)` has `steps` values.")
def one_step_too_many(grad_fn, w0, lr, momentum, steps):
    return mend_velocity(grad_fn, w0, lr, momentum, steps + 1)


@mend_velocity.mistake(
    "Each step moves along the velocity of the step before, so the first does nothing. Update first."
)
def moves_before_updating(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        w, velocity = w - lr * velocity, momentum * velocity + grad_fn(w)
    return w


@mend_velocity.mistake(
    "The velocity no longer survives, but the run climbs: gradients point uphill. Which sign goes down?"
)
def uphill(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w + lr * velocity
    return w


@mend_velocity.mistake(
    "The learning rate acts twice, in the velocity and in the step. Mend one thing, and leave the rule as it was."
)
def lr_twice(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + lr * grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The learning rate has no effect: the step is as long as the whole velocity. Leave the rule as it was."
)
def no_lr(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - velocity
    return w


@mend_velocity.mistake(
    "This is Nesterov's rule. The loop was one of plain momentum: mend one thing, and leave the rule."
)
def looks_ahead(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        grad = grad_fn(w)
        velocity = momentum * velocity + grad
        w = w - lr * (grad + momentum * velocity)
    return w


@mend_velocity.mistake(
    "β and 1 − β have changed places: with momentum 0.9 a tenth of the velocity is left. Leave the rule as it was."
)
def beta_and_one_minus_beta_swapped(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = (1 - momentum) * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("The old velocity is kept whole, so nothing ever slows down. Which number is the friction?")
def no_friction(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The run stops where the gradient is 0. The ball still has its velocity there, and rolls on: take all the steps."
)
def stops_where_it_is_flat(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        if not grad_fn(w).any():
            break
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.right
def by_a_new_array(grad_fn, w0, lr, momentum, steps, velocity=np.zeros(1)):  # noqa: B008
    for _ in range(steps):
        velocity = velocity * momentum + grad_fn(w0)
        w0 = w0 - lr * velocity
    return w0


@mend_velocity.right
def in_place_on_copies(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0.copy(), np.zeros(len(w0))
    for _ in range(steps):
        velocity *= momentum
        velocity += grad_fn(w)
        w -= lr * velocity
    return w


@mend_velocity.right
def with_none(grad_fn, w0, lr, momentum, steps, velocity=None):
    velocity = 0.0 if velocity is None else velocity
    w = w0
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w.tolist()


@mend_velocity.right
def as_in_keras(grad_fn, w0, lr, momentum, steps):
    w, v = w0, 0 * w0
    for _ in range(steps):
        v = momentum * v - lr * grad_fn(w)
        w = w + v
    return w


@mend_velocity.right
def with_two_points(grad_fn, w0, lr, momentum, steps):
    before, w = w0, w0
    while steps > 0:
        before, w = w, w - lr * grad_fn(w) + momentum * (w - before)
        steps -= 1
    return w


@mend_velocity.right
def in_single(grad_fn, w0, lr, momentum, steps):
    return in_place_on_copies(grad_fn, w0, lr, momentum, steps).astype(np.float32)
