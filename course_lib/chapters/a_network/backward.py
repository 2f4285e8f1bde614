"""The gradient of a network with two layers, by backpropagation."""

import numpy as np

from course_lib.checks.exercises import function
from course_lib.models import MLP


def networks(rng):
    """Weights, biases, rows and classes: a network by hand, one row, all sizes equal, random ones, large scores."""
    W1, W2 = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 1.0]])
    X = np.array([[1.0, 2.0], [-1.0, 3.0], [2.0, 2.0], [0.5, -1.0]])
    yield W1, np.zeros(3), W2, np.zeros(2), X, np.array([0, 1, 1, 0])  # a score is exactly 0
    for n, d, h, k in [(1, 3, 4, 2), (3, 3, 3, 3), (7, 2, 5, 3), (6, 4, 3, 5), (5, 3, 4, 3)]:
        size = 40.0 if n == 5 else 1.0
        W1, W2 = size * rng.normal(size=(h, d)), size * rng.normal(size=(k, h))
        yield W1, rng.normal(size=h), W2, rng.normal(size=k), rng.normal(size=(n, d)), rng.integers(k, size=n)


@function(
    inputs=networks,
    returns=("dW1", "db1", "dW2", "db2"),
    praise="All four, for any sizes, and finite for large scores. The rule from Δ₂ to Δ₁ would go on through "
    "any number of layers.",
)
def backward(W1, b1, W2, b2, X, y):
    s1 = X @ W1.T + b1
    X1 = np.maximum(s1, 0)
    s2 = X1 @ W2.T + b2
    powers = np.exp(s2 - s2.max(axis=1, keepdims=True))
    P = powers / powers.sum(axis=1, keepdims=True)
    D2 = (P - (y[:, None] == np.arange(len(b2)))) / len(y)
    D1 = (D2 @ W2) * (s1 > 0)
    return D1.T @ X, D1.sum(axis=0), D2.T @ X1, D2.sum(axis=0)


