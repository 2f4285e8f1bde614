"""Chapter 11: backpropagation through every wiring, the sizes of signals, the table of deep networks, and what is not
convex; its explorer."""

import numpy as np
import pytest
from scipy import integrate, stats

from course_lib import MLP, GradientDescent, fit
from course_lib.chapters.a_network.explorer import NETWORKS, SignalExplorer, random_parts, signals
from course_lib.chapters.a_network.shared import (
    ACTIVATIONS,
    DEPTHS,
    FINER,
    GAINS,
    LEAK,
    RATES,
    WIRINGS,
    backward_through,
    depth_table,
    digits,
    every_choice,
    forward,
    layer_sizes,
    matching,
    random_networks,
    renamed,
    train_deep,
    train_own,
    train_stack,
    units,
)
from course_lib.checks import diagnose, find
from course_lib.theory.signals import mean_square_after, slope_after, typical_share, wide_network

every_wiring = pytest.mark.parametrize("wiring", WIRINGS)


# ------------------------------------------------------------------------- backpropagation


@every_wiring
@pytest.mark.parametrize("activation", ["tanh", "none", "relu", "leaky"])
def test_the_way_back_is_the_gradient_of_the_way_up(wiring, activation):
    rng = np.random.default_rng(5)
    weights = [rng.normal(size=(6, 6)) for _ in range(4)]
    s, slope, h = rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), 1e-6

    def loss(weights, s):
        return np.sum(slope * forward(weights, s, activation, wiring)[0][-1])

    scores, inputs = forward(weights, s, activation, wiring)
    slopes = backward_through(weights, scores, slope, activation, wiring)
    for place in [(0, 0), (3, 2), (5, 1)]:
        step = np.zeros_like(s)
        step[place] = h
        quotient = (loss(weights, s + step) - loss(weights, s - step)) / (2 * h)
        assert slopes[0][place] == pytest.approx(quotient, rel=1e-4, abs=1e-5 * np.abs(slopes[0]).max())
    share = WIRINGS[wiring](4)[1]
    for layer, place in [(0, (1, 2)), (2, (4, 4)), (3, (0, 5))]:
        grad = share * slopes[layer + 1] @ inputs[layer].T
        moved = [[W.copy() for W in weights] for _ in range(2)]
        moved[0][layer][place] += h
        moved[1][layer][place] -= h
        quotient = (loss(moved[0], s) - loss(moved[1], s)) / (2 * h)
        assert grad[place] == pytest.approx(quotient, rel=1e-4, abs=1e-5 * np.abs(grad).max())


def test_the_lengths_of_the_gradients_by_weights_are_those_of_outer_products():
    rng = np.random.default_rng(6)
    weights, (s, slope) = rng.normal(size=(5, 3, 7, 7)), rng.normal(size=(2, 3, 7, 1))
    for wiring in WIRINGS:
        scores, inputs = forward(weights, s, "tanh", wiring)
        slopes = backward_through(weights, scores, slope, "tanh", wiring)
        share = WIRINGS[wiring](5)[1]
        grads = [share * after @ x.swapaxes(-1, -2) for after, x in zip(slopes[1:], inputs, strict=True)]
        expected = [np.sum(grad**2, axis=(-2, -1)) for grad in grads]
        np.testing.assert_allclose(layer_sizes(weights, s, slope, "tanh", wiring)[2], expected, rtol=1e-12)


def test_the_exercise_follows_the_library_and_differences():
    rng, backward = np.random.default_rng(2), find("backward").reference
    model = MLP(5, 7, 4, activation="relu")
    w, X, y = rng.normal(size=model.size), rng.normal(size=(9, 5)), rng.integers(4, size=9)
    dW1, db1, dW2, db2 = backward(*units(model, w), X, y)
    by_hand = np.concatenate([np.column_stack([dW1, db1]).ravel(), np.column_stack([dW2, db2]).ravel()])
    np.testing.assert_allclose(by_hand, model.grad(w, X, y), rtol=0, atol=1e-13)


def test_two_linear_layers_are_one():
    rng = np.random.default_rng(3)
    weights, s = [rng.normal(size=(5, 5)) for _ in range(2)], rng.normal(size=(5, 4))
    np.testing.assert_allclose(forward(weights, s, "none")[0][-1], weights[1] @ weights[0] @ s, rtol=1e-12)


# ------------------------------------------------------------------------- the size of signals


