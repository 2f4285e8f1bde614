"""Right answers to the exercises of chapter 04."""

import numpy as np


def momentum_in_place_on_copies(w, grad, velocity, lr, momentum):
    w, velocity = w.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    w -= lr * velocity
    return w, velocity


def momentum_with_out(w, grad, velocity, lr, momentum):
    new = np.add(np.multiply(velocity, momentum), grad)
    return np.subtract(w, np.multiply(lr, new)), new


def momentum_by_other_algebra(x, g, v, eta, beta):
    return [x - eta * g - eta * beta * v, g + beta * v]


def momentum_through_keras(*, w, grad, velocity, lr, momentum):
    step = -lr * momentum * velocity - lr * grad
    return w + step, -step / lr


def momentum_as_lists(w, grad, velocity, lr, momentum):
    velocity = np.array(velocity) * momentum + np.array(grad)
    return (w - lr * velocity).tolist(), velocity.tolist()


def momentum_in_single(w, grad, velocity, lr, momentum):
    velocity = np.float32(momentum) * velocity.astype(np.float32) + grad.astype(np.float32)
    return w.astype(np.float32) - np.float32(lr) * velocity, velocity


def nesterov_in_place_on_copies(w, grad, velocity, lr, momentum):
    w, velocity = w.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    w -= lr * grad
    w -= lr * momentum * velocity
    return w, velocity


def nesterov_expanded(w, grad, velocity, lr, momentum):
    return w - lr * ((1 + momentum) * grad + momentum**2 * velocity), momentum * velocity + grad


def nesterov_by_the_text(w, grad, velocity, lr, momentum):
    """Step back to the point that Nesterov stores, move it, and look ahead again."""
    behind = w + lr * momentum * velocity
    velocity = momentum * velocity + grad
    return behind - lr * velocity - lr * momentum * velocity, velocity


def nesterov_by_keyword(*, w, grad, velocity, lr, momentum):
    new = grad + momentum * velocity
    return w - lr * grad - lr * momentum * new, new


def nesterov_in_single(w, grad, velocity, lr, momentum):
    w, grad, velocity = (array.astype(np.float32) for array in (w, grad, velocity))
    velocity = np.float32(momentum) * velocity + grad
    return w - np.float32(lr) * (grad + np.float32(momentum) * velocity), velocity


def translate_by_factors(lr, momentum, source, target):
    factor = {"accumulate": 1, "average": 1 - momentum, "keras": 1}
    return lr * factor[source] / factor[target], momentum


def translate_by_way_of_accumulate(lr, momentum, source, target):
    plain = lr - lr * momentum if source == "average" else lr
    return (plain / (1 - momentum), momentum) if target == "average" else (plain, momentum)


def translate_with_match(lr, beta, frm, to):
    match frm == "average", to == "average":
        case True, False:
            lr *= 1 - beta
        case False, True:
            lr /= 1 - beta
    return [lr, beta]


def translate_by_exponent(lr, momentum, source, target):
    power = (source == "average") - (target == "average")
    return np.array([lr * (1 - momentum) ** float(power), momentum])


def translate_by_keyword(*, lr, momentum, source, target):
    return np.float64(translate_by_factors(lr, momentum, source, target)[0]), np.float64(momentum)


def mended_by_a_new_array(grad_fn, w0, lr, momentum, steps, velocity=np.zeros(2)):  # noqa: B008
    for _ in range(steps):
        velocity = velocity * momentum + grad_fn(w0)
        w0 = w0 - lr * velocity
    return w0


def mended_in_place(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0.copy(), np.zeros(len(w0))
    for _ in range(steps):
        velocity *= momentum
        velocity += grad_fn(w)
        w -= lr * velocity
    return w


def mended_with_none(grad_fn, w0, lr, momentum, steps, velocity=None):
    velocity = 0.0 if velocity is None else velocity
    w = w0
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w.tolist()


def mended_as_in_keras(grad_fn, w0, lr, momentum, steps):
    w, v = w0, 0 * w0
    for _ in range(steps):
        v = momentum * v - lr * grad_fn(w)
        w = w + v
    return w


def mended_with_two_points(grad_fn, w0, lr, momentum, steps):
    before, w = w0, w0
    while steps > 0:
        before, w = w, w - lr * grad_fn(w) + momentum * (w - before)
        steps -= 1
    return w


def mended_in_single(grad_fn, w0, lr, momentum, steps):
    return mended_in_place(grad_fn, w0, lr, momentum, steps).astype(np.float32)


VARIANTS = {
    "momentum_step": [
        momentum_in_place_on_copies,
        momentum_with_out,
        momentum_by_other_algebra,
        momentum_through_keras,
        momentum_as_lists,
        momentum_in_single,
    ],
    "nesterov_step": [
        nesterov_in_place_on_copies,
        nesterov_expanded,
        nesterov_by_the_text,
        nesterov_by_keyword,
        nesterov_in_single,
    ],
    "translate_momentum": [
        translate_by_factors,
        translate_by_way_of_accumulate,
        translate_with_match,
        translate_by_exponent,
        translate_by_keyword,
    ],
    "find_critical_damping": [0.36, 0.352, np.float64(0.36), np.array(0.368), [0.36], {"momentum": 0.36}],
    "mend_velocity": [
        mended_by_a_new_array,
        mended_in_place,
        mended_with_none,
        mended_as_in_keras,
        mended_with_two_points,
        mended_in_single,
    ],
}
