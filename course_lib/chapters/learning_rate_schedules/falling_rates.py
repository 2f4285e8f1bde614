"""The best rates in one direction of a bowl, one step after the other."""

import numpy as np

from course_lib.checks.exercises import function


def bowls(rng):
    yield 1.0, 1.0, 1.0, 1
    yield 2.0, 1.0, 4.0, 1
    yield 1.0, 0.5, 9.0, 2
    yield 0.5, 2.0, 3.0, 3
    yield 4.0, 1.5, 0.25, 5
    for _ in range(5):
        yield (*(float(x) for x in rng.uniform((0.1, 0.2, 0.3), (5, 3, 12))), int(rng.integers(4, 30)))


@function(
    inputs=bowls,
    returns="the rates",
    praise="Every rate is the best of its step, so together they are the best run: 1/(λ(t + t₀)).",
)
def falling_rates(curvature, variance, square, steps):
    rates = []
    for _ in range(steps):
        lr = curvature * square / (curvature**2 * square + variance)
        square = (1 - lr * curvature) ** 2 * square + lr**2 * variance
        rates.append(lr)
    return rates


def _closed(curvature, t0, steps, first=1):
    """Return 1/(λ(t + t₀)) for another t₀, or another first t."""
    return [1 / (curvature * (t + t0)) for t in range(first, first + steps)]


def _loop(curvature, variance, square, steps, after):
    """Return the best rates when E[x²] goes on otherwise after a step."""
    rates = []
    for _ in range(steps):
        lr = curvature * square / (curvature**2 * square + variance)
        rates.append(lr)
        square = after(lr, square)
    return rates


@falling_rates.mistake(
    "The first rate is right, and then it stays. Which E[x²] has the second step before it: the one of the start?"
)
def always_the_first(curvature, variance, square, steps):
    return _loop(curvature, variance, square, steps, lambda lr, square: square)


@falling_rates.mistake(
    "This is 1/λ, the best rate without noise. What does a step with it do to E[x²] where the gradient is noisy?"
)
def no_noise(curvature, variance, square, steps):
    return [1 / curvature] * steps


@falling_rates.mistake(
    "E[x²] shrinks after each step, but the noise of the step is not added. What does the recursion have in its second "
    "term?"
)
def noise_not_added(curvature, variance, square, steps):
    return _loop(curvature, variance, square, steps, lambda lr, square: (1 - lr * curvature) ** 2 * square)


@falling_rates.mistake("The noise that a step adds is taken with the first power of its rate. A variance takes which?")
def rate_not_squared(curvature, variance, square, steps):
    return _loop(
        curvature, variance, square, steps, lambda lr, square: (1 - lr * curvature) ** 2 * square + lr * variance
    )


@falling_rates.mistake("What is kept of E[x²] is not squared: x is multiplied by 1 − ηλ. And x²?")
def factor_not_squared(curvature, variance, square, steps):
    return _loop(
        curvature, variance, square, steps, lambda lr, square: (1 - lr * curvature) * square + lr**2 * variance
    )


@falling_rates.mistake("`square` is squared once more here: it is E[x²] already, not x₀.")
def start_squared_again(curvature, variance, square, steps):
    return _closed(curvature, variance / (curvature * square) ** 2, steps)


@falling_rates.mistake("The count starts at 0, so the first rate is too large. Which t has the first step in the box?")
def counts_from_0(curvature, variance, square, steps):
    return _closed(curvature, variance / (curvature**2 * square), steps, first=0)


@falling_rates.mistake("This is 1/(λt): it starts as if the error were unlimited. What does t₀ say of the start?")
def no_t0(curvature, variance, square, steps):
    return _closed(curvature, 0, steps)


@falling_rates.mistake("One curvature is missing: for E[x²] = 1 and hardly any noise the best first rate is 1/λ.")
def no_curvature(curvature, variance, square, steps):
    return [curvature * lr for lr in falling_rates.reference(curvature, variance, square, steps)]


@falling_rates.mistake(
    "The curvature in t₀ has the first power. Compare with the first step: λ E[x²] over λ² E[x²] plus the variance."
)
def t0_with_one_curvature(curvature, variance, square, steps):
    return _closed(curvature, variance / (curvature * square), steps)


