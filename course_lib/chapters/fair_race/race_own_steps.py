"""Race two steps of one's own: gradient descent at its best rate, and a step that beats it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.chapters.fair_race.shared import problems
from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.optimizers import own_rule
from course_lib.theory.comparing import log_interval
from course_lib.training import fit
from course_lib.words import short

PASSES, BATCH, SEEDS, ROOM = 2, 32, np.arange(200, 210), 1.1


@dataclass(frozen=True)
class Race:
    """What the check looks at: whether the plain step is gradient descent, whether the other climbs or forgets, the
    plain loss over that at its best rate, and the paired ratio.
    """

    is_plain: bool
    uphill: bool
    forgets: bool
    over_best: float
    ratio: float
    low: float
    high: float


def plain_step(w, grad, lr):
    """One step of gradient descent."""
    return w - lr * grad


def momentum_step(w, grad, velocity, lr):
    """One step of momentum with β = 0.9."""
    velocity = 0.9 * velocity + grad
    return w - lr * velocity, velocity


@setting(
    kinds=[
        code("w", "grad", "lr"),
        number("rate of the plain step", low=0),
        code("w", "grad", "velocity", "lr"),
        number("rate of your step", low=0),
    ],
    goal=lambda race: race.is_plain and race.over_best <= ROOM and race.high < 1,
    right=[(plain_step, 1.0, momentum_step, 0.2), (plain_step, 1.1, momentum_step, 0.15)],
    praise=lambda plain, plain_lr, mine, my_lr, race: (
        f"Your step against gradient descent at its best, on ten new seeds: {short(race.ratio)} ({short(race.low)} to "
        f"{short(race.high)}). That is a sentence which follows: for this model, these passes, and training loss."
    ),
)
def race_own_steps(plain, plain_lr, mine, my_lr):
    """Gradient descent at its best rate, and a step with a velocity that is ahead of it, on ten new seeds."""
    w, grad = np.array([3.0, -1.0, 0.5]), np.array([0.2, 4.0, -1.0])
    with np.errstate(all="ignore"):
        same = np.allclose(_point(plain(w, grad, 0.15), w), plain_step(w, grad, 0.15))
        one, two = final_of_plain(plain, plain_lr), final_of_mine(mine, my_lr)
        ratio, low, high = log_interval(two - one)
        over_best = np.exp(one.mean() - best_of_descent())
        uphill, forgets = _climbs(mine, my_lr), _forgets(mine)
    return Race(
        bool(same), uphill, forgets, *(float(np.nan_to_num(x, nan=np.inf)) for x in (over_best, ratio, low, high))
    )


def _climbs(step, lr):
    """Tell whether ten steps on half w² from 1, with a small rate, end farther out."""
    w, velocity = np.ones(1), np.zeros(1)
    for _ in range(10):
        w, velocity = step(w, 1.0 * w, velocity, min(lr, 1e-3))
    return bool(np.all(w > 1))


def _forgets(step):
    """Tell whether the point does not depend on the velocity."""
    w, grad = np.ones(3), np.array([0.2, 4.0, -1.0])
    one, two = (np.asarray(step(w, grad, velocity, 0.1)[0]) for velocity in (np.full(3, 0.1), np.full(3, 3.0)))
    return bool(np.array_equal(one, two))


def _point(result, w):
    if np.shape(result) != w.shape:
        raise Problem("The plain step should return the new point alone, of the shape of `w`.")
    return result


def final_of_plain(step, lr):
    """Return the logarithm of each seed's final loss."""

    def one_step(w, grad, lr):
        return _point(step(w, grad, lr), w)

    return _final(own_rule(one_step, lr=lr))


def final_of_mine(step, lr):
    """Return the logarithm of each seed's final loss."""

    def one_step(w, grad, velocity, lr):
        result = step(w, grad, velocity, lr)
        if not isinstance(result, (tuple, list)) or len(result) != 2 or np.shape(result[0]) != w.shape:
            raise Problem("Your step should return two things: the new point and the new velocity.")
        return tuple(result)

    return _final(own_rule(one_step, state="velocity", lr=lr))


