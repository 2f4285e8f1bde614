"""Mend the ball that forgets its last step."""

import numpy as np

from course_lib.checks.exercises import function


def bowl_gradient(w):
    """The gradient of a bowl with the curvatures 1 and 10."""
    return np.array([1.0, 10.0]) * w


def turned_gradient(w):
    """The gradient of a bowl whose coordinates depend on each other."""
    return np.array([[3.0, 1.0], [1.0, 1.0]]) @ w


def rolls(rng):
    """Runs of 0 and 1 steps, where momentum has nothing to keep, of 2 and 3, then longer ones."""
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 1
    yield bowl_gradient, np.array([1.0, 2.0]), 0.15, 0.5, 2
    yield bowl_gradient, np.array([1.0, -1.0]), 0.12, 0.8, 3
    yield turned_gradient, np.array([1.0, 2.0]), 0.2, 0.7, 5
    yield bowl_gradient, np.array([-2.0, 0.5]), 0.05, 0.9, 12
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.0, 4
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.7, 0


@function(
    inputs=rolls,
    returns="the last w",
    praise="Now each step knows the one before: the point that is left is kept until the next step has used it.",
)
def mend_ball(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        step = -lr * grad_fn(w) + momentum * (w - previous)
        previous = w
        w = w + step
    return w


@mend_ball.mistake(
    "Momentum still does nothing: when the difference is taken, `previous` and `w` are one point. Between which two "
    "lines must `previous` move on? (If the lines are in order: `w += …` moves both names of one array.)"
)
def previous_is_the_new_point(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w) + momentum * (w - previous)
        previous = w
    return w


@mend_ball.mistake(
    "`previous` stays at the start, so every step is pushed on by the whole way so far, and not by the last step. When "
    "should it move on?"
)
def previous_stays_at_the_start(grad_fn, w0, lr, momentum, steps):
    w = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w) + momentum * (w - w0)
    return w


