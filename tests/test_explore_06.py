"""The explorer of chapter 06 says what a training run of its own finds."""

import re

import numpy as np
import pytest

from course_lib import Adam, Quadratic, minimize
from course_lib.chapters.adam.explorer import OBJECTIVES, AdamExplorer
from course_lib.plots import short


@pytest.mark.parametrize("surface", OBJECTIVES)
@pytest.mark.parametrize("lr", [0.01, 0.3])
def test_the_sentence_agrees_with_a_run(surface, lr):
    explorer = AdamExplorer(surface=surface, lr=lr, beta1=0.8, steps=70, start=(-1.5, 1.0))
    objective = OBJECTIVES[surface]
    run = minimize(objective, [-1.5, 1.0], Adam(lr, beta1=0.8), steps=70)
    steps = np.abs(np.diff(run.w, axis=0)).max(axis=-1) / lr
    assert explorer.describe().endswith(
        f"the loss is {short(run.loss[-1] - objective.minimum_value)} above the minimum."
    )
    assert f"the longest {short(steps.max())} η, at step {steps.argmax() + 1}." in explorer.describe()


def test_the_steps_are_the_ratio_of_what_is_drawn_in_the_middle():
    for correction in (True, False):
        run, anatomy = AdamExplorer(correction=correction, eps=0.5, beta2=0.9).result
        np.testing.assert_allclose(anatomy.m / anatomy.root, anatomy.steps, rtol=1e-12)
        np.testing.assert_allclose(np.diff(run.w, axis=0), -0.1 * anatomy.steps, rtol=1e-9, atol=1e-14)


def test_the_correction_makes_the_first_step_one_learning_rate():
    explorer = AdamExplorer()
    assert "the first step is 1 η long" in explorer.describe()
    explorer.set(correction=False)
    assert "without bias correction" in explorer.describe()
    assert "the first step is 3.16 η long" in explorer.describe()
    explorer.set(beta1=0.0, beta2=0.0)
    assert "the first step is 1 η long" in explorer.describe()


def test_a_large_eps_makes_it_gradient_descent_with_momentum():
    explorer = AdamExplorer(eps=100.0, beta1=0.0, lr=1.0, steps=50)
    run, _ = explorer.result
    factors = 1 - Quadratic([1.0, 20.0]).eigenvalues / 100
    np.testing.assert_allclose(run.w[1:] / run.w[:-1], np.broadcast_to(factors, (50, 2)), rtol=0.1)
    assert re.search(r"the first step is 0\.\d+ η long", explorer.describe())
