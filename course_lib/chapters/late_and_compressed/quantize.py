"""A gradient on a coarse grid, right on average."""

import numpy as np

from course_lib.checks.exercises import Problem, function

COPIES = 1500  # of a short gradient, one behind the other: as many draws of each entry in one call


def drawn(quantize, grad, levels, seed=0):
    """Return the message of many copies of a gradient behind each other, one copy a row."""
    long = np.tile(grad, COPIES)
    sent = quantize(long, levels, np.random.default_rng(seed))
    if sent is None:
        raise Problem("Nothing comes back: does it end with `return`?")
    if np.shape(sent) != long.shape:
        raise Problem(f"A gradient of shape {long.shape} should give a message of that shape, got {np.shape(sent)}.")
    return np.asarray(sent, dtype=float).reshape(COPIES, -1)


def facts(rows, grad, levels):
    """Return what all right messages of a gradient have in common."""
    step = np.abs(grad).max() / levels
    share = np.abs(grad) / step % 1
    error = 5 * step * np.sqrt(share * (1 - share) / COPIES) + 1e-9
    right = np.abs(rows.mean(axis=0) - grad) <= error
    return {
        "values that the entries take": [sorted({float(x) for x in np.round(column, 6) + 0.0}) for column in rows.T],
        "entries with the right mean": [bool(x) for x in right],
    }


def messages(rng):
    def one_level(quantize):
        """[4, 1, −1, 0, 3] 1500 times behind each other in one gradient, with 1 level"""
        grad = np.array([4.0, 1.0, -1.0, 0.0, 3.0])
        return facts(drawn(quantize, grad, 1), grad, 1)

    def four_levels(quantize):
        """[−2, 0.3, 1.9, −0.55, 1] 1500 times behind each other in one gradient, with 4 levels"""
        grad = np.array([-2.0, 0.3, 1.9, -0.55, 1.0])
        return facts(drawn(quantize, grad, 4, seed=1), grad, 4)

    size, levels = int(rng.integers(4, 7)), int(rng.integers(2, 7))
    normal = np.round(rng.normal(scale=3.0, size=size), 2)

    def a_random_gradient(quantize):
        """random entries, 1500 times behind each other in one gradient"""
        return facts(drawn(quantize, normal, levels, seed=2), normal, levels)

    def no_gradient(quantize):
        """a message of [0, 0, 0] with 2 levels"""
        sent = quantize(np.zeros(3), 2, np.random.default_rng(0))
        return {"message": [float(x) + 0.0 for x in np.ravel(sent)]}

    def equal_entries(quantize):
        """[2, 1, 1, 1] 1500 times behind each other in one gradient, with 1 level"""
        rows = drawn(quantize, np.array([2.0, 1.0, 1.0, 1.0]), 1, seed=3)
        together = np.mean((rows[:, 1] == rows[:, 2]) & (rows[:, 2] == rows[:, 3]))
        return {"equal entries are mostly rounded alike": bool(together > 0.5)}

    def seeds(quantize):
        """a gradient of 40 entries, twice with the same seed, and with another"""
        grad = np.tile([3.0, 1.1, -0.4, 0.8], 10)
        runs = [quantize(grad.copy(), 2, np.random.default_rng(seed)) for seed in (5, 5, 6)]
        return {
            "the same seed gives the same messages": np.array_equal(runs[0], runs[1]),
            "another seed gives others": not np.array_equal(runs[0], runs[2]),
        }

    yield from (one_level, four_levels, a_random_gradient, no_gradient, equal_entries, seeds)


@function(
    inputs=messages,
    returns="the message",
    praise="Every value stands on the grid, and the mean of many messages is the gradient.",
)
def quantize(grad, levels, rng):
    scale = np.abs(grad).max()
    if scale == 0:
        return np.zeros_like(grad)
    place = grad / scale * levels
    lower = np.floor(place)
    up = rng.random(grad.shape) < place - lower
    return scale * (lower + up) / levels


