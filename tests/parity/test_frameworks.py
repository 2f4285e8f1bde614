"""What the course says of PyTorch, Keras and Optax, against the installed versions: names, defaults, formulas, runs."""

import inspect
import itertools
import json
import warnings

import numpy as np
import pytest

from course_lib import translate_settings
from course_lib.chapters.frameworks.shared import digits, forms, imitations, live, loops, results, tables
from course_lib.checks import find
from course_lib.optimizers.conventions import FORMS, FRAMEWORKS, IDLE, OPTIONS
from course_lib.optimizers.translating import NoTranslation
from jobs import frameworks as job

from .cases import fresh

with warnings.catch_warnings():  # importing them is not ours to mend
    warnings.simplefilter("ignore")
    live.keras_on_tensorflow()
    import tensorflow  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")
STEPS = 6
PAIRS = list(itertools.permutations(FRAMEWORKS, 2))
RAN = {}


@pytest.fixture(scope="module")
def read():
    """What the installed versions say of every rule now."""
    return results.plain(forms.read_all())


def test_names_defaults_and_formulas_are_those_that_the_course_records(read):
    for rule, stored in results.recording()["results"]["forms"].items():
        for framework, form in stored.items():
            assert read[rule][framework] == form, f"{framework}'s {rule} has changed: run jobs.frameworks and look"


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("rule", FORMS)
def test_the_table_that_translates_holds_the_installed_defaults_and_formulas(rule, framework, read):
    form, found = FORMS[rule][framework], read[rule][framework]
    assert found["name"] == form.name
    assert found["defaults"] == results.plain({name: default for name, (_, default) in form.settings.items()})
    if form.eps not in (None, "either"):
        assert found["place"] == form.eps
    if rule != "GradientDescent" and form.decay in ("L2", "decoupled"):
        assert found["decay"] == form.decay
    assert found["maximum_after"] == form.maximum_after
    if form.warmup is not None:
        assert found["momentum_decay"] == form.warmup


@pytest.mark.parametrize("framework", ["pytorch", "keras", "optax"])
@pytest.mark.parametrize("rule", FORMS)
def test_what_the_frameworks_take_besides_is_known_with_the_value_that_changes_nothing(rule, framework):
    form = FORMS[rule][framework]
    taken = inspect.signature(getattr(live.module(framework), form.name)).parameters
    for name, parameter in taken.items():
        if name in ("params", "kwargs", "decoupled_weight_decay", "eps_in_sqrt") or name in IDLE[framework]:
            continue
        if name not in form.settings and name not in form.flags and not (rule == "NAdam" and name == "nesterov"):
            off = OPTIONS[framework][name]
            assert parameter.default == off or (not parameter.default and not off), name


def test_the_table_in_the_rules_is_the_one_that_is_read(read):
    text = job.RULES.read_text(encoding="utf-8")
    recording = {"versions": results.recording()["versions"], "results": {"forms": read}}
    assert tables.with_table(text, recording) == text


def test_a_framework_that_changes_is_noticed(monkeypatch):
    import optax

    right = optax.adam

    def changed(learning_rate, b1=0.9, b2=0.99, eps=1e-8):
        return right(learning_rate, b1=b1, b2=b2, eps=0.0, eps_root=eps)

    monkeypatch.setattr(optax, "adam", changed)
    assert live.defaults("Adam", "optax")["b2"] == 0.99
    assert forms.formula("Adam", "optax")["place"] == "inside the root"
    monkeypatch.setattr(optax, "adam", lambda learning_rate, **others: right(2 * learning_rate))
    assert live.defaults("Adam", "optax")["b2"] == "not there"
    assert forms.formula("Adam", "optax")["place"] == "0 of the known formulas fit"
    monkeypatch.delattr(optax, "adam")
    assert live.defaults("Adam", "optax")["b2"] == "not there"
    assert forms.formula("Adam", "optax")["place"] == "does not run: AttributeError"


# ---------------------------------------------------------------------------------- translations, as runs


def problem(seed, even=False):
    """Return a start and gradients; if `even`, those of a coordinate differ by a factor of four at most."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(STEPS, 3)) * np.array([2.0, 0.1, 1e-3])
    if even:
        gradients = np.sign(gradients) * rng.uniform(0.5, 2.0, size=(STEPS, 3)) * np.array([2.0, 0.1, 1e-3])
    return rng.normal(size=3), lambda w, t: gradients[t - 1]


def drawn(rng, rule, framework):
    """Return random settings under the framework's names; numbers of 32 bits, since Keras rounds to them."""
    values = dict(
        lr=rng.uniform(0.01, 0.5),
        momentum=rng.choice([0.0, rng.uniform(0.1, 0.99)]),
        beta1=rng.uniform(0.1, 0.95),
        beta2=rng.choice([0.0, 0.999, rng.uniform(0.5, 0.999)], p=[0.2, 0.2, 0.6]),
        rho=rng.uniform(0.5, 0.99),
        eps=rng.choice([0.0, 1e-8, 0.125]),
        start=rng.choice([0.0, 0.25]),
        weight_decay=rng.choice([0.0, 0.25]),
        momentum_decay=rng.choice([0.004, 1.0, 2000.0]),
    )
    values = {name: float(np.float32(value)) for name, value in values.items()}
    found = forms.settings_for(rule, framework, values)
    if rule == "Nesterov" and framework == "pytorch" and not values["momentum"]:
        found["nesterov"] = False
    return found


