"""How long a step is against the weights that it changes."""

import numpy as np

from course_lib.checks.exercises import function


def weights_and_steps(rng):
    """Weights and a step: by hand, random ones, large and small, zeros on either side, and matrices."""
    yield np.array([3.0, 4.0]), np.array([0.0, 0.5])
    for n, size, step in [(4, 1.0, 0.1), (15, 2.0, 1e-3), (4, 1e-4, 1e-3), (9, 300.0, 1.0)]:
        yield size * rng.normal(size=n), step * rng.normal(size=n)
    yield np.zeros(3), np.array([0.1, 0.0, 0.0])
    yield np.zeros(2), np.zeros(2)
    yield np.array([1.0, -2.0, 3.0]), np.zeros(3)
    for shape in ((2, 2), (5, 3), (3, 4)):
        yield of_a_matrix(2 * rng.normal(size=shape), 0.1 * rng.normal(size=shape))


def of_a_matrix(w, step):
    """Return a play that asks for the ratio of two matrices."""

    def play(update_ratio):
        return update_ratio(w.copy(), step.copy())

    play.__doc__ = f"the ratio for weights and a step of shape {w.shape}"
    return play


@function(
    inputs=weights_and_steps,
    returns="the ratio",
    praise="A step of a thousandth is a thousandth in every unit of the weights.",
)
def update_ratio(w, step):
    length, size = np.linalg.norm(step), np.linalg.norm(w)
    if length == 0:
        return 0.0
    return length / size if size > 0 else np.inf


def ratio(top, bottom):
    """Return a ratio with the conventions for 0."""
    if top == 0:
        return 0.0
    return top / bottom if bottom else np.inf


WHY = "a length is never below 0, and NumPy's length / 0 is infinite, too"
update_ratio.equivalent("0 → -1 in `return length / size if size > 0 else np.inf`", WHY)
update_ratio.equivalent("size > 0 → size >= 0 in `return length / size if size > 0 else np.inf`", WHY)


@update_ratio.mistake("The ratio is turned upside down. Which of the two lengths is measured in units of the other?")
def turned_round(w, step):
    length, size = np.linalg.norm(step), np.linalg.norm(w)
    return ratio(size, length)


@update_ratio.mistake("These are squares: without roots, a hundredth looks like a ten-thousandth.")
def ratio_of_squares(w, step):
    return ratio(np.sum(step**2), np.sum(w**2))


@update_ratio.mistake(
    "This is a mean of the ratios of single entries; a weight near 0 rules it. Take both lengths first, then one ratio."
)
def mean_of_the_ratios(w, step):
    with np.errstate(all="ignore"):
        return np.mean(np.abs(step / w))


@update_ratio.mistake("This is the length of the entries' ratios; a weight near 0 rules it. Take both lengths first.")
def length_of_the_ratios(w, step):
    with np.errstate(all="ignore"):
        return np.linalg.norm(step / w)


@update_ratio.mistake("This is the largest of the entries' ratios; a weight near 0 rules it. Take both lengths first.")
def largest_of_ratios(w, step):
    with np.errstate(all="ignore"):
        return np.max(np.abs(step / w))


@update_ratio.mistake("Standard deviations leave out the means. Asked for are the roots of the sums of squares.")
def standard_deviation(w, step):
    return ratio(np.std(step), np.std(w))


@update_ratio.mistake("This compares the largest entries. Asked for are the lengths: the roots of the sums of squares.")
def largest_entries(w, step):
    return ratio(np.abs(step).max(), np.abs(w).max())


@update_ratio.mistake("This compares sums of absolute values. Asked for are the roots of the sums of squares.")
def sum_of_absolute_values(w, step):
    return ratio(np.abs(step).sum(), np.abs(w).sum())


@update_ratio.mistake(
    "For a matrix this is the spectral norm, its largest stretch: `ord=2` means that there. Asked for is the length of "
    "all entries."
)
def spectral_norm(w, step):
    order = 2 if np.ndim(w) == 2 else None
    return ratio(np.linalg.norm(step, order), np.linalg.norm(w, order))