@quantize.mistake(
    "This rounds to the *nearest* value: the same message each time, and its mean is not the gradient. "
    "With which chance should an entry go up?"
)
def rounds_to_the_nearest(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return scale * np.round(grad / scale * levels) / levels


@quantize.mistake("Every entry goes to the value *below* it. With which chance should it go up?")
def always_down(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return scale * np.floor(grad / scale * levels) / levels


@quantize.mistake("Every entry is cut off towards 0. With which chance should it go to the larger value?")
def always_towards_zero(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return scale * np.trunc(grad / scale * levels) / levels


@quantize.mistake("Every entry goes to the value *above* it. With which chance should it stay below?")
def always_up(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return scale * np.ceil(grad / scale * levels) / levels


@quantize.mistake(
    "Whole numbers of steps come back: the scale is lost, and so is the length of the gradient. What is one step worth?"
)
def scale_lost(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return quantize(grad, levels, rng) / scale * levels


@quantize.mistake("The message lies between −1 and 1: the scale is lost on the way. By what was the gradient divided?")
def not_scaled_back(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    return quantize(grad, levels, rng) / scale


@quantize.mistake("The message is scaled back, but not divided by the number of levels: it is `levels` times too long.")
def not_divided_by_the_levels(grad, levels, rng):
    return quantize(grad, levels, rng) * levels


@quantize.mistake(
    "An entry goes up with the chance of going *down*: where it has gone a quarter of the way, it should go up once in "
    "four times."
)
def chances_exchanged(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random(grad.shape) > place - lower)) / levels


@quantize.mistake(
    "Up and down are tossed like a coin, whatever the entry. Which of its two values does an entry lie nearer to, and "
    "how much more often should it go there?"
)
def coin_toss(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    return scale * (np.floor(place) + (rng.random(grad.shape) < 0.5)) / levels


@quantize.mistake(
    "Lower and upper value are tossed like a coin, whatever the entry. How much more often should an entry go to the "
    "one it lies nearer to?"
)
def coin_toss_between_floor_and_ceil(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    return scale * np.where(rng.random(grad.shape) < 0.5, np.floor(place), np.ceil(place)) / levels


@quantize.mistake(
    "Negative entries are always cut towards 0: below 0, the distance to the whole part is negative and is no chance. "
    "Which whole number lies *below* an entry on both sides of 0?"
)
def whole_part_for_the_floor(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    lower = np.trunc(place)
    return scale * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.mistake(
    "The `levels` steps go from −scale to the scale. The task wants as many between 0 and the scale, and as many below "
    "0."
)
def levels_over_both_sides(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = (grad / scale + 1) / 2 * levels
    lower = np.floor(place)
    return scale * (2 * (lower + (rng.random(grad.shape) < place - lower)) / levels - 1)


@quantize.mistake("The scale is the distance from the least entry to the largest. It is the largest absolute value.")
def range_for_the_scale(grad, levels, rng):
    scale = (grad.max() - grad.min()) or 1.0
    place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.mistake(
    "A generator with a seed of its own is made inside: every message draws the same lots, whatever `rng` is. Which "
    "generator was it given?"
)
def seed_of_its_own(grad, levels, rng):
    return quantize(grad, levels, np.random.default_rng(0))


@quantize.mistake(
    "The chance to go up is the entry itself in steps of the grid. It should be the way that it has gone from the "
    "lower value, between 0 and 1."
)
def whole_place_for_the_chance(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    return scale * (np.floor(place) + (rng.random(grad.shape) < place)) / levels


@quantize.mistake("The signs are lost: all entries come out positive. What becomes of a negative entry?")
def sign_lost(grad, levels, rng):
    return np.abs(quantize(grad, levels, rng))


@quantize.mistake(
    "Negative entries have the wrong mean: they are cut towards 0 and then pushed further up. On which "
    "side of an entry is the value that you start from?"
)
def negative_entries_cut_towards_zero(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    lower = np.trunc(place)
    return scale * (lower + (rng.random(grad.shape) < np.abs(place - lower))) / levels


@quantize.mistake(
    "The scale is the length of the gradient, as QSGD takes it. Here it is the largest absolute value, which gives a "
    "finer grid."
)
def length_for_the_largest(grad, levels, rng):
    scale = np.sqrt(np.sum(grad**2))
    if scale == 0:
        return np.zeros_like(grad)
    place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.mistake(
    "The scale is the largest entry with its sign. If a negative entry is the longest, the grid ends too early."
)
def largest_with_its_sign(grad, levels, rng):
    scale = grad.max()
    if scale == 0:
        return np.zeros_like(grad)
    place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.mistake(
    "One lot decides for all entries: equal ones are always rounded alike. Each entry should have a lot of its own."
)
def one_lot_for_all(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random() < place - lower)) / levels


@quantize.mistake(
    "The random numbers do not come from `rng`, so a run cannot be repeated with the same seed. Which generator was it "
    "given?"
)
def random_numbers_of_its_own(grad, levels, rng):
    return quantize(grad, levels, np.random.default_rng())


@quantize.mistake("A gradient of zeros has the scale 0, and 0/0 comes back. What should be sent then?")
def zero_divided_by_zero(grad, levels, rng):
    scale = np.abs(grad).max()
    with np.errstate(all="ignore"):
        place = grad / scale * levels
    lower = np.floor(place)
    return scale * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.mistake(
    "The grid has one step too many between 0 and the scale. Into how many parts is the largest entry divided?"
)
def one_level_too_many(grad, levels, rng):
    return quantize(grad, levels + 1, rng)


@quantize.mistake(
    "The grid has one step too few between 0 and the scale: `levels` counts the steps, and not the "
    "values. What becomes of a single level?"
)
def one_level_too_few(grad, levels, rng):
    scale = np.abs(grad).max() or 1.0
    with np.errstate(all="ignore"):
        place = grad / scale * (levels - 1)
        lower = np.floor(place)
        return scale * (lower + (rng.random(grad.shape) < place - lower)) / np.float64(levels - 1)


@quantize.mistake(
    "Your grid goes from the least entry to the largest. The one that is wanted has 0 in its middle: an entry of 0 "
    "stays 0."
)
def grid_from_the_least_to_the_largest(grad, levels, rng):
    low, width = grad.min(), (grad.max() - grad.min()) or 1.0
    place = (grad - low) / width * levels
    lower = np.floor(place)
    return low + width * (lower + (rng.random(grad.shape) < place - lower)) / levels


@quantize.right
def signs_apart(grad, levels, rng):
    scale = np.abs(grad).max()
    if not scale:
        return 0 * grad
    size = np.abs(grad) * levels / scale
    lower = size.astype(int)
    return np.sign(grad) * (lower + (rng.uniform(size=len(grad)) < size % 1)) * (scale / levels)


@quantize.right
def noise_and_floor(grad, levels, rng):
    scale = np.max(np.abs(grad))
    if scale == 0:
        return grad.copy()
    return np.floor(grad / scale * levels * (1 - 1e-15) + rng.random(len(grad))) / levels * scale


@quantize.right
def with_a_choice(grad, levels, rng):
    step = max(np.abs(grad)) / levels
    sent = []
    for g in grad:
        if step == 0:
            sent.append(0.0)
            continue
        lower = np.floor(g / step)
        p = min(max(g / step - lower, 0.0), 1.0)
        sent.append(step * rng.choice([lower, lower + 1], p=[1 - p, p]))
    return np.array(sent)


@quantize.right
def with_a_binomial(grad, levels, rng):
    step = np.abs(grad).max() / levels
    if step == 0:
        return np.zeros(len(grad))
    lower = np.floor(grad / step)
    return step * (lower + rng.binomial(1, np.clip(grad / step - lower, 0, 1)))


@quantize.right
def from_above(g, n_levels, generator):
    scale = np.abs(g).max() + (np.abs(g).max() == 0)
    place = g / scale * n_levels
    upper = np.ceil(place)
    return scale / n_levels * (upper - (generator.random(g.shape) < upper - place))


quantize.equivalent(
    "rng.random(grad.shape) < place - lower → rng.random(grad.shape) <= place - lower in `up = "
    "rng.random(grad.shape) < place - lower`",
    "a random number equals the share with no chance worth speaking of",
)
quantize.equivalent("np.zeros_like(grad) → grad in `return np.zeros_like(grad)`", "the gradient is zeros there")
