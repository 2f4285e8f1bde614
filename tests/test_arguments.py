"""The helpers that judge arguments: what passes comes back as it should, what does not is named."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.arguments import as_numbers, in_range, one_of, whole_number


@pytest.mark.parametrize(
    "value", [3, 2.5, True, [1, 2], ((1.0,), (2.0,)), np.float32(0.5), np.arange(3), np.zeros((0, 2))], ids=repr
)
def test_numbers_become_float64(value):
    array = as_numbers("x", value)
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, np.asarray(value))


@given(arrays(float, st.integers(0, 5)))
def test_only_finite_numbers_pass_unless_all_may(array):
    assert as_numbers("x", array, finite=False) is array
    if np.isfinite(array).all():
        np.testing.assert_array_equal(as_numbers("x", array), array)
    else:
        with pytest.raises(ValueError, match=r"x must be finite, but it contains (nan|inf|-inf)"):
            as_numbers("x", array)


@given(st.floats(-10, 10), st.booleans(), st.booleans())
def test_a_range_has_its_ends_or_not(value, low_open, high_open):
    above = value > 0 if low_open else value >= 0
    below = value < 1 if high_open else value <= 1
    if above and below:
        assert in_range("x", value, 0, 1, low_open=low_open, high_open=high_open) == value
    else:
        with pytest.raises(ValueError, match=r"^x must be (above|at least) 0 and (below|at most) 1, got "):
            in_range("x", value, 0, 1, low_open=low_open, high_open=high_open)


@pytest.mark.parametrize("value", [3, 3.0, np.int64(3), np.float64(3), Fraction(3)])
def test_a_whole_number_becomes_an_int(value):
    assert whole_number("n", value) == 3
    assert type(whole_number("n", value)) is int


@given(st.one_of(st.floats(), st.text(), st.none(), st.booleans(), st.lists(st.integers())))
def test_what_is_no_whole_number_is_refused(value):
    if isinstance(value, float) and value.is_integer() and value >= 0:
        assert whole_number("n", value) == value
    else:
        with pytest.raises((TypeError, ValueError), match=r"^n must be (a whole number|at least 0), got "):
            whole_number("n", value)


def test_a_choice_is_one_of_its_kind():
    assert one_of("mode", "fast", ("fast", "slow")) == "fast"
    assert one_of("mode", None, (None, 1)) is None
    for value in ("Fast", 1.0, None, ["fast"], np.array(["fast", "slow"])):
        with pytest.raises(ValueError, match=r"^mode must be one of 'fast', 'slow', got "):
            one_of("mode", value, ("fast", "slow"))


def test_a_long_value_is_shown_short():
    with pytest.raises(TypeError) as error:
        as_numbers("x", "a" * 1000)
    assert len(str(error.value)) < 120
