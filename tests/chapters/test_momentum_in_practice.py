"""What is claimed of Nesterov's look-ahead, of momentum under noise, and of its three conventions; its explorer."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import LinearRegression, Momentum, Nesterov, Quadratic, fit, load_diabetes, minimize, standardize
from course_lib.chapters.momentum_in_practice.explorer import DRAWN, RESHUFFLED, STEPS, MomentumNoiseExplorer, noises
from course_lib.chapters.momentum_in_practice.shared import race
from course_lib.checks import diagnose, find
from course_lib.theory import noise
from course_lib.theory.momentum import floor, mean_squares, reshuffled_floor, response, spectral_radius, stability_limit

betas = st.floats(0.0, 0.98)
translate = find("translate_momentum").reference


def matrix_of(rule, curvature, beta):
    """Return what one step does to (x, u) on a bowl, read off the rule itself."""
    columns = []
    for x, u in ((1.0, 0.0), (0.0, 1.0)):
        w, velocity = rule(1.0, momentum=beta).step(np.array([x]), np.array([curvature * x]), np.array([u]), 1)
        columns.append([w[0], velocity[0]])
    return np.transpose(columns)


@given(st.floats(1.5, 1e4))
def test_nesterov_with_the_proven_pair(kappa):
    root = np.sqrt(kappa)
    spectrum = np.geomspace(1.0, kappa, 30)
    rates = spectral_radius(Nesterov, spectrum / kappa, (root - 1) / (root + 1))
    assert rates[0] == rates.max() == pytest.approx(1 - 1 / root, abs=1e-6)


@given(st.floats(1.5, 1e4))
def test_nesterov_with_the_pair_that_is_best_on_bowls_is_faster_than_with_the_proven_one(kappa):
    root = np.sqrt(3 * kappa + 1)
    spectrum = np.geomspace(1.0, kappa, 30)
    rho = spectral_radius(Nesterov, spectrum * 4 / (3 * kappa + 1), (root - 2) / (root + 2)).max()
    assert rho == pytest.approx(1 - 2 / root, abs=1e-6)
    assert rho < 1 - 1 / np.sqrt(kappa)


# ---------------------------------------------------------------------------------- Nesterov


@given(betas, st.floats(0.01, 0.3))
def test_the_library_stores_the_point_that_looks_ahead(beta, lr):
    bowl = Quadratic([0.3, 2.0], angle=30)
    rule, start = Nesterov(lr, momentum=beta), np.array([1.0, -2.0])
    y, state, w, u = start, np.zeros(2), start, np.zeros(2)
    for t in range(1, 40):
        u = beta * u + bowl.grad(w - lr * beta * u)
        w = w - lr * u
        y, state = rule.step(y, bowl.grad(y), state, t)
        np.testing.assert_allclose(y, w - lr * beta * u, rtol=1e-9, atol=1e-9)


def slope(x):
    """Curvature 25 below 1, 1 between 1 and 2, and 25 above 2."""
    return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))


def path_of(rule, starts, steps):
    x, state, path = np.array(starts), np.zeros(len(starts)), []
    for t in range(1, steps + 1):
        x, state = rule.step(x, slope(x), state, t)
        path.append(x)
    return np.array(path)


def test_the_best_pair_goes_in_a_cycle_from_some_starts_and_converges_from_most():
    path = path_of(Momentum(1 / 9, momentum=4 / 9), np.linspace(-6, 6, 2401), 600)
    caught = np.abs(path[-1]) > 0.1
    assert 0.87 < 1 - caught.mean() < 0.90
    np.testing.assert_allclose(path[-3:], path[-6:-3], atol=1e-9)
    assert np.abs(path[-1][~caught]).max() < 1e-9
    assert np.abs(path_of(Nesterov(1 / 25, momentum=2 / 3), np.linspace(-6, 6, 2401), 600)[-1]).max() < 1e-12


def test_the_cycle_attracts():
    cycle = path_of(Momentum(1 / 9, momentum=4 / 9), [3.3], 600)[-3:, 0]
    once = np.eye(2)
    for point in cycle:
        curvature = 1.0 if 1 < point < 2 else 25.0
        once = np.array([[1 + 4 / 9 - curvature / 9, -4 / 9], [1.0, 0.0]]) @ once
    assert np.abs(np.linalg.eigvals(once)).max() < 0.3


@given(st.floats(-60, 60))
def test_gradient_descent_keeps_its_rate_there(start):
    x = np.array(start)
    after = x - 2 / 26 * slope(x)
    assert np.abs(after) <= 24 / 26 * np.abs(x) + 1e-12


# ---------------------------------------------------------------------------------- the noise floor


@given(betas, st.floats(0.01, 1.9))
def test_the_floor_solves_the_balance_of_two_steps(beta, curvature):
    """The covariance of (x, u) that a step with noise leaves as it is: S = M S Mᵀ + noise."""
    assume(spectral_radius(Momentum, curvature, beta) < 0.999)
    matrix = matrix_of(Momentum, curvature, beta)
    noise = np.outer([-1.0, 1.0], [-1.0, 1.0])  # ξ enters the velocity, and the point through it; η = 1
    covariance = np.linalg.solve(np.eye(4) - np.kron(matrix, matrix), noise.ravel()).reshape(2, 2)
    predicted = floor(1.0, beta, [curvature], [1.0])
    assert curvature / 2 * covariance[0, 0] == pytest.approx(predicted, rel=1e-6)


def test_the_floor_is_the_one_of_the_effective_learning_rate():
    betas = np.array([0.0, 0.5, 0.9])
    rng = np.random.default_rng(0)

    class Noisy(Quadratic):
        def grad(self, w):
            return super().grad(w) + rng.normal(size=np.shape(w))

    lr = np.stack([np.full(3, 0.1), 0.1 * (1 - betas)])
    run = minimize(Noisy([1.0]), np.zeros((600, 1, 1, 1)), Momentum(lr[..., None], momentum=betas[:, None]), 1500)
    measured = (run.w[300:, ..., 0] ** 2).mean(axis=(0, 1))
    predicted = 2 * floor(lr, betas, [1.0], [1.0])  # the loss is half of the square
    np.testing.assert_allclose(measured, predicted, rtol=0.03)
    assert measured[0, 2] > 9 * measured[0, 0]
    assert measured[1, 2] == pytest.approx(measured[1, 0], rel=0.08)


@given(betas, st.floats(1e-4, 0.05), st.floats(0.1, 5.0))
def test_for_small_effective_rates_the_floor_does_not_depend_on_beta(beta, effective, curvature):
    assume(effective * curvature < 0.1)
    value = floor(effective * (1 - beta), beta, [curvature], [1.0])
    assert value == pytest.approx(effective / 4, rel=0.06)


@given(st.floats(0.01, 0.98), st.floats(0.05, 1.9))
def test_at_the_same_effective_rate_momentum_is_never_higher_and_lower_where_the_rate_is_large(beta, effective):
    heavy, plain = floor(effective * (1 - beta), beta, [1.0], [1.0]), floor(effective, 0.0, [1.0], [1.0])
    assert heavy < plain
    shown = (1 + beta) * (2 - effective) / (2 * (1 + beta) - effective * (1 - beta))
    assert heavy / plain == pytest.approx(shown, rel=1e-9)


def test_speed_and_floor_are_not_those_of_a_rate_ten_times_larger():
    assert 2 * floor(0.1, 0.9, [1.0], [1.0]) == pytest.approx(0.5135, abs=1e-4)
    assert 2 * floor(1.0, 0.0, [1.0], [1.0]) == pytest.approx(1.0)
    assert spectral_radius(Momentum, 0.1, 0.9) == pytest.approx(0.9487, abs=1e-4)
    assert spectral_radius(Momentum, 1.0, 0.0) == 0.0


# ---------------------------------------------------------------------------------- reshuffled noise


@given(betas, st.floats(0.001, 1.5))
def test_the_response_is_what_a_noise_does_to_the_rule(beta, lr):
    rule, noisy, quiet = Momentum(lr, momentum=beta), np.zeros(1), np.zeros(1)
    states = [np.zeros(1), np.zeros(1)]
    found = []
    for t in range(1, 30):
        noisy, states[0] = rule.step(noisy, 0.7 * noisy + (t == 1), states[0], t)
        quiet, states[1] = rule.step(quiet, 0.7 * quiet, states[1], t)
        found.append((quiet - noisy)[0])
    np.testing.assert_allclose(response(lr, beta, 0.7, 29), found, rtol=1e-9, atol=1e-12)


@given(st.floats(0.0, 0.95), st.floats(0.01, 1.0), st.integers(2, 30))
def test_the_reshuffled_floor_is_the_unevenness_of_the_response(beta, effective, batches):
    lr = effective * (1 - beta)
    assume(lr < 1.8 * (1 + beta))
    q = response(lr, beta, 1.0, batches * (1 + int(80 / min(effective, 1 - beta) / batches)))
    assume(np.abs(q[-batches:]).max() < 1e-9)
    shown = []
    for done in range(batches + 1):
        of_passes = np.append(np.zeros(batches - done), q)
        of_passes = of_passes[: len(of_passes) // batches * batches].reshape(-1, batches)
        uneven = of_passes - of_passes.mean(axis=1, keepdims=True)
        shown.append(batches / (batches - 1) * np.sum(uneven**2))
    np.testing.assert_allclose(2 * reshuffled_floor(lr, beta, [1.0], [1.0], batches), shown, rtol=1e-6, atol=1e-14)


@given(st.floats(0.001, 0.3), st.integers(2, 40))
def test_without_momentum_it_is_the_floor_of_chapter_05(lr, batches):
    eigenvalues, variances = [0.3, 1.0, 4.0], [2.0, 1.0, 3.0]
    np.testing.assert_allclose(
        reshuffled_floor(lr, 0.0, eigenvalues, variances, batches),
        noise.reshuffled_floor(lr, eigenvalues, variances, batches),
        rtol=1e-8,
        atol=1e-15,
    )


def test_beyond_the_limit_there_is_no_floor():
    assert np.isinf(reshuffled_floor(2.0, 0.5, [1.0, 2.0], [1.0, 1.0], 10)).all()


@pytest.mark.parametrize(("lr", "beta"), [(0.1, 0.0), (0.02, 0.9), (0.003, 0.97)])
@pytest.mark.parametrize("batches", [None, 10, 40])
def test_the_mean_square_in_time_ends_at_the_floor(lr, beta, batches):
    steps = 40 * 75
    square = mean_squares(lr, beta, 1.0, 1.0, start=3.0, steps=steps, batches=batches)
    assert square[0] == 9
    if batches is None:
        assert square[-1] == pytest.approx(2 * floor(lr, beta, [1.0], [1.0]), rel=1e-6)
    else:
        later = 2 * reshuffled_floor(lr, beta, [1.0], [1.0], batches)
        np.testing.assert_allclose(square[-batches - 1 :], later, rtol=1e-6)


@given(st.floats(0.002, 0.05), st.sampled_from([20, 34, 55]))
def test_over_all_steps_a_longer_window_lowers_the_reshuffled_floor(effective, batches):
    means = [reshuffled_floor(effective * (1 - b), b, [1.0], [1.0], batches)[1:].mean() for b in (0, 0.5, 0.8, 0.9)]
    assert (np.diff(means) < 0).all()


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("batches", [2, 7, 20])
def test_the_floor_that_a_student_sums_up_is_the_one_of_the_moments(beta, batches):
    q = response(0.05 * (1 - beta), beta, 1.0, 1500)
    summed = [find("uneven_floor").reference(q, batches, done) for done in range(1, batches + 1)]
    exact = 2 * reshuffled_floor(0.05 * (1 - beta), beta, [1.0], [1.0], batches)[1:]
    np.testing.assert_allclose(summed, exact, rtol=1e-6)


def over_all_steps_and_at_the_ends(lr, beta, batches):
    floors = 2 * reshuffled_floor(lr, beta, [1.0], [1.0], batches)[1:]
    return floors.mean(), floors[-1]


def test_the_pairs_that_the_explorer_is_set_to_do_what_the_answers_say():
    longer = [over_all_steps_and_at_the_ends(0.1 * (1 - beta), beta, 40)[0] for beta in (0.0, 0.9, 0.95)]
    assert longer[1] < 0.9 * longer[0] and longer[2] < 0.9 * longer[1]
    plain, heavy = (over_all_steps_and_at_the_ends(0.03 * (1 - beta), beta, 10) for beta in (0.0, 0.9))
    assert heavy[0] < plain[0] and heavy[1] > 2 * plain[1]
    # and 400 steps are enough to see it: the start is forgotten
    for lr, beta, batches in ((0.005, 0.95, 40), (0.03, 0.0, 10), (0.003, 0.9, 10)):
        seen = mean_squares(lr, beta, 1.0, 1.0, 3.0, 400, batches)[201:]
        assert seen.mean() == pytest.approx(over_all_steps_and_at_the_ends(lr, beta, batches)[0], rel=0.1)


def test_at_the_ends_of_passes_momentum_can_be_far_higher():
    small, large = ([reshuffled_floor(e * (1 - b), b, [1.0], [1.0], 34)[-1] for b in (0, 0.9)] for e in (0.003, 0.1))
    assert small[1] > 10 * small[0]
    assert large[1] < large[0] / 2


def test_both_hold_on_the_diabetes_data():
    data, betas = standardize(load_diabetes()), np.array([0.0, 0.9, 0.99])
    model = LinearRegression(10)
    best = model.solve(*data)
    rows = model.grad(best, data.X[:, None, :], data.y[:, None])
    curvatures, directions = np.linalg.eigh(model.hessian(data.X))
    variances = np.mean((rows @ directions) ** 2, axis=0) / 13 * (442 - 13) / 441
    for effective in (0.006, 0.0006):
        lr = effective * (1 - betas)
        rule = Momentum(lr[:, None, None], momentum=betas[:, None, None])
        run = fit(model, data, rule, epochs=40, batch_size=13, seed=np.arange(20), w0=best, record="loss")
        above = run.recorded["loss"][1:].reshape(40, 34, 3, 20)[15:].mean(axis=(0, 3)) - model.loss(best, *data)
        exact = np.transpose([reshuffled_floor(a, b, curvatures, variances, 34)[1:] for a, b in zip(lr, betas)])
        np.testing.assert_allclose(above.mean(axis=0), exact.mean(axis=0), rtol=0.1)
        np.testing.assert_allclose(above[-1], exact[-1], rtol=0.2)
        assert above.mean(axis=0)[0] > 1.5 * above.mean(axis=0)[1] > 5 * above.mean(axis=0)[2]
    assert above[-1, 1] > 8 * above[-1, 0]  # the smaller rate, at the ends


# ---------------------------------------------------------------------------------- the explorer


def noisy_runs(lr, beta, drawn):
    """Return the mean square of runs of the library's rule that meet this noise."""
    rule = Momentum(lr, momentum=beta)
    x, state, square = np.full(drawn.shape[1:], 3.0), np.zeros(drawn.shape[1:]), [9.0]
    for t, noise_now in enumerate(drawn, start=1):
        x, state = rule.step(x, x + noise_now, state, t)
        square.append(np.mean(x**2))
    return np.array(square)


