"""What the explorer of the loss draws and says, against sums over the rows."""

import numpy as np
import pytest

from course_lib import load_diabetes
from course_lib.chapters.loss_and_gradient.explorer import LossBowlExplorer
from course_lib.words import short


@pytest.mark.parametrize("feature", ["bmi", "bp"])
@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 100.0), (-60.0, 260.0), (45.5, 152.0)])
def test_loss_gradient_residuals_and_sentence(feature, slope, intercept):
    explorer = LossBowlExplorer(feature=feature, slope=slope, intercept=intercept)
    data = load_diabetes()
    x, y = data.X[:, data.feature_names.index(feature)], data.y
    x = (x - x.mean()) / x.std()
    residuals = slope * x + intercept - y
    loss, grad = explorer.result
    assert loss == pytest.approx(np.mean(residuals**2), rel=1e-9)
    assert grad == pytest.approx([2 * np.mean(residuals * x), 2 * np.mean(residuals)], rel=1e-9)
    # With a feature of mean 0 and mean square 1 the loss is a round bowl around the least squares line.
    best = np.mean(x * y), y.mean()
    above = (slope - best[0]) ** 2 + (intercept - best[1]) ** 2
    said = explorer.describe()
    assert f"the mean squared error is {short(loss)}, {short(above)} above the least possible" in said
    assert f"Its gradient is ({short(grad[0])}, {short(grad[1])})" in said
    sticks, line, arrow = explorer._pen.marks
    lengths = np.diff(sticks.points.reshape(-1, 3, 2)[:, :2, 1], axis=1)[:, 0]
    np.testing.assert_allclose(lengths, -residuals, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(line.points[:, 1], slope * line.points[:, 0] + intercept)
    np.testing.assert_allclose(arrow.points, [(slope, intercept), np.array([slope, intercept]) - grad / 4])


def test_every_patient_and_every_line_that_can_be_set_is_in_the_picture():
    explorer = LossBowlExplorer()
    left, right = explorer._background_now.axes
    (points,) = left.lines
    x, y = points.get_xydata().T
    assert len(x) == 442
    np.testing.assert_allclose([x.mean(), x.std()], [0, 1], atol=1e-9)
    np.testing.assert_array_equal(y, load_diabetes().y)
    for values, (low, high) in ((x, left.get_xlim()), (y, left.get_ylim())):
        assert low < values.min()
        assert values.max() < high
        assert high - low < 1.6 * np.ptp(values)  # and not lost in it
    slope, intercept = explorer.controls
    assert right.get_xlim() == (slope.low, slope.high)
    assert right.get_ylim() == (intercept.low, intercept.high)
