"""Read the installed frameworks: names and defaults from their signatures, the formulas from their runs."""

import itertools

import numpy as np

from course_lib.chapters.frameworks.shared import START, digits, gradient, live
from course_lib.chapters.frameworks.shared.imitations import meaning, run
from course_lib.optimizers.conventions import BEFORE, DECOUPLED, FORMS, INSIDE, L2, NO_WARMUP, OUTSIDE
from course_lib.optimizers.translating import NoTranslation, translate_settings

STEPS, AGREEMENT_STEPS = 8, 60
VALUES = dict(
    lr=0.25, momentum=0.75, beta1=0.5, beta2=0.75, rho=0.75, eps=0.125, start=0.5, weight_decay=0.25, momentum_decay=0.5
)
NONE = "none"


def settings_for(rule, framework, values, decay=True):
    """Return a setting of every kind under the framework's names."""
    form = FORMS[rule][framework]
    found = {
        name: tuple(values[part] for part in ours) if isinstance(ours, tuple) else values[ours]
        for name, (ours, _) in form.settings.items()
    }
    return found if decay else found | {name: 0.0 for name in found if name == "weight_decay"}


def problem(seed=0):
    """Return a start and gradients, whatever the point is; their squares fall, so that AMSGrad's maximum matters."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(STEPS, 3)) * np.geomspace(2.0, 0.3, STEPS)[:, None]
    return np.array([1.0, -2.0, 0.5]), lambda w, t: gradients[t - 1]


def candidates(rule, framework):
    """Yield the ways in which a framework may write the rule, as what differs from a plain meaning."""
    form = FORMS[rule][framework]
    adam = rule in ("Adam", "AdamW", "AMSGrad", "NAdam")
    places = (None,) if form.eps is None else (OUTSIDE, INSIDE, BEFORE) if adam else (OUTSIDE, INSIDE)
    decays = (NONE,) if "weight_decay" not in form.settings else (DECOUPLED, L2)
    if rule == "GradientDescent":  # there the two are one: w ← w − η (g + γ w)
        decays = decays[:1]
    maxima = (False, True) if rule == "AMSGrad" else (False,)
    warmups = (VALUES["momentum_decay"], 1.0, NO_WARMUP) if rule == "NAdam" else (None,)
    for place, decay, after, warmup in itertools.product(places, decays, maxima, warmups):
        yield {"place": place, "decay": decay, "maximum_after": after, "momentum_decay": warmup}


def formula(rule, framework):
    """Return which of the candidates is the formula of the installed framework: the only one that makes its run.

    Where not exactly one does, or the framework refuses the settings, its `place` says so.
    """
    settings = settings_for(rule, framework, VALUES)
    start, gradient = problem()
    try:
        theirs = live.path(framework, rule, settings, start, gradient, STEPS)
    except Exception as error:  # another version: the row of this rule says what is wrong, the others stay
        return {"place": f"does not run: {type(error).__name__}", "decay": NONE}
    plainly = meaning(rule, settings, framework)
    # Numbers that 32 bits hold exactly, since Keras rounds to them; but NAdam's 0.96 it rounds, too: hence 1e-7.
    fits = [
        each
        for each in candidates(rule, framework)
        if np.allclose(run(rule, plainly | each, start, gradient, STEPS), theirs, rtol=0, atol=1e-7)
    ]
    if len(fits) != 1:
        return {"place": f"{len(fits)} of the known formulas fit", "decay": NONE}
    return fits[0]


def read_all():
    """Return name, defaults and formula of every rule in every framework."""
    return {
        rule: {
            framework: {"name": form.name, "flags": form.flags, "defaults": live.defaults(rule, framework)}
            | formula(rule, framework)
            for framework, form in forms.items()
        }
        for rule, forms in FORMS.items()
    }


def agreements():
    """Return how many digits agree with the course, by rule and framework: [by default, translated, numbers given].

    By default a framework gets the learning rate, and the momentum where there is one, and the rest is its own. None
    where no settings make the course's run. With all numbers given it is the translated run, or the nearest where
    there is no translation.
    """
    found = {}
    for rule in FORMS:
        ours = {"lr": 0.1} | ({"momentum": 0.9} if rule in ("Momentum", "Nesterov") else {})
        path = live.path("course_lib", rule, ours, START, gradient, AGREEMENT_STEPS)
        for framework in ("pytorch", "keras", "optax"):
            names = {part: name for name, (part, _) in FORMS[rule][framework].settings.items()}
            alike = {names[part]: value for part, value in ours.items()}
            runs = [live.path(framework, rule, alike, START, gradient, AGREEMENT_STEPS)]
            try:
                settings, exact = translate_settings(rule, ours, "course_lib", framework), True
            except NoTranslation as reason:
                settings, exact = reason.nearest, False
            numbers = live.path(framework, rule, settings, START, gradient, AGREEMENT_STEPS)
            runs += [numbers if exact else None, numbers]
            found.setdefault(rule, {})[framework] = [None if run is None else digits(run, path) for run in runs]
    return found
