"""The schedules against PyTorch's, live, and the recording made anew."""

import warnings

import numpy as np
import pytest

from . import schedules


@pytest.mark.parametrize("name", schedules.CASES)
def test_a_schedule_follows_pytorch(name):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*epoch parameter in `scheduler.step", category=UserWarning)
        theirs = schedules.recorded_rates(name)
    schedules.assert_same_rates(name, theirs)
    with np.load(schedules.RECORDING) as recorded:
        np.testing.assert_allclose(theirs, recorded[name], rtol=1e-13, atol=1e-16)
