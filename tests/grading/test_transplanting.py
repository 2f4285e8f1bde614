"""Answers are found in whatever state a copy is, and put into a fresh exercise; nothing is guessed."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.grading import names
from jobs.grading.asking import asked
from jobs.grading.reading import Unreadable, cells_of
from jobs.grading.transplanting import NotThisChapter, transplant

from . import copies

FRESH = copies.read("exercises")
SOLVED = copies.solutions()


def transplanted(copy):
    return transplant(cells_of(copy.content), FRESH)


def answers(done):
    return {one.name: one.stub for one in asked(done.notebook)}


def test_a_whole_copy_needs_no_repair():
    done = transplanted(copies.Copy())
    assert answers(done) == SOLVED and not done.repairs
    assert [cell.get("id") for cell in done.notebook.cells] == [cell.get("id") for cell in FRESH.cells]


def test_an_empty_exercise_stays_one():
    done = transplanted(copies.Copy(solved=False))
    assert done.notebook == FRESH and not done.repairs


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(sorted(SOLVED))), st.booleans())
def test_cells_may_be_anywhere_and_lose_their_marks(random, unmarked, shuffled):
    """Functions are found wherever they stand; the marks tell which cell answers, wherever that stands."""
    copy = copies.Copy()
    for name in unmarked:
        if names.names_of(SOLVED[name]).bound == {name}:  # a function, whose name no other exercise asks for
            cell = copy.answer(name)
            cell.metadata, cell.id = nbformat.from_dict({}), f"x{name}"
    if shuffled:
        random.shuffle(copy.notebook.cells)
    assert answers(transplanted(copy)) == SOLVED


@settings(max_examples=25)
@given(st.sampled_from(["gradient_descent", "stop_step", "mend_zigzag"]), st.data(), st.booleans(), st.booleans())
def test_a_function_split_at_any_line_is_put_together(name, data, marked, spaced):
    lines = SOLVED[name].splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    copy = copies.Copy().write(name, "\n".join(lines[:at]))
    copy.insert(copy.at(name) + 1, "pass", 70, like=name if marked else None)
    copy.notebook.cells[copy.at(name) + 1].source = "\n".join(lines[at:])
    if spaced:
        copy.insert(copy.at(name) + 1, "")
    done = transplanted(copy)
    assert answers(done)[name].split() == SOLVED[name].split()
    assert {repair["exercise"] for repair in done.repairs} == {name}


@pytest.mark.parametrize("counts, taken", [((5, 6), "second"), ((6, 5), "first"), ((None, None), "second")])
def test_of_two_answers_the_last_that_ran_counts(counts, taken):
    copy = copies.Copy().write("predict_height", "height = 'first'")
    copy.answer("predict_height").execution_count = counts[0]
    copy.insert(copy.at("predict_height") + 1, "height = 'second'", counts[1], like="predict_height")
    done = transplanted(copy)
    assert answers(done)["predict_height"] == f"height = '{taken}'"
    assert "2 cells that differ" in done.repairs[0]["sentence"]


def test_a_stub_beside_an_answer_is_no_second_answer():
    copy = copies.Copy(solved=False)
    copy.insert(copy.at("predict_height") + 1, "height = 1", like="predict_height")
    assert answers(transplanted(copy))["predict_height"] == "height = 1"


def test_an_answer_in_a_new_cell_is_found_where_the_old_one_was_left():
    copy = copies.Copy(solved=False)
    copy.insert(copy.at("check-predict_steps"), SOLVED["predict_steps"], 9)
    copy.insert(copy.at("check-train_diabetes"), "steps = 13", 8)  # the same name, in another exercise
    found = answers(transplanted(copy))
    assert found["predict_steps"] == SOLVED["predict_steps"] and found["train_diabetes"] == "steps = 13"


def test_a_number_tried_somewhere_else_is_no_answer():
    copy = copies.Copy(solved=False)
    copy.notebook.cells.append(nbformat.v4.new_code_cell("lr = 0.317", execution_count=99))
    assert "lr = ..." in answers(transplanted(copy))["find_learning_rate"]


def test_cells_of_ones_own_stay_where_they_stood():
    copy = copies.Copy().insert("stop_step", "import itertools")
    copy.notebook.cells.insert(0, nbformat.v4.new_markdown_cell("My notes"))
    cells = transplanted(copy).notebook.cells
    own = [cell.source for cell in cells if cell.metadata.get("descent") == "own"]
    assert own == ["My notes", "import itertools"]
    (at,) = (k for k, cell in enumerate(cells) if cell.source == "import itertools")
    assert copies.grade_id(cells[at + 1]) == "stop_step"


def test_points_and_checks_are_those_of_the_fresh_exercise():
    copy = copies.Copy()
    for cell in copy.code():
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = 100
            cell.source = "print('ha')"
    done = transplanted(copy)
    assert {one.name: one.points for one in asked(done.notebook)} == copies.POINTS
    assert all("check cell was changed" in repair["sentence"] for repair in done.repairs) and done.repairs


def test_another_chapters_notebook_is_refused():
    other = nbformat.writes(copies.read("solutions", "06_momentum")).encode()
    with pytest.raises(NotThisChapter):
        transplant(cells_of(other), FRESH)


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "no text"),
        (b"%PDF-1.4", "another kind of file"),
        (copies.Copy().content[:5000], "cut off"),
        (b"[" * 10**6, "nested"),
        (b'{"nbformat": 4}', "no cells"),
        (b"[]", "no cells"),
    ],
)
def test_what_is_no_notebook_is_said(content, says):
    with pytest.raises(Unreadable, match=says):
        cells_of(content)


@settings(max_examples=25)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda some: (
            st.lists(some, max_size=3)
            | st.dictionaries(
                st.sampled_from(["cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "cells"]), some
            )
        ),
    )
)
def test_any_json_is_read_or_refused(data):
    for content in (data, {"cells": data}, {"cells": [data, {"cell_type": "code", "metadata": data, "source": data}]}):
        try:
            transplant(cells_of(json.dumps(content).encode()), FRESH)
        except (Unreadable, NotThisChapter):
            pass


def test_names_bound_and_used():
    found = names.names_of(
        "import numpy as np\ndef f(x):\n    return helper(x) + np.pi\nfor k in range(3):\n    a[k] = g = 1"
    )
    assert found.bound == {"np", "f", "k", "g"} and {"helper", "np", "range", "a"} <= found.used
    assert found.changed == {"a"} and found.runs and not found.star
    assert names.names_of("from numpy import *").star and not names.names_of("def f(:").runs
    assert names.names_of("%matplotlib inline\nx = !ls").bound == {"x"}
    assert names.names_of("%%time\nx = y").bound == {"x"}


def test_imports_that_nobody_uses_are_left_out():
    source = "import numpy as np\nfrom course_lib import check, fit\nfrom a.b import c as d"
    assert names.without_idle_imports(source, {"np", "fit"}) == "import numpy as np\nfrom course_lib import fit"
