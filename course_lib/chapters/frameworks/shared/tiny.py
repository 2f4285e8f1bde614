"""A tiny imitation of what a PyTorch loop touches, in NumPy: gradients that add up, optimizers, a scheduler.

The names and the behavior are PyTorch's: `backward` *adds* to `grad`, `zero_grad` takes it away, `step` reads it, and
a scheduler multiplies the rate of its optimizer. `nox -s parity` runs the same loops on PyTorch's own objects.
"""

import numpy as np

from course_lib.models import LogisticRegression


class Parameter:
    """Numbers to be learned, `data`, and their gradient, `grad`: None until the first `backward`."""

    def __init__(self, data):
        self.data, self.grad = np.array(data, dtype=float), None


class Loss:
    """A loss with `item()`, its number, and `backward()`, which adds its gradient to the parameter's."""

    def __init__(self, value, grad, parameter):
        self._value, self._grad, self._parameter = value, grad, parameter

    def item(self):
        return float(self._value)

    def backward(self):
        before = self._parameter.grad
        self._parameter.grad = self._grad.copy() if before is None else before + self._grad


class Classifier:
    """Logistic regression as a PyTorch module would be: parameters inside, and a loss of a batch (X, y)."""

    def __init__(self, n_features):
        self.model = LogisticRegression(n_features)
        self.w = Parameter(np.zeros(self.model.size))

    def parameters(self):
        return [self.w]

    def loss(self, X, y):
        value, grad = self.model.loss(self.w.data, X, y), self.model.grad(self.w.data, X, y)
        return Loss(value, grad, self.w)


class Optimizer:
    """What SGD and Adam share: the parameters, the rate, and `zero_grad`."""

    def __init__(self, parameters, lr):
        self.parameters, self.lr, self.first_lr = list(parameters), lr, lr

    def zero_grad(self):
        for one in self.parameters:
            one.grad = None

    def step(self):
        for k, one in enumerate(self.parameters):
            if one.grad is not None:
                one.data = one.data - self.lr * self.direction(k, one.data, one.grad)


class SGD(Optimizer):
    """`torch.optim.SGD`: momentum that accumulates."""

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum, self.velocity = momentum, [0.0] * len(self.parameters)

    def direction(self, k, w, grad):
        self.velocity[k] = self.momentum * self.velocity[k] + grad
        return self.velocity[k]


class Adam(Optimizer):
    """`torch.optim.Adam`, whose weight decay is L2 unless `decoupled_weight_decay`."""

    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled_weight_decay=False):
        super().__init__(parameters, lr)
        self.betas, self.eps, self.decay, self.decoupled = betas, eps, weight_decay, decoupled_weight_decay
        self.m, self.v, self.t = [0.0] * len(self.parameters), [0.0] * len(self.parameters), 0

    def step(self):
        self.t += 1
        super().step()

    def direction(self, k, w, grad):
        (beta1, beta2), extra = self.betas, self.decay * w
        grad = grad if self.decoupled else grad + extra
        self.m[k] = beta1 * self.m[k] + (1 - beta1) * grad
        self.v[k] = beta2 * self.v[k] + (1 - beta2) * grad**2
        m_hat, v_hat = self.m[k] / (1 - beta1**self.t), self.v[k] / (1 - beta2**self.t)
        return m_hat / (np.sqrt(v_hat) + self.eps) + (extra if self.decoupled else 0.0)


class StepLR:
    """`torch.optim.lr_scheduler.StepLR`: after each `step_size` calls of `step`, the rate is multiplied by `gamma`."""

    def __init__(self, optimizer, step_size, gamma):
        self.optimizer, self.step_size, self.gamma, self.count = optimizer, step_size, gamma, 0

    def step(self):
        self.count += 1
        self.optimizer.lr = self.optimizer.first_lr * self.gamma ** (self.count // self.step_size)
