"""Read five curves: which of them diverges?"""

from course_lib.checks.exercises import value

RIGHT = {"a": "falling", "b": "floor", "c": "diverges", "d": "falling", "e": "floor"}


@value(
    options=("diverges", "floor", "falling"),
    praise="Only c leaves without bound: it falls while the other directions shrink, and then the steepest one takes "
    "over. A high floor is a floor, and a run that rises first may still arrive.",
)
def read_diverged():
    """What each curve does."""
    return {"a": "falling", "b": "floor", "c": "diverges", "d": "falling", "e": "floor"}


@read_diverged.mistake(
    "c falls at first, and that is all you went by. What does it do in the last 80 steps, by the same factor each time?"
)
def first_steps_only():
    return RIGHT | {"c": "falling"}


@read_diverged.mistake("c: its least loss is behind it, and it rises by the same factor in each step. Does a floor?")
def rising_line_taken_for_a_floor():
    return RIGHT | {"c": "floor"}


@read_diverged.mistake(
    "a rises at first, and that looks bad. Where is it at the end, and which way does it go? *Diverges* means: without "
    "bound."
)
def rises_first():
    return RIGHT | {"a": "diverges"}


@read_diverged.mistake(
    "b is high and jumps about. Is it higher at the end than in the middle? What keeps a run at one height, far above "
    "the least loss?"
)
def high_floor_taken_for_divergence():
    return RIGHT | {"b": "diverges"}


@read_diverged.mistake(
    "a and b: one rises at first, one is high and jumps about. Neither leaves without bound. Which curve does?"
)
def whatever_is_high():
    return RIGHT | {"a": "diverges", "b": "diverges"}


@read_diverged.mistake(
    "a and b are taken for divergence, and c is not. Look at the last 50 steps of each: which goes up by the same "
    "factor again and again?"
)
def by_the_first_ten_steps():
    return RIGHT | {"a": "diverges", "b": "diverges", "c": "falling"}


@read_diverged.mistake(
    "d falls by about the same factor to the very end: on the logarithmic axis a straight line down. Has it arrived?"
)
def slow_run_taken_for_a_floor():
    return RIGHT | {"d": "floor"}


@read_diverged.mistake(
    "a is taken for divergence, and c for something else. a is far lower at the end than at the start. Which curve "
    "goes up by the same factor, step after step, to the very end?"
)
def rises_first_and_c_overlooked():
    return RIGHT | {"a": "diverges", "c": "floor"}


@read_diverged.mistake(
    "a rises at first, c falls at first: you went by the first twenty steps. What do both do in the last 50?"
)
def first_steps_of_both():
    return RIGHT | {"a": "diverges", "c": "falling"}


@read_diverged.mistake(
    "b is taken for divergence, and c for falling. Compare each at step 50 with its end: which of the two goes up?"
)
def high_floor_for_divergence_and_c_overlooked():
    return RIGHT | {"b": "diverges", "c": "falling"}


@read_diverged.mistake(
    "b and e jump about, each around one height. Compare step 40 with the end: are they lower there?"
)
def noise_taken_for_falling():
    return RIGHT | {"b": "falling", "e": "falling"}


@read_diverged.mistake(
    "a and d are taken for floors. Both fall by about the same factor to the very end, one of them in swings. Have "
    "they arrived?"
)
def falling_lines_taken_for_floors():
    return RIGHT | {"a": "floor", "d": "floor"}


@read_diverged.mistake("Not all of them have arrived: look at the last 50 steps of a, c and d. Which way does each go?")
def all_floors():
    return {key: "floor" for key in RIGHT}


@read_diverged.mistake("e jumps about at one height from step 20 on. Is it still on its way?")
def low_floor_taken_for_falling():
    return RIGHT | {"e": "falling"}


@read_diverged.mistake("b has been at one height since its first steps. Is it still on its way?")
def high_floor_taken_for_falling():
    return RIGHT | {"b": "falling"}


@read_diverged.mistake("a swings, and each swing is lower than the one before, to the very end. Has it arrived?")
def swings_taken_for_a_floor():
    return RIGHT | {"a": "floor"}


read_diverged.accept(
    RIGHT,
    {key: RIGHT[key] for key in "edcba"},
    {key: text.capitalize() for key, text in RIGHT.items()},
    {key: text + " " for key, text in RIGHT.items()},
    {key: text.upper() for key, text in RIGHT.items()},
)
