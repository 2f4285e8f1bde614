"""`progress` reads saved notebooks of exercises: passed, tried or not begun, whatever stands in the files."""

import json
import re
from pathlib import Path

import pytest

from course_lib import diagnose, progress
from course_lib.checks.verdict import CheckFailed, check

ROOT = Path(__file__).parents[1]
RED = {"output_type": "error", "ename": "NameError", "evalue": "name 'f' is not defined", "traceback": []}


def said(text):
    """Return the output of a check that shows a text; notebooks store text in lines."""
    data = {"text/html": ["<div></div>"], "text/plain": text.splitlines(keepends=True)}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def verdict(name, answer, capsys):
    """Return what a check prints, as its cell's output."""
    try:
        check(name, answer)
    except CheckFailed:
        pass
    return said(capsys.readouterr().out.rstrip("\n"))


def write(folder, room, *outputs):
    """Write a notebook of exercises whose check cells have these outputs."""
    cells = [{"cell_type": "markdown", "source": ["# Exercises\n", "\n", "Read."], "metadata": {}}]
    for n, output in enumerate(outputs, start=1):
        cells.append({"cell_type": "markdown", "source": f"## {room[:2]}.{n} · <Task> {n}\n\nDo it.", "metadata": {}})
        answer = {"grade": False, "grade_id": f"task_{n}", "solution": True}
        graded = {"grade": True, "grade_id": f"check-task_{n}", "solution": False}
        for marks, shows in [(answer, said("✔ no check")), (graded, output)]:
            cells.append({"cell_type": "code", "source": "", "outputs": shows, "metadata": {"nbgrader": marks}})
    path = folder / room / f"{room[3:]}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}), encoding="utf-8")
    return path


def test_the_verdicts_of_real_checks_are_told_apart(tmp_path, capsys):
    passed = verdict("first_step", lambda w, grad, lr: w - lr * grad, capsys)
    wrong = verdict("first_step", lambda w, grad, lr: w + lr * grad, capsys) + [RED]
    blank = verdict("first_step", ..., capsys) + [RED]
    assert diagnose("predict_scaling", (10, ...)).status == "not attempted"
    half = verdict("predict_scaling", (10, ...), capsys) + [RED]
    write(tmp_path, "01_some_room", passed, wrong, blank, half, [], [RED])
    (chapter,) = progress(tmp_path).chapters
    states = [state for _, state in chapter.exercises]
    assert states == ["passed", "tried", "not begun", "not begun", "not begun", "tried"]
    assert [title for title, _ in chapter.exercises] == [f"01.{n} · <Task> {n}" for n in range(1, 7)]
    lines = repr(progress(tmp_path)).splitlines()
    assert lines[:2] == [
        "1 of 6 exercises passed, 2 tried, 3 not begun.",
        "01 Some room  █▒···▒  1 of 6 passed, 2 tried",
    ]


def test_the_table_says_the_same_and_escapes_what_it_found(tmp_path):
    write(tmp_path, "01_one", said("✔ Right."), [])
    write(tmp_path, "02_two", said("✘ Wrong."))
    table = progress(tmp_path)._repr_html_()
    assert "<p>1 of 3 exercises passed, 1 tried, 1 not begun.</p>" in table
    assert table.count("<tr>") == 2 and table.count("<span") == 3
    assert "<Task>" not in table and "01.1 · &lt;Task&gt; 1: passed" in table
    assert re.findall("<summary>(.*?)</summary>", table) == ["1 of 2 passed", "0 of 1 passed, 1 tried"]


def test_it_is_found_from_the_folder_of_the_notebook_upwards(tmp_path, monkeypatch):
    write(tmp_path / "exercises", "00_start", said("✔ Right."))
    for place in (tmp_path / "notebooks", tmp_path / "exercises" / "00_start", tmp_path):
        place.mkdir(exist_ok=True)
        monkeypatch.chdir(place)
        assert progress().sentence == "1 of 1 exercises passed, 0 tried, 0 not begun."
    monkeypatch.chdir(tmp_path / "notebooks")
    assert 'href="../exercises/00_start/start.ipynb"' in progress()._repr_html_()


def test_without_a_folder_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "There is no folder exercises/ here or above." in repr(progress())
    assert "There is no folder exercises/ here or above." in progress()._repr_html_()
    assert "holds no chapter" in repr(progress(tmp_path))


BROKEN = ["", "{", "[]", "3", '{"cells": 3}', '{"cells": [1]}', '{"cells": [{}]}']


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_notebook_is_named_and_the_others_count(tmp_path, text):
    write(tmp_path, "00_good", said("✔ Right."))
    write(tmp_path, "01_bad").write_text(text, encoding="utf-8")
    (tmp_path / "02_lost").mkdir()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    good, bad, lost = progress(tmp_path).chapters
    assert good.words == "1 of 1 passed"
    assert bad.words == "bad.ipynb cannot be read: it is no notebook, or it is damaged."
    assert lost.words == "lost.ipynb is not here."
    assert "01 Bad" in repr(progress(tmp_path)) and "damaged" in progress(tmp_path)._repr_html_()


def test_binary_rubbish_is_named(tmp_path):
    write(tmp_path, "01_bad").write_bytes(b"\xff\xfe\x00")
    assert "damaged" in repr(progress(tmp_path))


def test_nothing_is_changed(tmp_path):
    path = write(tmp_path, "00_good", said("✔ Right."))
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.rglob("*"))
    repr(progress(tmp_path))
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.rglob("*"))) == before


def test_every_exercise_of_the_course_is_listed():
    chapters = progress(ROOT / "exercises").chapters
    assert [chapter.path.parent.name for chapter in chapters] == sorted(
        path.name for path in (ROOT / "exercises").iterdir() if path.name[:2].isdigit()
    )
    assert all(chapter.exercises and not chapter.problem for chapter in chapters)
