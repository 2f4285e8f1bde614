"""What the best of ten equal settings shows, and what it is worth."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    parts=("loss that the winner shows", "loss of the winner on new seeds"),
    praise="A fifth of luck, though each setting had four seeds: 1.54 standard errors. New seeds take all of it back.",
)
def predict_best_of_ten():
    return 0.2 * np.exp(-1.5388 * 0.3 / np.sqrt(4)), 0.2


@predict_best_of_ten.mistake(
    "The winner's luck counts in units of what varies: here that is the mean of four seeds, and not a single seed. How "
    "much less does a mean of four vary?"
)
def one_seed_for_four():
    return 0.2 * np.exp(-1.5388 * 0.3), ...


@predict_best_of_ten.mistake(
    "A mean of four seeds does not vary a quarter as much as one seed. Which power of 4 is it?"
)
def a_quarter_for_a_half():
    return 0.2 * np.exp(-1.5388 * 0.3 / 4), ...


@predict_best_of_ten.mistake(
    "That is √(2 ln R), a bound which ten settings are far from, or the luck of the best of forty. The chapter prints "
    "the exact number for ten beside the bound."
)
def bound_for_the_mean():
    return 0.2 * np.exp(-np.sqrt(2 * np.log(10)) * 0.15), ...


@predict_best_of_ten.mistake(
    "You took 1.44, which the chapter measured on logarithms that are not normal. Here they are: which number is exact?"
)
def measured_for_the_exact():
    return 0.2 * np.exp(-1.44 * 0.15), ...


@predict_best_of_ten.mistake("The two answers have changed places: on which seeds does the winner look too good?")
def answers_exchanged():
    return 0.2, 0.2 * np.exp(-1.5388 * 0.15)


@predict_best_of_ten.mistake("Your first answer is the expected logarithm. A loss is wanted: undo the logarithm.")
def still_logarithms():
    return np.log(0.2) - 1.5388 * 0.15, ...


@predict_best_of_ten.mistake(
    "On new seeds the settings are all equal, and the winner's luck stays behind. What does an equal setting "
    "show there?"
)
def luck_stays():
    return 0.2 * np.exp(-1.5388 * 0.15), 0.2 * np.exp(-1.5388 * 0.15)


@predict_best_of_ten.mistake(
    "On new seeds the settings are all equal: the luck is gone, but it does not turn into bad luck."
)
def luck_is_paid_back():
    return 0.2 * np.exp(-1.5388 * 0.15), 0.2 * np.exp(1.5388 * 0.15)


@predict_best_of_ten.mistake(
    "The ten are equal, but the least of ten readings is not a typical reading. By how many standard errors does the "
    "best of ten lie below the mean?"
)
def no_luck():
    return 0.2, 0.2


@predict_best_of_ten.mistake(
    "The 0.3 is a standard deviation of the logarithm. So the luck is a factor e^(−…), and not that share of the loss."
)
def share_of_the_loss():
    return 0.2 * (1 - 1.5388 * 0.15), ...


@predict_best_of_ten.mistake("The winner is the setting with the *least* loss. Which way does its luck go?")
def wrong_direction():
    return 0.2 * np.exp(1.5388 * 0.15), ...


predict_best_of_ten.accept(
    (0.1588, 0.2),
    [0.159, 0.2],
    (np.float64(0.15877), np.float32(0.2)),
    np.array([0.1588, 0.2]),
    (0.2 * np.exp(-1.54 * 0.15), 1 / 5),
)
