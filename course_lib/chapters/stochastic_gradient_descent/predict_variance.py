"""Predict the variance of a minibatch, for independent draws and for different rows."""

import numpy as np

from course_lib.checks.exercises import value

INDEPENDENT, DIFFERENT = "independent draws", "different rows"


@value(
    tolerance=0.001,
    praise="Sixteen times the rows, a sixteenth of the variance: 800 / 16 = 50. If no row comes twice, 189 of the "
    "other 252 rows are left out, and a quarter less remains: 50 · 189 / 252 = 37.5.",
)
def predict_variance():
    """The variance with 64 of 253 rows, when it is 800 with 4 independent draws."""
    return {INDEPENDENT: 50, DIFFERENT: 37.5}


@predict_variance.mistake("The two are exchanged. Which draw leaves more to chance?")
def exchanged():
    return {INDEPENDENT: 37.5, DIFFERENT: 50}


@predict_variance.mistake(
    "The variance of independent draws does not depend on how many rows the table has. Where does 253 come in?"
)
def table_counts_for_independent_draws():
    return {INDEPENDENT: 37.5, DIFFERENT: ...}


@predict_variance.mistake(
    "For independent draws, 200 is what happens to the typical error, the root of the variance. How does the variance "
    "itself change?"
)
def root_of_the_factor():
    return {INDEPENDENT: 800 / 4, DIFFERENT: ...}


@predict_variance.mistake("More rows make the gradient more exact, not less. Which way does the variance go?")
def upside_down():
    return {INDEPENDENT: 800 * 16, DIFFERENT: ...}


@predict_variance.mistake("For independent draws this divides by the factor twice. How often does B stand below σ²?")
def square_of_the_factor():
    return {INDEPENDENT: 800 / 16**2, DIFFERENT: ...}


@predict_variance.mistake(
    "For independent draws this divides 800 by 64. But 800 is the variance of 4 rows already: what is it for one row?"
)
def divided_by_64():
    return {INDEPENDENT: 800 / 64, DIFFERENT: ...}


@predict_variance.mistake("For independent draws this divides by 64 − 4. What counts is the ratio of the batch sizes.")
def difference_of_the_sizes():
    return {INDEPENDENT: 800 / 60, DIFFERENT: ...}


@predict_variance.mistake("3200 is the variance of a single row, σ². What is it for 64?")
def variance_of_one_row():
    return {INDEPENDENT: 800 * 4, DIFFERENT: ...}


@predict_variance.mistake("16 is the factor. The variance was 800 before: what is it now?")
def the_factor():
    return {INDEPENDENT: 16, DIFFERENT: ...}


@predict_variance.mistake("800 would mean that the batch size does not matter. What is it for a single row?")
def unchanged():
    return {INDEPENDENT: 800, DIFFERENT: ...}


@predict_variance.mistake(
    "Independent draws are right. With different rows the variance is smaller: with all 253 rows it would be 0. Which "
    "factor says so?"
)
def no_difference():
    return {INDEPENDENT: 50, DIFFERENT: 50}


@predict_variance.mistake(
    "Independent draws are right. For different rows this takes the share of rows that are not in the batch, of all n. "
    "A batch of one row leaves out all others and has the full variance: what must the factor be at B = 1?"
)
def divided_by_n():
    return {INDEPENDENT: 50, DIFFERENT: 50 * 189 / 253}


@predict_variance.mistake(
    "Independent draws are right. For different rows this takes the rows in the batch; at B = n the variance must be "
    "0. Which rows count?"
)
def share_of_the_rows_taken():
    return {INDEPENDENT: 50, DIFFERENT: 50 * 63 / 252}


@predict_variance.mistake(
    "Independent draws are right. For different rows this makes the variance larger. Can it, if no row comes twice?"
)
def factor_upside_down():
    return {INDEPENDENT: 50, DIFFERENT: 50 * 252 / 189}


@predict_variance.mistake("For independent draws this is the typical error, a root. The variance is asked for.")
def root_of_the_variance():
    return {INDEPENDENT: 50**0.5, DIFFERENT: ...}


@predict_variance.mistake(
    "Independent draws are right. For different rows the factor stands at 800, the variance of 4 rows, in place of "
    "that of 64."
)
def factor_at_the_old_variance():
    return {INDEPENDENT: 50, DIFFERENT: 800 * 189 / 252}


@predict_variance.mistake(
    "Independent draws are right. For different rows the factor stands at σ², the variance of one row. How many are "
    "in the batch?"
)
def factor_at_one_row():
    return {INDEPENDENT: 50, DIFFERENT: 3200 * 189 / 252}


@predict_variance.mistake(
    "Independent draws are right. For different rows the root of the factor is taken: that belongs to the "
    "typical error."
)
def root_of_the_factor_for_different_rows():
    return {INDEPENDENT: 50, DIFFERENT: 50 * (189 / 252) ** 0.5}


@predict_variance.mistake(
    "Independent draws are right. For different rows this divides by 253 − 4, but 800 came from independent draws: the "
    "4 has done its part. What must the factor be at B = 1?"
)
def the_four_in_the_factor():
    return {INDEPENDENT: 50, DIFFERENT: 50 * 189 / 249}


@predict_variance.mistake(
    "Independent draws are right. With different rows nothing is left to chance only when all 253 are taken."
)
def no_variance_at_all():
    return {INDEPENDENT: 50, DIFFERENT: 0}


predict_variance.accept(
    {INDEPENDENT: 50, DIFFERENT: 37.5},
    {INDEPENDENT: 50.0, DIFFERENT: 50 * (253 - 64) / (253 - 1)},
    {DIFFERENT: np.float32(37.5), INDEPENDENT: np.array(50)},
    {INDEPENDENT: 3200 / 64, DIFFERENT: 3200 / 64 * (1 - 63 / 252)},
    {INDEPENDENT: [50], DIFFERENT: np.float64(37.5)},
)
