"""What it costs to look at four budgets."""

import numpy as np

from course_lib.checks.exercises import value

BUDGETS, SHARE = (6, 12, 24, 48), 0.25


@value(
    unit="passes",
    tolerance=0.002,
    parts=("with cosines", "with branches"),
    praise="Four runs from the start take 90 passes. One plateau takes 48 with its own end, and the three shorter "
    "branches a quarter of their budgets on top.",
)
def predict_branches():
    """The passes of four cosines for 6, 12, 24 and 48 passes, and of one plateau whose branches take a quarter each."""
    return 6 + 12 + 24 + 48, 48 + (6 + 12 + 24) / 4


@predict_branches.mistake("{answer} has the two in the other order: the cosines first, then the branches.")
def swapped():
    return 48 + (6 + 12 + 24) / 4, 6 + 12 + 24 + 48


@predict_branches.mistake(
    "{answer} has the plateau up to pass 36 and the three shorter falls. Where is the fall of the longest budget?"
)
def longest_fall_forgotten():
    return ..., 36 + (6 + 12 + 24) / 4


@predict_branches.mistake(
    "{answer} adds up the plateaus of all four budgets. They are one plateau; and every budget has its fall."
)
def four_plateaus():
    return ..., 0.75 * (6 + 12 + 24 + 48)


@predict_branches.mistake(
    "{answer} adds the end of the longest budget twice: its last quarter is part of its 48 passes."
)
def end_counted_twice():
    return ..., max(BUDGETS) + SHARE * sum(BUDGETS)


@predict_branches.mistake("{answer} lets the branches cost nothing. Which of their passes are not on the plateau?")
def branches_for_nothing():
    return ..., max(BUDGETS)


@predict_branches.mistake("{answer} counts the plateau alone. Every budget also has its fall, the longest one too.")
def plateau_alone():
    return ..., (1 - SHARE) * max(BUDGETS)


@predict_branches.mistake(
    "{answer} runs every budget from the start in both. What do two plateaus of one rate and one seed have in common?"
)
def nothing_shared():
    return ..., sum(BUDGETS)


@predict_branches.mistake("{answer} counts the falls alone. The plateau is run as well, once.")
def falls_alone():
    return ..., SHARE * sum(BUDGETS)


@predict_branches.mistake("{answer} adds whole runs of the shorter budgets. They share their plateau with the longest.")
def three_quarters_twice():
    return ..., max(BUDGETS) + (1 - SHARE) * sum(BUDGETS[:-1])


@predict_branches.mistake(
    "{answer} has one cosine do for all four. What is its rate at 6 passes, if it was planned for 48?"
)
def one_cosine_for_all():
    return max(BUDGETS), ...


@predict_branches.mistake(
    "{answer} goes on from one cosine to the next. But each has arrived at 0; each budget wants its own."
)
def cosines_end_to_end():
    return 2 * max(BUDGETS), ...


predict_branches.accept(
    (90, 58.5),
    [90, 58.5],
    np.array([90, 58.5]),
    (6 + 12 + 24 + 48, 36 + 22.5),
    (np.float64(90), 58.5),
)
