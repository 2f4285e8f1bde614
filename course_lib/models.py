"""Models to train: a loss on data, and its gradient derived by hand.

A model keeps all its parameters in one flat vector `w` of shape (…, p); leading axes are lanes,
each a model of its own. The data are X of shape (n, d) or (…, n, d) and y of shape (n,) or
(…, n); lanes in w, X and y broadcast. Losses are means over the n rows.

Inside, a layer is an array of shape (…, k, d + 1): one row for each of its k outputs, holding d
weights and then the bias. What flows through the layers has a column for each row of X, shape
(…, k, n): so the lanes that share the data fold into the rows of one large matrix product.
"""

from dataclasses import dataclass, fields

import numpy as np

from course_lib.arguments import as_numbers, one_of, whole_number
from course_lib.data import require_generator, rows, rows_and_targets

CACHED = 2**17  # how many outputs a block of lanes may have at a time: about a megabyte


def cross_entropy(scores, y):
    """Return the mean of −log P(class y), and its gradient by the scores, for scores of shape (…, k, n)."""
    truth = _truth(scores, y)
    scores = scores - scores.max(axis=-2, keepdims=True)  # the same probabilities, and no power above 1
    powers = np.exp(scores)
    total = powers.sum(axis=-2, keepdims=True)
    loss = np.log(total).mean(axis=(-2, -1)) - np.where(truth, scores, 0).sum(axis=(-2, -1)) / scores.shape[-1]
    return loss, _mean_slope(powers, total, truth)


def slope_of_cross_entropy(scores, y):
    """Return the second part of `cross_entropy` alone."""
    powers = scores - scores.max(axis=-2, keepdims=True)
    np.exp(powers, out=powers)
    return _mean_slope(powers, powers.sum(axis=-2, keepdims=True), _truth(scores, y))


def _truth(scores, y):
    return y[..., None, :] == np.arange(scores.shape[-2])[:, None]


def _mean_slope(powers, total, truth):
    powers /= total  # in place: a step of many lanes waits for memory
    return (powers - truth) / powers.shape[-1]