@pytest.mark.parametrize("tau", [0.01, 0.7, 5.0, 40.0])
def test_the_integrals_of_tanh(tau):
    def mean(function):
        return integrate.quad(lambda z: function(np.sqrt(tau) * z) * stats.norm.pdf(z), -9, 9, points=[0], limit=400)[0]

    assert mean_square_after(tau, "tanh") == pytest.approx(mean(lambda s: np.tanh(s) ** 2), rel=1e-7)
    assert slope_after(tau, "tanh") == pytest.approx(mean(lambda s: np.cosh(s) ** -4), rel=1e-7)


@pytest.mark.parametrize(("width", "gain"), [(6, 1.0), (20, 2**0.5), (20, 1.7)])
def test_the_expected_mean_square_is_exact_for_relu_at_any_width(width, gain):
    scores, slopes, _ = random_networks(3, width, gain, networks=20_000, seed=11)
    tau, expected = wide_network(3, gain)
    for values, wanted in ((scores[3], tau[3]), (slopes[0], expected[0])):
        assert abs(values.mean() - wanted) < 4.5 * values.std() / len(values) ** 0.5


@pytest.mark.parametrize(("width", "depth", "gain"), [(2, 5, 1.0), (3, 5, 2**0.5), (5, 4, 2.0)])
def test_a_layer_that_is_off_lets_no_slope_back(width, depth, gain):
    _, slopes, by_weights = random_networks(depth, width, gain, networks=60_000, seed=23)
    tau, expected = wide_network(depth, gain, width=width)
    _, wide = wide_network(depth, gain)
    assert expected[0] == wide[0] and expected[-1] == 1
    for layer in range(depth):
        values = slopes[layer]
        assert abs(values.mean() - expected[layer]) < 4.5 * values.std() / len(values) ** 0.5
        product = wide[layer + 1] * width * tau[layer] / 2  # by the weights it is exact without that factor
        assert abs(by_weights[layer].mean() - product) < 4.5 * by_weights[layer].std() / len(values) ** 0.5
    assert abs(slopes[-2].mean() - wide[-2]) > 6 * slopes[-2].std() / len(slopes[-2]) ** 0.5


@pytest.mark.parametrize("distribution", ["uniform", "signs"])
def test_it_needs_no_normal_weights(distribution):
    rng, shape = np.random.default_rng(12), (2, 20_000, 12, 12)
    Z = rng.uniform(-(3**0.5), 3**0.5, shape) if distribution == "uniform" else rng.choice([-1.0, 1.0], shape)
    scores, _ = forward(2**0.5 / 12**0.5 * Z, rng.normal(size=(20_000, 12, 1)))
    size = np.mean(scores[-1] ** 2, axis=(1, 2))
    assert abs(size.mean() - 1) < 4.5 * size.std() / len(size) ** 0.5


@pytest.mark.parametrize(("wiring", "activation", "gain"), [
    ("plain", "tanh", 1.0), ("plain", "tanh", 2.0), ("residual", "relu", 1.0), ("residual", "tanh", 1.5),
    ("residual / √depth", "relu", 2**0.5), ("normalized", "relu", 3.0), ("normalized", "tanh", 1.0),
    ("residual, normalized", "relu", 2**0.5), ("residual, normalized", "tanh", 0.7)])  # fmt: skip
def test_the_limit_of_wide_layers(wiring, activation, gain):
    depth = 6
    keep, share, normalize = WIRINGS[wiring](depth)
    tau, slopes = wide_network(depth, gain, activation, keep, share, normalize)
    measured = random_networks(depth, 200, gain, 24, activation, wiring, seed=13)
    assert np.mean(measured[0][-1]) == pytest.approx(tau[-1], rel=0.15)
    assert np.mean(measured[1][0]) == pytest.approx(slopes[0], rel=0.25)


def test_residual_and_normalized_grow_like_the_depth():
    tau, slopes = wide_network(40, 2.0, "relu", 1.0, 1.0, True)
    np.testing.assert_allclose(tau, 1 + 2.0 * np.arange(41))
    assert slopes[0] == pytest.approx(tau[-1])


@pytest.mark.parametrize(("depth", "width"), [(20, 40), (30, 100)])
def test_the_median_network(depth, width):
    scores, slopes, _ = random_networks(depth, width, 2**0.5, networks=300, seed=14)
    spread = 1.2533 * (5 * depth / width / 300) ** 0.5
    for values in (scores[-1], slopes[0]):
        assert abs(np.log(np.median(values)) - np.log(typical_share(depth, width))) < 4 * spread + 0.1
    straight = random_networks(depth, width, 1.0, networks=300, activation="none", seed=15)[0][-1]
    assert abs(np.log(np.median(straight)) + depth / width) < 4 * spread + 0.1


