"""A step whose rate is found by trying."""

import functools
import itertools

import numpy as np

from course_lib.checks.exercises import function
from course_lib.objectives import Rosenbrock


def within_reach(w):
    """Refuse points that no rate that shrinks would ever try."""
    if not np.all(np.abs(w) < 1e100):
        raise OverflowError("value was asked for a point beyond 1e100: the rates grow and grow")
    return w


class SamePoint(RuntimeError):
    """A loop asks for one point for ever."""


class NothingAccepted(RuntimeError):
    """A loop asks for ever new points."""


def counted(value):
    """Return a function that is asked too often by a loop that does not end, and says so."""
    times, seen = itertools.count(1), set()

    @functools.wraps(value)
    def asked(w):
        seen.add(np.asarray(w).tobytes())
        if next(times) > 1000:
            if len(seen) <= 2:
                raise SamePoint("value was asked for the same point again and again.")
            raise NothingAccepted("value was asked more than 1000 times, and no trial was accepted.")
        return value(w)

    return asked


def parabola(w):
    """w @ w"""
    return float(within_reach(w) @ w)


def parabola_slope(w):
    """2 * w"""
    return 2 * w


def bowl(w):
    """0.5 * w[0]**2 + 2 * w[1]**2"""
    return float(0.5 * within_reach(w)[0] ** 2 + 2 * w[1] ** 2)


def bowl_slope(w):
    """np.array([w[0], 4 * w[1]])"""
    return np.array([1.0, 4.0]) * w


def valley(w):
    """Rosenbrock().value(w)"""
    return float(Rosenbrock().value(within_reach(w)))


def valley_slope(w):
    """Rosenbrock().grad(w)"""
    return Rosenbrock().grad(w)


def barrier(w):
    """np.sum(w - np.log(w)), which is NaN where w is below 0"""
    return float(np.sum(within_reach(w) - np.log(w)))


def barrier_slope(w):
    """1 - 1 / w"""
    return 1 - 1 / w


def wavy(w):
    """np.sum(w**2 + 3 * (1 - np.cos(2 * np.pi * w)))"""
    return float(np.sum(within_reach(w) ** 2 + 3 * (1 - np.cos(2 * np.pi * w))))


def wavy_slope(w):
    """2 * w + 6 * np.pi * np.sin(2 * np.pi * w)"""
    return 2 * w + 6 * np.pi * np.sin(2 * np.pi * w)


def calls(rng):
    """Shrinking slowly tells two tests apart by the rate that each of them accepts."""
    yield counted(parabola), parabola_slope, np.array([1.0]), 0.25, 0.5, 0.5  # the first trial will do
    yield counted(parabola), parabola_slope, np.array([1.0]), 4.0, 0.5, 0.5  # the fourth lands on the border
    yield counted(parabola), parabola_slope, np.array([0.0]), 1.0, 0.5, 0.5  # nowhere to go
    yield counted(bowl), bowl_slope, np.array([2.0, 1.0]), 1.0, 0.7, 0.3
    yield counted(bowl), bowl_slope, np.array([4.0, 0.1]), 3.0, 0.97, 0.4
    yield counted(valley), valley_slope, np.array([-1.5, 2.0]), 1.0, 0.95, 0.1
    yield counted(valley), valley_slope, np.array([0.5, 0.5]), 0.1, 0.98, 0.6
    yield counted(barrier), barrier_slope, np.array([3.0, 2.0]), 20.0, 0.96, 0.2
    yield counted(bowl), bowl_slope, np.array([0.3, -0.7]), 0.9, 0.99, 0.9
    yield counted(wavy), wavy_slope, np.array([1.3, -2.2]), 2.0, 0.94, 0.25
    yield counted(wavy), wavy_slope, rng.normal(size=3), 1.5, 0.97, 0.35
    yield counted(bowl), bowl_slope, np.array([1.0, 0.0]), 1.6, 0.5, 0.1
    yield counted(parabola), parabola_slope, np.array([1.0]), 1.1, 0.5, 0.1  # the second gains what the first promised


@function(
    inputs=calls,
    returns=("w", "lr"),
    praise="Each trial starts from the old `w` and is held against what the slope promised there; a loss that is NaN "
    "is refused, and the rate that was accepted comes back, so that the next step can begin with twice as much.",
)
def backtracking_step(value, grad, w, lr, shrink, slope):
    g = grad(w)
    start, promise = value(w), slope * g @ g
    while not value(w - lr * g) <= start - lr * promise:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "Any decrease will do here, however small, and where the gradient is 0 there is none: `slope` has no effect. How "
    "much should arrive?"
)
def any_decrease_will_do(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) < value(w):
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "Any decrease will do here, however small, NaN is taken, and where the gradient is 0 the loop has no end: `slope` "
    "has no effect. How much should arrive?"
)
def any_decrease_will_do_and_nan(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while value(w - lr * g) >= value(w):
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "The share is taken of everything, the loss at `w` included. Of what should at least this share arrive?"
)
def share_of_everything(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= slope * (value(w) - lr * g @ g):
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "Every rate that lowers the loss is accepted, however little: `slope` has no effect. How much should arrive?"
)
def no_slope_term(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, shrink, 0.0)


