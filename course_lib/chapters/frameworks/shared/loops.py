"""The right training loop and the classic mistakes, for PyTorch's objects and for their tiny imitation alike."""

import types

import numpy as np

from course_lib.chapters.frameworks.shared import tiny
from course_lib.data import load_breast_cancer, standardize

RIGHT, PER_BATCH, LOST, PENALTY = "right", "scheduler per batch", "state lost", "L2 for decay"
M_LOST = "m lost"
MISTAKES = (RIGHT, PER_BATCH, LOST, PENALTY)
BATCH, EPOCHS, STOPPED, DECAY = 64, 40, 20, 0.1


class OnTiny:
    """The imitation's objects under the names that the loop asks for."""

    classifier, adam, schedule = tiny.Classifier, tiny.Adam, tiny.StepLR

    @staticmethod
    def batch(X, y):
        return X, y

    @staticmethod
    def numbers(model):
        return model.w.data


class OnPyTorch:
    """PyTorch's objects, in 64 bits."""

    def __init__(self):
        import torch

        self.torch, self.adam, self.schedule = torch, torch.optim.Adam, torch.optim.lr_scheduler.StepLR

    def classifier(self, n_features):
        torch = self.torch

        class Classifier(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.w = torch.nn.Parameter(torch.zeros(n_features + 1, dtype=torch.float64))

            def loss(self, X, y):
                return torch.nn.functional.binary_cross_entropy_with_logits(X @ self.w[:-1] + self.w[-1], y)

        return Classifier()

    def batch(self, X, y):
        return self.torch.tensor(X, dtype=self.torch.float64), self.torch.tensor(y, dtype=self.torch.float64)

    @staticmethod
    def numbers(model):
        return model.w.detach().numpy().copy()


def tumors():
    """Return the standardized tumors."""
    return standardize(load_breast_cancer())


def train(mistake, on=None, lr=0.2, epochs=EPOCHS, order=None, shuffled=False):
    """Train the tumors' classifier with Adam; return the loss of all rows after each pass, and the weights.

    Parameters
    ----------
    mistake : str
        One of MISTAKES, or M_LOST. The right loop has a decoupled decay, and one call of the scheduler a pass.
    on : OnTiny or OnPyTorch
    order : int, optional
        Seed of another order of the rows: the same in all passes, or a new one in each if `shuffled`.

    The result holds, besides, the losses after the steps of the first pass after the stop: `inside`.
    """
    on, data, rng = on or OnTiny(), tumors(), np.random.default_rng(order)
    rows = np.arange(len(data.y)) if order is None else rng.permutation(len(data.y))
    model = on.classifier(data.X.shape[1])

    def new_rule(lr):
        rule = on.adam(model.parameters(), lr=lr, weight_decay=DECAY, decoupled_weight_decay=mistake != PENALTY)
        return rule, on.schedule(rule, step_size=10, gamma=0.5)

    (rule, schedule), everything, losses, inside = new_rule(lr), on.batch(*data), [], []
    losses.append(model.loss(*everything).item())
    for epoch in range(epochs):
        if mistake == LOST and epoch == STOPPED:  # stopped here, and gone on with the weights alone
            rule, schedule = new_rule(lr * 0.5 ** (epoch // 10))
        if mistake == M_LOST and epoch == STOPPED:
            rule.m = [0.0] * len(rule.m)
        rows = rng.permutation(rows) if shuffled else rows
        for batch in np.split(rows, range(BATCH, len(rows), BATCH)):
            rule.zero_grad()
            model.loss(*on.batch(data.X[batch], data.y[batch])).backward()
            rule.step()
            if epoch == STOPPED:
                inside.append(model.loss(*everything).item())
            if mistake == PER_BATCH:
                schedule.step()
        if mistake != PER_BATCH:
            schedule.step()
        losses.append(model.loss(*everything).item())
    return {"losses": losses, "weights": on.numbers(model), "inside": inside}


def forgotten(steps=60, lr=0.05):
    """Return the steep coordinate's error, w − 1, in plain SGD of PyTorch that never calls `zero_grad`, each step."""
    import torch

    from course_lib.chapters.frameworks.shared import CURVATURES, START

    w = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    rule, path = torch.optim.SGD([w], lr=lr), [START[1] - 1]
    for _ in range(steps):
        (0.5 * (torch.tensor(CURVATURES, dtype=torch.float64) * (w - 1) ** 2).sum()).backward()
        rule.step()
        path.append(w[1].item() - 1)
    return np.array(path)


def lost_in_other_orders(seeds):
    """Return in words what the lost state does in other orders of the rows.

    For each order: the loss in the pass after the stop, the highest and the last, over that before; and the loss at
    the end over that of the right run, where all of the state is lost, and where m alone is.
    """
    peaks, jumps, ends, alone = [], [], [], []
    for seed in seeds:
        right, lost, without_m = (train(one, order=seed) for one in (RIGHT, LOST, M_LOST))
        before = lost["losses"][STOPPED]
        peaks.append(max(lost["inside"]) / before)
        jumps.append(lost["losses"][STOPPED + 1] / before)
        ends.append(lost["losses"][-1] / right["losses"][-1])
        alone.append(without_m["losses"][-1] / right["losses"][-1])
    lines = ["highest in the pass after", "at the end of that pass", "after all passes, over the right run"]
    lines.append("the same, if m alone is lost")
    return f"state lost, {len(peaks)} other orders:\n" + "\n".join(
        f"  {line}: × {min(found):.2f} to {max(found):.2f}" for line, found in zip(lines, (peaks, jumps, ends, alone))
    )


def forgotten_with_momentum(beta, lr, steps, curvature=4.0, first=2.0):
    """Return the error on one direction of a bowl, each step, if momentum never forgets a gradient."""
    error, total, velocity, path = first, 0.0, 0.0, [first]
    for _ in range(steps):
        total += curvature * error
        velocity = beta * velocity + total
        error -= lr * velocity
        path.append(error)
    return np.array(path)


def adam_rounded(where="", lr=0.1, beta1=0.9, beta2=0.999, steps=60):
    """Return Adam's points on the chapter's bowl with ε = 0, with β₁ and β₂ rounded to 32 bits in the places named.

    Parameters
    ----------
    where : str
        "average", "correction", both in one string, or nothing.
    """
    from course_lib.chapters.frameworks.shared import START, gradient

    rounded = np.float64(np.float32([beta1, beta2]))
    (a1, a2), (c1, c2) = (rounded if place in where else (beta1, beta2) for place in ("average", "correction"))
    w, m, v = np.array(START), 0.0, 0.0
    path = [w]
    for t in range(1, steps + 1):
        grad = gradient(w)
        m, v = a1 * m + (1 - a1) * grad, a2 * v + (1 - a2) * grad**2
        w = w - lr * m / (1 - c1**t) / np.sqrt(v / (1 - c2**t))
        path.append(w)
    return np.array(path)


def in_pytorch(mistake):
    """Train with PyTorch's objects; return the losses and the weights."""
    run = train(mistake, OnPyTorch())
    return {name: run[name] for name in ("losses", "weights")}


def on_six_batches(training, on, epochs=12):
    """Run a training on 90 tumors in six batches, with η = 0.1; return its losses.

    Parameters
    ----------
    training : function
        As in the exercise: training(batches, lr, epochs), which makes its objects from `tiny`.
    on : str
        "tiny", or "pytorch": then `tiny` in it means PyTorch's own objects.
    """
    objects, kit = (OnTiny(), tiny) if on == "tiny" else (OnPyTorch(), _kit())
    X, y = tumors()
    batches = [objects.batch(X[k : k + 15], y[k : k + 15]) for k in range(0, 90, 15)]
    same = types.FunctionType(training.__code__, training.__globals__ | {"tiny": kit})
    return same(batches, 0.1, epochs)[0]


def _kit():
    """Return PyTorch's objects under the names that `tiny` has for its own."""
    objects = OnPyTorch()
    sgd = objects.torch.optim.SGD
    return types.SimpleNamespace(Classifier=objects.classifier, SGD=sgd, StepLR=objects.schedule)
