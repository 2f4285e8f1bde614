"""Read four curves: which stand on a floor, and which are only slow?"""

from course_lib.checks.exercises import value


@value(
    options=("floor", "slow"),
    praise="A tenth of the rate lowers a floor at once, within the memory of the run. Whoever is only slow gets "
    "slower: there the rate should have been larger.",
)
def read_floor_or_slow():
    """What each curve waits for."""
    return {"A": "slow", "B": "floor", "C": "floor", "D": "slow"}


@read_floor_or_slow.mistake(
    "All four are the other way round. What does a tenth of the rate do to a floor, and what to a run on its way?"
)
def other_way_round():
    return {"A": "floor", "B": "slow", "C": "slow", "D": "floor"}


@read_floor_or_slow.mistake("Not all of them stand on a floor: two curves do not fall when the rate is cut. Which two?")
def floors_only():
    return {"A": "floor", "B": "floor", "C": "floor", "D": "floor"}


@read_floor_or_slow.mistake("Not all of them are slow: two curves fall at once when the rate is cut. Which two?")
def slow_ones_only():
    return {"A": "slow", "B": "slow", "C": "slow", "D": "slow"}


@read_floor_or_slow.mistake(
    "A looks level, and it has hardly any noise. Does it fall at the cut, like one that stands on a floor?"
)
def level_taken_for_a_floor():
    return {"A": "floor", "B": "floor", "C": "floor", "D": "slow"}


@read_floor_or_slow.mistake("C is low, and it is noisy. What happens to it at the cut?")
def low_taken_for_slow():
    return {"A": "slow", "B": "floor", "C": "slow", "D": "slow"}


@read_floor_or_slow.mistake("D was falling until the cut, and stops there. Has it reached its floor?")
def slow_one_taken_for_a_floor():
    return {"A": "slow", "B": "floor", "C": "floor", "D": "floor"}


read_floor_or_slow.accept(
    {"D": "slow", "C": "floor", "B": "floor", "A": "slow"},
    {"A": "Slow", "B": "Floor", "C": "floor", "D": "slow"},
    {"A": "slow ", "B": "floor", "C": "floor", "D": "slow"},
    {"A": "SLOW", "B": "FLOOR", "C": "FLOOR", "D": "SLOW"},
    dict(A="slow", B="floor", C="floor", D="slow"),
)
