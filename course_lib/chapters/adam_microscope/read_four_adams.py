"""Read four broken Adams by their curves."""

from course_lib.checks.exercises import value

CHOICES = ("no correction", "betas exchanged", "corrected moments kept", "no division by the root", "uphill")


@value(
    options=CHOICES,
    praise="Each mistake has its signature: a jump off the chart, a start that is too quick, a standstill, a "
    "swing that "
    "never ends.",
)
def read_four_adams():
    """Which mistake made which of the four curves."""
    return {
        "A": "no division by the root",
        "B": "no correction",
        "C": "corrected moments kept",
        "D": "betas exchanged",
    }


def exchanged(one, other):
    """Return the right answer with two curves exchanged."""
    right = read_four_adams.reference()
    return right | {one: right[other], other: right[one]}


@read_four_adams.mistake(
    "A comes back in the end, so it is no rule that goes uphill: that loss would rise at every step. What makes a step "
    "grow with the gradient?"
)
def uphill():
    return read_four_adams.reference() | {"A": "uphill"}


@read_four_adams.mistake(
    "D begins exactly like the right rule and ends in a swing; B begins too quickly and ends well. Which of the two "
    "has its corrections?"
)
def b_and_d_exchanged():
    return exchanged("B", "D")


@read_four_adams.mistake(
    "D comes close to the minimum and swings out again; C stands still, as if it divided by ever more. Which of the "
    "two has a wrong memory, and which a state that grows?"
)
def c_and_d_exchanged():
    return exchanged("C", "D")


@read_four_adams.mistake(
    "C stands still: its steps become shorter and shorter. A rule that does not divide takes steps as large as the "
    "gradient. Which curve jumps?"
)
def a_and_c_exchanged():
    return exchanged("A", "C")


@read_four_adams.mistake(
    "Without correction the steps are at most a few times too long. B is quick, and A jumps far above its start: which "
    "of them has no bound?"
)
def a_and_b_exchanged():
    return exchanged("A", "B")


@read_four_adams.mistake(
    "B is quicker than the right rule at first, and C stands still. A state that is corrected again and again grows: "
    "what does a large v̂ do to the steps?"
)
def b_and_c_exchanged():
    return exchanged("B", "C")


@read_four_adams.mistake(
    "A jumps above its start in the first steps, D only swings around the minimum later. Which of them has no bound on "
    "its steps?"
)
def a_and_d_exchanged():
    return exchanged("A", "D")


CURVES = {"A": "no division by the root", "B": "no correction", "C": "corrected moments kept", "D": "betas exchanged"}


read_four_adams.accept(
    CURVES,
    dict(reversed(CURVES.items())),
    {name: f" {choice.upper()} " for name, choice in CURVES.items()},
    {name: choice.capitalize() for name, choice in CURVES.items()},
    dict(zip("ABCD", CURVES.values(), strict=True)),
)