@mend_ball.mistake(
    "`previous` is right now, but the difference is turned round: the last step is taken back, and not repeated. Which "
    "of the two points is the newer one?"
)
def last_step_taken_back(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + momentum * (previous - w), w
    return w


@mend_ball.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w + lr * grad_fn(w) + momentum * (w - previous), w
    return w


@mend_ball.mistake(
    "`previous` is two steps behind, so the ball repeats the last two steps at once. After a step it should hold the "
    "point that this step has left."
)
def previous_two_steps_behind(grad_fn, w0, lr, momentum, steps):
    w = previous = older = w0
    for _ in range(steps):
        new = w - lr * grad_fn(w) + momentum * (w - older)
        older, previous, w = previous, w, new
    return w


@mend_ball.mistake(
    "`previous` starts at 0, so the first step already has a last step to repeat: the whole way from 0 to `w0`. Where "
    "is the point before the first, for a ball at rest?"
)
def does_not_start_at_rest(grad_fn, w0, lr, momentum, steps):
    w, previous = w0, np.zeros_like(w0)
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + momentum * (w - previous), w
    return w


@mend_ball.mistake(
    "The step that is repeated is the one just made, not the one before it: this is gradient descent with a larger "
    "learning rate. Which two points is the last step between?"
)
def repeats_the_present_step(grad_fn, w0, lr, momentum, steps):
    w = w0
    for _ in range(steps):
        w = w - (1 + momentum) * lr * grad_fn(w)
    return w


@mend_ball.mistake("The learning rate acts twice: once in the velocity and once in the step. Where does it belong?")
def lr_twice(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + lr * grad_fn(w)
        w = w - lr * velocity
    return w


@mend_ball.mistake(
    "The learning rate scales the last step, too. That step has its learning rate in it already: only the gradient "
    "gets one."
)
def lr_on_the_last_step(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * (grad_fn(w) - momentum * (w - previous)), w
    return w


@mend_ball.mistake(
    "The memory is right, but the gradient is scaled by 1 − momentum now. Mend one thing, and leave the rule as it was."
)
def average_of_gradients(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * (1 - momentum) * grad_fn(w) + momentum * (w - previous), w
    return w


@mend_ball.mistake(
    "The gradient is taken where the last step would carry the ball, and not where it lies. That is Nesterov's rule; "
    "mend one thing, and leave the rule as it was."
)
def looks_ahead(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        ahead = w + momentum * (w - previous)
        w, previous = ahead - lr * grad_fn(ahead), w
    return w


@mend_ball.mistake(
    "The memory is right, but the gradient is that of the point before. The slope counts where the ball is now."
)
def gradient_of_the_previous_point(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(previous) + momentum * (w - previous), w
    return w


@mend_ball.mistake("The whole last step is repeated, whatever the momentum is. Which share of it should be left?")
def no_friction(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + (w - previous), w
    return w


@mend_ball.mistake(
    "The share 1 − momentum of the last step is repeated: with momentum 0.9 only a tenth is left. What does β stand "
    "for, the friction or what is left?"
)
def keeps_one_minus_momentum(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + (1 - momentum) * (w - previous), w
    return w


@mend_ball.mistake(
    "The memory is right, but the gradient is divided by 1 − momentum. That is where steps on a constant slope end up "
    "by themselves: mend one thing, and leave the rule as it was."
)
def effective_rate_in_the_step(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr / (1 - momentum) * grad_fn(w) + momentum * (w - previous), w
    return w


@mend_ball.mistake("The momentum keeps a share of the point, and not of the last step: `w - previous` is the step.")
def share_of_the_point(grad_fn, w0, lr, momentum, steps):
    w = w0
    for _ in range(steps):
        w = momentum * w - lr * grad_fn(w)
    return w


@mend_ball.mistake(
    "This is the point before the last one. Does the wrong one of two points come back, or is a step missing? "
    "`range(steps)` has `steps` values."
)
def returns_the_previous_point(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + momentum * (w - previous), w
    return previous


@mend_ball.mistake("Your function returns from inside the loop, after one step. Look at the indentation of `return`.")
def returns_inside_the_loop(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + momentum * (w - previous), w
        return w
    return w


@mend_ball.mistake("This is the whole path; the last point alone is wanted.")
def returns_the_path(grad_fn, w0, lr, momentum, steps):
    path = [w0, w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]) + momentum * (path[-1] - path[-2]))
    return np.array(path[1:])


@mend_ball.mistake("One step too many: `range(steps)` has `steps` values.")
def one_step_too_many(grad_fn, w0, lr, momentum, steps):
    return mend_ball(grad_fn, w0, lr, momentum, steps + 1)


@mend_ball.mistake(
    "`w += …` moves the array itself, and `previous` is the same array, so both move, and the caller's `w0` too. Write "
    "`w = w + …`, which makes a new one."
)
def changes_w0_in_place(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        step = -lr * grad_fn(w) + momentum * (w - previous)
        previous = w
        w += step
    return w


@mend_ball.right
def both_at_once(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        w, previous = w - lr * grad_fn(w) + momentum * (w - previous), w
    return w


@mend_ball.right
def with_a_third_name(grad_fn, w0, lr, momentum, steps):
    w = previous = w0
    for _ in range(steps):
        new = w - lr * grad_fn(w) + momentum * (w - previous)
        previous = w
        w = new
    return w


@mend_ball.right
def keeps_the_step(grad_fn, w0, lr, momentum, steps):
    w, step = w0, np.zeros_like(w0)
    for _ in range(steps):
        step = momentum * step - lr * grad_fn(w)
        w = w + step
    return w


@mend_ball.right
def keeps_a_velocity(grad_fn, w0, lr, momentum, steps):
    w, velocity = np.array(w0), 0
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_ball.right
def keeps_the_path(grad_fn, w0, lr, momentum, steps):
    path = [w0, w0]
    for _ in range(steps):
        *_, before, last = path
        path.append((1 + momentum) * last - momentum * before - lr * grad_fn(last))
    return path[-1]


@mend_ball.right
def by_recursion(grad_fn, w0, lr, momentum, steps):
    def roll(w, previous, left):
        return w if left == 0 else roll(w - lr * grad_fn(w) + momentum * (w - previous), w, left - 1)

    return roll(w0, w0, steps)
