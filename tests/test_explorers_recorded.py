"""Recordings of explorers: what is packed can be unpacked, and is what the explorer draws."""

import gzip
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib import chapters
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
from course_lib.chapters.stochastic_gradient_descent.explorer import BatchSizeExplorer
from course_lib.explore import Choice, Explorer, Slider, Toggle
from course_lib.explore.recording import GAP, HIGH, LOW, MOST_PICTURES, _grid, record, record_within, within
from jobs.book import pages

ROOT = Path(__file__).parents[1]
UNIT = (HIGH - LOW) / (GAP - 1)


def unpacked(recording):
    """Return the head of a recording, and for each picture its marks' points: written apart from the packing."""
    block = gzip.decompress(recording)
    size = int.from_bytes(block[:4], "little")
    head = json.loads(block[4 : 4 + size])
    numbers = np.frombuffer(block[4 + size + sum(head["backgrounds"]) :], np.uint8).astype(int)
    numbers = numbers[: len(numbers) // 2] + 256 * numbers[len(numbers) // 2 :]
    pictures, old, at = [], [], 0
    for picture in head["pictures"]:
        marks = []
        for place, (_, count) in enumerate(picture["marks"]):
            points = np.empty((count, 2), int)
            for row in range(count):
                same = old[place][row] if place < len(old) and row < len(old[place]) else None
                before = same if same is not None else points[row - 1] if row else 0
                points[row] = (before + numbers[at : at + 2]) % 65536
                at += 2
            marks.append(points)
        old = marks
        pictures.append([np.where(points == GAP, np.nan, LOW + UNIT * points) for points in marks])
    assert at == len(numbers)
    return head, pictures


def drawn(explorer):
    """Return the points of each mark of a picture, as the browser gets them."""
    points = np.frombuffer(explorer.drawn["points"], "<f4").reshape(-1, 2).astype(float)
    return np.split(points, np.cumsum([mark["n"] for mark in explorer.drawn["marks"]])[:-1])


@pytest.mark.parametrize("kind", chapters.explorers().values(), ids=lambda kind: kind.__name__)
def test_a_recording_holds_what_the_explorer_draws(kind):
    explorer = kind()
    before = explorer.values
    head, pictures = unpacked(record(explorer, most=6))
    points = {name: value for name, value in before.items() if isinstance(value, tuple)}  # lists, in JSON
    assert explorer.values == before == head["form"]["first"] | points
    grid = {axis["name"]: axis["values"] for axis in head["grid"]}
    assert kind.recorded and set(grid) <= set(kind.recorded)  # none has a goal here
    assert len(pictures) == np.prod([len(values) for values in grid.values()])
    assert all(before[name] in values for name, values in grid.items())
    assert [spec["name"] for spec in head["form"]["controls"] if not spec["rest"]] == [
        control.name for control in explorer.controls if control.name in grid
    ]
    corners = np.array(np.meshgrid(*grid.values(), indexing="ij"), dtype=object).reshape(len(grid), -1).T
    for number in (0, len(pictures) // 2, -1):
        explorer.set(**dict(zip(grid, corners[number], strict=True)))
        picture = head["pictures"][number]
        assert head["texts"][picture["sentence"]] == explorer.drawn["sentence"]
        assert head["texts"][picture["answer"]] == explorer.answer
        for mark, (look, _), got, want in zip(
            explorer.drawn["marks"], picture["marks"], pictures[number], drawn(explorer), strict=True
        ):
            assert head["look"][look] == {key: value for key, value in mark.items() if key != "n"}
            inside = ((want >= LOW) & (want <= HIGH)).all(axis=-1)
            for point in want[inside]:
                assert np.nanmin(np.abs(got - point).max(axis=-1)) <= 0.51 * UNIT + 1e-7


@given(points=arrays(float, st.tuples(st.integers(2, 12), st.just(2)), elements=st.floats(-30, 30)))
@settings(max_examples=200)
def test_a_line_is_cut_at_the_box_and_nowhere_else(points):
    cut = within(points)
    assert ((cut >= LOW - 1e-9) & (cut <= HIGH + 1e-9) | np.isnan(cut)).all()
    # Walk along the line: what lies inside of the box is on the cut line, by its nearest segment.
    for start, end in zip(points[:-1], points[1:], strict=True):
        for share in (0, 0.31, 0.77, 1):
            point = start + share * (end - start)
            if ((point > LOW + 1e-6) & (point < HIGH - 1e-6)).all():
                assert _distance(cut, point) < 1e-6


def _distance(line, point):
    """Return how far a point is from a broken line."""
    starts, ways = line[:-1], np.diff(line, axis=0)
    lengths = (ways**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(np.where(lengths > 0, ((point - starts) * ways).sum(axis=-1) / lengths, 0), 0, 1)
    return np.nanmin(np.sqrt(((starts + share[:, None] * ways - point) ** 2).sum(axis=-1)))


def test_a_gap_in_a_line_stays_a_gap():
    line = np.array([[0.1, 0.1], [0.2, 0.1], [np.nan, np.nan], [0.2, 3.0], [0.3, 0.5]])
    cut = within(line)
    np.testing.assert_allclose(cut, [[0.1, 0.1], [0.2, 0.1], [np.nan, np.nan], [0.27, HIGH], [0.3, 0.5]])


def test_a_recording_keeps_to_the_size_that_is_asked():
    explorer = DescentExplorer(lr=0.02, hide=("surface", "rule"))
    small, large = record_within(explorer, 70_000), record_within(explorer, 120_000)
    assert len(small) <= 70_000 and len(large) <= 120_000
    assert len(unpacked(small)[1]) < len(unpacked(large)[1])


def explorers_with_a_goal(folder):
    """Yield the name and the explorer of each exercise whose goal can be dragged to."""
    for path in pages.pages_of(ROOT)[1]:
        for name, code in pages.exercise_page(path, folder)[1].items():
            if "goal=" in code:
                room = {}
                exec(code, room)
                yield name, room["explorer"]


def test_every_goal_can_be_met_in_a_recording_and_is_not_at_first(tmp_path):
    found = dict(explorers_with_a_goal(tmp_path))
    assert len(found) > 15
    for name, explorer in found.items():
        grid = _grid(explorer, None, MOST_PICTURES)
        assert set(explorer.goal.names) <= set(grid), name
        answers = product(*(set(explorer.goal.values(each)) & set(grid[each]) for each in explorer.goal.names))
        assert any(explorer.goal.verdict(dict(zip(explorer.goal.names, one, strict=True)))[0] for one in answers), name
        assert explorer.met is False, name


@pytest.mark.parametrize("goal, room", [("find_largest_batch", {}), (None, {"batch_size": 3})])
def test_a_recording_keeps_the_values_that_mean_something(goal, room):
    grid = _grid(BatchSizeExplorer(goal=goal, hide=("fixed_cost",), **room), None, 800)
    assert {1, 2, 4, 8, 16, 32, 64, 128, 256, 442} <= set(grid["batch_size"])
    assert {0.01, 0.1, 1.0} <= set(grid["lr"]) and (goal is None or 0.12 in grid["lr"])


def test_a_recording_stops_at_round_numbers_and_what_is_played_takes_its_first_steps_one_by_one():
    grid = _grid(DescentExplorer(kappa=10, lr=0.02, steps=40, hide=("surface", "rule")), None, MOST_PICTURES)
    assert {0.01, 0.02, 0.03, 0.05, 0.1, 0.182, 0.19, 0.2, 0.3, 1.0, 10.0} <= set(grid["lr"])
    assert grid["steps"][:7] == list(range(7)) and {10, 20, 40, 50, 100, 200} <= set(grid["steps"])


def test_few_values_are_round_within_their_bounds_and_no_more_than_asked():
    for kind in chapters.explorers().values():
        for control in kind.controls:
            for most in (2, 5, 17, 40, 200) if isinstance(control, Slider) else ():
                values = control.telling(most, wanted=(0.3, -1e9))
                assert 1 < len(values) <= most and values == sorted(set(values)), control.name
                assert values[0] == control.low and values[-1] == control.high, control.name
                assert [control.checked(value) for value in values] == values, control.name


@pytest.mark.parametrize(
    "controls, message",
    [
        (("nothing",), "got 'nothing'; there are surface, kappa, angle, lr"),
        (("start",), "got 'start'"),
        (("rule",), "got 'rule'"),
        (("lr", "steps", "kappa"), "one or two, got 3"),
        ((), "one or two, got 0"),
    ],
)
def test_what_cannot_be_recorded_is_said(controls, message):
    with pytest.raises(ValueError, match=message):
        record(DescentExplorer(hide="rule"), controls)


class Switches(Explorer):
    answers = ("name",)
    controls = (
        Choice(name="name", label="name", value="b", options=("a", "b", "c")),
        Toggle(name="on", label="on", value=True),
        Slider(name="count", label="count", low=0, high=3, value=2, whole=True),
    )

    def background(self, figure):
        return figure.subplots()

    def draw(self, pen, ax, v, result):
        pen.dots(ax, [0.5] * v.count, [0.5] * v.count, color="#000000")

    def sentence(self, v, result):
        return f"{v.name} {v.on} {v.count}"


@pytest.mark.parametrize(
    "controls, texts",
    [
        (("name", "on"), ["a False 2", "a True 2", "b False 2", "b True 2", "c False 2", "c True 2"]),
        (("count", "on"), [f"b {on} {count}" for count in range(4) for on in (False, True)]),
        ("count", [f"b True {count}" for count in range(4)]),
        (None, ["a True 2", "b True 2", "c True 2"]),
    ],
)
def test_choices_and_toggles_are_recorded_whole(controls, texts):
    head, pictures = unpacked(record(Switches(), controls))
    assert [head["texts"][picture["sentence"]] for picture in head["pictures"]] == texts
    assert len(pictures) == len(texts)
