"""The surfaces: hand-derived gradients, known minima, lanes, and the bowl's geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl
from course_lib.objectives import SURFACES

OBJECTIVES = [
    *(surface() for surface in SURFACES),
    cl.Quadratic([0.4, 4.0], angle=30, center=[1.0, -2.0]),
    cl.Quadratic([2.0], center=[3.0]),
    cl.Quadratic(np.geomspace(1, 100, 12)),
]
each_objective = pytest.mark.parametrize("objective", OBJECTIVES, ids=repr)
unit = st.floats(0, 1)


def in_box(objective, shares):
    """Return the point that lies at these shares of the box's sides; other coordinates near the center."""
    low, high = np.array(objective.box).T
    point = objective.minimum.copy()
    point[: low.size] = low + np.array(shares)[: low.size] * (high - low)
    return point


def central_differences(value, w, h=1e-5):
    shifts = h * np.eye(w.size)
    return (value(w + shifts) - value(w - shifts)) / (2 * h)


@each_objective
@given(shares=st.tuples(unit, unit))
def test_gradient_is_that_of_central_differences(objective, shares):
    w = in_box(objective, shares)
    # Two errors: h² times a third derivative, and the rounding of values as large as those in the box.
    largest = np.abs(objective.value(w)) + 1
    np.testing.assert_allclose(
        objective.grad(w), central_differences(objective.value, w), rtol=1e-7, atol=2e-10 * largest + 2e-7
    )


@each_objective
@given(shares=st.tuples(unit, unit))
def test_nothing_in_the_box_lies_below_the_minimum(objective, shares):
    assert objective.value(in_box(objective, shares)) >= objective.minimum_value - 1e-12


@each_objective
def test_the_minimum_is_one(objective):
    np.testing.assert_allclose(objective.grad(objective.minimum), 0, atol=1e-12)
    assert objective.minimum_value == objective.value(objective.minimum)
    around = np.random.default_rng(0).normal(scale=1e-3, size=(200, objective.minimum.size))
    assert (objective.value(objective.minimum + around) > objective.minimum_value).all()


@each_objective
def test_the_box_holds_start_and_minimum(objective):
    for point in (objective.start, objective.minimum):
        for coordinate, (low, high) in zip(point, objective.box, strict=False):  # a box has two sides at most
            assert low < coordinate < high


@each_objective
def test_points_are_lanes(objective):
    d = objective.minimum.size
    points = objective.start + np.random.default_rng(1).normal(size=(3, 4, d))
    values, grads = objective.value(points), objective.grad(points)
    assert values.shape == (3, 4)
    assert grads.shape == (3, 4, d)
    for lane in np.ndindex(3, 4):
        np.testing.assert_array_equal(values[lane], objective.value(points[lane]))
        np.testing.assert_array_equal(grads[lane], objective.grad(points[lane]))


@each_objective
def test_a_run_in_a_batch_is_bitwise_the_run_alone(objective):
    rates = np.geomspace(1e-4, 1e-2, 33)
    batch = cl.minimize(objective, objective.start, cl.Adam(lr=rates[:, None]), 50)
    for lane in (0, 16, 32):
        alone = cl.minimize(objective, objective.start, cl.Adam(lr=rates[lane]), 50)
        np.testing.assert_array_equal(batch.w[:, lane], alone.w)
        np.testing.assert_array_equal(batch.loss[:, lane], alone.loss)


@each_objective
def test_points_and_constants_stay_as_they_are(objective):
    w = objective.start
    before = w.copy()
    objective.value(w), objective.grad(w)
    np.testing.assert_array_equal(w, before)
    minimum = objective.minimum.copy()
    w += 100
    handed_out = objective.minimum
    handed_out += 100
    np.testing.assert_array_equal(objective.start, before)
    np.testing.assert_array_equal(objective.minimum, minimum)


@each_objective
def test_every_surface_has_a_name_and_shows_itself(objective):
    assert objective.name
    assert repr(objective).startswith(type(objective).__name__ + "(")


@pytest.mark.parametrize(
    ("point", "surface"),
    [
        ((-2.805118086952745, 3.131312518250573), cl.Himmelblau()),
        ((-3.779310253377747, -3.283185991286170), cl.Himmelblau()),
        ((3.584428340330492, -1.848126526964404), cl.Himmelblau()),
        ((0.0, -1.0), cl.Saddle()),
    ],
)
def test_the_other_minima_are_as_deep(point, surface):
    np.testing.assert_allclose(surface.grad(point), 0, atol=1e-12)
    assert surface.value(point) == pytest.approx(surface.minimum_value, abs=1e-12)


def test_the_saddle_has_a_saddle_at_the_origin():
    np.testing.assert_array_equal(cl.Saddle().grad([0.0, 0.0]), 0)
    assert cl.Saddle().value([0.1, 0.0]) > cl.Saddle().value([0.0, 0.0]) > cl.Saddle().value([0.0, 0.1])


# The bowl

eigenvalues = st.lists(st.floats(0.01, 100), min_size=2, max_size=2)
angles = st.floats(-360, 360)
pairs = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


def hessian(bowl):
    """Return the matrix of second derivatives, read off the gradient."""
    return bowl.grad(bowl.center + np.eye(2)) - bowl.grad(bowl.center)


@given(eigenvalues=eigenvalues, angle=angles)
def test_the_eigenvectors_take_the_bowl_apart(eigenvalues, angle):
    bowl = cl.Quadratic(eigenvalues, angle=angle)
    vectors = bowl.eigenvectors
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(2), atol=1e-14)
    np.testing.assert_allclose(hessian(bowl) @ vectors, vectors * eigenvalues, atol=1e-11)
    assert bowl.condition_number == pytest.approx(max(eigenvalues) / min(eigenvalues))


def test_the_angle_is_in_degrees_and_counter_clockwise():
    np.testing.assert_allclose(cl.Quadratic(angle=30).eigenvectors[:, 0], [np.sqrt(3) / 2, 0.5])


@given(eigenvalues=eigenvalues, angle=angles, center=pairs, w=pairs)
def test_a_bowl_moved_is_the_same_bowl(eigenvalues, angle, center, w):
    here, there = cl.Quadratic(eigenvalues, angle), cl.Quadratic(eigenvalues, angle, center=center)
    w = np.array(w)
    np.testing.assert_allclose(there.value(w + center), here.value(w), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(there.grad(w + center), here.grad(w), rtol=1e-9, atol=1e-9)


@given(eigenvalues=eigenvalues, angle=angles, errors=pairs)
def test_a_bowl_turned_is_the_same_bowl(eigenvalues, angle, errors):
    straight, turned = cl.Quadratic(eigenvalues), cl.Quadratic(eigenvalues, angle)
    w = turned.eigenvectors @ errors
    np.testing.assert_allclose(turned.errors(w), errors, atol=1e-12)
    np.testing.assert_allclose(turned.value(w), straight.value(errors), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(turned.grad(w), turned.eigenvectors @ straight.grad(errors), rtol=1e-10, atol=1e-10)


def test_a_bowl_keeps_copies():
    eigenvalues, center = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    bowl = cl.Quadratic(eigenvalues, center=center)
    eigenvalues += 5
    center += 5
    np.testing.assert_array_equal(bowl.eigenvalues, [1.0, 2.0])
    np.testing.assert_array_equal(bowl.minimum, [3.0, 4.0])