@pytest.mark.parametrize(("lr", "beta"), [(0.1, 0.0), (0.01, 0.9), (0.5, 0.4), (0.002, 0.98)])
@pytest.mark.parametrize(("sampling", "batches"), [(DRAWN, None), (RESHUFFLED, 7), (RESHUFFLED, 40)])
def test_the_explorer_shows_runs_of_the_rule_and_their_prediction(lr, beta, sampling, batches):
    explorer = MomentumNoiseExplorer(lr=lr, momentum=beta, sampling=sampling, batches=batches or 40)
    measured, predicted, stays = explorer.result
    np.testing.assert_allclose(measured, noisy_runs(lr, beta, noises(batches)), rtol=1e-9)
    assert measured[1:].mean() == pytest.approx(predicted[1:].mean(), rel=0.1)
    fresh = np.random.default_rng(1).normal(size=(3000, 300))
    if batches:
        fresh = fresh[: 3000 // batches * batches].reshape(-1, batches, 300)
        fresh = ((fresh - fresh.mean(axis=1, keepdims=True)) * np.sqrt(batches / (batches - 1))).reshape(-1, 300)
    later = noisy_runs(lr, beta, fresh)[len(fresh) // 4 :]
    floors = stays[1:] if batches else stays
    assert later.mean() == pytest.approx(floors.mean(), rel=0.1)


def test_the_noises_of_a_pass_add_up_to_nothing_and_have_variance_1():
    drawn = noises(40)
    assert np.abs(drawn[:400].reshape(10, 40, -1).sum(axis=1)).max() < 1e-9
    assert drawn.var() == pytest.approx(1, rel=0.01)
    assert len(noises(7)) == len(noises(None)) == STEPS


def test_the_explorer_says_where_there_is_no_floor():
    explorer = MomentumNoiseExplorer(lr=3.0, momentum=0.4)
    assert "There is no floor" in explorer.describe()
    assert stability_limit(Momentum, 0.4) < 3.0
    explorer.set(lr=0.5, momentum=0.9)
    assert "since it diverges" in explorer.describe()  # gradient descent at the effective rate 5


def test_the_goal_of_the_exercise_is_out_of_reach_for_gradient_descent():
    explorer = MomentumNoiseExplorer(goal="find_quiet_momentum", sampling=RESHUFFLED, batches=40, lr=0.03)
    assert explorer.met is False
    explorer.set(lr=0.004, momentum=0.9)
    assert explorer.met is True
    assert diagnose("find_quiet_momentum", (0.004, 0.9)).status == "correct"
    largest = [mean_squares(lr, 0.0, 1.0, 1.0, 3.0, 400, 40)[80:].max() for lr in np.geomspace(1e-3, 1.9, 120)]
    assert 0.0145 < min(largest) < 0.0155


def test_with_too_short_a_window_no_rate_meets_the_goal_and_the_messages_lead_towards_it():
    def largest(beta):
        rates = np.geomspace(0.02, 0.08, 60) * (1 - beta)
        return min(mean_squares(lr, beta, 1.0, 1.0, 3.0, 400, 40)[80:].max() for lr in rates)

    assert largest(0.69) > 0.012 > largest(0.71)
    named = {
        pair: diagnose("find_quiet_momentum", pair).misconception for pair in ((0.02, 0.5), (0.003, 0.9), (0.002, 0.95))
    }
    assert list(named.values()) == ["window too short", "too slow", "rings too long"]
    assert (
        diagnose("find_quiet_momentum", (0.0035, 0.9)).status == "correct"
    )  # the larger rate that "too slow" asks for
    assert diagnose("find_quiet_momentum", (0.0035, 0.91)).status == "correct"


def test_the_race_pairs_the_seeds_and_refuses_a_best_rate_at_the_edge():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    rates, options = np.geomspace(0.02, 8, 100), dict(epochs=40)
    best, logs = race(model, data, rates, 1, options, momentum=0.5)
    assert best in rates and logs.shape == (4,) and np.ptp(logs) < 1e-12  # all rows: no chance in it
    assert np.exp(logs[0]) == pytest.approx(without_noise(0.5, 40) / without_noise(0.0, 40), rel=0.3)
    with pytest.raises(ValueError, match="edge of the grid"):
        race(model, data, rates[:3], 1, options)
    _, noisy = race(model, data, np.geomspace(0.001, 0.24, 25), 2, dict(epochs=2, batch_size=34), momentum=0.0)
    np.testing.assert_array_equal(noisy, np.zeros(8))  # the same rule on the same minibatches


def without_noise(beta, steps):
    """Return the final loss above the least on the diabetes data, all rows, at the best of 400 rates."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    rule = Momentum((1 - beta) * np.geomspace(0.02, 8, 400)[:, None], momentum=beta)
    final = fit(model, data, rule, epochs=steps, w0=np.zeros(model.size)).loss[-1]
    return np.min(final - model.loss(model.solve(*data), *data))


def test_without_noise_momentum_needs_about_forty_steps_and_half_of_it_ten():
    share = {steps: without_noise(0.9, steps) / without_noise(0.0, steps) for steps in (3, 10, 15, 30, 45, 100)}
    assert min(share[3], share[30]) > 1.2
    assert share[10] > 4 * share[3]  # no matter of a window to be filled: fewer steps lose less
    assert share[15] > 4
    assert share[45] < 0.8
    assert share[100] < 0.01
    for steps in (10, 20, 40):
        assert without_noise(0.5, steps) < 0.95 * without_noise(0.0, steps)


@given(betas, st.floats(0.01, 1.0))
def test_the_error_is_the_sum_of_the_responses_to_this_noise_and_those_before(beta, lr):
    drawn, rule = np.random.default_rng(0).normal(size=60), Momentum(lr, momentum=beta)
    x, state = np.zeros(1), np.zeros(1)
    for t, xi in enumerate(drawn, start=1):
        x, state = rule.step(x, x + xi, state, t)
    assert x[0] == pytest.approx(-response(lr, beta, 1.0, 60) @ drawn[::-1], abs=1e-8)


# ---------------------------------------------------------------------------------- three conventions


def follow(convention, rates, beta):
    bowl, w, u = Quadratic([0.1, 5.0]), np.array([-2.7, 1.2]), np.zeros(2)
    path = [w]
    for lr in rates:
        grad = bowl.grad(w)
        match convention:
            case "accumulate":
                u = beta * u + grad
                w = w - lr * u
            case "average":
                u = beta * u + (1 - beta) * grad
                w = w - lr * u
            case "keras":
                u = beta * u - lr * grad
                w = w + u
        path.append(w)
    return np.array(path)


@given(betas, st.floats(0.001, 0.1), st.sampled_from(["accumulate", "average", "keras"]), st.data())
def test_translated_settings_give_the_same_run(beta, lr, source, data):
    target = data.draw(st.sampled_from(["accumulate", "average", "keras"]))
    translated, kept = translate(lr, beta, source, target)
    one, other = follow(source, np.full(60, lr), beta), follow(target, np.full(60, translated), kept)
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def test_accumulate_is_the_rule_of_the_library():
    run = minimize(Quadratic([0.1, 5.0]), [-2.7, 1.2], Momentum(0.1, momentum=0.9), 50)
    np.testing.assert_array_equal(run.w, follow("accumulate", np.full(50, 0.1), 0.9))


def test_a_learning_rate_that_changes_parts_keras_from_the_others():
    rates = np.where(np.arange(80) < 20, 0.1, 0.01)
    ours = follow("accumulate", rates, 0.9)
    np.testing.assert_allclose(follow("average", 10 * rates, 0.9), ours, rtol=1e-9, atol=1e-12)
    keras = follow("keras", rates, 0.9)
    np.testing.assert_allclose(keras[:21], ours[:21], rtol=1e-9, atol=1e-12)
    assert np.abs(keras[21:] - ours[21:]).max() > 0.1
