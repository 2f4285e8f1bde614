"""What the explorer of the first chapter draws and says, against the parabola written out; what its text claims."""

import inspect

import numpy as np
import pytest

from course_lib import GradientDescent, Optimizer, diagnose
from course_lib.chapters.start_here.explorer import FirstStepExplorer
from course_lib.words import short


@pytest.mark.parametrize("lr", [0.1, 0.5, 1, 1.5, 2, 2.9])
@pytest.mark.parametrize("start", [-5.0, 0.9, 1.1, 7.0])
@pytest.mark.parametrize("steps", [1, 2, 20])
def test_the_points_and_the_sentence_are_those_of_the_closed_form(lr, start, steps):
    explorer = FirstStepExplorer(lr=lr, steps=steps, start=start)
    w = 1 + (1 - lr) ** np.arange(steps + 1) * (start - 1)
    np.testing.assert_allclose(explorer.result.w[:, 0], w, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(explorer.result.loss, (w - 1) ** 2 / 2, rtol=1e-9, atol=1e-9)
    numbers = f"to w = {short(explorer.result.w[-1, 0])}, where the loss is {short(explorer.result.loss[-1])}."
    assert numbers in explorer.describe()
    assert f"{steps} {'step leads' if steps == 1 else 'steps lead'} from w = {short(start)} " in explorer.describe()
    line, dots, losses, of_losses = explorer._pen.marks
    np.testing.assert_array_equal(dots.points[:, 0], np.clip(explorer.result.w[:, 0], -100, 100))
    np.testing.assert_array_equal(of_losses.points, np.column_stack([np.arange(steps + 1), explorer.result.loss]))
    assert explorer._pen.handles[0][1].points.tolist() == [[start, explorer.result.loss[0]]]


def test_nothing_moves_from_the_lowest_place_and_without_a_step():
    for lr in (0.1, 1, 2, 2.5):
        explorer = FirstStepExplorer(lr=lr, start=1)
        assert (explorer.result.w == 1).all()
        assert "stays there" in explorer.describe() and "diverges" not in explorer.describe()
    said = FirstStepExplorer(lr=2.5, steps=0, start=5).describe()
    assert "w = 5, where the loss is 8. No step" in said and "diverges" not in said


def test_the_slider_stops_at_the_two_rates_that_the_chapter_asks_for():
    lr = next(control for control in FirstStepExplorer.controls if control.name == "lr")
    assert {0.1, 0.5, 1.0, 1.5, 2.0, 2.5} <= set(lr.stops(10**6))
    for rate in (0.9999, 1.9999, 2.0001):  # typed: no rounding to the special ones
        assert f"{rate:g}" in FirstStepExplorer(lr=rate).describe()


@pytest.mark.parametrize(
    ("name", "answer", "mistake"),
    [
        ("first_step", lambda w, grad, lr: w - lr * w * grad, "times w"),
        ("first_step", lambda w, grad, lr: w - lr * w, "w in place of the gradient"),
        ("predict_landing", -2.56, "distance instead of place"),
        ("predict_landing", 2.56, "size of the distance"),
        ("predict_landing", 3.56, "other side"),
        ("predict_landing", -3.072, "slope of the first parabola"),
        ("predict_landing", -21, "first slope kept"),
        ("predict_landing", 4.2, "two steps"),
    ],
)
def test_a_wrong_answer_is_named(name, answer, mistake):
    assert diagnose(name, answer).misconception == mistake


def test_the_landing_is_that_of_the_rule():
    w = np.array([6.0])
    for t in (1, 2, 3):
        w, _ = GradientDescent(lr=1.8).step(w, w - 1, None, t=t)
    assert diagnose("predict_landing", float(w[0])).status == "correct"


@pytest.mark.parametrize(
    ("lr", "manner"),
    [
        (0.99, "of the way to the lowest point"),
        (1, "exactly to the lowest point"),
        (1.01, "over it, and still closer"),
        (1.99, "over it, and still closer"),
        (2, "just as far on the other side, for ever"),
        (2.01, "farther off: it diverges"),
    ],
)
def test_the_manner_is_that_of_the_distances(lr, manner):
    explorer = FirstStepExplorer(lr=lr, steps=2, start=5)
    assert manner in explorer.describe()
    before, after = np.abs(explorer.result.w[:2, 0] - 1)
    closer = "for ever" not in manner and "diverges" not in manner
    assert (after < before) == closer
    assert (explorer.result.w[1, 0] < 1) == (lr > 1)


def test_the_two_places_that_the_chapter_prints_make_the_whole_rule():
    assert inspect.getsource(GradientDescent.direction).splitlines()[-1].strip() == "return grad, None"
    assert inspect.getsource(Optimizer.step).splitlines()[-1].strip() == "return w - lr * direction, state"
    w, grad = np.array([3.0, -1.0]), np.array([2.0, 5.0])
    assert GradientDescent(lr=0.1).step(w, grad, None, t=1)[0].tolist() == (w - 0.1 * grad).tolist()


def test_the_first_check_shows_the_first_mistake_and_a_step_on_flat_ground_counts():
    assert diagnose("first_step", lambda w, grad, lr: w + lr * grad).misconception == "uphill"

    def restless(w, grad, lr):
        return w - lr * grad if grad.any() else w + lr

    assert diagnose("first_step", restless).status == "incorrect"


def test_the_parabola_stands_behind_the_points_and_the_axes_hold_every_start():
    explorer = FirstStepExplorer()
    left, right = explorer._background_now.axes
    (parabola,) = left.lines
    w, loss = parabola.get_xydata().T
    np.testing.assert_allclose(loss, (w - 1) ** 2 / 2)
    slider = next(control for control in explorer.controls if control.name == "start")
    assert (w[0], w[-1]) == left.get_xlim() == (slider.low, slider.high)
    assert loss.max() == left.get_ylim()[1] == right.get_ylim()[1]
    assert left.get_ylim()[0] < 0 > right.get_ylim()[0]
    assert right.get_xlim()[0] < 0 < 20 < right.get_xlim()[1]
