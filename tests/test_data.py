"""Data sets, splits, scales and minibatches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import Data, load_breast_cancer, load_diabetes, load_digits, minibatch_indices, split, standardize

LOADERS = [(load_diabetes, 442, 10), (load_breast_cancer, 569, 30), (load_digits, 1797, 64)]


def rng():
    return np.random.default_rng(0)


def small(n=6, d=2):
    return Data(np.arange(n * d, dtype=float).reshape(n, d) ** 2, np.arange(n))


@pytest.mark.parametrize(("load", "n", "d"), LOADERS)
def test_shapes_and_names(load, n, d):
    data = load()
    X, y = data
    assert X.shape == (n, d)
    assert y.shape == (n,)
    assert len(data) == n
    assert len(data.feature_names) == d
    assert X.dtype == np.float64


def test_raw_scales():
    diabetes, cancer, digits = load_diabetes(), load_breast_cancer(), load_digits()
    assert (diabetes.y.min(), diabetes.y.max()) == (25, 346)
    assert diabetes.X[:, 0].min() == 19  # an age in years
    assert cancer.X.std(axis=0).max() / cancer.X.std(axis=0).min() > 1e4
    assert set(np.unique(digits.X)) == set(range(17))


def test_classes_are_whole_numbers():
    assert load_digits().y.dtype == np.int64
    assert set(load_digits().y) == set(range(10))
    assert load_breast_cancer().target_names == ("malignant", "benign")
    assert load_diabetes().target_names is None


@given(n=st.integers(2, 60), test=st.floats(0.01, 0.99), seed=st.integers(0, 99))
def test_split_shares_out_every_row_once(n, test, seed):
    data = Data(np.arange(2.0 * n).reshape(n, 2), np.arange(n))
    train, held_out = split(data, test, seed)
    assert sorted([*train.y, *held_out.y]) == list(range(n))
    assert len(held_out) == min(max(round(test * n), 1), n - 1)
    for part in (train, held_out):
        np.testing.assert_array_equal(part.X[:, 0], 2 * part.y)  # a row keeps its target


def test_split_depends_on_the_seed_alone():
    data = load_diabetes()
    same, again, other = split(data, seed=1), split(data, seed=1), split(data, seed=2)
    np.testing.assert_array_equal(same[0].X, again[0].X)
    assert (same[1].y != other[1].y).any()


def test_standardize_looks_at_train_alone():
    train, test = split(load_diabetes())
    scaled_train, scaled_test = standardize(train, test)
    np.testing.assert_allclose(scaled_train.X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled_train.X.std(axis=0), 1, rtol=1e-12)
    shifted = Data(test.X + 1000, test.y)
    np.testing.assert_array_equal(standardize(train, shifted)[0].X, scaled_train.X)
    expected = (test.X - train.X.mean(axis=0)) / train.X.std(axis=0)
    np.testing.assert_allclose(scaled_test.X, expected, rtol=1e-14)
    np.testing.assert_array_equal(scaled_test.y, test.y)


def test_standardize_as_scikit_learn():
    from sklearn.preprocessing import StandardScaler

    train, test = split(load_breast_cancer())
    scaler = StandardScaler().fit(train.X)
    for ours, theirs in zip(standardize(train, test), (train, test), strict=True):
        np.testing.assert_allclose(ours.X, scaler.transform(theirs.X), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9])
def test_constant_columns_become_zero(constant):
    train = Data(np.column_stack([np.full(7, constant), np.arange(7)]), np.arange(7))
    other = Data([[constant + 5, 3.0]], [0])
    for scaled in standardize(train, other):
        np.testing.assert_array_equal(scaled.X[:, 0], 0)
    assert (standardize(load_digits()).X[:, 0] == 0).all()


def test_standardize_leaves_its_arguments_alone():
    data = small()
    before = data.X.copy()
    standardize(data)
    np.testing.assert_array_equal(data.X, before)


@given(n=st.integers(1, 50), batch=st.integers(1, 50), seed=st.integers(0, 99), replace=st.booleans())
def test_minibatch_sizes(n, batch, seed, replace):
    batch = min(batch, n)
    batches = minibatch_indices(n, batch, np.random.default_rng(seed), replace)
    sizes = [len(rows) for rows in batches]
    assert sum(sizes) == n
    assert set(sizes[:-1]) <= {batch}
    assert 1 <= sizes[-1] <= batch
    drawn = np.concatenate(batches)
    if replace:
        assert set(drawn) <= set(range(n))
    else:
        assert sorted(drawn) == list(range(n))


def test_each_pass_has_another_order():
    generator = rng()
    first, second = (np.concatenate(minibatch_indices(20, 4, generator)) for _ in range(2))
    assert (first != second).any()


def test_replacement_draws_rows_independently():
    drawn = np.concatenate(minibatch_indices(100_000, 32, rng(), replace=True))
    # The share of rows never drawn is (1 − 1/n)ⁿ → 1/e; its deviation here is about 0.001.
    assert abs(1 - len(set(drawn)) / 100_000 - np.exp(-1)) < 0.005


BAD = {
    "X with NaN": (lambda: Data([[np.nan], [1.0]], [0, 1]), ValueError, "X must be finite, but it contains nan"),
    "y with infinity": (lambda: Data([[0.0], [1.0]], [0, np.inf]), ValueError, "y must be finite, but it contains inf"),
    "X of words": (lambda: Data([["a"], ["b"]], [0, 1]), TypeError, "X must hold real numbers"),
    "ragged X": (lambda: Data([[1.0], [1.0, 2.0]], [0, 1]), ValueError, "X has rows of different lengths"),
    "X flat": (lambda: Data([1.0, 2.0], [0, 1]), ValueError, r"X must have shape \(n, d\), got \(2,\)"),
    "X empty": (lambda: Data(np.zeros((0, 2)), []), ValueError, "X must have at least one row"),
    "y short": (lambda: Data([[1.0], [2.0]], [0]), ValueError, "equal length: X has 2 rows, y has shape"),
    "y a column": (lambda: Data([[1.0], [2.0]], [[0], [1]]), ValueError, r"y must have shape \(2,\), got \(2, 1\)"),
    "y a number": (lambda: Data([[1.0], [2.0]], 3), ValueError, r"y must have shape \(n,\).*got a single number"),
    "X a stack": (lambda: Data(np.zeros((3, 2, 1)), np.zeros((3, 2))), ValueError, r"X must have shape \(n, d\)"),
    "too few names": (lambda: Data([[1.0, 2.0]], [0], ["a"]), ValueError, "feature_names must name the 2 columns"),
    "split of an array": (lambda: split(np.zeros((3, 2))), TypeError, "data must be Data"),
    "split of one row": (lambda: split(small(1)), ValueError, "data must have at least 2 rows"),
    "test 0": (lambda: split(small(), test=0), ValueError, "test must be above 0 and below 1, got 0"),
    "test 1": (lambda: split(small(), test=1), ValueError, "test must be above 0 and below 1, got 1"),
    "test a word": (lambda: split(small(), test="half"), TypeError, "test must hold real numbers, got 'half'"),
    "test a list": (lambda: split(small(), test=[0.2, 0.3]), ValueError, "test must be one number"),
    "seed a fraction": (lambda: split(small(), seed=0.5), TypeError, "seed must be a whole number, got 0.5"),
    "standardize an array": (lambda: standardize(np.zeros((3, 2))), TypeError, "train must be Data"),
    "other an array": (lambda: standardize(small(), np.zeros((3, 2))), TypeError, "others must be Data"),
    "other features": (lambda: standardize(small(), small(d=3)), ValueError, "others must have 2 features"),
    "no rows": (lambda: minibatch_indices(0, 1, rng()), ValueError, "n must be at least 1, got 0"),
    "batch 0": (lambda: minibatch_indices(5, 0, rng()), ValueError, "batch_size must be at least 1, got 0"),
    "batch too large": (lambda: minibatch_indices(5, 6, rng()), ValueError, "batch_size must be at most .*, 5, got 6"),
    "half a batch": (lambda: minibatch_indices(5, 2.5, rng()), TypeError, "batch_size must be a whole number, got 2.5"),
    "rng a seed": (lambda: minibatch_indices(5, 2, 0), TypeError, "rng must be a generator"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    call, kind, sentence = BAD[name]
    with pytest.raises(kind, match=sentence):
        call()