def test_the_factor_of_a_layer_has_variance_five_over_width():
    factor = 2 * np.mean(np.maximum(np.random.default_rng(16).normal(size=(40_000, 25)), 0) ** 2, axis=1)
    assert factor.mean() == pytest.approx(1, abs=0.01)
    assert factor.var() == pytest.approx(5 / 25, rel=0.04)


@pytest.mark.parametrize("gain", [0.8, 2**0.5, 2.0])
def test_gradients_by_the_weights_are_alike_in_all_layers_of_a_relu_network(gain):
    by_weights = np.median(random_networks(16, 60, gain, networks=200, seed=17)[2], axis=1)
    assert by_weights.max() / by_weights.min() < 2
    # Of tanh with a large gain it is not so.
    tanh = np.median(random_networks(16, 60, 3.0, 60, "tanh", seed=18)[2], axis=1)
    assert tanh[0] > 100 * tanh[-1]


def test_unequal_widths_cancel_and_the_compromise_loses():
    rng, widths = np.random.default_rng(19), [20, 100] * 3 + [20]
    pairs = list(zip(widths, widths[1:], strict=False))

    def ends(variance):
        weights = [variance(i, o) ** 0.5 * rng.normal(size=(1500, o, i)) for i, o in pairs]
        s, slope = rng.normal(size=(2, 1500, 20, 1))
        scores, slopes, _ = layer_sizes(weights, s, slope / 20**0.5)
        return scores[-1].mean(), slopes[0].mean()

    assert ends(lambda i, o: 2 / i) == pytest.approx((1, 1), rel=0.2)
    assert ends(lambda i, o: 2 / o) == pytest.approx((1, 1), rel=0.2)
    lost = (4 * 20 * 100 / 120**2) ** 3
    assert ends(lambda i, o: 4 / (i + o)) == pytest.approx((lost, lost), rel=0.2)


def test_rows_become_parallel():
    rng, cosine = np.random.default_rng(20), 0.0
    pair = np.linalg.qr(rng.normal(size=(400, 2)))[0] * 20
    scores, _ = forward(rng.normal(size=(6, 400, 400)) * (2 / 400) ** 0.5, pair)
    for s in scores[1:]:  # Cho and Saul (2009): the cosine that relu makes of a cosine, in the limit of wide layers
        cosine = (np.sqrt(1 - cosine**2) + cosine * (np.pi - np.arccos(cosine))) / np.pi
        a, b = s.T
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) == pytest.approx(cosine, abs=0.12)
    assert cosine > 0.75


# ------------------------------------------------------------------------- deep networks, trained


@pytest.mark.parametrize(("wiring", "gain", "depth", "rate", "seed"), [
    ("plain", 4, 2, 6, 0), ("residual", 2, 5, 6, 1), ("residual / √depth", 3, 10, 6, 3), ("normalized", 4, 2, 7, 4),
    ("residual, normalized", 1, 5, 6, 2)])  # fmt: skip
def test_the_table_holds_what_runs_give(wiring, gain, depth, rate, seed):
    stored = depth_table()[list(WIRINGS).index(wiring), gain, DEPTHS.index(depth), rate, seed]
    _, loss = train_deep(digits()[0], depth, wiring, GAINS[gain], RATES[rate][None], seed)
    assert loss[0] == pytest.approx(stored, rel=0.1)


def test_what_the_chapter_reads_in_the_table():
    losses = depth_table()
    gains, judged = every_choice(losses)
    middle, low, high = np.median(judged, axis=0), judged.min(axis=0), judged.max(axis=0)
    plain, residual, scaled, normalized, both = range(len(WIRINGS))
    assert gains.shape == (10, len(WIRINGS), len(DEPTHS))
    assert gains[:, plain, 4] == pytest.approx(2**0.5)
    assert gains[:, residual, 4].max() <= 0.25
    for cured in (residual, scaled, both):  # from depth 10 on the bands are apart
        assert high[cured, 2:].max() < low[[plain, normalized], 2:].min()
    assert high[normalized, 2] < low[plain, 2] and low[normalized, 3] > 1.6
    assert low[[plain, normalized], 4].min() > 2
    assert middle[:, 1:].min() > middle[:, 0].min()
    at_best_rate = np.exp(np.log(losses).mean(axis=-1).min(axis=-1))
    ratio = at_best_rate[scaled, :, 4] / at_best_rate[scaled, :, 0]
    assert ratio[:3].max() < 1.3 and 1.3 < ratio[3:].min() and ratio.max() < 2
    assert at_best_rate[[scaled, both]].max() < 0.1  # at every gain and depth
    best = np.log(losses).mean(axis=-1).argmin(axis=-1)
    assert best[scaled].max() < len(RATES) - 1 and best[both].max() < len(RATES) - 1


