"""Use one's own average on a run of the diabetes data."""

import functools

import numpy as np

from course_lib.chapters.noise_floor.figures import diabetes_run
from course_lib.checks.exercises import value


@functools.cache
def percent():
    """Return what a run reports, right and wrong, in percent above the least loss."""
    path, above = diabetes_run()
    half = len(path) // 2
    return {
        "last": above(path[-1]),
        "from 0": above(path.mean(axis=0)),
        "from 500": above(path[half:].mean(axis=0)),
        "row 500": above(path[half]),
        "losses": above(path).mean(),
        "late losses": above(path[half:]).mean(),
        "wrong denominator": above(path[half:].sum(axis=0) / len(path)),
    }


def right_with(**changed):
    """Return the right answer with some parts changed."""
    changed = {key.replace("_", " "): number for key, number in changed.items()}
    return {key: float(percent()[key]) for key in ("last", "from 0", "from 500")} | changed


@value(
    tolerance=0.01,
    praise="The last point stands somewhere on its floor. Both means lie far below, at the same cost. The one from "
    "step 0 on still remembers the start.",
)
def average_diabetes():
    """How far above the least loss, in percent: the last point, and the averages from step 0 and from step 500 on."""
    return right_with()


@average_diabetes.mistake(
    "`from 0` and `from 500` are means of losses. The mean of the losses is the floor itself: take the loss of the "
    "mean point."
)
def averages_the_losses():
    return right_with(from_0=float(percent()["losses"]), from_500=float(percent()["late losses"]))


@average_diabetes.mistake("`from 0` and `from 500` are exchanged. Which of the two remembers the start?")
def starts_exchanged():
    return right_with(from_0=float(percent()["from 500"]), from_500=float(percent()["from 0"]))


@average_diabetes.mistake(
    "`from 500` is the loss of a point half as long as it should be: a sum of 501 points was divided by 1001."
)
def wrong_denominator():
    return {"last": ..., "from 0": ..., "from 500": float(percent()["wrong denominator"])}


@average_diabetes.mistake(
    "All three are the last point's. Which row of the averaged path belongs to the end of the run?"
)
def last_point_three_times():
    return dict.fromkeys(("last", "from 0", "from 500"), float(percent()["last"]))


@average_diabetes.mistake("`from 500` is the average from step 0 on, too. `start` says where the mean begins.")
def start_ignored():
    return right_with(from_500=float(percent()["from 0"]))


@average_diabetes.mistake("These are shares of the least loss, and the task asks for percent.")
def shares_for_percent():
    return {key: number / 100 for key, number in right_with().items()}


@average_diabetes.mistake(
    "`from 500` is row 500 of its averages: the first one, which is a single point. Which row is the last?"
)
def first_of_the_averages():
    return right_with(from_500=float(percent()["row 500"]))


@average_diabetes.mistake("These are rounded to one digit. Give three, or the numbers as they are.")
def rounded_too_far():
    return {key: float(f"{number:.1g}") for key, number in right_with().items()}


@average_diabetes.mistake("The means are rounded to one digit. Give three, or the numbers as they are.")
def means_rounded_too_far():
    return {"last": ...} | {key: float(f"{percent()[key]:.1g}") for key in ("from 0", "from 500")}


@average_diabetes.mistake("The means are rounded to two digits. Give three, or the numbers as they are.")
def means_rounded_to_two_digits():
    return {"last": ...} | {key: float(f"{percent()[key]:.2g}") for key in ("from 0", "from 500")}


@average_diabetes.accept_computed
def written_otherwise():
    return [
        right_with(),
        {key: np.float64(number) for key, number in right_with().items()},
        {key: round(number, 3) for key, number in right_with().items()},
        {key: [number] for key, number in reversed(right_with().items())},
        {key: 1.005 * number for key, number in right_with().items()},
    ]
