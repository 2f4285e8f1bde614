"""What is claimed of stochastic gradients: right on average, and how far off, checked on course_lib itself."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import LinearRegression, LogisticRegression, SoftmaxRegression, minibatch_indices
from course_lib.theory.noise import share_without_replacement

MODELS = [LinearRegression(3), LogisticRegression(3), SoftmaxRegression(3, 2)]
seeds = st.integers(0, 2**32 - 1)


def problem(model, seed, n=7):
    """Return a random point, data of n rows, and the gradient of every row at that point."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 3)), rng.integers(2, size=n)
    w = rng.normal(size=model.size)
    return w, X, y, model.grad(w, X[:, np.newaxis, :], y[:, np.newaxis])


def variance(batches, rows):
    """Return the mean squared error of the mean gradient of these batches."""
    errors = np.array([rows[list(batch)].mean(axis=0) for batch in batches]) - rows.mean(axis=0)
    return np.mean(np.sum(errors**2, axis=-1))


@pytest.mark.parametrize("model", MODELS, ids=repr)
@given(seed=seeds)
def test_the_gradient_of_a_random_row_is_right_on_average(model, seed):
    w, X, y, rows = problem(model, seed)
    np.testing.assert_allclose(rows.mean(axis=0), model.grad(w, X, y), rtol=0, atol=1e-13)


@given(seed=seeds, batch_size=st.integers(1, 6))
def test_so_is_that_of_a_random_minibatch_over_all_minibatches_there_are(seed, batch_size):
    model = MODELS[0]
    w, X, y, _ = problem(model, seed)
    batches = np.array(list(itertools.combinations(range(len(y)), batch_size)))
    lanes = model.on(X, y).rows(batches).grad(np.broadcast_to(w, (len(batches), model.size)))
    full = model.grad(w, X, y)
    np.testing.assert_allclose(lanes.mean(axis=0), full, rtol=0, atol=1e-12 * np.abs(full).max())


@pytest.mark.parametrize("model", MODELS, ids=repr)
@given(seed=seeds, batch_size=st.integers(1, 3))
def test_the_variance_of_a_minibatch_is_that_of_a_row_over_its_size(model, seed, batch_size):
    _, _, y, rows = problem(model, seed, n=5)
    with_replacement = itertools.product(range(len(y)), repeat=batch_size)
    assert variance(with_replacement, rows) == pytest.approx(_noise(rows) / batch_size, rel=1e-9)


@pytest.mark.parametrize("model", MODELS, ids=repr)
@given(seed=seeds, batch_size=st.integers(1, 7))
def test_without_replacement_it_is_smaller_by_the_rows_that_are_left(model, seed, batch_size):
    _, _, y, rows = problem(model, seed)
    n = len(y)
    without = itertools.combinations(range(n), batch_size)
    expected = _noise(rows) / batch_size * share_without_replacement(n, batch_size)
    assert variance(without, rows) == pytest.approx(expected, rel=1e-9, abs=1e-20)


def _noise(rows):
    return np.mean(np.sum((rows - rows.mean(axis=0)) ** 2, axis=-1))


@given(seed=seeds, n=st.integers(1, 40), data=st.data())
def test_the_deviations_of_a_pass_add_up_to_zero(seed, n, data):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4))
    batches = minibatch_indices(n, data.draw(st.integers(1, n)), rng)
    total = sum((rows[batch] - rows.mean(axis=0)).sum(axis=0) for batch in batches)
    np.testing.assert_allclose(total, 0, atol=1e-12)