@backtracking_step.mistake(
    "`slope` has no effect: the whole decrease that the slope promises is asked for. Which share of it will do?"
)
def no_slope(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, shrink, 1.0)


@backtracking_step.mistake(
    "The sign in the test is wrong: this accepts rates at which the loss rises. On which side of the old loss should "
    "the new one lie?"
)
def wrong_sign_in_the_test(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, shrink, -slope)


@backtracking_step.mistake("The first trial is taken, whatever the loss says. When should it be refused?")
def takes_the_first_trial(value, grad, w, lr, shrink, slope):
    return w - lr * grad(w), lr


@backtracking_step.mistake("Refused rates get longer and longer: `shrink` is below 1. What makes a rate shorter?")
def shrinks_the_wrong_way(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, 1 / shrink, slope)


@backtracking_step.mistake(
    "The gradient is taken at the new point. The promise was made at the old one, before the step: where does `g` "
    "belong?"
)
def gradient_at_the_new_point(value, grad, w, lr, shrink, slope):
    g, new = grad(w), w - lr * grad(w)
    while not value(new) <= value(w) - slope * lr * grad(new) @ grad(new):
        lr = shrink * lr
        new = w - lr * g
    return new, lr


@backtracking_step.mistake(
    "The test looks at the first trial again and again: the rate gets shorter, but the point that is tried was "
    "computed before the loop. Where must it be computed anew?"
)
def trial_not_renewed(value, grad, w, lr, shrink, slope):
    g = grad(w)
    new = w - lr * g
    while not value(new) <= value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return new, lr


@backtracking_step.mistake(
    "The promise is computed once, with the first rate. A shorter step promises less: what must be computed anew with "
    "each trial?"
)
def promise_not_renewed(value, grad, w, lr, shrink, slope):
    g = grad(w)
    promise = slope * lr * g @ g
    while not value(w - lr * g) <= value(w) - promise:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake("Each trial goes on from the trial that was refused. From where should every trial start?")
def goes_on_from_the_refused_trial(value, grad, w, lr, shrink, slope):
    g = grad(w)
    new = w - lr * g
    while not value(new) <= value(w) - slope * lr * g @ g:
        lr = shrink * lr
        new = new - lr * g
    return new, lr


