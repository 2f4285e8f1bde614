"""The bowl of the chapter, how many digits of two runs agree, and what its exercises are given."""

import numpy as np

from course_lib.chapters.frameworks.shared.imitations import imitate
from course_lib.data import load_breast_cancer, standardize
from course_lib.models import LogisticRegression
from course_lib.optimizers.conventions import FORMS

CURVATURES = [0.5, 4.0]
START = [-2.0, 3.0]  # the minimum lies at (1, 1)
MOST_DIGITS = 16.0


def gradient(w, t=None):
    """Return the gradient of the bowl ½ Σ λᵢ (wᵢ − 1)²."""
    return np.array(CURVATURES) * (w - 1)


def digits(run, other):
    """Return how many decimal digits of two runs agree: −log₁₀ of their largest distance over the largest entry."""
    run, other = np.asarray(run, float), np.asarray(other, float)
    apart = np.abs(run - other).max() / np.abs(other).max()
    return MOST_DIGITS if apart == 0 else float(min(MOST_DIGITS, max(0.0, -np.log10(apart))))


def in_course_names(rule, settings, framework):
    """Return settings under the course's names: `lr`, `momentum`, `beta1`, `beta2`, `eps`, `start`, `weight_decay`.

    Only the names change, not the numbers. Where the framework has no `start` or no `weight_decay`, it is 0.
    """
    found = {"weight_decay": 0.0}
    for name, (ours, _) in FORMS[rule][framework].settings.items():
        value = settings.get(name)
        if isinstance(ours, tuple):
            found |= dict(zip(ours, value, strict=True))
        else:
            found[ours] = 0.0 if value is None else value
    return found


def in_names_of(framework, rule, ours):
    """Return settings given under the course's names under those of a framework; what it does not have is left out."""
    return {
        name: tuple(ours[part] for part in parts) if isinstance(parts, tuple) else ours[parts]
        for name, (parts, _) in FORMS[rule][framework].settings.items()
    }


def train_tumors(settings, framework, steps=60):
    """Return the loss after each of some steps of AdaGrad on all rows of the tumors, as a framework runs it."""
    data, model = standardize(load_breast_cancer()), LogisticRegression(n_features=30)
    path = imitate("AdaGrad", settings, framework, np.zeros(31), lambda w, t: model.grad(w, *data), steps)
    return model.loss(path, *data)
