"""What the explorer of the first chapter draws and says, against the parabola written out."""

import numpy as np
import pytest

from course_lib.chapters.start_here.explorer import FirstStepExplorer
from course_lib.words import short


@pytest.mark.parametrize("lr", [0.01, 0.5, 1, 1.5, 2, 3.9])
@pytest.mark.parametrize("start", [-5.0, 0.9, 1.1, 7.0])
@pytest.mark.parametrize("steps", [0, 1, 20])
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
