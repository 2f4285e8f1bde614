"""Read four curves."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    praise="Small batches make many steps in a pass: at one rate for all they fall at once, and noise holds them up. "
    "Large ones fall slowly and end lower.",
)
def read_batch_sizes():
    """The batch size of each curve."""
    return {"A": 64, "B": 1, "C": 442, "D": 8}


@read_batch_sizes.mistake(
    "All four are the other way round. A batch of one row makes 442 steps in a pass: does its curve fall early or late?"
)
def other_way_round():
    return {"A": 8, "B": 442, "C": 1, "D": 64}


@read_batch_sizes.mistake(
    "The two small batches are swapped. Both fall within the first pass: which of them is held up higher by its noise?"
)
def small_ones_swapped():
    return {"A": 64, "B": 8, "C": 442, "D": 1}


@read_batch_sizes.mistake(
    "The two large batches are swapped. Neither is noisy: which of them makes more steps in a pass?"
)
def large_ones_swapped():
    return {"A": 442, "B": 1, "C": 64, "D": 8}


@read_batch_sizes.mistake(
    "The two in the middle are swapped. In one pass, how many steps does a batch of 8 make, and how many one of 64?"
)
def middle_ones_swapped():
    return {"A": 8, "B": 1, "C": 442, "D": 64}


@read_batch_sizes.mistake(
    "The full batch and the single row are swapped. The full gradient has no noise: which curve is perfectly smooth?"
)
def ends_swapped():
    return {"A": ..., "B": 442, "C": 1, "D": ...}


@read_batch_sizes.mistake("Each batch size belongs to one curve, so no number can come twice.")
def one_size_for_all():
    return {"A": 8, "B": 8, "C": 8, "D": 8}


STEPS = "In one pass, 442 rows make 442 steps of 1, 56 of 8, 7 of 64, and a single step of 442. "


@read_batch_sizes.mistake(STEPS + "C falls most slowly of all: which size is that?")
def one_row_for_the_slowest():
    return {"A": ..., "B": ..., "C": 1, "D": ...}


@read_batch_sizes.mistake(STEPS + "C falls most slowly of all: which size is that?")
def eight_rows_for_the_slowest():
    return {"A": ..., "B": ..., "C": 8, "D": ...}


@read_batch_sizes.mistake(STEPS + "C falls most slowly of all: which size is that?")
def sixty_four_rows_for_the_slowest():
    return {"A": ..., "B": ..., "C": 64, "D": ...}


@read_batch_sizes.mistake(STEPS + "A falls later than B and D: how many steps does it make?")
def one_row_for_the_second_slowest():
    return {"A": 1, "B": ..., "C": 442, "D": ...}


@read_batch_sizes.mistake(STEPS + "A falls later than B and D: how many steps does it make?")
def sixty_four_rows_for_the_highest_end():
    return {"A": 8, "B": 64, "C": 442, "D": 1}


read_batch_sizes.accept(
    {"A": 64, "B": 1, "C": 442, "D": 8},
    {"D": 8, "C": 442, "B": 1, "A": 64},
    {"A": 64.0, "B": 1.0, "C": 442.0, "D": 8.0},
    {"A": np.int64(64), "B": np.int64(1), "C": np.int64(442), "D": np.int64(8)},
    {"A": [64], "B": [1], "C": [442], "D": [8]},
)