@update_ratio.mistake("The step is compared with the weights after it. Asked for are those it is added to: `w`.")
def weights_after_the_step(w, step):
    return ratio(np.linalg.norm(step), np.linalg.norm(w + step))


@update_ratio.mistake("`step` is taken for the new weights. It is the change itself: nothing has to be subtracted.")
def step_taken_for_the_new_weights(w, step):
    return ratio(np.linalg.norm(step - w), np.linalg.norm(w))


@update_ratio.mistake("This is a change of lengths. A step at a right angle changes the length hardly, and is a step.")
def change_of_the_length(w, step):
    return ratio(abs(np.linalg.norm(w + step) - np.linalg.norm(w)), np.linalg.norm(w))


@update_ratio.mistake("0/0 makes NaN. Nothing was added: what does the task say that the ratio is then?")
def zero_over_zero(w, step):
    with np.errstate(all="ignore"):
        return np.float64(np.linalg.norm(step)) / np.float64(np.linalg.norm(w))


@update_ratio.mistake(
    "Where the weights are 0 and the step is not, this says 0. How many such weights long is the step?"
)
def zero_for_infinity(w, step):
    size = np.linalg.norm(w)
    return np.linalg.norm(step) / size if size > 0 else 0.0


@update_ratio.mistake("Where the weights are 0 this says ∞ even of a step that is 0. What does the task say of it?")
def infinity_for_no_step(w, step):
    size = np.linalg.norm(w)
    return np.linalg.norm(step) / size if size > 0 else np.inf


@update_ratio.mistake(
    "A small number is added to the denominator: the ratio is too small, and finite where it should be ∞."
)
def eps_in_the_denominator(w, step):
    return np.linalg.norm(step) / (np.linalg.norm(w) + 1e-8)


@update_ratio.mistake(
    "A tiny number is added to the denominator: where the weights are 0, the ratio is large, and the task says ∞."
)
def tiny_eps_in_the_denominator(w, step):
    return np.linalg.norm(step) / (np.linalg.norm(w) + 1e-12)


@update_ratio.mistake("Sums let entries of different signs cancel. Asked for are the roots of the sums of squares.")
def ratio_of_sums(w, step):
    return ratio(abs(np.sum(step)), abs(np.sum(w)))


@update_ratio.mistake("These are medians: half of the entries are not asked. A length is made of all of them.")
def ratio_of_medians(w, step):
    return ratio(np.median(np.abs(step)), np.median(np.abs(w)))


@update_ratio.mistake("This is the ratio's logarithm. Asked for is the ratio itself.")
def log_of_the_ratio(w, step):
    with np.errstate(all="ignore"):
        return np.log10(update_ratio.reference(w, step))


@update_ratio.mistake("This is a percentage. Asked for is the ratio itself.")
def in_percent(w, step):
    return 100 * update_ratio.reference(w, step)


@update_ratio.mistake("One ratio for each row comes back. Asked for is one number for the whole array.")
def one_for_each_row(w, step):
    if np.ndim(w) < 2:
        return update_ratio.reference(w, step)
    return np.array([update_ratio.reference(a, b) for a, b in zip(w, step, strict=True)])


@update_ratio.right
def with_sums(w, step):
    top, bottom = (step**2).sum() ** 0.5, (w**2).sum() ** 0.5
    if bottom == 0:
        return float("inf") if top > 0 else 0
    return top / bottom


@update_ratio.right
def one_root(w, step):
    top, bottom = np.vdot(step, step), np.vdot(w, w)
    return 0.0 if top == 0 else np.inf if bottom == 0 else np.sqrt(top / bottom)


@update_ratio.right
def root_mean_squares(w, step):
    if not np.any(step):
        return 0.0
    if not np.any(w):
        return np.inf
    return np.sqrt(np.mean(step**2)) / np.sqrt(np.mean(w**2))


@update_ratio.right
def with_errstate(w, step):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.linalg.norm(step) / np.linalg.norm(w), nan=0.0, posinf=np.inf)


@update_ratio.right
def with_hypot(w, step):
    top, bottom = np.hypot.reduce(np.ravel(step)), np.hypot.reduce(np.ravel(w))
    return np.inf if top and not bottom else top / bottom if bottom else 0.0
