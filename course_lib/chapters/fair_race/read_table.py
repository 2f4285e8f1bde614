"""Read a table of six comparisons: which sentences does it support?"""

from course_lib.checks.exercises import value


@value(
    options=("supported", "not supported"),
    praise="A clear difference stays clear among six, an interval that barely misses 1 does not; undecided is not "
    "equal, but a narrow interval around 1 does say that the difference is small; and nobody looked at test rows.",
)
def read_table():
    """Whether the table supports each sentence."""
    return {"a": "supported", "b": "not supported", "c": "not supported", "d": "supported", "e": "not supported"}


RIGHT = {"a": "supported", "b": "not supported", "c": "not supported", "d": "supported", "e": "not supported"}


@read_table.mistake("Everything is supported? Sentence c calls two rules equal. Does its interval exclude a tenth?")
def everything():
    return dict.fromkeys(RIGHT, "supported")


@read_table.mistake(
    "Nothing is supported? D's interval is far from 1. Made 1.4 times as wide on logarithms, where does it end?"
)
def nothing():
    return dict.fromkeys(RIGHT, "not supported")


@read_table.mistake(
    "a: on D the interval lies far below 1. Made half as wide again, for six comparisons, would it reach 1?"
)
def clear_difference_denied():
    return RIGHT | {"a": "not supported"}


@read_table.mistake("b: the interval of A ends at 0.99. It is one of six. Make it wide enough for six, and look again.")
def six_comparisons_forgotten():
    return RIGHT | {"b": "supported"}


@read_table.mistake(
    "c: on B the table could not tell the two rules apart. It does not exclude that one is a tenth better. Is "
    "*undecided* the same as *equal*?"
)
def undecided_taken_for_equal():
    return RIGHT | {"c": "supported"}


@read_table.mistake("d: the interval of E contains 1, and it is narrow. How large a difference does it leave room for?")
def narrow_interval_says_nothing():
    return RIGHT | {"d": "not supported"}


@read_table.mistake("e: which loss did the race measure? Nobody looked at rows that were not trained on.")
def training_taken_for_test():
    return RIGHT | {"e": "supported"}


@read_table.mistake("Both A and D are taken for decided. One of the two intervals survives that there are six of them.")
def each_verdict_alone():
    return RIGHT | {"b": "supported", "e": "supported"}


@read_table.mistake(
    "b and c: an interval that barely misses 1 does not decide six comparisons, and one that contains 1 says *equal* "
    "only if it is narrow. How wide is B's?"
)
def b_and_c():
    return RIGHT | {"b": "supported", "c": "supported"}


read_table.accept(
    RIGHT,
    {key: RIGHT[key] for key in "edcba"},
    {key: text.capitalize() for key, text in RIGHT.items()},
    {key: text + " " for key, text in RIGHT.items()},
    {key: text.upper() for key, text in RIGHT.items()},
)
