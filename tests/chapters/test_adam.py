"""What is claimed of Adam and AdamW, as properties of the rules; and what the explorer says, against runs."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import (
    Adam,
    AdamW,
    AMSGrad,
    Data,
    GradientDescent,
    LinearRegression,
    NAdam,
    Quadratic,
    Rosenbrock,
    diagnose,
    fit,
    minimize,
    replay,
)
from course_lib.chapters.adam.explorer import OBJECTIVES, AdamExplorer
from course_lib.theory.adam import (
    Uncorrected,
    agreement,
    half_step_gradients,
    longest_step,
    paper_bound,
    uncorrected_step,
    wandering,
)
from course_lib.words import short

sizes = st.floats(1e-3, 1e3)
rates = st.floats(1e-3, 10.0)
beta1s = st.floats(0.0, 0.95)
beta2s = st.floats(0.5, 0.9995)
seeds = st.integers(0, 99)


def steps_of(rule, gradients):
    """Return the steps, downhill counted positive, of a rule on a sequence of single gradients."""
    return -replay(rule, np.reshape(gradients, (-1, 1))).delta[:, 0]


# ---------------------------------------------------------------------------------- averages and their correction


@given(beta1=beta1s, beta2=beta2s, seed=seeds)
def test_both_averages_weigh_the_past_with_fading_weights(beta1, beta2, seed):
    gradients = np.random.default_rng(seed).normal(size=(30, 2))
    m, v = (average[-1] for average in replay(Adam(1.0, beta1=beta1, beta2=beta2), gradients).state)
    back = np.arange(30)[::-1]
    np.testing.assert_allclose(m, (1 - beta1) * beta1**back @ gradients, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(v, (1 - beta2) * beta2**back @ gradients**2, rtol=1e-10)


@given(beta1=beta1s, beta2=beta2s, low=st.floats(-5, 5), high=st.floats(-5, 5), share=st.floats(0.05, 0.95))
def test_the_expectations_are_too_small_by_one_minus_beta_to_the_t(beta1, beta2, low, high, share):
    # All sequences of six gradients of two values, with their probabilities: the expectation is exact.
    draws = np.array(list(itertools.product([0, 1], repeat=6)))
    odds = np.prod(np.where(draws, 1 - share, share), axis=1)
    gradients = np.where(draws, high, low).T[:, :, None]
    m, v = (average[-1] for average in replay(Adam(1.0, beta1=beta1, beta2=beta2), gradients).state)
    mean, mean_square = share * low + (1 - share) * high, share * low**2 + (1 - share) * high**2
    np.testing.assert_allclose(odds @ m[:, 0], (1 - beta1**6) * mean, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(odds @ v[:, 0], (1 - beta2**6) * mean_square, rtol=1e-9, atol=1e-12)


def test_the_correction_of_v_needs_equal_mean_squares_and_not_only_equal_means():
    deviation = np.geomspace(1, 8, 200)
    state = replay(Adam(1.0, beta2=0.99), np.random.default_rng(5).normal(2.0, deviation[:, None], (200, 4000))).state
    np.testing.assert_allclose(state.m[-1].mean() / (1 - 0.9**200), 2.0, rtol=0.05)
    assert state.v[-1].mean() / (1 - 0.99**200) < 0.6 * (4 + deviation[-1] ** 2)


@given(beta1=beta1s, beta2=beta2s, rate=st.floats(1e-3, 0.3), seed=seeds)
def test_without_correction_it_is_adam_with_a_rate_that_changes(beta1, beta2, rate, seed):
    gradients = np.random.default_rng(seed).standard_t(2, size=(60, 2))
    betas = dict(beta1=beta1, beta2=beta2, eps=0.0)
    changing = Adam(lambda step: rate * uncorrected_step(step + 1, beta1, beta2), **betas)
    np.testing.assert_allclose(
        replay(Uncorrected(rate, **betas), gradients).w, replay(changing, gradients).w, rtol=1e-7, atol=1e-9
    )


@given(beta1=beta1s, beta2=beta2s, grad=sizes)
def test_without_correction_the_first_step_is_off_by_a_known_factor(beta1, beta2, grad):
    t = np.arange(1, 41)
    steps = steps_of(Uncorrected(1.0, beta1=beta1, beta2=beta2, eps=0.0), np.full(40, grad))
    np.testing.assert_allclose(steps[0], (1 - beta1) / np.sqrt(1 - beta2), rtol=1e-11)
    np.testing.assert_allclose(steps, uncorrected_step(t, beta1, beta2), rtol=1e-10)


def test_with_the_usual_settings_that_factor_is_the_root_of_ten():
    steps = steps_of(Uncorrected(1.0, eps=0.0), np.ones(5000))
    np.testing.assert_allclose(steps[0], np.sqrt(10), rtol=1e-12)
    assert steps.argmax() == 11
    assert 6.56 < steps.max() < 6.58


@pytest.mark.parametrize("grad", [1e-3, 1e3])
def test_a_t_that_stands_still_ends_with_steps_too_short_by_the_same_factor(grad):
    class Stuck(Adam):
        def direction(self, grad, state, t):
            return super().direction(grad, state, 1)

    t = np.arange(1, 8001)
    steps = steps_of(Stuck(1.0, eps=0.0), np.full(8000, grad))
    np.testing.assert_allclose(steps, (1 - 0.9**t) / 0.1 / np.sqrt((1 - 0.999**t) / 0.001), rtol=1e-8)
    np.testing.assert_allclose(steps[-1], np.sqrt(0.001) / 0.1, rtol=1e-3)


# ---------------------------------------------------------------------------------- the size of a step


@given(rate=rates, beta1=beta1s, beta2=beta2s, grad=sizes, sign=st.sampled_from([-1, 1]))
def test_the_first_step_is_the_learning_rate_whatever_the_gradient(rate, beta1, beta2, grad, sign):
    first = steps_of(Adam(rate, beta1=beta1, beta2=beta2, eps=0.0), [sign * grad])
    np.testing.assert_allclose(first, sign * rate, rtol=1e-12)


@given(rate=rates, grad=sizes, eps=sizes)
def test_eps_is_the_gradient_at_which_a_step_is_halved(rate, grad, eps):
    steps = steps_of(Adam(rate, eps=eps), np.full(50, grad))
    np.testing.assert_allclose(steps, rate * grad / (grad + eps), rtol=1e-11)
    np.testing.assert_allclose(steps_of(Adam(rate, eps=grad), [grad]), rate / 2, rtol=1e-12)


@given(eps=st.floats(1e-9, 1e-2), beta2=st.floats(0.5, 0.9999))
def test_a_first_step_is_halved_where_each_convention_says(eps, beta2):
    outside, before, inside = half_step_gradients(eps, beta2).values()
    np.testing.assert_allclose(steps_of(Adam(1.0, beta2=beta2, eps=eps), [outside]), 0.5, rtol=1e-9)
    m, v = 0.1 * before, (1 - beta2) * before**2
    np.testing.assert_allclose(np.sqrt(1 - beta2) / 0.1 * m / (np.sqrt(v) + eps), 0.5, rtol=1e-9)
    np.testing.assert_allclose(inside / np.sqrt(inside**2 + eps), 0.5, rtol=1e-9)


@given(eps=st.floats(1e-4, 1.0), seed=seeds)
def test_keras_adds_an_eps_that_is_larger_at_first(eps, seed):
    rng = np.random.default_rng(seed)
    m, v, grad = 0.0, 0.0, rng.normal(size=40)
    state = Adam(1.0).init(np.zeros(1))
    for t, g in enumerate(grad, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        keras = np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + eps)
        ours, state = Adam(1.0, eps=eps / np.sqrt(1 - 0.999**t)).direction(np.array([g]), state, t)
        np.testing.assert_allclose(ours, keras, rtol=1e-10)


@pytest.mark.parametrize("rule", [Adam, AMSGrad, NAdam])
@given(rate=st.floats(1e-3, 0.3), power=st.integers(-30, 30))
def test_the_path_forgets_the_scale_of_the_loss(rule, rate, power):
    class Scaled:
        value = staticmethod(lambda w: 2.0**power * Rosenbrock().value(w))
        grad = staticmethod(lambda w: 2.0**power * Rosenbrock().grad(w))

    # A power of two scales without rounding, so even a valley that magnifies rounding changes nothing.
    runs = [minimize(loss, [-1.5, 2.0], rule(rate, eps=0.0), steps=60).w for loss in (Rosenbrock(), Scaled())]
    np.testing.assert_allclose(runs[1], runs[0], rtol=1e-9)


@given(beta1=beta1s, beta2=st.floats(0.92, 0.9995), steps=st.integers(1, 60), seed=seeds)
def test_no_step_is_longer_than_the_bound_and_growing_gradients_reach_it(beta1, beta2, steps, seed):
    rule = Adam(1.0, beta1=beta1, beta2=beta2, eps=0.0)
    wild = np.random.default_rng(seed).standard_t(1, size=steps)
    bounds = longest_step(np.arange(1, steps + 1), beta1, beta2)
    assert (np.abs(steps_of(rule, wild)) <= bounds * (1 + 1e-9)).all()
    growing = max(beta1, 0.05) / beta2
    rule = Adam(1.0, beta1=max(beta1, 0.05), beta2=beta2, eps=0.0)
    reached = steps_of(rule, growing ** np.arange(steps)[::-1])[-1]
    np.testing.assert_allclose(reached, longest_step(steps, max(beta1, 0.05), beta2), rtol=1e-7)


def test_a_burst_after_a_silence_goes_beyond_a_single_gradient():
    steps = steps_of(Adam(1.0), np.r_[np.zeros(20_000), np.ones(30)])[20_000:]
    np.testing.assert_allclose(steps[0], np.sqrt(10), rtol=1e-6)
    assert steps[0] < steps.max() < longest_step(20_030, 0.9, 0.999) < 7.2703


@pytest.mark.parametrize("beta2, burst", [(0.999, 6.5), (0.99, 2.1)])
def test_the_bound_of_the_paper_is_exceeded(beta2, burst):
    steps = steps_of(Adam(1.0, beta2=beta2), np.r_[np.zeros(20_000), np.ones(60)])
    assert paper_bound(0.9, beta2) * 1.9 < burst < steps.max() < longest_step(np.inf, 0.9, beta2)


def test_where_beta1_squared_is_above_beta2_no_bound_holds_for_ever():
    assert longest_step(1000, 0.95, 0.9) > 5 * longest_step(100, 0.95, 0.9)
    reached = steps_of(Adam(1.0, beta1=0.95, beta2=0.9, eps=0.0), (0.95 / 0.9) ** np.arange(1000.0)[::-1])[-1]
    np.testing.assert_allclose(reached, longest_step(1000, 0.95, 0.9), rtol=1e-7)


@given(beta2=st.floats(0.3, 0.95), share=st.floats(0.0, 1.0), seed=seeds)
def test_growing_gradients_make_no_long_steps_where_beta1_is_not_below_beta2(beta2, share, seed):
    # There v leans more to the recent gradients than m, so a mean square of growing ones is at least the mean, squared.
    rng = np.random.default_rng(seed)
    growing = np.cumsum(rng.exponential(size=60) * (rng.random(60) < 0.3), axis=0) + 1e-3
    beta1 = beta2 + share * (0.99 - beta2)
    signs = rng.choice([-1, 1], size=60)
    for gradients in (growing, signs * growing, 1.5 ** np.arange(60)):
        assert np.abs(steps_of(Adam(1.0, beta1=beta1, beta2=beta2, eps=0.0), gradients)).max() <= 1 + 1e-9


@given(beta1=st.floats(0.0, 0.99), beta2=st.floats(0.3, 0.9999), steps=st.integers(1, 5000))
def test_the_bound_of_every_step_is_below_its_limit(beta1, beta2, steps):
    assume(beta1**2 < beta2)
    assert longest_step(steps, beta1, beta2) <= longest_step(np.inf, beta1, beta2) * (1 + 1e-9)


@pytest.mark.parametrize("beta1, beta2, longest", [(0.99, 0.999, 2.089), (0.95, 0.9, 1.0)])
def test_equal_gradients_after_a_silence_reach(beta1, beta2, longest):
    steps = steps_of(Adam(1.0, beta1=beta1, beta2=beta2), np.r_[np.zeros(20_000), np.ones(1000)])
    np.testing.assert_allclose(steps.max(), longest, atol=1e-3)


@given(beta1=st.floats(0.0, 0.99), beta2=st.floats(0.3, 0.9999))
def test_the_bound_grows_with_t_so_that_its_limit_bounds_all(beta1, beta2):
    bounds = longest_step(np.arange(1, 120), beta1, beta2)
    assert (np.diff(bounds) > -1e-9 * bounds[:-1]).all()


# ---------------------------------------------------------------------------------- ---------------- noise and units


@pytest.mark.parametrize("beta1", [0.0, 0.9])
@pytest.mark.parametrize("mean, noise", [(1.0, 0.5), (-3.0, 2.0), (1e-3, 6.0)])
def test_a_step_is_the_sign_of_the_mean_shortened_by_the_noise(beta1, mean, noise):
    gradients = mean * (1 + noise * np.random.default_rng(7).normal(size=(3000, 200)))
    steps = -replay(Adam(1.0, beta1=beta1, eps=0.0), gradients).delta[1000:]
    np.testing.assert_allclose(steps.mean(), np.sign(mean) * agreement(noise), atol=0.01)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.95])
def test_on_pure_noise_it_wanders_by_a_known_step(beta1):
    gradients = 30 * np.random.default_rng(8).normal(size=(3000, 200))
    steps = replay(Adam(1.0, beta1=beta1, eps=0.0), gradients).delta[1000:]
    np.testing.assert_allclose(np.sqrt((steps**2).mean()), wandering(beta1), rtol=0.02)


@pytest.mark.parametrize("beta1, beta2", [(0.0, 0.0), (0.0, 0.999), (0.5, 0.999), (0.9, 0.999)])
def test_on_pure_noise_every_beta1_gets_equally_far(beta1, beta2):
    # Single steps differ by more than four; but the sum of the averages is the sum of the gradients.
    gradients = np.random.default_rng(10).normal(size=(3000, 800))
    steps = replay(Adam(1.0, beta1=beta1, beta2=beta2, eps=0.0), gradients).delta[1000:]
    distance = np.sqrt((steps.reshape(2, 1000, 800).sum(axis=1) ** 2).mean())
    np.testing.assert_allclose(distance, np.sqrt(1000), rtol=0.08)


def test_sign_descent_is_adam_without_memory():
    gradients = np.random.default_rng(9).standard_t(1, size=(50, 3))
    np.testing.assert_array_equal(
        replay(Adam(1.0, beta1=0.0, beta2=0.0, eps=0.0), gradients).delta.round(9), -np.sign(gradients)
    )


@given(factor=st.floats(0.01, 100), rate=st.floats(0.01, 0.2), seed=seeds)
def test_the_learning_rate_has_the_unit_of_the_weights(factor, rate, seed):
    X, y = np.random.default_rng(seed).normal(size=(2, 30, 3))
    model, y = LinearRegression(n_features=3), y[:, 0]

    def weights(rule, scale):
        data = Data(X, scale * y)
        return fit(model, data, rule, 5, batch_size=10, seed=1, w0=np.zeros(4)).w

    plain = weights(GradientDescent(0.05), 1.0)
    np.testing.assert_allclose(weights(GradientDescent(0.05), factor), factor * plain, rtol=1e-7, atol=1e-9)
    adam = weights(Adam(rate, eps=0.0), 1.0)
    np.testing.assert_allclose(weights(Adam(factor * rate, eps=0.0), factor), factor * adam, rtol=1e-6, atol=1e-8)


# ---------------------------------------------------------------------------------- decay


@given(rate=st.floats(0.01, 1.0), decay=st.floats(0.0, 0.9), eps=st.floats(1e-8, 1.0))
def test_decoupled_decay_shrinks_by_the_same_factor_whatever_the_gradients(rate, decay, eps):
    for sizes_of_gradients in (1e-3, 1e3):
        w, rule = np.ones((2, 1)), AdamW(rate, eps=eps, weight_decay=decay)
        state = rule.init(w)
        for t in range(1, 21):  # a run and its twin with the opposite gradients: their mean only decays
            w, state = rule.step(w, sizes_of_gradients * np.array([[1.0], [-1.0]]) * np.cos(t), state, t)
        np.testing.assert_allclose(w.mean(), (1 - rate * decay) ** 20, rtol=1e-9, atol=1e-9)


@given(rate=rates, decay=st.floats(0.0, 2.0), w=sizes, grad=sizes)
def test_for_gradient_descent_both_kinds_of_decay_are_one(rate, decay, w, grad):
    w, grad = np.array([w]), np.array([grad])
    penalty, _ = GradientDescent(rate).step(w, grad + decay * w, None, 1)
    decoupled, _ = GradientDescent(rate, weight_decay=decay).step(w, grad, None, 1)
    np.testing.assert_allclose(penalty, decoupled, rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("size", [1.0, 10.0, 100.0])
def test_through_adam_an_l2_penalty_decays_less_where_gradients_are_large(size):
    rng, rate, penalty = np.random.default_rng(0), 0.01, 0.1
    w, rule = np.ones((2, 500)), Adam(rate)
    state = rule.init(w)
    for t in range(1, 501):
        noise = size * rng.normal(size=500)
        w, state = rule.step(w, np.stack([noise, -noise]) + penalty * w, state, t)
    np.testing.assert_allclose(-np.log(w.mean()) / 500, rate * penalty / size, rtol=0.03)


def test_adam_is_not_blind_to_the_axes():
    # Scale invariance holds for each coordinate alone, so a turned bowl is another problem.
    straight, turned = (Quadratic([1.0, 100.0], angle=angle) for angle in (0, 45))
    needed = [
        minimize(bowl, bowl.eigenvectors @ [1.0, 1.0], Adam(0.1), steps=2000).steps_to(1e-6)
        for bowl in (straight, turned)
    ]
    assert needed[0] < needed[1]


# ---------------------------------------------------------------------------------- the explorer says the same


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
    longest = f"the longest {short(steps.max())} η, at step {steps.argmax() + 1}"
    assert f"{longest}, and the last {short(steps[-1])} η." in explorer.describe()
    assert "from (−1.5, 1), learning rate" in explorer.describe()


def test_the_steps_are_the_ratio_of_what_is_drawn_in_the_middle():
    for correction in (True, False):
        run, anatomy = AdamExplorer(correction=correction, eps=0.5, beta2=0.9).result
        np.testing.assert_allclose(anatomy.m / anatomy.root, anatomy.steps, rtol=1e-12)
        np.testing.assert_allclose(np.diff(run.w, axis=0), -0.1 * anatomy.steps, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("correction", [True, False])
def test_the_curves_are_the_averages_and_the_steps_written_out(correction):
    explorer = AdamExplorer(surface="a bowl with κ = 20", steps=40, beta1=0.8, beta2=0.95, correction=correction)
    w, m, v = np.array([-2.5, 2.0]), np.zeros(2), np.zeros(2)
    rows = []
    for t in range(1, 41):
        g = np.array([1.0, 20.0]) * w
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        m_hat, v_hat = (m / (1 - 0.8**t), v / (1 - 0.95**t)) if correction else (m, v)
        root = np.sqrt(v_hat) + 1e-8
        w = w - 0.1 * m_hat / root
        rows.append([np.abs(m_hat), root, -m_hat / root])
    lines = [mark for mark in explorer._pen.marks if mark.kind == "line"][1:]  # the first is the path
    dots = [mark.points for mark in explorer._pen.marks if mark.kind == "dots"][1:]
    for k, column in enumerate(np.array(rows).transpose(2, 1, 0)):
        for mark, expected in zip(lines[3 * k : 3 * k + 3], column, strict=True):
            np.testing.assert_allclose(mark.points, np.column_stack([np.arange(1, 41), expected]), rtol=1e-8)
        np.testing.assert_allclose(dots[k], [[1, column[2, 0]]], rtol=1e-9)
    np.testing.assert_allclose(explorer.result[0].w[-1], w, rtol=1e-8)


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


# ---------------------------------------------------------------------------------- corrected claims


@pytest.mark.parametrize("start", [(-2.5, 2.0), (1.0, -2.0), (-1.5, 0.5)])
@pytest.mark.parametrize("steps", [100, 200])
def test_without_noise_a_short_memory_of_the_gradient_ends_lower(start, steps):
    beta1 = np.array([0.0, 0.5, 0.9, 0.99])[:, np.newaxis]
    loss = minimize(Quadratic([1.0, 20.0]), start, Adam(0.1, beta1=beta1), steps=steps).loss[-1]
    assert loss.argmin() == 1
    assert loss[0] < loss[2] < loss[3]


@pytest.mark.parametrize("lr", [0.02, 0.5])
def test_that_no_bound_holds_does_not_make_every_run_exceed_a_learning_rate(lr):
    longest = AdamExplorer(lr=lr, beta1=0.99, beta2=0.9, steps=200).result[1].lengths.max()
    assert longest > 2 if lr == 0.02 else longest < 1 + 1e-9


@pytest.mark.parametrize(
    ("name", "answer", "mistake"),
    [
        ("predict_eps_places", (1e-6, 1e-6, np.sqrt(1e-6 / 3)), "before without effect"),
        ("predict_eps_places", (1e-6, 1e-6, 1e-3), "before without effect"),
        ("predict_longest_step", (1.0, np.sqrt(3)), "one learning rate"),
        ("find_uncorrected_beta2", 1.0, "unusable answer"),
    ],
)
def test_likely_wrong_answers_are_named(name, answer, mistake):
    result = diagnose(name, answer)
    assert result.misconception == mistake
    assert "e-12" not in result.message