class Model:
    """What all models share: layers, one after the other, and the chain rule back through them.

    A subclass gives `layer_shapes`, the pairs (outputs k, inputs d) of its layers;
    `_loss_and_slope(scores, y)`, its loss and the gradient by the last layer's outputs; and
    `_answer(scores)`, what it predicts.

    Attributes
    ----------
    size : int
        The length p of the parameter vector.
    loss_name : str
        What a figure's axis calls the loss.
    """

    def __post_init__(self):
        for name in (field.name for field in fields(self) if field.name.startswith("n_")):
            minimum = 2 if name == "n_classes" else 1
            object.__setattr__(self, name, whole_number(name, getattr(self, name), minimum))

    @property
    def size(self):
        return sum(k * (d + 1) for k, d in self.layer_shapes)

    def init(self, rng):
        """Return random parameters: weights normal of standard deviation 1/√d, biases 0."""
        require_generator("rng", rng)
        layers = [np.zeros((k, d + 1)) for k, d in self.layer_shapes]
        for layer, (k, d) in zip(layers, self.layer_shapes, strict=True):
            layer[:, :-1] = rng.normal(size=(k, d)) / np.sqrt(d)
        return np.concatenate([layer.ravel() for layer in layers])

    def loss(self, w, X, y):
        """Return the mean loss over the rows: shape (…)."""
        return self.on(X, y).value(w)

    def grad(self, w, X, y):
        """Return the gradient of the loss by every parameter: shape (…, p)."""
        return self.on(X, y).grad(w)

    def on(self, X, y):
        """Return the loss on these data as an objective, to be given to `minimize`."""
        X, y = rows_and_targets(X, y)
        return ModelLoss(self, self._inputs(X), self._targets(y))

    def predict(self, w, X):
        """Return what the model predicts for each row: shape (…, n)."""
        X = self._inputs(rows("X", X))
        return self._in_blocks(lambda w: (self._answer(self._forward(w, X)[-1]),), w, X)[0]

    def _forward(self, w, X):
        """Return what flows through the layers: the inputs, hidden values, and the last layer's outputs."""
        *hidden, last = self._layers(w)
        values = [X.swapaxes(-1, -2)]
        for layer in hidden:
            values.append(self._activate(_outputs(layer, values[-1])))
        return *values, _outputs(last, values[-1])

    def _loss(self, w, X, y):
        *_, scores = self._forward(w, X)
        return self._loss_and_slope(scores, y)[0]

    def _loss_and_grad(self, w, X, y):
        *values, scores = self._forward(w, X)
        loss, slope = self._loss_and_slope(scores, y)
        return loss, self._back(w, values, slope)

    def _grad(self, w, X, y):
        """Return the gradient; without the loss, where a model's own loss says how and nothing is overridden."""
        slope_alone = getattr(self._loss_and_slope, "slope_alone", None)
        if slope_alone is None or type(self)._loss_and_grad is not Model._loss_and_grad:
            return self._loss_and_grad(w, X, y)[1]
        *values, scores = self._forward(w, X)
        return self._back(w, values, slope_alone(scores, y))

    def _back(self, w, values, slope):
        """Return the gradient by every parameter from that by the last layer's outputs: the chain rule."""
        layers, grads = self._layers(w), []
        for layer, value in zip(reversed(layers), reversed(values), strict=True):
            grads.append(_layer_grad(slope, value))
            if layer is not layers[0]:
                slope = layer[..., :-1].swapaxes(-1, -2) @ slope * self._activation_slope(value)
        flat = [grad.reshape(*grad.shape[:-2], -1) for grad in reversed(grads)]
        return flat[0] if len(flat) == 1 else np.concatenate(flat, axis=-1)

    def _layers(self, w):
        """Return the parameters as one array of shape (…, k, d + 1) for each layer."""
        layers, first = [], 0
        for k, d in self.layer_shapes:
            last = first + k * (d + 1)
            layers.append(w[..., first:last].reshape(*w.shape[:-1], k, d + 1))
            first = last
        return layers

    def _in_blocks(self, function, w, X, y=None):
        """Return the arrays of `function(w)`; lanes of w that share the data come in blocks that stay in the cache."""
        w = as_numbers("w", w, finite=False)  # a run that diverged may be looked at
        if w.ndim == 0 or w.shape[-1] != self.size:
            raise ValueError(f"w must have {self.size} parameters on its last axis for {self}, got shape {w.shape}")
        lanes, data_lanes = w.shape[:-1], (X.shape[:-2], () if y is None else y.shape[:-1])
        try:
            np.broadcast_shapes(lanes, *data_lanes)
        except ValueError:
            shapes = "{}, {} and {}".format(lanes, *data_lanes)
            raise ValueError(f"the leading axes of w, X and y do not broadcast: {shapes}") from None
        flat = w.reshape(-1, self.size)
        block = max(1, CACHED // (X.shape[-2] * sum(k for k, _ in self.layer_shapes)))
        if any(data_lanes) or len(flat) <= block:
            return function(w)
        blocks = [function(flat[first : first + block]) for first in range(0, len(flat), block)]
        return tuple(np.concatenate(parts).reshape(*lanes, *parts[0].shape[1:]) for parts in zip(*blocks, strict=True))

    def _inputs(self, X):
        n_features = self.layer_shapes[0][1]
        if X.shape[-1] != n_features:
            raise ValueError(f"X must have {n_features} columns for {self}, got shape {X.shape}")
        return X

    def _targets(self, y):
        return y


class Classifier(Model):
    """A model whose targets are the classes 0, 1, …, `n_classes` − 1."""

    def score(self, w, X, y):
        """Return the accuracy, the share of rows predicted right: shape (…), NaN for a model that diverged."""
        X, y = rows_and_targets(X, y)
        right = (self.predict(w, X) == self._targets(y)).mean(axis=-1)
        return np.where(np.isfinite(w).all(axis=-1), right, np.nan)[()]

    def _targets(self, y):
        strange = ~np.isin(y, range(self.n_classes))
        if strange.any():
            raise ValueError(f"y must hold the classes 0 to {self.n_classes - 1}, got {y[strange].flat[0]:g}")
        return y.astype(np.int64)


@dataclass(frozen=True)
class LinearRegression(Model):
    """A linear model and the mean squared error.

    ::

        ŷ = X·weights + bias           w = [weights…, bias]
        loss = mean (ŷ − y)²
        ∂loss/∂weights = 2/n Xᵀ(ŷ − y)         ∂loss/∂bias = 2/n Σ (ŷ − y)

    Parameters
    ----------
    n_features : int
        d, the number of columns of X; there are p = d + 1 parameters. The loss is in the unit of
        y squared; a weight in the unit of y over that of its feature.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, or X or y holds anything but finite numbers; the message names it.

    Examples
    --------
    >>> model = LinearRegression(1)
    >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
    >>> print(model.loss([0.0, 0.0], X, y), model.grad([0.0, 0.0], X, y))
    11.666666666666666 [-8.66666667 -6.        ]
    >>> print(model.solve(X, y).round(12))
    [2. 1.]

    Reference: Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes.

    Frameworks: PyTorch's and Keras' mean squared error as here. Optax's `squared_error` gives one
    number for each row, and the mean is left to the caller. Texts that put ½ before it halve the
    gradient, and with it the learning rate that a run needs doubles.
    """

    n_features: int
    loss_name = "mean squared error"

    @property
    def layer_shapes(self):
        return ((1, self.n_features),)

    def score(self, w, X, y):
        """Return R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 is perfect, 0 as good as predicting the mean ȳ."""
        X, y = rows_and_targets(X, y)
        spread = ((y - y.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
        if (spread == 0).any():
            raise ValueError("y must not be constant: R² divides by its spread")
        return 1 - ((y - self.predict(w, X)) ** 2).sum(axis=-1) / spread

    def solve(self, X, y):
        """Return the parameters of least loss, by least squares: X of shape (n, d), y of shape (n,)."""
        X, y = rows_and_targets(X, y)
        if X.ndim != 2 or y.ndim != 1:
            raise ValueError(f"X must have shape (n, d) and y shape (n,), got {X.shape} and {y.shape}")
        return np.linalg.lstsq(_with_ones(self._inputs(X)), y, rcond=None)[0]

    def hessian(self, X):
        """Return the second derivatives of the loss, 2/n [X 1]ᵀ[X 1]: shape (…, p, p), the same for every w and y."""
        X = _with_ones(self._inputs(rows("X", X)))
        return 2 / X.shape[-2] * X.swapaxes(-1, -2) @ X

    def _loss_and_slope(self, scores, y):
        errors = scores - y[..., None, :]
        return (errors**2).mean(axis=(-2, -1)), 2 / y.shape[-1] * errors

    def _answer(self, scores):
        return scores[..., 0, :]


@dataclass(frozen=True)
class LogisticRegression(Classifier):
    """A linear model of two classes and the log-loss.

    ::

        s = X·weights + bias           w = [weights…, bias]
        P(class 1) = p(s) = 1 / (1 + e⁻ˢ)
        loss = mean log(1 + e⁻ˢ) where y = 1, log(1 + eˢ) where y = 0
        ∂loss/∂weights = 1/n Xᵀ(p(s) − y)      ∂loss/∂bias = 1/n Σ (p(s) − y)

    Parameters
    ----------
    n_features : int
        d, the number of columns of X; there are d + 1 parameters. y holds the classes 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, a class is not 0 or 1, or X holds anything but finite numbers.

    Examples
    --------
    >>> model = LogisticRegression(1)
    >>> X, y = [[-1.0], [2.0]], [0, 1]
    >>> print(model.loss([0.0, 0.0], X, y).round(4), model.grad([0.0, 0.0], X, y))
    0.6931 [-0.75  0.  ]
    >>> print(model.loss([1000.0, 0.0], X, y), model.predict([1000.0, 0.0], X))
    0.0 [0 1]

    Reference: Cox (1958), The regression analysis of binary sequences.

    Frameworks: PyTorch's `BCEWithLogitsLoss` takes scores and the mean, as here. Optax's
    `sigmoid_binary_cross_entropy` gives one number for each row, and the mean is left to the caller.
    scikit-learn's `LogisticRegression` adds an L2 penalty unless told otherwise.
    """

    n_features: int
    loss_name = "log-loss"
    n_classes = 2

    @property
    def layer_shapes(self):
        return ((1, self.n_features),)

    def hessian(self, w, X):
        """Return the second derivatives of the loss at w, 1/n Σ p(s)(1 − p(s)) [x 1]ᵀ[x 1]: shape (…, d + 1, d + 1)."""
        X = rows("X", X)
        scores = self._forward(as_numbers("w", w), self._inputs(X))[-1]
        ones = _with_ones(X)
        bend = np.exp(-np.logaddexp(0, scores) - np.logaddexp(0, -scores)).swapaxes(-1, -2)
        return (bend * ones).swapaxes(-1, -2) @ ones / X.shape[-2]

    def _loss_and_slope(self, scores, y):
        y = y[..., None, :]
        # log(1 + eˢ) as logaddexp(0, s) never takes e to a large power.
        loss = np.logaddexp(0, np.where(y == 1, -scores, scores)).mean(axis=(-2, -1))
        sigma = np.exp(-np.logaddexp(0, -scores))
        return loss, (sigma - y) / y.shape[-1]

    def _answer(self, scores):
        return (scores[..., 0, :] > 0).astype(np.int64)


@dataclass(frozen=True)
class SoftmaxRegression(Classifier):
    """A linear model of k classes and the cross-entropy.

    ::

        s = W·x + b                    one score for each class
        P(class c) = e^s_c / Σ_j e^s_j
        loss = mean −log P(class y)
        ∂loss/∂s_c = 1/n (P(class c) − [c = y])

    The parameters are those of k linear models one after the other, [weights…, bias] for each
    class: `w.reshape(k, d + 1)`.

    Parameters
    ----------
    n_features : int
        d, the number of columns of X.
    n_classes : int
        k ≥ 2; y holds the classes 0 to k − 1. There are p = k (d + 1) parameters.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, y holds no such class, or X holds anything but finite numbers.

    Examples
    --------
    >>> model = SoftmaxRegression(n_features=2, n_classes=3)
    >>> X, y = [[1.0, 0.0], [0.0, 1.0]], [0, 2]
    >>> w = np.zeros(model.size)
    >>> print(model.loss(w, X, y).round(4))
    1.0986
    >>> print(model.grad(w, X, y).reshape(3, 3).round(3))
    [[-0.333  0.167 -0.167]
     [ 0.167  0.167  0.333]
     [ 0.167 -0.333 -0.167]]

    Reference: Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    Frameworks: PyTorch's `CrossEntropyLoss` and Optax's `softmax_cross_entropy_with_integer_labels`
    take scores and integer classes, as here; PyTorch's takes the mean too, Optax's gives one number
    for each row. Keras' `CategoricalCrossentropy` takes probabilities and one-hot rows unless told
    otherwise.
    """

    n_features: int
    n_classes: int
    loss_name = "cross-entropy"

    @property
    def layer_shapes(self):
        return ((self.n_classes, self.n_features),)

    def _loss_and_slope(self, scores, y):
        return cross_entropy(scores, y)

    _loss_and_slope.slope_alone = slope_of_cross_entropy

    def _answer(self, scores):
        return scores.argmax(axis=-2)


@dataclass(frozen=True)
class MLP(Classifier):
    """A network with one hidden layer, and the cross-entropy.

    ::

        z = φ(W₁·x + b₁)               φ is tanh, or relu: max(0, ·)
        s = W₂·z + b₂                  one score for each class
        loss = mean −log P(class y)    P as in `SoftmaxRegression`

        ∂loss/∂z = W₂ᵀ ∂loss/∂s        ∂loss/∂(W₁·x + b₁) = φ′ ∂loss/∂z

    The parameters are the hidden layer's, then the output layer's; in each of them
    [weights…, bias] for one output after the other.

    Parameters
    ----------
    n_inputs : int
        d, the number of columns of X.
    n_hidden : int
        h, the number of hidden units.
    n_classes : int
        k ≥ 2; y holds the classes 0 to k − 1. There are p = h (d + 1) + k (h + 1) parameters.
    activation : "tanh" or "relu", default "tanh"
        φ, the hidden layer's function.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, y holds no such class, or X holds anything but finite numbers.

    Examples
    --------
    >>> model = MLP(n_inputs=2, n_hidden=3, n_classes=2)
    >>> w = model.init(np.random.default_rng(0))
    >>> print(model.size, model.predict(w, [[1.0, 0.0], [0.0, 1.0]]).shape)
    17 (2,)

    Reference: Rumelhart, Hinton, Williams (1986), Learning representations by back-propagating errors.

    Frameworks: PyTorch's `Linear` starts weights and biases uniformly in ±1/√d; Keras' `Dense` starts
    weights uniformly in ±√(6 / (d + h)), biases at 0. Here weights are normal of
    standard deviation 1/√d.
    """

    n_inputs: int
    n_hidden: int
    n_classes: int
    activation: str = "tanh"
    loss_name = "cross-entropy"

    def __post_init__(self):
        super().__post_init__()
        one_of("activation", self.activation, ("tanh", "relu"))

    @property
    def layer_shapes(self):
        return ((self.n_hidden, self.n_inputs), (self.n_classes, self.n_hidden))

    def _activate(self, a):
        return np.tanh(a) if self.activation == "tanh" else np.maximum(a, 0)

    def _activation_slope(self, z):
        """Return φ′ from the value z = φ(a)."""
        return 1 - z**2 if self.activation == "tanh" else z > 0

    def _loss_and_slope(self, scores, y):
        return cross_entropy(scores, y)

    _loss_and_slope.slope_alone = slope_of_cross_entropy

    def _answer(self, scores):
        return scores.argmax(axis=-2)


@dataclass(frozen=True, eq=False, repr=False)
class ModelLoss:
    """A model's loss on given data, as an objective for `minimize`. Made by `model.on(X, y)`.

    Attributes
    ----------
    model : Model
    X, y : array
        The data, checked.

    Examples
    --------
    >>> model = LinearRegression(1)
    >>> run = minimize(model.on([[0.0], [1.0]], [1.0, 3.0]), np.zeros(2), GradientDescent(lr=0.5), steps=100)
    >>> print(run.w[-1].round(6))
    [2. 1.]
    """

    model: Model
    X: np.ndarray
    y: np.ndarray

    @property
    def name(self):
        """What a figure's title calls it."""
        return self.model.loss_name

    def value(self, w):
        """Return the loss at `w`: shape (…, p) in, shape (…) out."""
        return self.model._in_blocks(lambda w: (self.model._loss(w, self.X, self.y),), w, self.X, self.y)[0]

    def grad(self, w):
        """Return the gradient at `w`: shape (…, p) in and out."""
        return self.model._in_blocks(lambda w: (self.model._grad(w, self.X, self.y),), w, self.X, self.y)[0]

    def value_and_grad(self, w):
        """Return loss and gradient at `w`, which share most of their work."""
        return self.model._in_blocks(lambda w: self.model._loss_and_grad(w, self.X, self.y), w, self.X, self.y)

    def rows(self, indices):
        """Return the loss on some rows of the data; `indices` of shape (…, b) give each lane its own."""
        return ModelLoss(self.model, self.X[indices], self.y[indices])

    def __repr__(self):
        return f"ModelLoss({self.model} on {self.X.shape[-2]} rows)"


def _outputs(layer, inputs):
    """Return weights · inputs + bias: layer (…, k, d + 1) and inputs (…, d, n) give shape (…, k, n)."""
    if inputs.ndim > 2:
        outputs = layer[..., :-1] @ inputs
    else:
        folded = layer.reshape(-1, layer.shape[-1])  # the outputs of all lanes in one matrix product
        outputs = (folded[:, :-1] @ inputs).reshape(*layer.shape[:-1], -1)
    outputs += layer[..., -1:]
    return outputs


def _layer_grad(slope, inputs):
    """Return the gradient by a layer, (…, k, d + 1), from that by its outputs, (…, k, n)."""
    grad = np.empty((*slope.shape[:-1], inputs.shape[-2] + 1))
    if inputs.ndim > 2:
        grad[..., :-1] = slope @ inputs.swapaxes(-1, -2)
    else:
        folded = grad.reshape(-1, grad.shape[-1])
        np.matmul(slope.reshape(-1, slope.shape[-1]), inputs.T, out=folded[:, :-1])
    grad[..., -1] = slope.sum(axis=-1)
    return grad


def _with_ones(X):
    return np.concatenate([X, np.ones((*X.shape[:-1], 1))], axis=-1)
