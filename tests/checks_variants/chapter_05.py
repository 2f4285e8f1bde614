"""Right answers to the exercises of chapter 05."""

import numpy as np


def adagrad_in_place_on_copies(w, grad, accumulator, lr, eps):
    w, accumulator = w.copy(), accumulator.copy()
    accumulator += np.square(grad)
    w -= lr * grad / (accumulator**0.5 + eps)
    return w, accumulator


def adagrad_of_singles(w, grad, accumulator, lr, eps):
    w, grad, accumulator = (a.astype(np.float32) for a in (w, grad, accumulator))
    accumulator = accumulator + grad * grad
    return w - np.float32(lr) * (grad / (np.sqrt(accumulator) + np.float32(eps))), accumulator


def adagrad_as_lists(*, w, grad, accumulator, lr, eps):
    total = accumulator + np.power(grad, 2)
    return [(w - grad * lr / (np.sqrt(total) + eps)).tolist(), total.tolist()]


def adagrad_entry_by_entry(w, grad, accumulator, lr, eps):
    new, total = np.empty_like(w), np.empty_like(accumulator)
    for place, g in np.ndenumerate(grad):
        total[place] = accumulator[place] + g**2
        new[place] = w[place] - lr / (total[place] ** 0.5 + eps) * g
    return new, total


def adagrad_by_its_rate(point, slope, summed, eta, epsilon):
    summed = np.add(summed, slope**2)
    rate = eta / (epsilon + np.sqrt(summed))
    return np.subtract(point, rate * slope), summed


def rmsprop_in_place_on_copies(w, grad, average, lr, beta2, eps):
    average = average.copy()
    average *= beta2
    average += (1 - beta2) * grad * grad
    return w - lr * grad / (np.sqrt(average) + eps), average


def rmsprop_as_a_correction(w, grad, average, lr, beta2, eps):
    average = average + (1 - beta2) * (np.square(grad) - average)
    return w + -lr * grad / (eps + average**0.5), average


def rmsprop_of_singles(w, grad, average, lr, beta2, eps):
    w, grad, average = (a.astype(np.float32) for a in (w, grad, average))
    average = np.float32(beta2) * average + np.float32(1 - beta2) * grad**2
    return w - np.float32(lr) * grad / (np.sqrt(average) + np.float32(eps)), average


def rmsprop_as_lists(*, w, grad, average, lr, beta2, eps):
    average = np.average([average, grad**2], axis=0, weights=[beta2, 1 - beta2])
    return [(w - lr * grad / (np.sqrt(average) + eps)).tolist(), average.tolist()]


def rmsprop_by_its_rate(point, slope, mean_square, eta, keep, epsilon):
    mean_square = keep * mean_square + slope**2 - keep * slope**2
    return point - slope * (eta / (np.sqrt(mean_square) + epsilon)), mean_square


VARIANTS = {
    "adagrad_step": [
        adagrad_in_place_on_copies,
        adagrad_of_singles,
        adagrad_as_lists,
        adagrad_entry_by_entry,
        adagrad_by_its_rate,
    ],
    "rmsprop_step": [
        rmsprop_in_place_on_copies,
        rmsprop_as_a_correction,
        rmsprop_of_singles,
        rmsprop_as_lists,
        rmsprop_by_its_rate,
    ],
    "predict_adagrad_step": [0.05, 1 / 20, 0.5 / np.sqrt(100), np.array(0.05), np.float32(0.05)],
    "find_rotation_angle": [12, 12.0, np.int64(12), np.array(12), np.float32(12)],
}
