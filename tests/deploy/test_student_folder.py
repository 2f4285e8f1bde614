"""The course in a student's folder: new files come, and a student's work stays whatever the course does."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "deploy" / "student_folder.py"
spec = importlib.util.spec_from_file_location("student_folder", PATH)
student_folder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(student_folder)

CHAPTER, EXERCISE = "notebooks/01_a.ipynb", "exercises/01_a/a.ipynb"


def hand_out(folder, **texts):
    for name, text in {CHAPTER: texts["chapter"], EXERCISE: texts["exercise"]}.items():
        path = folder / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return student_folder.bring_up_to_date(folder / "course", folder / "anna")


def test_what_nobody_changed_is_brought_up_to_date(tmp_path):
    assert hand_out(tmp_path, chapter="one", exercise="one") == []
    assert hand_out(tmp_path, chapter="two", exercise="two") == []
    assert (tmp_path / "anna" / CHAPTER).read_text() == (tmp_path / "anna" / EXERCISE).read_text() == "two"
    assert not (tmp_path / "anna" / "updated").exists()


def test_what_a_student_changed_stays_and_the_new_one_lies_beside(tmp_path):
    hand_out(tmp_path, chapter="one", exercise="one")
    mine = tmp_path / "anna" / EXERCISE
    mine.write_text("answer")
    assert hand_out(tmp_path, chapter="one", exercise="one") == []  # nothing new: nothing beside
    for exercise in ("two", "three"):
        assert hand_out(tmp_path, chapter="one", exercise=exercise) == [EXERCISE]
        assert mine.read_text() == "answer"
        assert (tmp_path / "anna" / "updated" / EXERCISE).read_text() == exercise


def test_what_a_student_deleted_comes_back_fresh(tmp_path):
    hand_out(tmp_path, chapter="one", exercise="one")
    (tmp_path / "anna" / EXERCISE).unlink()
    hand_out(tmp_path, chapter="one", exercise="two")
    assert (tmp_path / "anna" / EXERCISE).read_text() == "two"


@pytest.mark.parametrize("record", [None, "", "[]", "null", "3", '{"a": 1}'])
def test_without_a_record_everything_counts_as_changed(tmp_path, record):
    hand_out(tmp_path, chapter="one", exercise="one")
    path = tmp_path / "anna" / student_folder.HANDED_OUT
    path.unlink() if record is None else path.write_text(record)
    assert hand_out(tmp_path, chapter="two", exercise="one") == [CHAPTER]
    assert (tmp_path / "anna" / CHAPTER).read_text() == "one"


def test_a_file_of_the_student_s_own_is_never_touched(tmp_path):
    hand_out(tmp_path, chapter="one", exercise="one")
    own = tmp_path / "anna" / "notebooks" / "mine.ipynb"
    own.write_text("mine")
    hand_out(tmp_path, chapter="two", exercise="two")
    assert own.read_text() == "mine"
