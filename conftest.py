"""What every test may rely on: names for the docstrings' examples, and no clock in Hypothesis."""

import os
from importlib.util import find_spec

import numpy as np
import pytest

import course_lib

if find_spec("hypothesis"):  # the browser and parity sessions have no need of it
    from hypothesis import settings

    # A test never judges a time: the machine may be busy. Continuous integration tries the same examples
    # every time, so that a change fails for what it changed; elsewhere each run tries new ones.
    settings.register_profile("course", deadline=None, print_blob=True, derandomize="CI" in os.environ)
    settings.load_profile("course")


@pytest.fixture(autouse=True)
def _names_for_examples(doctest_namespace):
    public = {name: getattr(course_lib, name) for name in dir(course_lib) if not name.startswith("_")}
    doctest_namespace.update(public, np=np)