@backtracking_step.mistake(
    "The promise has the sum of the absolute entries of the gradient. A step of rate η moves by η‖g‖, on a slope of "
    "‖g‖."
)
def sum_of_absolute_values(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * lr * np.abs(g).sum():
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "The condition is turned round: rates are made shorter while they are good. When should the loop go on?"
)
def condition_turned_round(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while value(w - lr * g) <= value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "Where the gradient is 0, no trial can lower the loss, and this goes on for ever: what reaches exactly what is "
    "asked for should be accepted."
)
def strictly_lower(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) < value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "The loss is asked to fall by a share of itself. A share of what the gradient promises is wanted, however high the "
    "loss is."
)
def share_of_the_loss(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= (1 - slope) * value(w):
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake("The rate is squared in the test. How does the promise grow with the rate?")
def rate_squared_in_the_test(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * lr**2 * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake("The coordinates of the gradient are added before they are squared. What is ‖g‖²?")
def sum_squared(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * lr * np.sum(g) ** 2:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "Refused trials move `w` all the same: each trial starts where the last one ended. From where should it start?"
)
def refused_trials_move_w(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * lr * g @ g:
        w = w - lr * g
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "A refused rate is made shorter once, and then taken unasked. Which word repeats as long as a condition holds?"
)
def shortens_only_once(value, grad, w, lr, shrink, slope):
    g = grad(w)
    if not value(w - lr * g) <= value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "A loss that is NaN is accepted: every comparison with NaN is false, so `while new > …` ends there. How must the "
    "test be put so that NaN is refused?"
)
def accepts_nan(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while value(w - lr * g) > value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "The rate is missing from the test: the promise of a short step is as large here as that of a long one."
)
def no_lr_in_the_test(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * g @ g:
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "The promise has the length of the gradient where its square belongs: a step of rate η moves by η‖g‖, on a slope "
    "of ‖g‖."
)
def norm_not_squared(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w - lr * g) <= value(w) - slope * lr * np.sqrt(g @ g):
        lr = shrink * lr
    return w - lr * g, lr


@backtracking_step.mistake(
    "A refused rate is replaced by `shrink` itself, or by its powers: the first trial `lr` is forgotten. What should "
    "be multiplied?"
)
def rate_becomes_shrink(value, grad, w, lr, shrink, slope):
    g, k = grad(w), 0
    while not value(w - lr * g) <= value(w) - slope * lr * g @ g:
        k = k + 1
        lr = shrink**k
    return w - lr * g, lr


@backtracking_step.mistake(
    "The rate is shortened by the share `1 - shrink`. Which share of a refused rate should be left?"
)
def one_minus_shrink(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, 1 - shrink, slope)


@backtracking_step.mistake("A refused rate is halved, whatever `shrink` is.")
def always_halves(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, 0.5, slope)


@backtracking_step.mistake(
    "Each trial is held against the trial before it. It is the step from `w` that must pay: against which loss?"
)
def compares_with_the_trial_before(value, grad, w, lr, shrink, slope):
    g, last = grad(w), value(w)
    while True:
        new = value(w - lr * g)
        if new <= last - slope * lr * g @ g:
            return w - lr * g, lr
        lr, last = shrink * lr, new


@backtracking_step.mistake("`w` is right, but the rate comes back shortened once more than the one that was accepted.")
def shortened_once_more(value, grad, w, lr, shrink, slope):
    w, lr = backtracking_step(value, grad, w, lr, shrink, slope)
    return w, shrink * lr


@backtracking_step.mistake("`w` is right, but the rate that comes back is the first trial. Which one was accepted?")
def returns_the_first_trial_as_rate(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, shrink, slope)[0], lr


@backtracking_step.mistake(
    "The rate is right, but `w` moves with the first trial. With which rate should the step be made?"
)
def moves_with_the_first_trial(value, grad, w, lr, shrink, slope):
    return w - lr * grad(w), backtracking_step(value, grad, w, lr, shrink, slope)[1]


@backtracking_step.mistake(
    "The accepted rate acts twice: `w` had moved already when the step was made again. One step is wanted."
)
def moves_twice(value, grad, w, lr, shrink, slope):
    new, lr = backtracking_step(value, grad, w, lr, shrink, slope)
    return new - lr * grad(w), lr


@backtracking_step.mistake(
    "The trials go uphill, so each is refused until the rate is next to nothing. Which sign takes you down?"
)
def tries_uphill(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while not value(w + lr * g) <= value(w) - slope * lr * g @ g:
        lr = shrink * lr
    return w + lr * g, lr


backtracking_step.common("uphill", "returns the step", "shrink and slope exchanged")


@backtracking_step.mistake("`w` is right, but where is the rate? Return the pair (w, lr).")
def no_rate(value, grad, w, lr, shrink, slope):
    return backtracking_step(value, grad, w, lr, shrink, slope)[0]


@backtracking_step.mistake(
    "The values are right, but your function changes the caller's `w` itself (`-=`). Make a new array."
)
def changes_w_in_place(value, grad, w, lr, shrink, slope):
    new, lr = backtracking_step(value, grad, w, lr, shrink, slope)
    w[...] = new
    return w, lr


@backtracking_step.right
def with_a_break(value, grad, w, lr, shrink, slope):
    g, before = grad(w), value(w)
    while True:
        new = w - lr * g
        if value(new) <= before - slope * lr * np.sum(g**2):
            break
        lr *= shrink
    return new, lr


@backtracking_step.right
def by_recursion(value, grad, w, lr, shrink, slope):
    g = grad(w)
    if value(w - lr * g) <= value(w) - slope * lr * np.dot(g, g):
        return w - lr * g, lr
    return by_recursion(value, grad, w, shrink * lr, shrink, slope)


@backtracking_step.right
def by_the_gain(value, grad, w, lr, shrink, slope):
    g = grad(w)
    while True:
        gained = value(w) - value(w - lr * g)
        if np.isfinite(gained) and gained >= slope * lr * np.linalg.norm(g) ** 2 * (1 - 1e-12):
            return [w - lr * g, lr]
        lr = lr * shrink


@backtracking_step.right
def with_a_list_of_rates(value, grad, w, lr, shrink, slope):
    g = grad(w)
    for k in range(500):
        rate = lr * shrink**k
        if value(w - rate * g) <= value(w) + slope * rate * -(g @ g) + 1e-15:
            return w - rate * g, rate


@backtracking_step.right
def with_nan_asked_for(value, grad, w, lr, shrink, slope):
    g = grad(w)
    target, new = value(w), value(w - lr * g)
    while np.isnan(new) or new > target - slope * lr * (g**2).sum():
        lr = lr * shrink
        new = value(w - lr * g)
    return w - lr * g, lr


backtracking_step.accept(
    lambda f, df, point, rate, factor, share: with_a_break(f, df, point.copy(), rate, factor, share),
    lambda *, value, grad, w, lr, shrink, slope: with_nan_asked_for(value, grad, w, lr, shrink, slope),
)