def probabilities(s2):
    """Return what softmax makes of scores."""
    powers = np.exp(s2 - s2.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def mixed(given, top=None, slope=None, act=lambda s: np.maximum(s, 0), scale=(1, 1, 1, 1)):
    """Return the gradients with something else: Δ₂ from (s2, right answers), Δ₁ from what came down, or sizes."""
    W1, b1, W2, b2, X, y = given
    s1 = X @ W1.T + b1
    X1 = act(s1)
    s2, right = X1 @ W2.T + b2, np.eye(len(b2))[y]
    D2 = (top(s2, right) if top else probabilities(s2) - right) / len(y)
    D1 = slope(D2 @ W2, s1, X1) if slope else (D2 @ W2) * (s1 > 0)
    parts = D1.T @ X, D1.sum(axis=0), D2.T @ X1, D2.sum(axis=0)
    return tuple(part * size for part, size in zip(parts, scale, strict=True))


@backward.mistake(
    "`exp` of a score of several hundred is infinite, and ∞/∞ is no number. Which number may be subtracted from all "
    "scores of a row, and leaves the probabilities as they are?"
)
def overflow_in_exp(*given):
    return mixed(given, top=lambda s2, right: np.exp(s2) / np.exp(s2).sum(axis=1, keepdims=True) - right)


@backward.mistake(
    "The gradients by the weights are transposed. A gradient has the shape of what it belongs to: W1 has a row for "
    "each hidden unit."
)
def transposed(*given):
    dW1, db1, dW2, db2 = mixed(given)
    return dW1.T, db1, dW2.T, db2


@backward.mistake(
    "The layer of W2 is right. Below it, the slope of relu is missing: what does a small change of a hidden unit's "
    "score do where the score is negative?"
)
def missing_mask(*given):
    return mixed(given, slope=lambda D, s1, X1: D)


@backward.mistake(
    "Relu is applied to the gradient itself, so its negative entries are lost. The slope of relu is 0 or 1, and "
    "depends on the score."
)
def relu_of_the_gradient(*given):
    return mixed(given, slope=lambda D, s1, X1: np.maximum(D, 0))


@backward.mistake("The mask is turned round: the gradient goes through where relu gave 0. Where is its slope 1?")
def mask_turned_round(*given):
    return mixed(given, slope=lambda D, s1, X1: D * (s1 < 0))


@backward.mistake("Where a score is exactly 0 the slope is taken to be 1. Asked for is 0 there.")
def slope_one_at_zero(*given):
    return mixed(given, slope=lambda D, s1, X1: D * (s1 >= 0))


@backward.mistake("This has the slope of tanh, 1 − tanh². Here the activation is relu: what is its slope?")
def slope_of_tanh(*given):
    return mixed(given, slope=lambda D, s1, X1: D * (1 - X1**2))


@backward.mistake("This is the gradient of a network of tanh units. Here the hidden units are relu.")
def network_of_tanh(*given):
    return mixed(given, act=np.tanh, slope=lambda D, s1, X1: D * (1 - X1**2))


@backward.mistake("The gradient is multiplied by relu of the score, and not by the slope of relu there.")
def activation_in_place_of_its_slope(*given):
    return mixed(given, slope=lambda D, s1, X1: D * X1)


@backward.mistake(
    "The mean over the rows is taken twice: all four are too small by a factor of n. Where does 1/n enter, and where "
    "is it already in?"
)
def mean_twice(*given):
    return mixed(given, scale=(1 / len(given[-1]),) * 4)


@backward.mistake("The weights are right, but the biases take a mean over the rows, and 1/n is in Δ already.")
def mean_twice_in_the_biases(*given):
    return mixed(given, scale=(1, 1 / len(given[-1])) * 2)


@backward.mistake("This is the gradient of the sum of the losses. The loss is their mean: what is missing?")
def gradient_of_the_sum(*given):
    return mixed(given, scale=(len(given[-1]),) * 4)


@backward.mistake("The weights are right, but db1 and db2 are still sums over the rows: divide them by n, too.")
def biases_are_sums(*given):
    return mixed(given, scale=(1, len(given[-1])) * 2)


@backward.mistake(
    "The mean is taken over the classes as well. A row has one loss, however many classes there are: by how many "
    "numbers is the sum of the losses divided?"
)
def mean_over_the_classes(*given):
    return mixed(given, scale=(1 / len(given[3]),) * 4)


@backward.mistake(
    "The hidden values were computed once, in the first call, and are used again in the next: old activations. They "
    "belong to one set of weights and rows. When must they be made anew?"
)
def old_activations(W1, b1, W2, b2, X, y, kept=[]):  # noqa: B006
    s1 = X @ W1.T + b1
    kept.append((s1, np.maximum(s1, 0)))
    D2 = (probabilities(np.maximum(s1, 0) @ W2.T + b2) - np.eye(len(b2))[y]) / len(y)
    D1 = (D2 @ W2) * (kept[0][0] > 0)
    return D1.T @ X, D1.sum(axis=0), D2.T @ kept[0][1], D2.sum(axis=0)


@backward.mistake(
    "The gradient by W2 is made with the scores of the hidden units. What did W2 multiply on the way up: the scores, "
    "or what the activation made of them?"
)
def scores_in_place_of_hidden_values(W1, b1, W2, b2, X, y):
    dW1, db1, _, db2 = mixed((W1, b1, W2, b2, X, y))
    s1 = X @ W1.T + b1
    D2 = (probabilities(np.maximum(s1, 0) @ W2.T + b2) - np.eye(len(b2))[y]) / len(y)
    return dW1, db1, D2.T @ s1, db2


@backward.mistake(
    "The number of the class is subtracted from every probability. Compare each probability with 1 for the right "
    "class, and with 0 for the others."
)
def class_numbers_for_right_answers(*given):
    return mixed(given, top=lambda s2, right: probabilities(s2) - given[-1][:, None])


@backward.mistake(
    "The softmax is missing: scores minus the right answers. Which numbers does the cross-entropy compare with [c = y]?"
)
def no_softmax(*given):
    return mixed(given, top=lambda s2, right: s2 - right)


@backward.mistake(
    "Probability minus right answer is multiplied by P(1 − P) once more. In P − [c = y] the slope of the softmax is "
    "in already."
)
def slope_of_softmax_twice(*given):
    return mixed(given, top=lambda s2, right: (probabilities(s2) - right) * probabilities(s2) * (1 - probabilities(s2)))


@backward.mistake("The probabilities of a class add up to 1 over the rows. Those of a row should, over the classes.")
def softmax_over_the_rows(*given):
    return mixed(given, top=lambda s2, right: probabilities(s2.T).T - right)


@backward.mistake(
    "All four have the wrong sign: a step along minus these raises the loss. What is subtracted from what?"
)
def uphill(*given):
    return mixed(given, scale=(-1,) * 4)


@backward.mistake(
    "All probabilities of all rows add up to 1. Those of each row should: over which axis does the sum go?"
)
def softmax_over_everything(*given):
    def top(s2, right):
        powers = np.exp(s2 - s2.max())
        return powers / powers.sum() - right

    return mixed(given, top=top)


@backward.mistake(
    "The layer of W2 is right. In the layer of W1 the mean over the rows is taken once more; but Δ₁ is made from Δ₂, "
    "where 1/n is in already."
)
def mean_twice_below(*given):
    return mixed(given, scale=(1 / len(given[-1]),) * 2 + (1, 1))


@backward.mistake(
    "The layer of W2 is right. What comes down is multiplied by the sign of the score, 1 or −1. What does relu do with "
    "a small change where the score is negative?"
)
def sign_for_the_slope(*given):
    return mixed(given, slope=lambda D, s1, X1: D * np.sign(s1))


@backward.mistake(
    "The layer of W2 is right. What comes down is multiplied by the score itself. Which number does the chain rule "
    "want here: the score, or the slope of relu at it?"
)
def score_in_place_of_the_slope(*given):
    return mixed(given, slope=lambda D, s1, X1: D * s1)


@backward.mistake("All four are twice too large. The 2 belongs to squares; does the cross-entropy have one?")
def factor_of_a_square(*given):
    return mixed(given, scale=(2,) * 4)


@backward.mistake("The right class does not take part: Δ₂ holds the probabilities alone. What is subtracted from them?")
def right_class_forgotten(*given):
    return mixed(given, top=lambda s2, right: probabilities(s2))


@backward.mistake("The last scores are masked as if they had an activation. Only the hidden units have one here.")
def mask_on_the_last_scores(*given):
    return mixed(given, top=lambda s2, right: (probabilities(s2) - right) * (s2 > 0))


@backward.mistake("The last scores are bent by relu, too. Only the hidden units have an activation here.")
def relu_on_the_last_scores(*given):
    return mixed(given, top=lambda s2, right: probabilities(np.maximum(s2, 0)) - right)


@backward.mistake("On the way up the biases are left out. They move the scores, and with them the mask and P.")
def biases_left_out(W1, b1, W2, b2, X, y):
    return mixed((W1, 0 * b1, W2, 0 * b2, X, y))


@backward.mistake("The numbers are right, in another order. Asked for: dW1, db1, dW2, db2.")
def weights_first(*given):
    dW1, db1, dW2, db2 = mixed(given)
    return dW1, dW2, db1, db2


@backward.right
def row_by_row(W1, b1, W2, b2, X, y):
    total = [np.zeros_like(part, dtype=float) for part in (W1, b1, W2, b2)]
    for x, label in zip(X, y, strict=True):
        s1 = W1 @ x + b1
        x1 = s1 * (s1 > 0)
        p = probabilities((W2 @ x1 + b2)[None])[0]
        p[label] -= 1
        d1 = (W2.T @ p) * (s1 > 0)
        for part, more in zip(total, (np.outer(d1, x), d1, np.outer(p, x1), p), strict=True):
            part += more / len(y)
    return tuple(total)


@backward.right
def in_columns(W1, b1, W2, b2, X, y):
    A = W1 @ X.T + b1[:, None]
    Z = np.where(A > 0, A, 0)
    S = W2 @ Z + b2[:, None]
    D = np.exp(S - S.max(axis=0))
    D /= D.sum(axis=0)
    D[y, np.arange(len(y))] -= 1
    D /= len(y)
    E = W2.T @ D
    E[A <= 0] = 0
    return E @ X, E.sum(axis=1), D @ Z.T, D.sum(axis=1)


@backward.right
def with_einsum(W1, b1, W2, b2, X, y):
    X1 = np.maximum(np.einsum("nd,hd->nh", X, W1) + b1, 0)
    D2 = (probabilities(X1 @ W2.T + b2) - np.eye(len(b2))[y]) / len(y)
    D1 = np.einsum("nk,kh,nh->nh", D2, W2, (X1 > 0).astype(float))
    return np.einsum("nh,nd->hd", D1, X), np.einsum("nh->h", D1), np.einsum("nk,nh->kh", D2, X1), np.einsum("nk->k", D2)


@backward.right
def by_the_library(W1, b1, W2, b2, X, y):
    model = MLP(W1.shape[1], len(W1), len(W2), activation="relu")
    w = np.concatenate([np.column_stack([W1, b1]).ravel(), np.column_stack([W2, b2]).ravel()])
    g = model.grad(w, X, y)
    first, last = np.split(g, [W1.size + b1.size])
    first, last = first.reshape(len(W1), -1), last.reshape(len(W2), -1)
    return first[:, :-1], first[:, -1], last[:, :-1], last[:, -1]


@backward.right
def the_mean_at_the_end(*given):
    y = given[-1]
    return [part / len(y) for part in mixed(given, scale=(len(y),) * 4)]


@backward.right
def by_keyword(*, W1, b1, W2, b2, X, y):
    return mixed((W1, b1, W2, b2, X, y))
