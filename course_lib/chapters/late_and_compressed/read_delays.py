"""Read four curves: how late are their gradients?"""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    praise="At its limit a run swings once in 4τ + 2 steps: 14, 30, 6 and 18 of them. The swing tells the "
    "delay, whatever the rate and the curvature are.",
)
def read_delays():
    """The delay of each curve, in steps."""
    return {"A": 3, "B": 7, "C": 1, "D": 4}


@read_delays.mistake("These are the lengths of the swings. How does a swing at the limit depend on the delay?")
def swings_for_the_delays():
    return {"A": 14, "B": 30, "C": 6, "D": 18}


@read_delays.mistake("These are half swings, from one crossing to the next. How does a whole one depend on the delay?")
def half_swings():
    return {"A": 7, "B": 15, "C": 3, "D": 9}


@read_delays.mistake(
    "These are quarters of the swings. Without delay a swing still takes two steps: what is left over?"
)
def quarters_of_the_swings():
    return {"A": 3.5, "B": 7.5, "C": 1.5, "D": 4.5}


@read_delays.mistake(
    "One too many each time. A gradient in time has the delay 0: what does a run without delay do at its limit?"
)
def one_too_many():
    return {"A": 4, "B": 8, "C": 2, "D": 5}


@read_delays.mistake(
    "One too few each time. At its limit a gradient in time swings in two steps: is C slower than that?"
)
def one_too_few():
    return {"A": 2, "B": 6, "C": 0, "D": 3}


@read_delays.mistake("The order is the other way round: does a longer delay make a swing longer or shorter?")
def other_way_round():
    return {"A": 4, "B": 1, "C": 7, "D": 3}


@read_delays.mistake("A and D are exchanged. Which of the two crosses 0 more often?")
def near_ones_exchanged():
    return {"A": 4, "B": 7, "C": 1, "D": 3}


@read_delays.mistake("These are counts of changes of sign. How long is a whole swing, and how does it tell the delay?")
def changes_of_sign():
    return {"A": 7, "B": 3, "C": 17, "D": 6}


@read_delays.mistake("These are the swings less the two steps of a swing without delay. What is left of 4τ + 2?")
def four_times_the_delay():
    return {"A": 12, "B": 28, "C": 4, "D": 16}


@read_delays.mistake("Twice too many: from one crossing to the next is half a swing, and a whole one has 4τ + 2 steps.")
def twice_the_delay():
    return {"A": 6, "B": 14, "C": 2, "D": 8}


@read_delays.mistake(
    "The first peak is read as a whole swing, but a run begins before its peak is round. Count several swings; a delay "
    "is a whole number."
)
def first_peak_for_a_swing():
    return {"A": 2.75, "B": 6.25, "C": 1, "D": 3.6}


read_delays.accept(
    {"D": 4, "C": 1, "B": 7, "A": 3},
    {"A": 3.0, "B": 7.0, "C": 1.0, "D": 4.0},
    {"A": np.int64(3), "B": 7, "C": 1, "D": 4},
    dict(A=3, B=7, C=1, D=4),
    {"A": (14 - 2) / 4, "B": (30 - 2) / 4, "C": (6 - 2) / 4, "D": (18 - 2) / 4},
)
