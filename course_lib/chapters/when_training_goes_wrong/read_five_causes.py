"""Read five pairs of curves: which cause has each?"""

from course_lib.checks.exercises import value

CHOICES = ("rate too small", "rate too large", "too few rows", "wrong labels", "first weights too small")


@value(
    options=CHOICES,
    once=True,
    praise="Each pair has its signature: slow and together; thrown up once, and never low again; a gap that opens "
    "at 0; new rows that do better than old ones for long; a long wait, and then a fall.",
)
def read_five_causes():
    """The cause of each run."""
    return {
        "A": "wrong labels",
        "B": "first weights too small",
        "C": "rate too large",
        "D": "too few rows",
        "E": "rate too small",
    }


def exchanged(one, other):
    """Return the right answer with two runs exchanged."""
    right = read_five_causes.reference()
    return right | {one: right[other], other: right[one]}


@read_five_causes.mistake(
    "In D the training loss goes to 0: the labels it has are learned without trouble, and new rows do worse. In A the "
    "new rows do better than the old ones for long. What can be wrong with the old ones?"
)
def a_and_d_exchanged():
    return exchanged("A", "D")


@read_five_causes.mistake(
    "B stands still and then falls to 0, E falls slowly all the time. A rate that is too small never makes a run fall "
    "fast later. Which of the two wakes up?"
)
def b_and_e_exchanged():
    return exchanged("B", "E")


@read_five_causes.mistake(
    "C begins well, is thrown up once, and never gets low again. A's training loss falls nearly all the time, and for "
    "long its two curves are in the wrong order. Which of them is the rate's fault?"
)
def a_and_c_exchanged():
    return exchanged("A", "C")


@read_five_causes.mistake(
    "C falls fast, and one step throws it above 10. A rate that is too small never goes far in one step. Which curve "
    "is smooth from the start, and still high?"
)
def c_and_e_exchanged():
    return exchanged("C", "E")


@read_five_causes.mistake(
    "B waits at one height and then learns all; C learns at once and is then thrown up. Which of them has weak "
    "signals, which long steps?"
)
def b_and_c_exchanged():
    return exchanged("B", "C")


@read_five_causes.mistake(
    "A's held-out loss lies below its training loss for long. Do few rows do that, or long steps?"
)
def a_taken_for_few_rows():
    return read_five_causes.reference() | {"A": "too few rows"}


@read_five_causes.mistake(
    "D learns its rows quickly and perfectly, and new rows do worse from the start. In a run with wrong labels, the "
    "training loss is the higher one for long. In D?"
)
def d_taken_for_wrong_labels():
    return read_five_causes.reference() | {"D": "wrong labels"}


@read_five_causes.mistake("B stands still first: but then it falls fast, at the same rate. So was the rate too small?")
def b_taken_for_a_small_rate():
    return read_five_causes.reference() | {"B": "rate too small"}


@read_five_causes.mistake("E falls from the first step on, slowly and smoothly. What would weak signals do at first?")
def e_taken_for_small_weights():
    return read_five_causes.reference() | {"E": "first weights too small"}


read_five_causes.accept(
    dict(A="wrong labels", B="first weights too small", C="rate too large", D="too few rows", E="rate too small"),
    {
        "E": "rate too small",
        "D": "too few rows",
        "C": "rate too large",
        "B": "first weights too small",
        "A": "wrong labels",
    },
    {letter: cause.upper() for letter, cause in zip("ABCDE", [CHOICES[k] for k in (3, 4, 1, 2, 0)], strict=True)},
    {letter: f"{cause} " for letter, cause in zip("ABCDE", [CHOICES[k] for k in (3, 4, 1, 2, 0)], strict=True)},
    {letter: cause.capitalize() for letter, cause in zip("ABCDE", [CHOICES[k] for k in (3, 4, 1, 2, 0)], strict=True)},
)
