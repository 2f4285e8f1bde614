"""Backpropagation by hand against PyTorch's autograd, and what the chapter says of PyTorch's defaults."""

import numpy as np
import pytest
import torch

from course_lib.chapters.a_network.shared import WIRINGS, backward_through, forward
from course_lib.checks import find


def as_tensor(array):
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


def test_two_layers():
    rng = np.random.default_rng(0)
    shapes = (5, 4), (5,), (3, 5), (3,)
    parameters = [rng.normal(size=shape) for shape in shapes]
    X, y = rng.normal(size=(8, 4)), rng.integers(3, size=8)
    W1, b1, W2, b2 = tensors = [as_tensor(part) for part in parameters]
    scores = torch.relu(torch.tensor(X) @ W1.T + b1) @ W2.T + b2
    torch.nn.functional.cross_entropy(scores, torch.tensor(y)).backward()
    for ours, theirs in zip(find("backward").reference(*parameters, X, y), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=0, atol=1e-14)


@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_many_layers(wiring, activation):
    rng, depth = np.random.default_rng(1), 6
    weights, s, slope = rng.normal(size=(depth, 5, 5)), rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    keep, share, normalize = WIRINGS[wiring](depth)
    first, layers = as_tensor(s), [as_tensor(W) for W in weights]
    x = first
    for W in layers:
        seen = x / torch.sqrt(torch.mean(x**2, dim=0, keepdim=True)) if normalize else x
        x = keep * x + share * W @ getattr(torch, activation)(seen)
    torch.sum(torch.tensor(slope) * x).backward()
    scores, inputs = forward(weights, s, activation, wiring)
    slopes = backward_through(weights, scores, slope, activation, wiring)
    scale = np.abs(slopes[0]).max()
    np.testing.assert_allclose(slopes[0], first.grad.numpy(), rtol=0, atol=1e-9 * scale)
    for after, before, W in zip(slopes[1:], inputs, layers, strict=True):
        grad = W.grad.numpy()
        np.testing.assert_allclose(share * after @ before.T, grad, rtol=0, atol=1e-9 * np.abs(grad).max())


def test_what_is_said_of_pytorch():
    weight = torch.nn.Linear(400, 300).weight.detach().numpy()
    assert np.abs(weight).max() <= 1 / 20 and weight.std() * 20 == pytest.approx(1 / 3**0.5, rel=0.02)
    at_zero = torch.zeros(1, requires_grad=True)
    torch.relu(at_zero).sum().backward()
    assert at_zero.grad.item() == 0


def test_the_biases_of_pytorch_keep_what_is_the_same_for_all_rows():
    torch.manual_seed(0)
    layers = [part for _ in range(20) for part in (torch.nn.Linear(64, 64), torch.nn.ReLU())]
    with torch.no_grad():
        scores = torch.nn.Sequential(*layers[:-1])(torch.randn(50, 64)).numpy()
    assert np.sqrt(np.mean(scores**2)) > 0.02
    assert scores.std(axis=0).max() < 1e-3 * np.sqrt(np.mean(scores**2))