def test_every_choice_is_made_and_judged_by_different_seeds():
    losses = np.ones((2, len(GAINS), 1, 3, 4))
    losses[0, 2, 0, 1, :2] = 0.5  # seeds 0 and 1 like it, the others do not
    losses[0, 2, 0, 1, 2:] = 4.0
    gains, judged = every_choice(losses)
    assert judged.shape == (6, 2, 1) and gains[0, 0, 0] == GAINS[2]
    assert judged[0, 0, 0] == pytest.approx(4) and judged[1:, 0].max() == pytest.approx(1)


def test_the_best_gain_of_plain_networks_lies_at_the_root_of_two_or_a_little_above():
    finer = np.exp(np.log(depth_table("finer")).mean(axis=-1).min(axis=-1))
    np.testing.assert_array_equal(depth_table("finer")[FINER.index(1.0)], depth_table()[0, GAINS.index(1.0)])
    for k in (1, 2):
        assert 1.4 < FINER[finer[:, k].argmin()] < 1.8
    _, loss = train_deep(digits()[0], 5, "plain", 1.55, RATES[6:7], seed=3)
    stored = depth_table("finer")[FINER.index(1.55), 1, 6, 3]
    assert loss[0] == pytest.approx(stored, rel=0.1)


def test_a_leaky_relu_goes_deeper():
    train, _ = digits()
    he, leaky = 2**0.5, (2 / (1 + LEAK**2)) ** 0.5
    for wiring in ("plain", "normalized"):
        ends = [train_deep(train, 20, wiring, gain, [0.03, 0.06], 7, activation)[1].min()
                for activation, gain in (("relu", he), ("leaky", leaky))]  # fmt: skip
        assert ends[1] < 0.6 * ends[0]


def test_small_weights_are_silent_in_depth_alone():
    train, _ = digits()
    rng = np.random.default_rng(21)

    def loss(widths, size):
        pairs = zip(widths, widths[1:], strict=False)
        return train_stack([size(i) * rng.normal(size=(o, i)) for i, o in pairs], train, 0.1, 100)

    assert loss([64, *[48] * 8, 10], lambda i: 0.01) == pytest.approx(np.log(10), abs=0.01)
    assert loss([64, *[48] * 8, 10], lambda i: (2 / i) ** 0.5) < 1
    assert loss([64, 48, 10], lambda i: 0.01) < 1


def test_a_gradient_without_its_mask_trains_and_is_wrong():
    exercise = find("train_with_backward")
    wrong = next(m for m in exercise.mistakes if m.name == "another gradient").example[0]
    parameters, right = train_own(wrong, 0.3), train_own(find("backward").reference, 0.3)
    assert np.linalg.norm(parameters[0] - right[0]) > 0.1 * np.linalg.norm(right[0])


# ------------------------------------------------------------------------- not convex


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_copies_and_walls(activation):
    train, _ = digits()
    model = MLP(64, 12, 10, activation=activation)
    a, b = fit(model, train, GradientDescent(0.3), epochs=12, batch_size=32, seed=np.array([30, 31])).w[-1]
    loss, order = model.on(*train), np.random.default_rng(0).permutation(12)
    copy = renamed(model, a, order)
    assert loss.value(copy) == pytest.approx(loss.value(a), rel=1e-12)
    np.testing.assert_array_equal(renamed(model, copy, matching(model, a, copy)), a)
    between = np.linspace(0, 1, 21)[:, None]
    tops = {}
    for name, other in (("copy", copy), ("seed", b), ("matched", renamed(model, b, matching(model, a, b)))):
        tops[name] = loss.value(a + between * (other - a)).max()
    assert min(tops["copy"], tops["seed"]) > 5 * loss.value(a)
    if activation == "relu":  # with tanh, units may have turned their signs as well
        assert tops["matched"] < tops["seed"] / 2
    else:  # a sign for each unit is a copy, too
        W1, b1, W2, b2 = units(model, a)
        signs = np.random.default_rng(1).choice([-1, 1], 12)
        first = np.concatenate([W1, b1[:, None]], axis=1) * signs[:, None]
        turned = np.concatenate([first.ravel(), np.concatenate([W2 * signs, b2[:, None]], axis=1).ravel()])
        assert loss.value(turned) == pytest.approx(loss.value(a), rel=1e-12)