def run(framework, rule, settings, seed, bits, even=False):
    """Return a run, kept for the other pairs that ask for it."""
    key = (framework, rule, json.dumps(settings, sort_keys=True), seed, bits, even)
    if key not in RAN:
        start, gradient = problem(seed, even)
        RAN[key] = live.path(framework, rule, settings, start, gradient, STEPS, bits)
    return RAN[key]


@pytest.mark.parametrize("rule", FORMS)
def test_a_translation_makes_the_same_run_and_where_there_is_none_the_nearest_does_not(rule):
    seed = fresh(0)
    rng = np.random.default_rng(seed)
    settings = {framework: [drawn(rng, rule, framework) for _ in range(3)] for framework in FRAMEWORKS}
    for source, target in PAIRS:
        for given in settings[source]:
            said = f"{rule}, {source} to {target}: {given}"
            try:
                translated, exact = translate_settings(rule, given, source, target), True
            except NoTranslation as reason:
                translated, exact = reason.nearest, False
                assert len(str(reason)) > 40
            for bits, bound in ((64, 1e-12), (32, 1e-6)):
                if "keras" in (source, target) and rule == "NAdam" and bits == 64:
                    bound = 1e-7  # Keras keeps its 0.96 in 32 bits
                beta2 = imitations.meaning(rule, given, source).get("beta2")
                # Keras writes the average as v + (g² − v): its error is that of the largest g² so far.
                even = beta2 == 0
                if beta2 and bits == 32:
                    bound = max(bound, 2.0**-23 / (1 - beta2))  # the rounding of 1 − β₂ᵗ
                theirs, ours = (
                    run(framework, rule, chosen, seed, bits, even)
                    for framework, chosen in ((source, given), (target, translated))
                )
                if not (np.isfinite(theirs).all() and np.isfinite(ours).all()):
                    continue  # ε = 0 and a first gradient that underflows
                apart = np.abs(ours - theirs).max() / np.abs(theirs).max()
                if exact:
                    assert apart <= bound, f"{said}: {apart:.1e} apart in {bits} bits, with {translated}"
                elif bits == 64:
                    assert apart > 1e-13, f"{said}: refused, but the nearest is the same run"


@pytest.mark.parametrize("rule", FORMS)
def test_the_imitations_make_the_runs_of_the_frameworks(rule):
    seed = fresh(1)
    rng = np.random.default_rng(seed)
    start, gradient = problem(seed)
    for framework in FRAMEWORKS:
        settings = drawn(rng, rule, framework)
        theirs = run(framework, rule, settings, seed, 64)
        ours = imitations.imitate(rule, settings, framework, start, gradient, STEPS)
        bound = 1e-7 if framework == "keras" and rule == "NAdam" else 1e-12
        if np.isfinite(theirs).all():
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=bound * np.abs(theirs).max())


def test_nothing_given_means_the_defaults_of_the_framework():
    start, gradient = problem(3)
    for rule, stored in FORMS.items():
        for framework in ("pytorch", "keras"):
            settings = translate_settings(rule, {}, framework, framework)
            names = {"pytorch": "lr", "keras": "learning_rate"}
            if stored[framework].name == "SGD" and rule == "Nesterov":
                continue  # PyTorch refuses nesterov without momentum
            bare = live.path(framework, rule, {names[framework]: settings[names[framework]]}, start, gradient, 3)
            np.testing.assert_array_equal(bare, live.path(framework, rule, settings, start, gradient, 3))


# ---------------------------------------------------------------------------------- the chapter's code, live


def test_the_recording_can_be_made_anew(capsys):
    made, recorded = job.made(), results.recording()["results"]
    assert made.keys() == recorded.keys()
    for name, value in recorded.items():
        if name == "forms":
            continue  # compared above
        if name == "agreement" or name.startswith(("bits", "autograd")):  # digits, which the last bits decide
            old, new = (np.array(flat(each), dtype=float) for each in (value, made[name]))
            assert np.array_equal(np.isnan(old), np.isnan(new)), name
            np.testing.assert_allclose(np.minimum(old, 13), np.minimum(new, 13), atol=1.0, err_msg=name)
            continue
        bound = 3e-6 if name.startswith("one run") else 1e-9
        np.testing.assert_allclose(flat(made[name]), flat(value), rtol=bound, atol=bound, err_msg=name)


def flat(value):
    """Return the numbers of a result in one list."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [np.nan if value is None else value]


def test_the_versions_are_those_recorded_or_the_recording_says_which_it_is_of():
    assert set(results.recording()["versions"]) == set(live.versions())
    assert "Run here" in results.Results(live=True).about()
    assert "RECORDED" in results.Results().about()


@pytest.mark.parametrize("name", ["mend_training_loop"])
def test_the_mended_loop_is_the_same_on_pytorch_and_on_the_imitation(name):
    loop = find(name).reference
    assert digits(loops.on_six_batches(loop, "tiny"), loops.on_six_batches(loop, "pytorch")) > 12


@pytest.mark.parametrize("mistake", loops.MISTAKES)
def test_the_classic_mistakes_are_the_same_on_pytorch_and_on_the_imitation(mistake):
    ours, theirs = loops.train(mistake, epochs=12), loops.train(mistake, loops.OnPyTorch(), epochs=12)
    assert digits(ours["losses"], theirs["losses"]) > 10