def _final(rule):
    it = problems()["softmax, digits"]
    return np.log(fit(it.model, it.train, rule, PASSES, BATCH, seed=SEEDS).loss[-1])


@lru_cache(maxsize=1)
def best_of_descent():
    """Return the mean logarithm of the loss of gradient descent at the best of thirteen rates, on these seeds."""
    rates = np.geomspace(0.25, 4, 13)
    return float(_final(own_rule(plain_step, lr=rates[:, None, None])).mean(axis=-1).min())


@race_own_steps.mistake(example=(lambda w, grad, lr: w + lr * grad, 1.0, momentum_step, 0.2))
def not_gradient_descent(plain, plain_lr, mine, my_lr, race):
    if not race.is_plain:
        return "The first step is not that of gradient descent. It is what everything else is measured by."


@race_own_steps.mistake(example=(plain_step, 0.1, momentum_step, 0.2))
def rival_not_tuned(plain, plain_lr, mine, my_lr, race):
    if race.over_best > ROOM:
        return (
            f"At η = {short(plain_lr)} gradient descent has {short(race.over_best)} times the loss that it has at its "
            "best rate. A rival that nobody tuned is easy to beat. Give it the same sweep as yours."
        )


@race_own_steps.mistake(
    example=(plain_step, 1.0, lambda w, grad, velocity, lr: (w + lr * velocity, 0.9 * velocity + grad), 0.2)
)
def uphill(plain, plain_lr, mine, my_lr, race):
    if race.uphill:
        return "Your own step goes uphill: it moves along the gradient. Which sign takes it the other way?"


@race_own_steps.mistake(example=(plain_step, 1.0, lambda w, grad, velocity, lr: (w - lr * grad, velocity), 1.0))
def no_velocity_in_it(plain, plain_lr, mine, my_lr, race):
    if race.forgets:
        return "Your own step does the same whatever the velocity is: it remembers nothing. What should it keep?"


@race_own_steps.mistake(example=(plain_step, 1.0, momentum_step, 40.0))
def mine_is_behind(plain, plain_lr, mine, my_lr, race):
    if race.low > 1 or not np.isfinite(race.ratio):
        return (
            f"Your step is behind: {short(race.ratio)} times the loss of gradient descent ({short(race.low)} to "
            f"{short(race.high)}). At which rate is it best?"
        )


@race_own_steps.mistake(example=(plain_step, 1.0, momentum_step, 0.06))
def undecided(plain, plain_lr, mine, my_lr, race):
    return (
        f"Your step over gradient descent: {short(race.ratio)} ({short(race.low)} to {short(race.high)}). The interval "
        "reaches 1, so ten seeds cannot tell them apart. Another rate, or a step that remembers more?"
    )


def averaged_step(w, grad, velocity, lr):
    """The averaging form of momentum."""
    velocity = 0.9 * velocity + 0.1 * grad
    return w - lr * velocity, velocity


def look_ahead_step(w, grad, velocity, lr):
    """Nesterov's step."""
    velocity = 0.9 * velocity + grad
    return w - lr * (grad + 0.9 * velocity), velocity


def rmsprop_step(w, grad, velocity, lr):
    """RMSProp, its mean square in the place of the velocity."""
    velocity = 0.99 * velocity + 0.01 * grad**2
    return w - lr * grad / (np.sqrt(velocity) + 1e-8), velocity


race_own_steps.accept(
    (plain_step, 1.0, averaged_step, 2.0),
    [plain_step, 1.0, look_ahead_step, 0.2],
    {"plain": plain_step, "plain_lr": 0.9, "mine": rmsprop_step, "my_lr": 0.03},
    (plain_step, np.float64(1.1), momentum_step, np.float32(0.2)),
    (lambda w, grad, lr: w + -lr * grad, 1.0, momentum_step, 0.2),
)
