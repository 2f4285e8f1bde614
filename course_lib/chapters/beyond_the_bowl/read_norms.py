"""Tell three steepest descents apart."""

from course_lib.checks.exercises import value

NORMS = {"A": "max", "B": "sum", "C": "euclidean"}


@value(
    options=("sum", "euclidean", "max"),
    praise="In the max norm every coordinate moves by the whole length, so the path is diagonal; in the sum norm one "
    "coordinate moves at a time; in the Euclidean norm the path crosses the contours at right angles.",
)
def read_norms():
    """The norm in which each path is the steepest."""
    return NORMS


@read_norms.mistake(
    "A and B are swapped. In the max norm a move costs the same whether one coordinate goes or both: what will it do?"
)
def max_and_sum_swapped():
    return {"A": "sum", "B": "max", "C": "euclidean"}


@read_norms.mistake("A and C are swapped. Which of the two meets the contours at right angles?")
def max_and_euclidean_swapped():
    return {"A": "euclidean", "B": "sum", "C": "max"}


@read_norms.mistake("B and C are swapped. Where only the sum counts, is it worth while to share it?")
def sum_and_euclidean_swapped():
    return {"A": "max", "B": "euclidean", "C": "sum"}


@read_norms.mistake(
    "None of the three is right. Begin with the one whose moves are all of them along an axis: which norm makes that "
    "worth while?"
)
def turned_one_way():
    return {"A": "sum", "B": "euclidean", "C": "max"}


@read_norms.mistake(
    "None of the three is right. Begin with the one that moves both coordinates by the same length each time."
)
def turned_the_other_way():
    return {"A": "euclidean", "B": "max", "C": "sum"}


@read_norms.mistake("Each norm belongs to one path, so no name can come twice.")
def one_norm_for_all():
    return {"A": "euclidean", "B": "euclidean", "C": "euclidean"}


read_norms.accept(
    {"A": "max", "B": "sum", "C": "euclidean"},
    {"C": "euclidean", "B": "sum", "A": "max"},
    {"A": "Max", "B": "Sum", "C": "Euclidean"},
    {"A": " max", "B": "sum ", "C": "euclidean"},
    {"A": "MAX", "B": "SUM", "C": "EUCLIDEAN"},
)