def test_at_zero_no_weight_has_a_gradient_and_equal_units_stay_equal():
    train, _ = digits()
    model = MLP(64, 6, 10, activation="relu")
    W1, b1, W2, _ = units(model, model.grad(np.zeros(model.size), *train))
    assert not W1.any() and not b1.any() and not W2.any()
    first, last = np.full((6, 65), 0.02), np.random.default_rng(2).normal(size=(10, 1))
    alike = np.concatenate([first.ravel(), np.concatenate([np.tile(last, 6), last], axis=1).ravel()])
    end = units(model, fit(model, train, GradientDescent(0.1), epochs=2, batch_size=32, seed=0, w0=alike).w[-1])
    np.testing.assert_allclose(end[0], np.tile(end[0][:1], (6, 1)), rtol=1e-9)


# ------------------------------------------------------------------------- the explorer


@pytest.mark.parametrize(("wiring", "activation"), [("plain", "relu"), ("residual", "tanh"), ("normalized", "none")])
def test_the_explorer_follows_a_plain_loop(wiring, activation):
    explorer = SignalExplorer(depth=7, width=5, gain=1.3, activation=activation, wiring=wiring)
    weights, s, _ = random_parts(5)
    keep, share, normalize = WIRINGS[wiring](7)
    act = ACTIVATIONS[activation][0]
    for network in (0, NETWORKS - 1):
        x = s[network, :, 0]
        for W in weights[:7, network]:
            seen = x / np.sqrt(np.mean(x**2)) if normalize else x
            x = keep * x + share * 1.3 / 5**0.5 * W @ act(seen)
        assert explorer.result.drawn[0][-1, network] == pytest.approx(np.mean(x**2), rel=1e-9)
    assert len(explorer.result.drawn[2]) == 7 and len(explorer.result.drawn[1]) == 8


def test_what_the_chapter_says_of_the_explorer():
    for width, low, high in ((16, 3e-5, 3e-4), (32, 0.005, 0.05), (64, 0.1, 0.4)):
        assert low < np.median(signals(50, width, 2**0.5, "relu", "plain").drawn[0][-1]) < high
    medians = {}
    for gain in (0.8, 1.0, 1.5, 3.0):
        medians[gain] = [np.median(x, axis=1) for x in signals(50, 64, gain, "tanh", "plain").drawn]
    assert medians[0.8][0][-1] < 1e-9 and medians[0.8][2].max() < 1e-8
    assert medians[0.8][2].max() < 5 * medians[0.8][2].min()
    assert 1e-3 < medians[1.0][0][-1] < 0.1
    assert medians[1.5][0][-1] > 0.5 and 10 < medians[1.5][1][0] < 1e4
    assert medians[3.0][1][0] > 1e10 and medians[3.0][2][0] > 1e10 * medians[3.0][2][-1]
    for wiring in ("normalized",):  # the gain comes in once: its square is the ratio
        small, large = (signals(50, 64, gain, "relu", wiring).drawn for gain in (0.3, 3.0))
        assert np.median(large[0][-1]) == pytest.approx(100 * np.median(small[0][-1]), rel=1e-6)
        assert np.median(large[1][0]) == pytest.approx(100 * np.median(small[1][0]), rel=1e-6)
        assert np.median(large[2][9]) == pytest.approx(np.median(small[2][9]), rel=1e-6)
    for wiring in ("residual / √depth", "normalized", "residual, normalized"):
        for gain in (0.3, 1.0, 2.0):
            scores, slopes, _ = signals(50, 64, gain, "relu", wiring).drawn
            assert 0.01 < np.median(scores[-1]) < 300 and 0.01 < np.median(slopes[0]) < 300


def test_the_explorer_says_where_its_expectation_is_that_of_wide_layers():
    assert "expected of wide layers" in SignalExplorer(depth=50, width=4, gain=4.0, activation="tanh").describe()
    assert "expected of wide layers" in SignalExplorer(depth=5, width=8, wiring="normalized").describe()
    narrow = SignalExplorer(depth=50, width=4, gain=2**0.5)
    assert "of wide layers" not in narrow.describe()
    assert narrow.result.expected[1][49] == pytest.approx((15 / 16) ** 49)


# ------------------------------------------------------------------------- what the exercises say


def test_weights_off_center_are_not_called_silent():
    def positive(widths, rng):
        pairs = zip(widths, widths[1:], strict=False)
        return [rng.random(size=(o, i)) * (2 / i) ** 0.5 for i, o in pairs]

    assert diagnose("mend_silent_network", positive).misconception == "not centered"


def test_another_gradient_is_told_what_the_right_one_reaches():
    wrong = next(m for m in find("train_with_backward").mistakes if m.name == "another gradient").example
    message = diagnose("train_with_backward", wrong).message
    assert "{" not in message and message.count("%") == 2