@falling_rates.mistake("t₀ is upside down: does more noise make the first rate larger, or smaller?")
def t0_upside_down(curvature, variance, square, steps):
    return _closed(curvature, curvature**2 * square / variance, steps)


@falling_rates.mistake("The variance is squared here; σᵢ²/B is a square already.")
def variance_squared(curvature, variance, square, steps):
    return falling_rates.reference(curvature, variance**2, square, steps)


@falling_rates.mistake("This is E[x²] after each step. The rates are wanted.")
def returns_the_squares(curvature, variance, square, steps):
    rates = falling_rates.reference(curvature, variance, square, steps)
    return [lr * variance / curvature for lr in rates]


@falling_rates.mistake(
    "A step with noise adds the variance as it is here. The noise is multiplied by the rate before it moves x: what "
    "does that do to its variance?"
)
def noise_without_the_rate(curvature, variance, square, steps):
    return _loop(curvature, variance, square, steps, lambda lr, square: (1 - lr * curvature) ** 2 * square + variance)


@falling_rates.mistake(
    "The first rate is divided by the number of the step. It falls by that law only if the start is far away: what "
    "does t₀ add to t?"
)
def first_rate_over_t(curvature, variance, square, steps):
    first = curvature * square / (curvature**2 * square + variance)
    return [first / t for t in range(1, steps + 1)]


@falling_rates.mistake(
    "The curvature below the line has the first power: put the derivative by the rate to 0 once more."
)
def curvature_below_not_squared(curvature, variance, square, steps):
    rates = []
    for _ in range(steps):
        lr = curvature * square / (curvature * square + variance)
        square = (1 - lr * curvature) ** 2 * square + lr**2 * variance
        rates.append(lr)
    return rates


@falling_rates.mistake("t₀ has no curvature here. In a steeper direction, is the first rate nearer to 1/λ, or farther?")
def t0_without_a_curvature(curvature, variance, square, steps):
    return _closed(curvature, variance / square, steps)


@falling_rates.mistake("Only the last rate comes back. One for every step is wanted, in their order.")
def last_rate_alone(curvature, variance, square, steps):
    return falling_rates.reference(curvature, variance, square, steps)[-1]


@falling_rates.mistake(
    "Every rate is that of the step after it. Which E[x²] does the first step find before it? Or: with which t "
    "does the box begin?"
)
def one_step_late(curvature, variance, square, steps):
    rates = falling_rates.reference(curvature, variance, square, steps + 1)
    return rates[1:]


@falling_rates.mistake("The rate loses the curvature above the line: put the derivative by the rate to 0 once more.")
def no_curvature_above(curvature, variance, square, steps):
    rates = []
    for _ in range(steps):
        lr = square / (curvature**2 * square + variance)
        square = (1 - lr * curvature) ** 2 * square + lr**2 * variance
        rates.append(lr)
    return rates


@falling_rates.right
def closed_form(curvature, variance, square, steps):
    return 1 / (curvature * (np.arange(1, steps + 1) + variance / (curvature**2 * square)))


@falling_rates.right
def by_reciprocals(curvature, variance, square, steps):
    rates, inverse = [], 1 / square
    for _ in range(steps):
        inverse += curvature**2 / variance
        rates.append(curvature / (inverse * variance))
    return rates


@falling_rates.right
def each_from_the_one_before(curvature, variance, square, steps):
    rates = [1 / (curvature + variance / (curvature * square))]
    while len(rates) < steps:
        rates.append(rates[-1] / (1 + curvature * rates[-1]))
    return rates


@falling_rates.right
def by_the_library(*, curvature, variance, square, steps):
    from course_lib.theory.schedules import best_rates_of_one_direction

    return best_rates_of_one_direction(curvature, variance, square**0.5, steps)


@falling_rates.right
def with_the_new_square(curvature, variance, square, steps):
    rates = np.zeros(steps)
    for k in range(steps):
        square = variance * square / (variance + curvature**2 * square)
        rates[k] = curvature * square / variance
    return rates


@falling_rates.right
def by_itself(curvature, variance, square, steps):
    if steps == 0:
        return []
    lr = curvature * square / (curvature**2 * square + variance)
    return [lr, *by_itself(curvature, variance, (1 - lr * curvature) ** 2 * square + lr**2 * variance, steps - 1)]
