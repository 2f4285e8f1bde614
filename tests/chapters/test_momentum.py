"""What the chapter on momentum claims, held against the rules; its explorer against numbers computed another way."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from course_lib import LinearRegression, Momentum, Nesterov, Quadratic, load_diabetes, minimize, standardize
from course_lib.chapters.momentum.explorer import MomentumExplorer, factor
from course_lib.theory.momentum import (
    best_pair,
    both_roots,
    critical_curvatures,
    critical_momentum,
    errors_at_best_pair,
    spectral_radius,
    stability_limit,
)
from course_lib.words import short

RULES = (Momentum, Nesterov)
both = pytest.mark.parametrize("rule", RULES)
betas = st.floats(0.0, 0.98)
curvatures = st.floats(0.01, 4.0)
kappas = st.floats(1.5, 1e4)


def matrix_of(rule, curvature, beta):
    """Return what one step does to (x, velocity) on a bowl, read off the rule itself."""
    columns = []
    for x, velocity in ((1.0, 0.0), (0.0, 1.0)):
        w, state = rule(1.0, momentum=beta).step(np.array([x]), np.array([curvature * x]), np.array([velocity]), 1)
        columns.append([w[0], state[0]])
    return np.transpose(columns)


def errors(curvature, beta, steps, rule=Momentum):
    """Return the errors of a run of one direction, from 1 and at rest."""
    return minimize(Quadratic([1.0]), [1.0], rule(curvature, momentum=beta), steps).w[:, 0]


def stays_below(size, share):
    """Return the first step from which a size stays at or below a share of the first."""
    return len(size) - (size > share * size[0])[::-1].argmax(axis=0)


# ---------------------------------------------------------------------------------- two readings of one line


@given(st.floats(0.1, 1.0), st.floats(0.1, 10.0), st.floats(0.1, 5.0))
def test_the_ball_with_friction_is_the_rule(h, mass, friction):
    assume(h * friction < mass)
    bowl, rule = Quadratic([0.7]), Momentum(h**2 / mass, momentum=1 - h * friction / mass)
    run = minimize(bowl, [1.0], rule, 30).w[:, 0]
    assume(np.abs(run).max() < 1e3)
    acceleration = np.diff(run, 2) / h**2
    velocity = np.diff(run)[:-1] / h
    forces = -bowl.grad(run[1:-1, np.newaxis])[:, 0] - friction * velocity
    np.testing.assert_allclose(mass * acceleration, forces, rtol=1e-6, atol=1e-6 * np.abs(forces).max())


@given(betas, st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_the_velocity_is_a_fading_sum_of_all_gradients(beta, grads):
    rule, w, velocity = Momentum(0.1, momentum=beta), np.zeros(1), np.zeros(1)
    for t, grad in enumerate(grads, start=1):
        w, velocity = rule.step(w, np.array([grad]), velocity, t)
    weights = beta ** np.arange(len(grads))[::-1]
    assert velocity[0] == pytest.approx(weights @ grads, rel=1e-12, abs=1e-12)


@given(st.floats(0.01, 0.9999))
def test_the_effective_window_holds_all_but_a_share_of_one_over_e(beta):
    assert beta ** (1 / (1 - beta)) <= np.exp(-1)


@both
@given(betas, st.floats(0.01, 1.0))
def test_on_a_constant_slope_the_effective_learning_rate_is_reached(rule, beta, lr):
    optimizer, w, state = rule(lr, momentum=beta), np.zeros(1), np.zeros(1)
    for t in range(1, 1500):
        before = w
        w, state = optimizer.step(w, np.ones(1), state, t)
    assert before[0] - w[0] == pytest.approx(lr / (1 - beta), rel=1e-9)


# ---------------------------------------------------------------------------------- roots


@both
@given(betas, curvatures)
def test_the_roots_are_the_eigenvalues_of_one_step(rule, beta, curvature):
    matrix, roots = matrix_of(rule, curvature, beta), both_roots(rule, curvature, beta)
    np.testing.assert_allclose(
        [roots.sum(), roots.prod()], [np.trace(matrix), np.linalg.det(matrix)], rtol=1e-12, atol=1e-12
    )


@given(betas, curvatures)
def test_no_direction_is_faster_than_the_root_of_beta_and_those_that_ring_reach_it(beta, curvature):
    low, high = critical_curvatures(Momentum, beta)
    rho = spectral_radius(Momentum, curvature, beta)
    assert rho >= np.sqrt(beta) * (1 - 1e-7)
    assume(min(abs(curvature - low), abs(curvature - high)) > 1e-6)
    assert (rho < np.sqrt(beta) * (1 + 1e-9)) == (low < curvature < high)


@both
@given(st.floats(0.001, 0.999), betas)
def test_the_critical_momentum_has_equal_roots_and_is_the_best(rule, curvature, other):
    beta = critical_momentum(rule, curvature)
    one, two = both_roots(rule, curvature, beta)
    assert abs(one - two) < 1e-6
    assert critical_curvatures(rule, beta)[0] == pytest.approx(curvature, rel=1e-9)
    assert spectral_radius(rule, curvature, beta) <= spectral_radius(rule, curvature, other) + 1e-7


@given(st.floats(0.0, 0.999), betas)
def test_the_second_border_has_equal_negative_roots_and_is_the_best(beta, other):
    curvature = critical_curvatures(Momentum, beta)[1]
    roots = both_roots(Momentum, curvature, beta)
    np.testing.assert_allclose(roots, -np.sqrt(beta), atol=1e-6)
    assert critical_momentum(Momentum, curvature) == pytest.approx(beta, abs=1e-9)
    assert spectral_radius(Momentum, curvature, beta) <= spectral_radius(Momentum, curvature, other) + 1e-7


def test_from_four_on_no_momentum_is_critical():
    assert np.isnan(critical_momentum(Momentum, [4.0, 5.0])).all()
    assert critical_momentum(Momentum, 3.99) < 1


@given(st.floats(0.01, 0.97), st.floats(0.02, 0.98))
def test_from_rest_an_overdamped_error_never_changes_its_sign(beta, share):
    error = errors(share * (1 - np.sqrt(beta)) ** 2, beta, 60)
    assert (error > 0).all()


@given(st.floats(0.01, 0.97), st.floats(0.02, 0.98))
def test_beyond_the_second_border_the_error_jumps_at_every_step(beta, share):
    low, high = (1 + np.sqrt(beta)) ** 2, 2 * (1 + beta)
    error = errors(low + share * (high - low), beta, 60)
    assert (error[1:] * error[:-1] < 0).all()


@both
@given(betas, curvatures)
def test_the_limit_of_stability(rule, beta, curvature):
    limit = stability_limit(rule, beta)
    assume(abs(curvature - limit) > 1e-3)
    assert (np.abs(np.linalg.eigvals(matrix_of(rule, curvature, beta))).max() < 1) == (curvature < limit)


@both
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_runs_diverge_beyond_the_limit_and_not_before(rule, beta):
    lr = stability_limit(rule, beta) / 5.0 * np.array([[0.99], [1.01]])
    run = minimize(Quadratic([0.5, 5.0]), [1.0, 1.0], rule(lr, momentum=beta), 4000)
    assert run.loss[-1, 0] < 1e-6
    assert run.loss[-1, 1] > 1e6


def test_at_the_limit_itself_the_error_neither_shrinks_nor_grows():
    error = np.abs(errors(stability_limit(Momentum, 0.5), 0.5, 200))
    assert error[100:].min() > 1
    assert error.max() < 10


# ---------------------------------------------------------------------------------- the best pair


@given(kappas, st.floats(0.0, 0.999), st.floats(1e-3, 1.0))
def test_no_pair_beats_the_best_one(kappa, beta, share):
    lr, best = best_pair([1.0, kappa])
    rate = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    spectrum = np.geomspace(1.0, kappa, 30)
    # Near a double root the roots are as exact as the square root of rounding.
    assert spectral_radius(Momentum, lr * spectrum, best).max() == pytest.approx(rate, abs=1e-6)
    other = share * stability_limit(Momentum, beta) / kappa
    assert spectral_radius(Momentum, other * np.array([1.0, kappa]), beta).max() >= rate - 1e-6


def test_the_pair_that_once_read_as_best_is_not():
    """Of 5265 noisy readings the least was 0.7524, at η = 0.615 and β = 0.57; the factor there is √0.57."""
    slowest = spectral_radius(Momentum, 0.615 * np.array([0.1, 5.0]), 0.57).max()
    assert slowest == pytest.approx(0.7550, abs=5e-5)
    assert best_pair([0.1, 5.0])[1] ** 0.5 == pytest.approx(0.7522, abs=5e-5)


@given(kappas)
def test_the_best_pair_has_the_margin_of_gradient_descent(kappa):
    lr, beta = best_pair([1.0, kappa])
    assert stability_limit(Momentum, beta) / kappa / lr == pytest.approx(1 + 1 / kappa, rel=1e-12)
    assert 2 / kappa / (2 / (1 + kappa)) == pytest.approx(1 + 1 / kappa, rel=1e-12)


@pytest.mark.parametrize("kappa", [4.0, 100.0, 2500.0])
def test_the_errors_at_the_best_pair_are_exact(kappa):
    lr, beta = best_pair([1.0, kappa])
    run = minimize(Quadratic([1.0, kappa]), [1.0, 1.0], Momentum(lr, momentum=beta), 200)
    np.testing.assert_allclose(run.w.T, errors_at_best_pair(beta, np.arange(201)), rtol=1e-9)


@pytest.mark.parametrize("kappa", [1e3, 1e4, 1e5])
def test_the_transient_grows_like_the_root_of_kappa(kappa):
    lr, beta = best_pair([1.0, kappa])
    run = minimize(Quadratic([1.0, kappa]), [1.0, 1.0], Momentum(lr, momentum=beta), int(np.sqrt(kappa)))
    flattest, steepest = np.abs(run.w).T
    assert steepest.max() == pytest.approx(np.sqrt(kappa) / np.e, rel=2 / np.sqrt(kappa))
    assert steepest.argmax() == pytest.approx(np.sqrt(kappa) / 2, abs=2)
    assert flattest.max() == 1


def test_steps_grow_with_the_root_of_kappa():
    spread = np.geomspace(1e3, 1e7, 5)
    rates = [best_pair([1.0, kappa])[1] ** 0.5 for kappa in spread]
    slope = np.polyfit(np.log(spread), np.log(-1 / np.log(rates)), 1)[0]
    assert slope == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("kappa", [30.0, 100.0, 1000.0])
def test_the_best_pair_needs_more_steps_than_its_neighbors_and_less_so_for_more_accuracy(kappa):
    lr, beta = best_pair([1.0, kappa])
    rates, momenta = lr * np.linspace(0.85, 1, 31)[:, None], beta + (1 - beta) * np.linspace(0, 0.2, 41)
    rule = Momentum(rates[..., None], momentum=momenta[:, None])
    runs = minimize(Quadratic([1.0, kappa]), [1.0, 1.0], rule, int(20 * np.sqrt(kappa)))
    shares = []
    for accuracy in (1e-3, 1e-6, 1e-12):
        counts = stays_below(np.linalg.norm(runs.w, axis=-1), accuracy)
        shares.append(counts.min() / counts[-1, 0])
    assert shares == sorted(shares)
    assert shares[1] < 0.85
    assert shares[2] < 1


@pytest.mark.parametrize(("kappa", "more"), [(50.0, 0.015), (100.0, 0.01), (200.0, 0.006)])
def test_a_neighbor_of_the_best_pair_is_ahead_until_very_many_digits(kappa, more):
    lr, beta = best_pair([1.0, kappa])
    ends, neighbor = np.array([1.0, kappa]), (0.98 * lr, beta + more)
    assert spectral_radius(Momentum, neighbor[0] * ends, neighbor[1]).min() > np.sqrt(beta)
    assert all(abs(root.imag) > 0 for root in both_roots(Momentum, neighbor[0] * ends, neighbor[1]).ravel())
    errors = [
        np.linalg.norm(minimize(Quadratic(ends), [1.0, 1.0], Momentum(rate, momentum=kept), 3000).w, axis=-1)
        for rate, kept in ((lr, beta), neighbor)
    ]
    for share in (1e-3, 1e-6, 1e-12):
        assert stays_below(errors[1], share) < stays_below(errors[0], share)
    assert stays_below(errors[1], 1e-140) > stays_below(errors[0], 1e-140)


@given(betas, st.floats(0.0, 50.0))
def test_gradients_of_this_age_and_older_have_the_share_of_a_power(beta, age):
    k = int(age)
    weights = beta ** np.arange(5000)
    assert weights[k:].sum() / weights.sum() == pytest.approx(beta**k, abs=1e-9)


def test_the_rates_hold_on_the_diabetes_data():
    data = standardize(load_diabetes())
    model = LinearRegression(10)
    with_bias = np.column_stack([data.X, np.ones(len(data))])
    curvatures = np.linalg.eigvalsh(2 / len(data) * with_bias.T @ with_bias)
    lr, beta = best_pair(curvatures)
    run = minimize(model.on(*data), np.zeros(model.size), Momentum(lr, momentum=beta), 260)
    error = np.linalg.norm(run.w - model.solve(*data), axis=-1)
    measured = (error[260] / error[200]) ** (1 / 60)
    # From step 200 to 260 the factor t is worth (260 / 200)^(1/60) at most.
    assert np.sqrt(beta) < measured < np.sqrt(beta) * 1.3 ** (1 / 60)


# ---------------------------------------------------------------------------------- the explorer


@pytest.fixture(scope="module")
def explorer():
    return MomentumExplorer(eigenvalues=[1.0])


def crossings(run):
    """Return how often the error changes its sign."""
    error = run.w[:, 0]
    return int((np.sign(error[1:]) * np.sign(error[:-1]) < 0).sum())


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
@pytest.mark.parametrize("lr", [0.05, 0.3, 0.7])
def test_the_words_are_what_the_run_does(explorer, rule, lr):
    kind = {"momentum": Momentum, "Nesterov": Nesterov}[rule]
    critical = float(critical_momentum(kind, lr))
    explorer.set(rule=rule, lr=lr, steps=100, momentum=critical)
    assert "is critically damped" in explorer.describe()
    assert crossings(explorer.result) == 0

    explorer.set(momentum=critical / 2)
    assert "is overdamped" in explorer.describe()
    assert crossings(explorer.result) == 0

    explorer.set(momentum=0.95)
    assert "rings" in explorer.describe()
    assert crossings(explorer.result) >= 3


def test_a_run_that_jumps_changes_sides_at_every_step(explorer):
    explorer.set(rule="momentum", lr=1.8, momentum=0.02, steps=50)
    assert "jumps from side to side" in explorer.describe()
    assert crossings(explorer.result) == 50


def test_at_the_best_pair_both_ends_are_critical_and_the_middle_rings():
    explorer = MomentumExplorer(eigenvalues=[0.1, 1.0, 5.0], lr=0.614, momentum=0.57, steps=40)
    said = explorer.describe()
    assert "λ = 0.1 is critically damped (" in said
    assert "λ = 1 rings" in said
    assert "λ = 5 is critically damped and jumps from side to side" in said
    explorer.set(momentum=0.56)  # a step of the slider below it, the flattest and the steepest are slower
    assert "λ = 0.1 is overdamped" in explorer.describe()
    assert "λ = 5 jumps from side to side" in explorer.describe()


def test_a_diverging_direction_is_named_and_the_others_keep_their_words():
    explorer = MomentumExplorer(eigenvalues=[0.1, 5.0], lr=0.8, momentum=0.2, steps=60)
    said = explorer.describe()
    assert "λ = 0.1 is overdamped" in said
    assert "λ = 5 diverges" in said
    assert "the run diverges" in said
    explorer.set(lr=0.5, momentum=0.2, steps=1)
    assert "λ = 5 diverges" in explorer.describe()
    assert "the run diverges" not in explorer.describe()  # it has not come far yet


@pytest.mark.parametrize(("lr", "momentum"), [(0.3, 0.8), (0.05, 0.3), (0.614, 0.566)])
@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
def test_the_run_is_the_one_of_minimize_and_the_factors_those_of_one_step(rule, lr, momentum):
    explorer = MomentumExplorer(rule=rule, lr=lr, momentum=momentum, steps=70)
    kind = {"momentum": Momentum, "Nesterov": Nesterov}[rule]
    run = minimize(Quadratic([0.1, 1.0, 5.0]), np.ones(3), kind(lr, momentum=momentum), 70)
    np.testing.assert_array_equal(explorer.result.w, run.w)
    for eigenvalue in (0.1, 1, 5):
        radius = np.abs(np.linalg.eigvals(matrix_of(kind, lr * eigenvalue, momentum))).max()
        said = explorer.describe().split(f"λ = {eigenvalue} ")[1]
        factor = float(said.split("(")[1].split(" ")[0])
        assert factor == pytest.approx(radius, abs=6e-3 if radius >= 1 else 6e-4)  # three digits


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
def test_the_plane_shows_the_slowest_direction_and_its_lines_equal_roots(rule):
    eigenvalues, kind = (0.1, 1.0, 5.0), {"momentum": Momentum, "Nesterov": Nesterov}[rule]
    explorer = MomentumExplorer(rule=rule, eigenvalues=eigenvalues)
    plane, *_ = explorer.background(Figure(), rule)
    bands = next(artist for artist in plane.collections if len(artist.get_paths()) > 5)
    levels = np.array(bands.levels)
    checked = 0
    for lr in (0.01, 0.03, 0.07, 0.13, 0.22, 0.31, 0.42, 0.55):
        for momentum in (0.13, 0.34, 0.47, 0.61, 0.79, 0.86):
            steps = [matrix_of(kind, lr * eigenvalue, momentum) for eigenvalue in eigenvalues]
            slowest = max(np.abs(np.linalg.eigvals(step)).max() for step in steps)
            inside = [path.contains_point((lr, momentum)) for path in bands.get_paths()]
            if np.abs(levels - slowest).min() < 1e-3:
                continue  # too near to the edge of a band for its polygon
            assert inside.index(True) == np.searchsorted(levels, slowest) - 1 if slowest < 1 else not any(inside)
            checked += 1
    assert checked >= 30
    lines = [line for line in plane.lines if len(line.get_xdata()) > 100]
    borders = 2 if rule == "momentum" else 1
    assert len(lines) == borders * len(eigenvalues)
    for number, line in enumerate(lines):
        eigenvalue = eigenvalues[number // borders]
        for lr, momentum in list(zip(*line.get_data(), strict=True))[20:180:40]:
            matrix = matrix_of(kind, lr * eigenvalue, momentum)
            assert np.trace(matrix) ** 2 == pytest.approx(4 * np.linalg.det(matrix), abs=1e-9)


def test_a_drag_in_the_plane_moves_both_sliders(explorer):
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    moved = {"serial": 1, "values": {}, "drag": {"handle": 0, "at": [right, (bottom + top) / 2]}}
    explorer.set_state({"_request": moved})
    assert explorer.values["lr"] == 4.2
    assert explorer.values["momentum"] == pytest.approx(0.5, abs=0.011)
    assert explorer.answer == f"lr = 4.2\nmomentum = {explorer.values['momentum']!r}"


@pytest.mark.parametrize(("lr", "momentum"), [(2.0, 0.0), (3.0, 0.5)])
def test_on_the_limit_itself_an_error_jumps_for_ever_and_does_not_grow(explorer, lr, momentum):
    explorer.set(rule="momentum", lr=lr, momentum=momentum, steps=100)
    assert "λ = 1 jumps from side to side for ever" in explorer.describe()
    assert 0.5 < np.abs(explorer.result.w[-2:]).max() < 3
    explorer.set(lr=lr + 0.01)
    assert "λ = 1 diverges" in explorer.describe()


def test_a_factor_near_one_is_not_told_as_one(explorer):
    explorer.set(rule="momentum", lr=0.02, momentum=0.0, steps=1)
    assert "overdamped (0.98 per step)" in explorer.describe()
    assert factor(0.9996) == "0.9996"
    assert factor(1.0) == "1"
    assert factor(0.894427) == "0.894"


def test_a_direction_that_vanishes_is_no_division_by_zero(explorer):
    explorer.set(rule="Nesterov", lr=1.0, momentum=0.9, steps=30)
    assert "is gone within two steps" in explorer.describe()
    assert np.abs(explorer.result.w[2:]).max() < 1e-12


def errors_by_hand(rule, lr, momentum, eigenvalue, steps):
    """Return the errors of one direction from 1, at rest: one line of each rule, with plain numbers."""
    x, u, errors = 1.0, 0.0, [1.0]
    for _ in range(steps):
        g = eigenvalue * x
        u = momentum * u + g
        x -= lr * (u if rule == "momentum" else g + momentum * u)
        errors.append(x)
    return np.array(errors)


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
def test_the_curves_are_the_errors_of_each_direction(rule):
    explorer = MomentumExplorer(rule=rule, lr=0.17, momentum=0.85, steps=50)
    curves = [mark.points for mark in explorer._pen.marks]
    expected = [errors_by_hand(rule, 0.17, 0.85, eigenvalue, 50) for eigenvalue in (0.1, 1.0, 5.0)]
    for errors, (above, below) in zip(expected, zip(curves[::2], curves[1::2], strict=True), strict=True):
        np.testing.assert_allclose(above, np.column_stack([np.arange(51), errors]), rtol=1e-9, atol=1e-12)
        far_below = 1e-11  # the axis ends at 1e-8; what is smaller leaves it through the bottom
        np.testing.assert_allclose(below[:, 1], np.maximum(np.abs(errors), far_below), rtol=1e-9)
    largest = max(abs(errors[-1]) for errors in expected)
    assert explorer.describe().endswith(f"after 50 steps the largest error is {short(largest)}, from 1 at the start.")


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
@pytest.mark.parametrize(("lr", "momentum"), [(0.05, 0.1), (0.02, 0.95), (0.3, 0.3), (0.25, 0.7), (0.31, 0.2)])
def test_the_plane_has_the_color_of_the_measured_rate(rule, lr, momentum):
    figure = Figure()
    MomentumExplorer().background(figure, rule)
    rates = next(artist for artist in figure.axes[0].collections if hasattr(artist, "levels"))
    # A band with a hole contains the points of the hole, too.
    bands = [n for n, path in enumerate(rates.get_paths()) if path.contains_point((lr, momentum))]
    measured = 0
    for eigenvalue in (0.1, 1.0, 5.0):
        errors = np.abs(errors_by_hand(rule, lr, momentum, eigenvalue, 300))
        measured = max(measured, (errors[-40:].max() / errors[150:190].max()) ** (1 / 111))
    assert bands
    assert any(rates.levels[n] - 0.003 < measured < rates.levels[n + 1] + 0.003 for n in bands)


def test_the_lines_of_critical_damping_are_where_both_roots_are_equal():
    explorer = MomentumExplorer(eigenvalues=[0.5, 2.0])
    lines = [line.get_xydata() for line in explorer._background_now.axes[0].lines]
    assert len(lines) == 4  # two for each direction
    for eigenvalue, points in zip((0.5, 0.5, 2.0, 2.0), lines, strict=True):
        curvature, beta = eigenvalue * points[:, 0], points[:, 1]
        np.testing.assert_allclose((1 + beta - curvature) ** 2, 4 * beta, atol=1e-12)


def test_in_the_exercise_the_explorer_says_when_damping_is_critical():
    explorer = MomentumExplorer(
        eigenvalues=[4.0], goal="find_critical_damping", hide=("rule", "lr"), lr=0.04, momentum=0.9
    )
    assert not explorer.met
    assert "Not there yet: it rings, and the factor per step is 0.949." in explorer.describe()
    explorer.set(momentum=0.2)
    assert "it creeps" in explorer.describe()
    explorer.set(momentum=0.36)
    assert explorer.met
    assert explorer.answer == "momentum = 0.36"
