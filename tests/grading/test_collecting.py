"""Copies are found as people and platforms collect them; nothing is passed over in silence."""

import pytest

from jobs.grading.collecting import collect

from . import copies
from .copies import CHAPTER, NOTEBOOK

FRESH = copies.read("exercises")
OTHER = copies.ROOT / "exercises" / "06_momentum" / "momentum.ipynb"
NAMES = {CHAPTER: set(copies.POINTS), "06_momentum": {"momentum_step", "find_critical_damping"}}
WHOLE, BLANK = copies.Copy().content, copies.Copy(solved=False).content


def put(folder, path, content=WHOLE):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def found(folder):
    collected = collect(folder, CHAPTER, FRESH, NAMES)
    return {copy.student: copy for copy in collected.copies}, {one["path"]: one["sentence"] for one in collected.aside}


@pytest.mark.parametrize(
    "path, student, lms",
    [
        (f"anna/{CHAPTER}/{NOTEBOOK}", "anna", None),
        (f"Anna Maria/{NOTEBOOK}", "Anna Maria", None),
        (f"anna/{CHAPTER}/gradient_descent (1).ipynb", "anna", None),
        ("anna/homework.ipynb", "anna", None),
        (f"anna/02/deep/{NOTEBOOK}", "anna", None),
        (f"{CHAPTER}/anna/{NOTEBOOK}", "anna", None),
        (f"Ana Weiß_12_assignsubmission_file_/{NOTEBOOK}", "Ana Weiß_12", "moodle"),
        (f"Ana Weiß_12_assignsubmission_file/{NOTEBOOK}", "Ana Weiß_12", "moodle"),
        (f"Ana Weiß_12_file/{NOTEBOOK}", "Ana Weiß_12", "moodle"),
        (f"{CHAPTER}/Ana Weiß_12_assignsubmission_file_/x.ipynb", "Ana Weiß_12", "moodle"),
        ("weissana_12_345_gradient_descent.ipynb", "weissana_12", "canvas"),
        ("weissana_LATE_12_345_gradient_descent-2.ipynb", "weissana_12", "canvas"),
        (f"{CHAPTER}/weissana_12_345_anything.ipynb", "weissana_12", "canvas"),
    ],
)
def test_a_copy_is_taken_from_where_it_lies(tmp_path, path, student, lms):
    put(tmp_path, path)
    taken, aside = found(tmp_path)
    assert list(taken) == [student] and not taken[student].problem and not aside
    assert taken[student].lms.get("from") == lms and taken[student].lms.get("late", False) == ("LATE" in path)


@pytest.mark.parametrize(
    "path, content, says",
    [
        (f"{NOTEBOOK}", WHOLE, "no student's name"),
        ("submissions.zip", b"PK", "unpack it first"),
        ("anna/report.pdf", b"%PDF", "no notebook"),
    ],
)
def test_what_is_no_copy_is_named(tmp_path, path, content, says):
    put(tmp_path, path, content)
    taken, aside = found(tmp_path)
    assert not taken and says in aside[path]


def test_a_student_without_a_notebook_is_named(tmp_path):
    put(tmp_path, "Ana_12_assignsubmission_file_/answer.docx", b"")
    (tmp_path / "bert" / CHAPTER).mkdir(parents=True)
    taken, _aside = found(tmp_path)
    assert taken["Ana_12"].problem == "There is no notebook, but answer.docx."
    assert "no notebook" in taken["bert"].problem


def test_what_the_system_left_there_is_nobodys(tmp_path):
    for path in (".DS_Store", "__MACOSX/x", f"anna/{CHAPTER}/.ipynb_checkpoints/{NOTEBOOK}", "anna/.git/x"):
        put(tmp_path, path)
    put(tmp_path, f"anna/{CHAPTER}/{NOTEBOOK}")
    taken, aside = found(tmp_path)
    assert list(taken) == ["anna"] and not aside


def test_other_chapters_are_left_for_another_time(tmp_path):
    put(tmp_path, "anna/06_momentum/momentum.ipynb", OTHER.read_bytes())
    put(tmp_path, "bert_12_34_momentum.ipynb", OTHER.read_bytes())
    put(tmp_path, "Cleo_12_assignsubmission_file_/momentum.ipynb", OTHER.read_bytes())
    assert found(tmp_path) == ({}, {})


def test_of_several_copies_the_usual_name_counts_and_nothing_is_guessed(tmp_path):
    put(tmp_path, f"anna/{CHAPTER}/{NOTEBOOK}")
    put(tmp_path, f"anna/{CHAPTER}/gradient_descent-Copy1.ipynb", BLANK)
    put(tmp_path, f"bert/{CHAPTER}/a.ipynb")
    put(tmp_path, f"bert/{CHAPTER}/b.ipynb", BLANK)
    put(tmp_path, f"cleo/{CHAPTER}/a.ipynb")
    put(tmp_path, f"cleo/{CHAPTER}/b.ipynb")
    taken, aside = found(tmp_path)
    assert (
        taken["anna"].path.name == NOTEBOOK
        and "counts, and differs" in aside[f"anna/{CHAPTER}/gradient_descent-Copy1.ipynb"]
    )
    assert (
        "2 copies that differ" in taken["bert"].problem
        and "'bert/02_gradient_descent/b.ipynb'" in taken["bert"].problem
    )
    assert not taken["cleo"].problem


def test_a_link_is_not_followed(tmp_path):
    put(tmp_path, f"anna/{CHAPTER}/{NOTEBOOK}")
    try:
        (tmp_path / "bert").symlink_to(tmp_path / "anna")
    except OSError:
        pytest.skip("this system makes no links")
    taken, aside = found(tmp_path)
    assert list(taken) == ["anna"] and "link" in aside["bert"]
