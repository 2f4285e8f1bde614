"""Read from four paths which program made each."""

from course_lib.checks.exercises import value

CHOICES = ("course_lib", "pytorch", "keras", "optax")
RIGHT = {"A": "keras", "B": "course_lib", "C": "optax", "D": "pytorch"}


@value(
    options=CHOICES,
    praise="Where they come to rest tells the decay: none, decoupled, L2. Of the two that rest at the same point, the "
    "one that coasts on when η falls has η in its velocity.",
)
def read_whose_path():
    """Which program made which of the four paths."""
    return {"A": "keras", "B": "course_lib", "C": "optax", "D": "pytorch"}


def exchanged(one, other):
    """Return the right answer with two programs exchanged."""
    return RIGHT | {one: RIGHT[other], other: RIGHT[one]}


@read_whose_path.mistake(
    "A and B do rest at the same point. But one of them runs on when η falls at step 10, as if nobody had told its "
    "velocity. Which program keeps η in it?"
)
def a_and_b_exchanged():
    return exchanged("A", "B")


@read_whose_path.mistake(
    "A and C both swing far beyond 1. Where do they come to rest: which of them at the minimum, as if there were no "
    "decay at all?"
)
def a_and_c_exchanged():
    return exchanged("A", "C")


@read_whose_path.mistake(
    "A rests near the minimum, D far from it. With momentum, which kind of decay pulls 1/(1 − β) times as strongly?"
)
def a_and_d_exchanged():
    return exchanged("A", "D")


@read_whose_path.mistake(
    "C rests exactly at the minimum of the loss. Which of the four programs has a rule without any weight decay?"
)
def b_and_c_exchanged():
    return exchanged("B", "C")


@read_whose_path.mistake(
    "D rests halfway between 0 and the minimum, B close to the minimum. Whose decay goes into the gradient, and so "
    "through the velocity?"
)
def b_and_d_exchanged():
    return exchanged("B", "D")


@read_whose_path.mistake(
    "D is pulled towards 0 most of all, C not at all. Which program adds γw to the gradient, and which has no such "
    "argument?"
)
def c_and_d_exchanged():
    return exchanged("C", "D")


@read_whose_path.mistake(
    "C is right. Of the others, A and B rest at one point and D at another. Which two programs have the same kind of "
    "decay?"
)
def keras_is_taken_for_d():
    return RIGHT | {"A": "course_lib", "B": "pytorch", "D": "keras"}


@read_whose_path.mistake(
    "C is right, and of the two with one kind of decay, Keras and course_lib, one is at D here. But D rests alone: "
    "which program's decay is of another kind?"
)
def course_lib_is_taken_for_d():
    return RIGHT | {"A": "pytorch", "B": "keras", "D": "course_lib"}


read_whose_path.accept(
    RIGHT,
    dict(reversed(RIGHT.items())),
    {name: f" {choice.upper()} " for name, choice in RIGHT.items()},
    {name: choice.capitalize() for name, choice in RIGHT.items()},
    dict(zip("ABCD", RIGHT.values(), strict=True)),
)
