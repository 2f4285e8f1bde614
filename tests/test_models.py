"""Models: gradients against differences, lanes against loops, and closed forms."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import (
    MLP,
    GradientDescent,
    LinearRegression,
    LogisticRegression,
    SoftmaxRegression,
    load_breast_cancer,
    load_diabetes,
    load_digits,
    minimize,
    standardize,
)

KINDS = {
    "linear": lambda d: LinearRegression(d),
    "logistic": lambda d: LogisticRegression(d),
    "softmax": lambda d: SoftmaxRegression(d, 3),
    "tanh": lambda d: MLP(d, 4, 3),
    "relu": lambda d: MLP(d, 4, 3, activation="relu"),
}
CLASSIFIERS = [kind for kind in KINDS if kind != "linear"]


def problem(kind, d=3, n=7, lanes=(), data_lanes=(), seed=0):
    rng = np.random.default_rng(seed)
    model = KINDS[kind](d)
    X = rng.normal(size=(*data_lanes, n, d))
    classes = getattr(model, "n_classes", None)
    y = rng.integers(classes, size=(*data_lanes, n)) if classes else rng.normal(size=(*data_lanes, n))
    return model, rng.normal(size=(*lanes, model.size)), X, y


def differences(value, w):
    """Return the gradient by central differences of fourth order."""
    grad = np.empty_like(w)
    h = 1e-3
    for j in range(w.shape[-1]):
        step = np.zeros(w.shape[-1])
        step[j] = h
        near, far = value(w + step) - value(w - step), value(w + 2 * step) - value(w - 2 * step)
        grad[..., j] = (8 * near - far) / (12 * h)
    return grad


lane_shapes = st.sampled_from([((), ()), ((3,), ()), ((2, 3), ()), ((3,), (3,)), ((2, 1), (3,)), ((), (3,))])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "relu"])
@given(d=st.integers(1, 4), n=st.integers(1, 6), shapes=lane_shapes, seed=st.integers(0, 999))
def test_gradient_against_differences(kind, d, n, shapes, seed):
    lanes, data_lanes = shapes
    model, w, X, y = problem(kind, d, n, lanes, data_lanes, seed)
    w = np.broadcast_to(w, (*np.broadcast_shapes(lanes, data_lanes), model.size))
    expected = differences(lambda w: model.loss(w, X, y), w)
    np.testing.assert_allclose(model.grad(w, X, y), expected, rtol=1e-8, atol=1e-9)


@given(d=st.integers(1, 4), n=st.integers(1, 6), seed=st.integers(0, 999))
def test_relu_gradient_against_differences(d, n, seed):
    model, w, X, y = problem("relu", d, n, seed=seed)
    hidden = w[: 4 * (d + 1)].reshape(4, d + 1)
    bent = X @ hidden[:, :-1].T + hidden[:, -1]
    assume(abs(bent).min() > 0.003 * (1 + abs(X).max()))  # near a kink a difference measures both sides of it
    expected = differences(lambda w: model.loss(w, X, y), w)
    np.testing.assert_allclose(model.grad(w, X, y), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@given(shapes=lane_shapes, seed=st.integers(0, 999))
def test_batched_equals_looped(kind, shapes, seed):
    lanes, data_lanes = shapes
    model, w, X, y = problem(kind, lanes=lanes, data_lanes=data_lanes, seed=seed)
    loss, grad, predicted = model.loss(w, X, y), model.grad(w, X, y), model.predict(w, X)
    score = model.score(w, X, y)
    shape = np.broadcast_shapes(lanes, data_lanes)
    w = np.broadcast_to(w, (*shape, model.size))
    X, y = np.broadcast_to(X, (*shape, *X.shape[-2:])), np.broadcast_to(y, (*shape, y.shape[-1]))
    assert grad.shape == w.shape
    for lane in np.ndindex(shape):
        one = w[lane], X[lane], y[lane]
        np.testing.assert_allclose(loss[lane], model.loss(*one), rtol=1e-12)
        np.testing.assert_allclose(grad[lane], model.grad(*one), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(predicted[lane], model.predict(*one[:2]), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(score[lane], model.score(*one), rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_targets_alone_may_have_lanes(kind):
    model, w, X, y = problem(kind)
    targets = np.stack([y, y[::-1]])
    loss = model.loss(w, X, targets)
    assert loss.shape == (2,)
    np.testing.assert_allclose(loss[1], model.loss(w, X, y[::-1]), rtol=1e-12)
    np.testing.assert_allclose(model.grad(w, X, targets)[1], model.grad(w, X, y[::-1]), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_many_lanes_in_blocks_equal_few(kind, monkeypatch):
    model, w, X, y = problem(kind, lanes=(5, 3))
    whole = model.loss(w, X, y), model.grad(w, X, y), model.predict(w, X)
    monkeypatch.setattr("course_lib.models.CACHED", 50)  # blocks of one to seven lanes
    blocks = model.loss(w, X, y), model.grad(w, X, y), model.predict(w, X)
    for one, other in zip(whole, blocks, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_a_mean_over_rows(kind):
    model, w, X, y = problem(kind, n=8)
    twice = model.loss(w, np.vstack([X, X]), np.concatenate([y, y]))
    np.testing.assert_allclose(twice, model.loss(w, X, y), rtol=1e-12)
    rows = np.mean([model.grad(w, X[i : i + 1], y[i : i + 1]) for i in range(8)], axis=0)
    np.testing.assert_allclose(model.grad(w, X, y), rows, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_an_objective(kind):
    model, w, X, y = problem(kind, lanes=(2,))
    indices = np.array([[0, 2, 2], [5, 1, 6]])
    batch = model.on(X, y).rows(indices)
    loss, grad = batch.value_and_grad(w)
    for lane, picked in enumerate(indices):
        np.testing.assert_allclose(loss[lane], model.loss(w[lane], X[picked], y[picked]), rtol=1e-12)
        np.testing.assert_allclose(grad[lane], model.grad(w[lane], X[picked], y[picked]), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_without_its_loss_is_the_same(kind):
    model, w, X, y = problem(kind, lanes=(3,))
    objective = model.on(X, y)
    np.testing.assert_array_equal(objective.grad(w), objective.value_and_grad(w)[1])


def test_a_gradient_is_that_of_the_own_loss():
    class Halved(SoftmaxRegression):
        def _loss_and_slope(self, scores, y):
            loss, slope = super()._loss_and_slope(scores, y)
            return loss / 2, slope / 2

    class Doubled(SoftmaxRegression):
        def _loss_and_grad(self, w, X, y):
            loss, grad = super()._loss_and_grad(w, X, y)
            return 2 * loss, 2 * grad

    model, w, X, y = problem("softmax")
    for kind, factor in ((Halved, 0.5), (Doubled, 2)):
        own = kind(model.n_features, model.n_classes)
        np.testing.assert_allclose(own.grad(w, X, y), factor * model.grad(w, X, y), rtol=1e-12)


def test_mean_squared_error_by_hand():
    X, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
    w = np.array([0.5, -0.25, 2.0])
    errors = np.array([0.5 - 0.5 + 2 - 1, 1.5 - 1 + 2 + 1])
    model = LinearRegression(2)
    assert model.loss(w, X, y) == (errors**2).sum() / 2
    np.testing.assert_allclose(model.grad(w, X, y), [*(2 / 2 * X.T @ errors), 2 / 2 * errors.sum()], rtol=1e-14)


def test_linear_solution_has_no_slope_and_obeys_the_normal_equations():
    data = standardize(load_diabetes())
    model = LinearRegression(10)
    w = model.solve(*data)
    X1 = np.column_stack([data.X, np.ones(len(data))])
    np.testing.assert_allclose(w, np.linalg.solve(X1.T @ X1, X1.T @ data.y), rtol=1e-10)
    np.testing.assert_allclose(model.grad(w, *data), 0, atol=1e-10)


def test_linear_score_as_scikit_learn():
    from sklearn.linear_model import LinearRegression as Peer

    data = load_diabetes()
    model, peer = LinearRegression(10), Peer().fit(*data)
    w = model.solve(*data)
    np.testing.assert_allclose(w, [*peer.coef_, peer.intercept_], rtol=1e-9)
    np.testing.assert_allclose(model.score(w, *data), peer.score(*data), rtol=1e-10)
    np.testing.assert_allclose(model.predict(w, data.X), peer.predict(data.X), rtol=1e-10)


def test_linear_loss_is_its_taylor_polynomial():
    model, w, X, y = problem("linear")
    best = model.solve(X, y)
    e = w - best
    expected = model.loss(best, X, y) + 0.5 * e @ model.hessian(X) @ e
    np.testing.assert_allclose(model.loss(w, X, y), expected, rtol=1e-12)


def test_hessian_has_lanes():
    model, _, X, _ = problem("linear", data_lanes=(2, 3))
    hessian = model.hessian(X)
    assert hessian.shape == (2, 3, 4, 4)
    np.testing.assert_allclose(hessian[1, 2], model.hessian(X[1, 2]), rtol=1e-12)


def test_logistic_as_scikit_learn():
    from sklearn.metrics import accuracy_score, log_loss

    data = standardize(load_breast_cancer())
    model = LogisticRegression(30)
    w = model.init(np.random.default_rng(0))
    probability = 1 / (1 + np.exp(-(data.X @ w[:-1] + w[-1])))
    np.testing.assert_allclose(model.loss(w, *data), log_loss(data.y, probability), rtol=1e-12)
    np.testing.assert_allclose(model.score(w, *data), accuracy_score(data.y, probability > 0.5), rtol=1e-12)


def test_softmax_as_scikit_learn():
    from scipy.special import softmax
    from sklearn.metrics import accuracy_score, log_loss

    data = standardize(load_digits())
    model = SoftmaxRegression(64, 10)
    w = model.init(np.random.default_rng(0))
    rows = w.reshape(10, 65)
    scores = data.X @ rows[:, :-1].T + rows[:, -1]
    np.testing.assert_allclose(model.loss(w, *data), log_loss(data.y, softmax(scores, axis=1)), rtol=1e-12)
    np.testing.assert_allclose(model.score(w, *data), accuracy_score(data.y, scores.argmax(axis=1)), rtol=1e-12)


@given(seed=st.integers(0, 999))
def test_softmax_with_two_classes_is_logistic(seed):
    logistic, w, X, y = problem("logistic", seed=seed)
    softmax = SoftmaxRegression(3, 2)
    both = np.concatenate([np.zeros(4), w])  # the scores' difference is all that counts
    np.testing.assert_allclose(softmax.loss(both, X, y), logistic.loss(w, X, y), rtol=1e-12)
    np.testing.assert_allclose(softmax.grad(both, X, y)[4:], logistic.grad(w, X, y), rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(softmax.predict(both, X), logistic.predict(w, X))


@given(seed=st.integers(0, 999), shift=st.floats(-100, 100))
def test_softmax_ignores_what_all_classes_share(seed, shift):
    model, w, X, y = problem("softmax", seed=seed)
    moved = (w.reshape(3, 4) + [0, 0, 0, shift]).ravel()
    np.testing.assert_allclose(model.loss(moved, X, y), model.loss(w, X, y), rtol=1e-10)
    np.testing.assert_allclose(model.grad(w, X, y).reshape(3, 4).sum(axis=0), 0, atol=1e-14)


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
def test_huge_scores_are_exact(kind):
    model = KINDS[kind](1)
    X, y = np.array([[1.0], [1.0]]), np.array([0, 1])
    w = np.array([1e4, 0.0]) if kind == "logistic" else np.array([0.0, 0.0, 1e4, 0.0, 0.0, 0.0])
    assert model.loss(w, X, y) == 1e4 / 2  # one row right for certain, one wrong by 10000
    grad = model.grad(w, X, y)
    np.testing.assert_array_equal(grad, [0.5, 0.5] if kind == "logistic" else [-0.5, -0.5, 0.5, 0.5, 0, 0])


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_mlp_by_hand(activation):
    model = MLP(2, 3, 2, activation=activation)
    rng = np.random.default_rng(0)
    w, X, y = rng.normal(size=model.size), rng.normal(size=(5, 2)), np.array([0, 1, 1, 0, 1])
    hidden, output = w[:9].reshape(3, 3), w[9:].reshape(2, 4)
    z = X @ hidden[:, :2].T + hidden[:, 2]
    z = np.tanh(z) if activation == "tanh" else z * (z > 0)
    scores = z @ output[:, :3].T + output[:, 3]
    expected = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(5), y])
    np.testing.assert_allclose(model.loss(w, X, y), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(w, X), scores.argmax(axis=1))


def test_hidden_units_may_change_places():
    model, w, X, y = problem("tanh")
    hidden, output = w[:16].reshape(4, 4), w[16:].reshape(3, 5)
    order = [2, 0, 3, 1]
    swapped = np.concatenate([hidden[order].ravel(), output[:, [*order, 4]].ravel()])
    np.testing.assert_allclose(model.loss(swapped, X, y), model.loss(w, X, y), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_init_has_the_stated_deviation(kind):
    model = KINDS[kind](100)
    w = np.array([model.init(np.random.default_rng(seed)) for seed in range(200)])
    assert w.shape == (200, model.size)
    first = w[:, :100]  # the weights of the first output
    assert abs(first.std() * np.sqrt(100) - 1) < 0.03  # 20,000 draws: their deviation is known to 0.005
    assert (w[:, 100] == 0).all()  # its bias


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_a_diverged_model_has_no_score(kind):
    model, w, X, y = problem(kind, lanes=(2,))
    w[0, 0] = np.nan
    score = model.score(w, X, y)
    assert np.isnan(score[0])
    assert score[1] == model.score(w[1], X, y)


def test_minimize_takes_a_model():
    data = standardize(load_diabetes())
    model = LinearRegression(10)
    rate = 2 / sum(np.linalg.eigvalsh(model.hessian(data.X))[[0, -1]])
    run = minimize(model.on(*data), np.zeros(11), GradientDescent(lr=rate), steps=4000)
    assert run.loss[-1] - model.loss(model.solve(*data), *data) < 1e-3
    batch = minimize(model.on(*data), np.zeros(11), GradientDescent(lr=rate * np.array([[0.5], [1.0]])), steps=50)
    np.testing.assert_allclose(batch[1].w, run.w[:51], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_changed_in_place(kind):
    model, w, X, y = problem(kind)
    before = [array.copy() for array in (w, X, y)]
    model.loss(w, X, y), model.grad(w, X, y), model.predict(w, X), model.score(w, X, y)
    for array, copy in zip((w, X, y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


LINE = LinearRegression(2)
ROWS, NUMBERS = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [1.0, 2.0, 3.0]
BAD = {
    "no features": (lambda: LinearRegression(0), ValueError, "n_features must be at least 1, got 0"),
    "half a feature": (lambda: LogisticRegression(2.5), TypeError, "n_features must be a whole number, got 2.5"),
    "one class": (lambda: SoftmaxRegression(2, 1), ValueError, "n_classes must be at least 2, got 1"),
    "no hidden unit": (lambda: MLP(2, 0, 2), ValueError, "n_hidden must be at least 1, got 0"),
    "inputs a word": (lambda: MLP("2", 1, 2), TypeError, "n_inputs must be a whole number, got '2'"),
    "activation": (lambda: MLP(2, 1, 2, "sin"), ValueError, "activation must be one of 'tanh', 'relu', got 'sin'"),
    "w too short": (lambda: LINE.loss([1.0], ROWS, NUMBERS), ValueError, "w must have 3 parameters on its last axis"),
    "w a number": (lambda: LINE.predict(1.0, ROWS), ValueError, "w must have 3 parameters on its last axis"),
    "w of words": (lambda: LINE.grad(["a", "b", "c"], ROWS, NUMBERS), TypeError, "w must hold real numbers"),
    "rng a seed": (lambda: LINE.init(0), TypeError, "rng must be a generator"),
    "X too narrow": (lambda: LINE.loss(np.zeros(3), [[1.0]], [1.0]), ValueError, "X must have 2 columns"),
    "X too wide": (lambda: LINE.predict(np.zeros(3), [[1.0, 2.0, 3.0]]), ValueError, "X must have 2 columns"),
    "hessian of flat X": (lambda: LINE.hessian([1.0, 2.0]), ValueError, r"X must have shape \(n, d\), got \(2,\)"),
    "X with NaN": (lambda: LINE.grad(np.zeros(3), [[np.nan, 1.0]], [1.0]), ValueError, "X must be finite"),
    "X with NaN to predict": (lambda: LINE.predict(np.zeros(3), [[np.nan, 1.0]]), ValueError, "X must be finite"),
    "y with NaN": (lambda: LINE.on(ROWS, [1.0, np.nan, 2.0]), ValueError, "y must be finite"),
    "y short": (lambda: LINE.on(ROWS, [1.0, 2.0]), ValueError, "equal length: X has 3 rows, y has shape"),
    "y a column": (lambda: LINE.loss(np.zeros(3), ROWS, [[1], [2], [3]]), ValueError, r"y must have shape \(3,\)"),
    "y constant": (lambda: LINE.score(np.zeros(3), ROWS, [1.0, 1.0, 1.0]), ValueError, "y must not be constant"),
    "solve lanes": (lambda: LINE.solve([ROWS, ROWS], [NUMBERS, NUMBERS]), ValueError, r"X must have shape \(n, d\)"),
    "class 2 of 2": (lambda: LogisticRegression(2).on(ROWS, [0, 1, 2]), ValueError, "classes 0 to 1, got 2"),
    "class -1": (lambda: SoftmaxRegression(2, 3).on(ROWS, [0, 1, -1]), ValueError, "classes 0 to 2, got -1"),
    "class 0.5": (lambda: SoftmaxRegression(2, 3).on(ROWS, [0, 1, 0.5]), ValueError, "classes 0 to 2, got 0.5"),
    "class a word": (lambda: SoftmaxRegression(2, 3).on(ROWS, ["a", "b", "c"]), TypeError, "y must hold real numbers"),
    "lanes apart": (
        lambda: LINE.loss(np.zeros((4, 3)), [ROWS] * 2, NUMBERS),
        ValueError,
        r"the leading axes of w, X and y do not broadcast: \(4,\), \(2,\) and \(\)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    call, kind, sentence = BAD[name]
    with pytest.raises(kind, match=sentence):
        call()
