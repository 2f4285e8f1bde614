"""Train a classifier with settings that one's own function has translated."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.frameworks.shared import train_tumors
from course_lib.chapters.frameworks.translate_settings import own
from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.optimizers.conventions import FORMS
from course_lib.optimizers.translating import translate_settings

PUBLISHED = {"learning_rate": 0.5, "epsilon": 0.05, "initial_accumulator_value": 0.02, "weight_decay": None}


@dataclass(frozen=True)
class Training:
    """How far the run with the translated settings is from the published one, the loss at its end, and the one said."""

    apart: float
    loss: float
    said: float


def library(rule, settings, source, target):
    """Translate as the library does."""
    return translate_settings(rule, settings, source, target)


def copied(rule, settings, source, target):
    """Translate the names alone."""
    return {"lr": 0.5, "eps": 0.05, "initial_accumulator_value": 0.02}


@setting(
    kinds=[code("rule", "settings", "source", "target"), number("loss", low=0)],
    goal=lambda run: run.apart < 1e-9 and abs(run.said / run.loss - 1) < 0.002,
    right=[(library, 0.06221)],
    praise=lambda translate, loss, run: (
        f"PyTorch's rule with your settings follows Keras' run to rounding, and ends at {run.loss:.5f}. With the "
        f"numbers copied it ends at {train_tumors(copied('', {}, '', ''), 'pytorch')[-1]:.5f}."
    ),
)
def train_translated(translate, loss):
    """A translation with which PyTorch's AdaGrad makes Keras' published run, and the loss at its end."""
    own(translate)
    settings = translate("AdaGrad", dict(PUBLISHED), "keras", "pytorch")
    names = {name for name, (part, _) in FORMS["AdaGrad"]["pytorch"].settings.items() if part != "weight_decay"}
    if not isinstance(settings, dict) or not names <= set(settings):
        raise Problem("Your `translate_settings` should return a dict with lr, eps and initial_accumulator_value here.")
    settings = {name: float(settings[name]) for name in names}
    theirs, yours = train_tumors(PUBLISHED, "keras"), train_tumors(settings, "pytorch")
    return Training(float(np.abs(yours - theirs).max()), float(theirs[-1]), float(loss))


@train_translated.mistake(example=(copied, 0.0614))
def another_run(translate, loss, run):
    if run.apart >= 1e-9:
        return (
            f"With your settings PyTorch's losses are up to {run.apart:.2g} away from Keras'. Make 16.2 pass first: "
            "which start of the sum does what ε does inside the root?"
        )


@train_translated.mistake(example=(library, 0.6931))
def loss_of_the_start(translate, loss, run):
    if abs(loss - np.log(2)) < 0.002:
        return "Your settings are right. But 0.693 is the loss before the first step; the one after the last is asked."


@train_translated.mistake(example=(library, 0.0614))
def loss_of_the_copied_settings(translate, loss, run):
    if abs(loss / train_tumors(copied("", {}, "", ""), "pytorch")[-1] - 1) < 0.002:
        return (
            "Your settings are right, but this is the loss that PyTorch reaches with Keras' numbers as they are. "
            "Train with what your function returns."
        )


@train_translated.mistake(example=(library, 0.5))
def another_loss(translate, loss, run):
    return (
        f"Your settings are right: the two runs are one. But its loss at the end is not {loss:.4g}: print the last "
        "entry of what `train_tumors` returns, with five digits."
    )


train_translated.accept(
    (library, 0.0622),
    [library, 0.062213],
    {"translate": library, "loss": 0.06221},
    (library, np.float64(0.06222)),
    (library, np.float32(0.0622126)),
)
