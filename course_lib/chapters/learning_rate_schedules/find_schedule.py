"""Find an exponential fall that beats every constant rate."""

from course_lib.chapters.learning_rate_schedules.shared.designer import (
    BEST_CONSTANT,
    BOWL,
    EXPONENTIAL,
    STEPS,
    designed,
    trained,
)
from course_lib.checks.exercises import Problem, at_most, number, setting
from course_lib.words import short

GOAL = 0.73


def ratio(run):
    """Return the expected loss at the end, in units of the best constant rate's."""
    return float(run.ratio[0])


def last_rate(run):
    """Return the last rate, in units of the best constant rate."""
    return run.rates[-1] / BEST_CONSTANT[BOWL]


@setting(
    kinds=[number("peak", low=0), number("end", low=0)],
    goal=lambda run: ratio(run) <= GOAL,
    right=[(4.0, 0.1), (5.0, 0.05), (4.5, 0.08)],
    praise=lambda peak, end, run: (
        f"The expected loss is {ratio(run):.3f} times that of the best constant rate. The peak is {short(peak)} times "
        f"that rate, the last rate {short(last_rate(run))} times."
    ),
)
def find_schedule(peak, end):
    """A peak and an end of an exponential fall, with at most 0.73 of the best constant rate's loss."""
    if not 0.01 <= end <= 1:
        raise Problem(f"The end is a share of the peak, from 0.01 to 1; got {short(end)}.")
    return trained(BOWL, designed(peak, 0, 0, EXPONENTIAL, end))


@find_schedule.progress
def how_far(peak, end, run):
    return at_most(round(ratio(run), 3), GOAL, "times the best constant's loss")


@find_schedule.mistake(example=(80.0, 0.5))
def diverges(peak, end, run):
    if not ratio(run) < 100:
        return f"A peak of {short(peak)} best constant rates throws the run away: where is 2/λ of the steep direction?"


@find_schedule.mistake(example=(1.0, 1.0))
def constant_rate(peak, end, run):
    if end == 1:
        return "The end is the peak: this rate is constant, and no constant rate does better than the best one."


@find_schedule.mistake(example=(1.0, 0.1))
def starts_too_low(peak, end, run):
    if peak <= 1.5:
        return (
            f"The rate falls from {short(peak)} times the best constant one, so it is below that for most of the "
            f"{STEPS} steps, and the flat direction does not arrive. Where must a falling rate start?"
        )


@find_schedule.mistake(example=(3.0, 0.4))
def ends_too_high(peak, end, run):
    if last_rate(run) > 0.55:
        return (
            f"The last rate is still {short(last_rate(run))} times the best constant one: what is its floor? Let it "
            "fall further."
        )


@find_schedule.mistake(example=(8.0, 0.05))
def peak_too_high(peak, end, run):
    if peak >= 6.5:
        return (
            f"The loss is {ratio(run):.3f} times the best constant's. From a peak of {short(peak)} no end brings it "
            f"down to {GOAL}: lower the peak, and look for the end again."
        )


@find_schedule.mistake(example=(3.0, 0.01))
def falls_too_far(peak, end, run):
    if last_rate(run) < 0.2:
        return (
            f"The loss is {ratio(run):.3f} times the best constant's. The last rate is {short(last_rate(run))} times "
            "the best constant one: most steps are spent at rates too small to move. Less of a fall, or a higher peak?"
        )


@find_schedule.mistake(example=(2.5, 0.12))
def nearly(peak, end, run):
    return (
        f"The loss is {ratio(run):.3f} times the best constant's; {GOAL} is wanted. Turn one of the two a little, then "
        "the other, and watch both halves: arriving, and the floor."
    )


find_schedule.accept((4.0, 0.1), [5.0, 0.05], (4.2, 0.08), {"peak": 4.5, "end": 0.07}, (3.5, 0.1))
