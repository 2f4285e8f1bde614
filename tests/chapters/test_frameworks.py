"""What is claimed of one setting in four programs; the translations, as runs of their imitations; the explorer."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course_lib
from course_lib import AdamW, LogisticRegression, Momentum, Nesterov, translate_settings
from course_lib.chapters.frameworks.explorer import STEPS, ConventionsExplorer, digits_of_steps, paths
from course_lib.chapters.frameworks.figures import four_programs
from course_lib.chapters.frameworks.shared import (
    digits,
    imitations,
    in_course_names,
    in_names_of,
    live,
    loops,
    results,
    tables,
    tiny,
)
from course_lib.checks import diagnose, find
from course_lib.optimizers.conventions import FORMS, FRAMEWORKS
from course_lib.optimizers.translating import NoTranslation

ROOT = Path(__file__).parents[2]
betas = st.floats(0.05, 0.95)


def random_gradients(seed=0, steps=12):
    gradients = np.random.default_rng(seed).normal(size=(steps, 3)) * np.array([3.0, 0.1, 1e-3])
    return lambda w, t: gradients[t - 1]


def settings_of(rule, framework, values):
    return {
        name: tuple(values[part] for part in ours) if isinstance(ours, tuple) else values[ours]
        for name, (ours, _) in FORMS[rule][framework].settings.items()
    }


# ---------------------------------------------------------------------------------- translations


@pytest.mark.parametrize("rule", FORMS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_translated_settings_make_the_same_run(rule, data):
    values = dict(
        lr=data.draw(st.floats(0.01, 1)),
        momentum=data.draw(st.one_of(st.just(0.0), betas)),
        beta1=data.draw(betas),
        beta2=data.draw(st.one_of(st.just(0.0), betas)),
        rho=data.draw(betas),
        eps=data.draw(st.sampled_from([0.0, 1e-8, 0.3])),
        start=data.draw(st.sampled_from([0.0, 0.4])),
        weight_decay=data.draw(st.sampled_from([0.0, 0.4])),
        momentum_decay=data.draw(st.sampled_from([0.004, 1.0, 5000.0])),
    )
    start, gradient = np.array([1.0, -2.0, 0.5]), random_gradients(data.draw(st.integers(0, 99)))
    for source, target in itertools.product(FRAMEWORKS, FRAMEWORKS):
        given_settings = settings_of(rule, source, values)
        try:
            translated, exact = translate_settings(rule, given_settings, source, target), True
        except NoTranslation as reason:
            translated, exact = reason.nearest, False
        runs = [
            imitations.imitate(rule, each, framework, start, gradient, 12)
            for each, framework in ((given_settings, source), (translated, target))
        ]
        apart = np.abs(runs[0] - runs[1]).max() / np.abs(runs[0]).max()
        assert apart < 1e-10 if exact else apart > 1e-13, (source, target)


@pytest.mark.parametrize("rule", FORMS)
def test_the_imitation_of_course_lib_is_the_rule_itself(rule):
    values = dict(lr=0.1, momentum=0.8, beta1=0.7, beta2=0.9, rho=0.8, eps=0.01, weight_decay=0.3, momentum_decay=0.1)
    chosen = settings_of(rule, "course_lib", values)
    start, gradient = np.array([1.0, -2.0, 0.5]), random_gradients()
    theirs = live.path("course_lib", rule, chosen, start, gradient, 12)
    np.testing.assert_allclose(imitations.imitate(rule, chosen, "course_lib", start, gradient, 12), theirs, rtol=1e-12)


@pytest.mark.parametrize("rule", FORMS)
def test_the_defaults_of_the_course_are_those_in_the_table(rule):
    form = FORMS[rule]["course_lib"]
    assert live.defaults(rule, "course_lib") == {name: default for name, (_, default) in form.settings.items()}
    made = getattr(course_lib, rule)(lr=0.1).hyperparameters()
    assert set(made) == set(form.settings)


@pytest.mark.parametrize("rule", FORMS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_translates_to_itself(rule, framework):
    lr = {part: name for name, (part, _) in FORMS[rule][framework].settings.items()}["lr"]
    translated = translate_settings(rule, {lr: 0.1}, framework, framework)
    wanted = {name: default for name, (_, default) in FORMS[rule][framework].settings.items()}
    for name, default in wanted.items():
        assert translated[name] == (0.1 if name == lr else 0.0 if default is None else default)


@pytest.mark.parametrize("rule", FORMS)
def test_there_and_back_is_the_same_run(rule):
    values = dict(lr=0.1, momentum=0.8, beta1=0.7, beta2=0.9, rho=0.8, start=0.2, weight_decay=0.3, momentum_decay=1.0)
    start, gradient = np.array([1.0, -2.0, 0.5]), random_gradients()
    went = 0
    for source, target in itertools.product(FRAMEWORKS, FRAMEWORKS):
        for eps, decay in itertools.product((0.0, 0.01), (0.0, 0.3)):
            given_settings = settings_of(rule, source, values | {"eps": eps, "weight_decay": decay})
            try:
                there = translate_settings(rule, given_settings, source, target)
            except NoTranslation:
                continue
            back = translate_settings(rule, there, target, source)
            runs = [imitations.imitate(rule, each, source, start, gradient, 9) for each in (given_settings, back)]
            np.testing.assert_allclose(*runs, rtol=1e-10)
            went += source != target
    assert went >= 8


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("Adamm", {"lr": 1}, "pytorch", "keras"), ValueError, "rule must be one of 'GradientDescent'"),
        (("Adam", {"lr": 1}, "torch", "keras"), ValueError, "source must be one of 'course_lib'"),
        (("Adam", {"lr": 1}, "pytorch", "jax"), ValueError, "target must be one of"),
        (("Adam", 0.1, "pytorch", "keras"), TypeError, "settings must be a dict"),
        (("Adam", {}, "optax", "pytorch"), TypeError, "must hold learning_rate: Optax's adam has no default"),
        (("Adam", {"lr": -1}, "pytorch", "optax"), ValueError, "lr must be at least 0"),
        (("Adam", {"lr": "a"}, "pytorch", "optax"), TypeError, "lr must hold real numbers"),
        (("Adam", {"lr": [1, 2]}, "pytorch", "optax"), TypeError, "lr must be a single number"),
        (("Adam", {"lr": abs}, "pytorch", "optax"), TypeError, "lr must be a number: the frameworks take schedules"),
        (("Adam", {"betas": 0.9}, "pytorch", "optax"), TypeError, "betas must be a pair"),
        (("Adam", {"betas": (0.9, 1.0)}, "pytorch", "optax"), ValueError, "betas[1] must be at least 0 and below 1"),
        (("RMSProp", {"learning_rate": 0.1, "decay": 1.0}, "optax", "keras"), ValueError, "decay must be at least 0"),
        (("Adam", {"lr": 0.1, "foo": np.zeros(2)}, "pytorch", "keras"), ValueError, "settings must be named as"),
        (("AMSGrad", {"amsgrad": np.ones(2)}, "pytorch", "keras"), ValueError, "amsgrad must be True"),
        (("Adam", {"amsgrad": True}, "pytorch", "optax"), ValueError, "with amsgrad=True is AMSGrad, not Adam"),
        (("Momentum", {"nesterov": True, "momentum": 0.9}, "keras", "optax"), ValueError, "is Nesterov, not Momentum"),
        (("Adam", {"learning_rate": 1.0}, "pytorch", "optax"), ValueError, "learning_rate=1.0"),
        (("Momentum", {"dampening": 0.5}, "pytorch", "optax"), ValueError, "dampening=0.5"),
        (("AMSGrad", {"amsgrad": False}, "pytorch", "keras"), ValueError, "amsgrad must be True"),
        (("AdaGrad", {"initial_accumulator_value": -1}, "pytorch", "keras"), ValueError, "initial_accumulator_value"),
    ],
)
def test_bad_input_is_named(arguments, kind, said):
    with pytest.raises(kind, match=re.escape(said)):
        translate_settings(*arguments)


def test_what_is_switched_off_may_be_named():
    plain = translate_settings("Adam", {"lr": 0.1}, "pytorch", "optax")
    assert translate_settings("Adam", {"lr": 0.1, "amsgrad": False, "fused": None}, "pytorch", "optax") == plain


@pytest.mark.parametrize(
    ("rule", "source", "defaults"),
    [
        ("AdamW", "pytorch", dict(decoupled_weight_decay=True, maximize=False, foreach=True, fused=None)),
        ("RMSProp", "keras", dict(name="rm_sprop", ema_momentum=0.99, use_ema=False, momentum=0.0, clipnorm=None)),
        ("NAdam", "optax", dict(learning_rate=0.1, nesterov=True, eps_root=0.0)),
        ("AMSGrad", "optax", dict(learning_rate=0.1, bias_correction_mu=True, bias_correction_nu=True)),
    ],
)
def test_what_the_frameworks_hand_out_as_defaults_may_be_named(rule, source, defaults):
    bare = {"learning_rate": 0.1} if "learning_rate" in defaults else {}
    assert translate_settings(rule, bare | defaults, source, source) == translate_settings(rule, bare, source, source)


@pytest.mark.parametrize(
    ("rule", "source", "options", "said"),
    [
        ("Momentum", "pytorch", dict(momentum=0.9, dampening=0.5), "with dampening=0.5 it is no rule of course_lib"),
        ("AdamW", "optax", dict(learning_rate=0.1, weight_decay=0.25, mask=False), "with mask=False it is no rule"),
        ("AdaDelta", "optax", dict(learning_rate=0.1, weight_decay_mask=False), "with weight_decay_mask=False it is"),
        ("Adam", "keras", dict(loss_scale_factor=0), "with loss_scale_factor=0 it is no rule"),
        ("RMSProp", "pytorch", dict(centered=True), "with centered=True it is no rule"),
        ("AdamW", "pytorch", dict(decoupled_weight_decay=False), "with decoupled_weight_decay=False it is no rule"),
    ],
)
def test_an_option_that_no_rule_of_the_course_has_is_not_translated(rule, source, options, said):
    with pytest.raises(NoTranslation, match=f"is not translated to PyTorch: {said}") as raised:
        translate_settings(rule, options, source, "pytorch")
    assert "lr" in raised.value.nearest


def test_the_settings_given_stay_as_they_are():
    given_settings = {"lr": 0.1, "eps": 0.0, "amsgrad": False}
    translate_settings("Adam", given_settings, "pytorch", "keras")
    assert given_settings == {"lr": 0.1, "eps": 0.0, "amsgrad": False}


# ---------------------------------------------------------------------------------- what the chapter derives


@given(betas, st.floats(0.01, 1), st.floats(0.1, 3), st.sampled_from([Momentum, Nesterov]))
@settings(max_examples=25, deadline=None)
def test_a_decoupled_decay_rests_where_a_smaller_penalty_does(beta, gamma, curvature, rule):
    mine = rule(lr=0.2 * (1 - beta) / (curvature + gamma), momentum=beta, weight_decay=gamma)
    w, state = np.array([2.0]), mine.init(np.array([2.0]))
    for t in range(1, 4000):
        w, state = mine.step(w, curvature * (w - 3), state, t)
    assert w[0] == pytest.approx(3 * curvature / (curvature + (1 - beta) * gamma), rel=1e-4)


@given(st.floats(0.01, 3.9), st.integers(1, 80))
def test_forgotten_gradients_swing_without_end(product, steps):
    x, total = 1.0, 0.0
    for _ in range(steps):
        total += x
        x -= product * total
    angle = np.arccos(1 - product / 2)
    assert x == pytest.approx(np.cos((steps + 0.5) * angle) / np.cos(angle / 2), abs=1e-8)


def test_beyond_four_they_diverge():
    x, total = 1.0, 0.0
    for _ in range(60):
        total += x
        x -= 4.2 * total
    assert abs(x) > 1e6


@given(betas, st.floats(1e-6, 1), st.integers(1, 50))
def test_eps_before_the_correction_counts_more(beta2, eps, t):
    v, m_hat = 0.3, 0.7
    correction = 1 - beta2**t
    theirs = np.sqrt(correction) * m_hat / (np.sqrt(v) + eps)
    assert theirs == pytest.approx(m_hat / (np.sqrt(v / correction) + eps / np.sqrt(correction)), rel=1e-12)


def test_a_group_is_an_entry_of_an_array():
    model, data = LogisticRegression(30), loops.tumors()
    is_bias = np.arange(31) == 30
    whole = AdamW(lr=np.where(is_bias, 0.05, 0.01), weight_decay=np.where(is_bias, 0.0, 0.5))
    parts = [AdamW(lr=0.01, weight_decay=0.5), AdamW(lr=0.05, weight_decay=0.0)]
    w, state = np.zeros(31), whole.init(np.zeros(31))
    groups = [np.zeros(30), np.zeros(1)]
    states = [rule.init(part) for rule, part in zip(parts, groups)]
    for t in range(1, 20):
        w, state = whole.step(w, model.grad(w, *data), state, t)
        grad = np.split(model.grad(np.concatenate(groups), *data), [30])
        for k, rule in enumerate(parts):
            groups[k], states[k] = rule.step(groups[k], grad[k], states[k], t)
    np.testing.assert_allclose(np.concatenate(groups), w, rtol=1e-12)


@given(betas, st.floats(1e-3, 8))
def test_with_momentum_forgotten_gradients_diverge_at_every_rate(beta, product):
    """The points of the error follow (z − β)(z − 1)² + ηλ z² = 0, and a root lies outside the circle."""
    roots = np.roots([1, product - 2 - beta, 1 + 2 * beta, -beta])
    assert np.abs(roots).max() > 1
    path = loops.forgotten_with_momentum(beta, product, 8, curvature=1.0)
    np.testing.assert_allclose(np.convolve(path, [1, product - 2 - beta, 1 + 2 * beta, -beta])[3:9], 0, atol=1e-4)


@given(st.floats(0.5, 0.99), st.floats(1e-3, 0.2))
@settings(max_examples=10, deadline=None)
def test_forgotten_gradients_with_momentum_are_those_of_the_imitation(beta, lr):
    model = tiny.Classifier(2)
    X, y = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([1.0, 0.0])
    rule, w = tiny.SGD(model.parameters(), lr=lr, momentum=beta), np.zeros(3)
    exact, total, velocity = LogisticRegression(2), np.zeros(3), np.zeros(3)
    for _ in range(9):
        model.loss(X, y).backward()
        rule.step()
        total = total + exact.grad(w, X, y)
        velocity = beta * velocity + total
        w = w - lr * velocity
    np.testing.assert_allclose(model.w.data, w, rtol=1e-9)


@pytest.mark.parametrize("beta2", [0.999, 0.9995, 0.998])
def test_beta2_rounded_in_the_correction_alone_costs_adam_its_digits(beta2):
    exact = loops.adam_rounded(beta2=beta2)
    alone = digits(loops.adam_rounded("correction", beta2=beta2), exact)
    both = digits(loops.adam_rounded("average and correction", beta2=beta2), exact)
    assert alone < 6.4 < 6.9 < both


def test_what_32_bits_hold_costs_nothing():
    held = dict(beta1=0.875, beta2=1 - 2**-10)
    np.testing.assert_array_equal(loops.adam_rounded("correction", **held), loops.adam_rounded(**held))


def test_half_of_the_early_runs_part_late_with_all_numbers_given():
    rows = results.recording()["results"]["agreement"]
    early = {(rule, name): row[name] for rule, row in rows.items() for name in row if row[name][0] < 6}
    left = {one for one, (_, _, numbers) in early.items() if numbers < 6}
    assert len(early) == 2 * len(left) == 12
    formulas = {one for one in left if early[one][2] < 2}
    assert formulas == {("AMSGrad", "optax"), ("NAdam", "keras"), ("NAdam", "optax")}
    assert {one[1] for one in left - formulas} == {"keras"}
    assert all(5 < early[one][2] < 5.5 for one in left - formulas)


def test_in_keras_adam_it_is_the_bits_and_not_eps():
    found = results.recording()["results"]
    rounded = [found[f"Keras' Adam 0.999 {eps}"] for eps in (1e-7, 1e-8, 0.0)]
    held = [found[f"Keras' Adam {1 - 2**-10} {eps}"] for eps in (1e-7, 1e-8, 0.0)]
    assert max(rounded) - min(rounded) < 0.1 and min(held) > max(rounded) + 0.7 and held[2] > held[0] + 0.7
    assert rounded[2] == pytest.approx(digits(loops.adam_rounded("correction"), loops.adam_rounded()), abs=0.05)


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_lost_state_ends_lower_in_all_orders_and_jumps_upward_in_few(shuffled):
    jumps, ends = [], []
    for seed in range(20, 24):
        right, lost = (
            np.array(loops.train(one, order=seed, shuffled=shuffled)["losses"]) for one in loops.MISTAKES[::2]
        )
        jumps.append(lost[21] / lost[20])
        ends.append(lost[-1] / right[-1])
    assert 0.85 < min(ends) and max(ends) < 0.96
    assert 0.93 < min(jumps) < 1


def test_nadam_is_not_taken_for_adam():
    for rule in ("Adam", "AdamW", "AdaGrad"):
        with pytest.raises(ValueError, match="nesterov=True"):
            translate_settings(rule, {"learning_rate": 0.1, "nesterov": True}, "optax", "pytorch")
    plain = translate_settings("Momentum", {"learning_rate": 0.1}, "optax", "pytorch")
    assert translate_settings("Momentum", {"learning_rate": 0.1, "nesterov": True}, "optax", "pytorch") == plain


@pytest.mark.parametrize(("start", "eps"), [(0.0, 1e-7), (0.1, 0.01)])
def test_the_start_and_eps_are_named_together(start, eps):
    chosen = {"learning_rate": 0.1, "initial_accumulator_value": start, "epsilon": eps}
    with pytest.raises(NoTranslation, match=re.escape(f"start plus ε under the root is {start + eps:g} in Keras")):
        translate_settings("AdaGrad", chosen, "keras", "course_lib")


def test_the_exercise_refuses_a_decay_over_a_root():
    translate = find("translate_settings").reference
    adam = {"lr": 0.1, "betas": (0.9, 0.99), "eps": 0.0, "weight_decay": 0.1}
    adagrad = {"learning_rate": 0.1, "initial_accumulator_value": 0.1, "epsilon": 0.0, "weight_decay": 0.1}
    for chosen in (("Adam", adam, "pytorch", "keras"), ("Adam", adam, "pytorch", "optax")):
        with pytest.raises(ValueError):
            translate(*chosen)
    for target, lr in (("pytorch", "lr"), ("optax", "learning_rate")):
        with pytest.raises(ValueError):
            translate("AdaGrad", adagrad, "keras", target)
        assert translate("AdaGrad", adagrad | {"weight_decay": None}, "keras", target)[lr] == 0.1


def test_the_exercise_translates_as_the_library_does():
    exercise = find("translate_settings")

    def through_the_library(rule, settings, source, target):
        return translate_settings(rule, settings, source, target)

    assert diagnose("translate_settings", through_the_library).status == "correct"
    assert not exercise._differing(exercise.expected, exercise.outcomes(through_the_library))


@pytest.mark.parametrize(("name", "answer"), [("translate_settings", 0), ("train_translated", 1)])
def test_the_librarys_own_function_is_no_answer(name, answer):
    given = (translate_settings, (translate_settings, 0.06221))[answer]
    assert "This is the library's `translate_settings`" in diagnose(name, given).message


def refusing(refuses):
    """Return an answer to the exercise that also refuses where `refuses` says so."""
    reference = find("translate_settings").reference

    def answer(rule, settings, source, target):
        if refuses(rule, in_course_names(rule, settings, source), source, target):
            raise ValueError("not this one")
        return reference(rule, settings, source, target)

    return answer


@pytest.mark.parametrize(
    ("named", "refuses"),
    [
        ("adagrad refused without eps", lambda rule, ours, a, b: rule == "AdaGrad" and a == "pytorch" != b),
        ("adam refused without eps", lambda rule, ours, a, b: rule == "Adam" and (a == "keras") != (b == "keras")),
        ("adagrad into pytorch refused", lambda rule, ours, a, b: rule == "AdaGrad" and (a, b) == ("keras", "pytorch")),
        ("everything into optax refused", lambda rule, ours, a, b: b == "optax" != a),
        ("decay refused to itself", lambda rule, ours, a, b: a == b and ours["weight_decay"]),
    ],
)
def test_what_is_refused_without_need_is_named(named, refuses):
    assert diagnose("translate_settings", refusing(refuses)).misconception == named


def test_an_eps_of_any_size_is_in_the_way_and_a_refusal_says_why():
    reference = find("translate_settings").reference

    def with_a_threshold(rule, settings, source, target):
        ours = in_course_names(rule, settings, source)
        if rule == "Adam" and 0 < ours["eps"] < 1e-7:
            return in_names_of(target, rule, ours)
        return reference(rule, settings, source, target)

    def silent(rule, settings, source, target):
        try:
            return reference(rule, settings, source, target)
        except ValueError:
            raise ValueError from None

    def a_text(rule, settings, source, target):
        try:
            return reference(rule, settings, source, target)
        except ValueError:
            return "no translation"

    assert diagnose("translate_settings", with_a_threshold).misconception == "small eps of adam let through"
    assert diagnose("translate_settings", silent).misconception == "refused without a word"
    assert "It returns the text 'no translation': a dict" in diagnose("translate_settings", a_text).message


def test_what_is_said_of_the_lost_state():
    """The jump is that of a new m; the longer steps afterwards are those of a new v."""
    ends = {}
    for reset in ("", "m", "mvt"):
        model, (X, y) = tiny.Classifier(30), loops.tumors()
        rule = tiny.Adam(model.parameters(), lr=0.2, weight_decay=0.1, decoupled_weight_decay=True)
        for epoch in range(40):
            if epoch == 20:
                before = model.loss(X, y).item()
                for name in reset:
                    setattr(rule, name, 0 if name == "t" else [0.0])
            rule.lr = 0.2 * 0.5 ** (epoch // 10)
            for first in range(0, len(y), 64):
                rule.zero_grad()
                model.loss(X[first : first + 64], y[first : first + 64]).backward()
                rule.step()
            if epoch == 20:
                after = model.loss(X, y).item()
        ends[reset] = after / before, model.loss(X, y).item()
    assert ends[""][0] < 1 < ends["m"][0] < ends["mvt"][0]
    assert ends["mvt"][1] < 0.95 * ends[""][1] < ends["m"][1]


# ---------------------------------------------------------------------------------- the recording


def test_the_loops_of_the_imitation_are_the_recorded_ones_of_pytorch():
    for mistake in loops.MISTAKES:
        recorded = results.recording()["results"][f"loop, {mistake}"]
        assert digits(loops.train(mistake)["losses"], recorded["losses"]) > 9


def test_the_recording_says_what_it_is_of():
    recording = results.recording()
    assert set(recording["versions"]) == set(live.PACKAGES)
    about = results.Results().about()
    assert "RECORDED" in about and all(version in about for version in recording["versions"].values())
    assert ".[frameworks]" in about


def test_without_the_frameworks_live_results_are_recorded_and_said_so(monkeypatch):
    monkeypatch.setattr(live, "missing", lambda frameworks=None: ["torch", "keras"])
    asked = results.Results(live=True)
    assert "RECORDED where it needs torch, keras: PyTorch" in asked.about()

    def absent():
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    assert asked("zero_grad", absent) == results.recording()["results"]["zero_grad"]
    assert asked("zero_grad", lambda: np.arange(2)) == [0, 1]


@pytest.mark.parametrize(
    "error", [ImportError("Keras runs on jax here"), ModuleNotFoundError("No module named 'optax._x'", name="optax._x")]
)
def test_live_results_are_not_replaced_where_an_installed_framework_fails(error):
    def broken():
        raise error

    with pytest.raises(ImportError, match=str(error)):
        results.Results(live=True)("zero_grad", broken)


def test_the_recorded_forms_are_the_table_that_translates():
    for rule, stored in results.recording()["results"]["forms"].items():
        for framework, found in stored.items():
            form = FORMS[rule][framework]
            defaults = json.loads(json.dumps({name: default for name, (_, default) in form.settings.items()}))
            assert (found["name"], found["defaults"], found["flags"]) == (form.name, defaults, form.flags)
            assert form.eps in (found["place"], "either")


def test_the_table_of_all_rules_is_the_recorded_one():
    text = (ROOT / "notebooks" / "rules.md").read_text(encoding="utf-8")
    assert tables.with_table(text, results.recording()) == text


def test_the_names_in_the_table_of_rules_are_those_that_translate():
    text = (ROOT / "notebooks" / "rules.md").read_text(encoding="utf-8").partition("## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| [")]
    for cells in rows:
        rule = re.match(r"\[(\w+)\]", cells[0])[1]
        for framework, cell in zip(("pytorch", "keras", "optax"), cells[-3:], strict=True):
            assert re.match(r"`(\w+)", cell)[1] == FORMS[rule][framework].name


# ---------------------------------------------------------------------------------- the explorer, and the figure


@pytest.mark.parametrize("rule", ["Momentum", "AdaGrad", "RMSProp", "Adam", "AMSGrad", "NAdam"])
def test_the_explorer_draws_the_runs_of_the_imitations(rule):
    curvatures = 2.0 * np.array([0.5, 4.0])
    values = dict(lr=0.05, momentum=0.8, beta1=0.9, beta2=0.8, eps=1e-3, start=0.1, weight_decay=0.3)
    values |= dict(momentum_decay=0.004)
    drawn = paths(rule, 0.05, 0.8, 1e-3, 0.3, False, 2.0)
    for name, path in zip(FRAMEWORKS, drawn):
        own = values | {"start": 0.0 if name == "pytorch" else 0.1}
        chosen = settings_of(rule, name, own)
        if name == "optax" and rule == "NAdam":
            chosen.pop("weight_decay", None)
        if name == "pytorch" and rule in ("Adam", "AMSGrad", "NAdam"):
            chosen["decoupled_weight_decay"] = False
        same = imitations.imitate(rule, chosen, name, [-2.0, 3.0], lambda w, t: curvatures * (w - 1), STEPS)
        np.testing.assert_allclose(path, same, rtol=1e-9, atol=1e-9)


def test_the_explorer_says_how_many_digits_agree():
    explorer = ConventionsExplorer(rule="Adam", eps=1e-3, beta=0.9)
    runs = explorer.result
    apart = np.abs(runs[2] - runs[0]).max() / 3.0
    assert 3.6 < -np.log10(apart) < 3.7 and "Keras 3.6" in explorer.describe()
    assert digits_of_steps(runs[1], runs[0])[-1] > 14


@pytest.mark.parametrize("lr", [0.1, 0.3, 0.5])
def test_programs_that_diverge_alike_agree_all_the_same(lr):
    explorer = ConventionsExplorer(rule="Momentum", lr=lr, beta=0.9, curvature=10.0)
    assert "PyTorch all, Keras all, Optax all. The runs diverge." in explorer.describe()
    assert "diverges" not in ConventionsExplorer(rule="Momentum", lr=0.1, beta=0.9).describe()


def test_four_digits_are_said_only_where_there_are_four():
    for eps in (7.9e-5, 8e-5):
        explorer = ConventionsExplorer(goal="find_agreeing_eps", beta=0.99, eps=eps)
        assert "Keras 3.9" in explorer.describe() and "3.99 digits of four" in explorer.describe()
        assert "agree to 3.99 digits. A little smaller" in diagnose("find_agreeing_eps", eps).message
    assert "A little" not in diagnose("find_agreeing_eps", 1e-3).message


def test_ten_times_the_eps_costs_a_digit():
    found = [digits_of_steps(*paths("Adam", 0.1, 0.99, eps, 0.0, False, 1.0)[[2, 0]])[-1] for eps in (1e-6, 1e-5, 1e-4)]
    np.testing.assert_allclose(np.diff(found), -1, atol=0.05)


def test_gradients_a_thousand_times_smaller_want_an_eps_a_thousand_times_smaller():
    plain, small = (paths("Adam", 0.1, 0.99, 1e-3 * scale, 0.0, False, scale) for scale in (1.0, 1e-3))
    np.testing.assert_allclose(small, plain, rtol=1e-9)


def test_the_four_paths_are_those_of_the_programs():
    rates = np.where(np.arange(160) < 10, 0.05, 0.0125)
    for name, framework in find("read_whose_path").reference().items():
        lr = "lr" if framework in ("course_lib", "pytorch") else "learning_rate"
        chosen = {lr: 0.05, "momentum": 0.9} | ({} if framework == "optax" else {"weight_decay": 1.0})
        path = imitations.imitate("Momentum", chosen, framework, [-1.0], lambda w, t: w - 1, 160, rates)
        np.testing.assert_allclose(four_programs()[name], path[:, 0], atol=1e-5)
