"""Mend a signSGD that goes to the median."""

import numpy as np

from course_lib.checks.exercises import function


def bowl(w, t):
    """The gradient of a bowl with curvatures 1, 2, …"""
    return np.arange(1, len(w) + 1) * w


def skewed(w, t):
    """The gradient of a bowl at (1, 1, …), with noise +2, −1, −1 in turn, which is 0 on average."""
    return w - 1 + np.where((t + np.arange(len(w))) % 3 == 0, 2.0, -1.0)


def slope(w, t):
    """The same gradient everywhere: 1, −2, 3, …"""
    return np.arange(1.0, len(w) + 1) * (-1.0) ** np.arange(len(w))


def runs(rng):  # no entry to be sent is exactly 0: either sign would be right
    yield slope, np.zeros(3), 0.5, 1
    yield slope, np.array([1.0, 2.0]), 0.25, 2
    yield bowl, np.array([1.0, -2.0, 0.5]), 0.1, 3
    yield bowl, np.array([1.0, 0.4, -2.0]), 0.1, 2
    yield skewed, np.array([3.2, 0.3, -0.9, 2.4]), 0.1, 30
    yield bowl, rng.normal(size=5), 0.05, int(rng.integers(5, 12))
    yield skewed, rng.normal(size=6), 0.05, int(rng.integers(20, 40))


@function(
    inputs=runs,
    returns="w",
    praise="Scaled, and with a memory that lives through the run: on the skewed noise it goes to the mean, not to the "
    "median.",
)
def mend_sign_sgd(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "This is the program as it was: signs, neither scaled nor remembered. What is lost when only a sign goes out?"
)
def as_it_was(grad_fn, w, lr, steps):
    for t in range(steps):
        w = w - lr * np.sign(grad_fn(w, t))
    return w


@mend_sign_sgd.mistake(
    "Scaled, but what was not sent is forgotten, or kept and never used: it still goes to the median. "
    "Where does the rest of a message wait, and for how long?"
)
def no_memory(grad_fn, w, lr, steps):
    for t in range(steps):
        grad = grad_fn(w, t)
        w = w - lr * np.mean(np.abs(grad)) * np.sign(grad)
    return w


@mend_sign_sgd.mistake(
    "There is a memory, but the signs are not scaled: a message is as long far from the minimum as near it. By what is "
    "it to be multiplied?"
)
def scale_lost(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        memory = wanted - np.sign(wanted)
        w = w - lr * np.sign(wanted)
    return w


def _scaled_by(scale):
    def run(grad_fn, w, lr, steps):
        memory = np.zeros_like(w)
        for t in range(steps):
            wanted = grad_fn(w, t) + memory
            sent = scale(wanted) * np.sign(wanted)
            memory = wanted - sent
            w = w - lr * sent
        return w

    return run


@mend_sign_sgd.mistake(
    "The scale is the *sum* of the absolute values: the message is as many times too long as there are entries."
)
def sum_instead_of_mean(grad_fn, w, lr, steps):
    return _scaled_by(lambda wanted: np.sum(np.abs(wanted)))(grad_fn, w, lr, steps)


@mend_sign_sgd.mistake("The scale is the largest absolute value. The chapter takes another one: which?")
def largest_for_the_mean(grad_fn, w, lr, steps):
    return _scaled_by(lambda wanted: np.max(np.abs(wanted)))(grad_fn, w, lr, steps)


@mend_sign_sgd.mistake("The scale is the length of the vector. The chapter takes the mean of the absolute values.")
def length_for_the_mean(grad_fn, w, lr, steps):
    return _scaled_by(np.linalg.norm)(grad_fn, w, lr, steps)


@mend_sign_sgd.mistake(
    "The scale is the mean of the entries *with* their signs, and these cancel each other. Absolute values first?"
)
def mean_with_the_signs(grad_fn, w, lr, steps):
    return _scaled_by(np.mean)(grad_fn, w, lr, steps)


@mend_sign_sgd.mistake(
    "The rest of the *gradient* is kept, and what had waited before is lost. Of what should the message be taken off?"
)
def keeps_the_rest_of_the_gradient_alone(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        grad = grad_fn(w, t)
        wanted = grad + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = grad - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "The signs are those of gradient and memory, but the scale is that of the gradient alone. Of what is "
    "the message made?"
)
def scale_of_the_gradient_alone(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        grad = grad_fn(w, t)
        wanted = grad + memory
        sent = np.mean(np.abs(grad)) * np.sign(wanted)
        memory = wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "The memory has its sign turned: what was sent too little counts against the next message. Sum minus message?"
)
def memory_with_the_wrong_sign(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = sent - wanted
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "The whole sum of gradient and memory is the step: nothing is compressed any more. What goes out is "
    "signs and a scale."
)
def nothing_compressed(grad_fn, w, lr, steps):
    for t in range(steps):
        w = w - lr * grad_fn(w, t)
    return w


@mend_sign_sgd.mistake(
    "This is the sign of a fading sum: momentum, and not a memory. What was sent has to be taken out of it again."
)
def momentum_for_the_memory(grad_fn, w, lr, steps):
    velocity = np.zeros_like(w)
    for t in range(steps):
        velocity = 0.9 * velocity + grad_fn(w, t)
        w = w - lr * np.sign(velocity)
    return w


@mend_sign_sgd.mistake(
    "The learning rate acts twice: once in what is remembered and once in the step. Where does it belong?"
)
def lr_twice(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = lr * grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "The message is scaled, but the memory takes off the bare signs. Both should know the same message: what was sent?"
)
def bare_signs_in_the_memory(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        memory = wanted - np.sign(wanted)
        w = w - lr * np.mean(np.abs(wanted)) * np.sign(wanted)
    return w


@mend_sign_sgd.mistake(
    "The old memory is counted twice: it is in the sum already, and the rest is added to it once more (`+=`)."
)
def memory_counted_twice(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = memory + wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "What is kept is message minus *gradient*: turned, and without what had waited before. Of what should the message "
    "be taken off?"
)
def keeps_message_minus_gradient(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        grad = grad_fn(w, t)
        wanted = grad + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = sent - grad
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake("What was sent stays in the memory too, so it is sent again. What has to be taken off the sum?")
def sent_stays_in_the_memory(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        memory = grad_fn(w, t) + memory
        w = w - lr * np.mean(np.abs(memory)) * np.sign(memory)
    return w


@mend_sign_sgd.mistake(
    "The memory is multiplied by lr before it is added. It holds gradients, as long as the new one: add it as it is."
)
def memory_times_lr(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + lr * memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake("The learning rate is lost: the message itself is the step.")
def lr_forgotten(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = wanted - sent
        w = w - sent
    return w


@mend_sign_sgd.mistake(
    "The memory takes off lr times the message, but holds gradients. Sum and message are in one unit: take off the "
    "message itself."
)
def lr_in_the_memory(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        wanted = grad_fn(w, t) + memory
        sent = np.mean(np.abs(wanted)) * np.sign(wanted)
        memory = wanted - lr * sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake(
    "The scale is that of gradient and memory, but the signs are those of the gradient alone. Of what is the message "
    "made?"
)
def signs_of_the_gradient_alone(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        grad = grad_fn(w, t)
        wanted = grad + memory
        sent = np.mean(np.abs(wanted)) * np.sign(grad)
        memory = wanted - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.mistake("The scale is the root of the mean square. The chapter takes the mean of the absolute values.")
def root_mean_square_for_the_mean(grad_fn, w, lr, steps):
    return _scaled_by(lambda wanted: np.sqrt(np.mean(wanted**2)))(grad_fn, w, lr, steps)


@mend_sign_sgd.mistake("The steps are counted from 1, and `grad_fn` wants t = 0 first.")
def off_by_one(grad_fn, w, lr, steps):
    return mend_sign_sgd(lambda w, t: grad_fn(w, t + 1), w, lr, steps)


@mend_sign_sgd.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(grad_fn, w, lr, steps):
    return mend_sign_sgd(grad_fn, w, -lr, steps)


@mend_sign_sgd.mistake("The loop ends after a single step. Is the `return` inside of it?")
def returns_after_one_step(grad_fn, w, lr, steps):
    return mend_sign_sgd(grad_fn, w, lr, min(steps, 1))


@mend_sign_sgd.right
def with_norms(grad_fn, w, lr, steps):
    owed = 0.0
    for t in range(steps):
        p = grad_fn(w, t) + owed
        message = np.linalg.norm(p, 1) / len(p) * np.sign(p)
        owed = p - message
        w = w - lr * message
    return w


@mend_sign_sgd.right
def memory_in_steps(grad_fn, w, lr, steps):
    memory = np.zeros(len(w))
    for t in range(steps):
        wanted = lr * grad_fn(w, t) + memory
        step = np.abs(wanted).mean() * np.sign(wanted)
        memory = wanted - step
        w = w - step
    return w


@mend_sign_sgd.right
def memory_added_up(grad_fn, w, lr, steps):
    memory = np.zeros_like(w)
    for t in range(steps):
        memory = memory + grad_fn(w, t)
        sent = np.abs(memory).sum() / memory.size * np.where(memory >= 0, 1.0, -1.0) * (memory != 0)
        memory = memory - sent
        w = w - lr * sent
    return w


@mend_sign_sgd.right
def with_a_helper(grad_fn, w, lr, steps):
    def message(p):
        return np.average(np.abs(p)) * np.sign(p)

    kept = np.zeros_like(w)
    for t in range(steps):
        p = grad_fn(w, t) + kept
        w, kept = w - lr * message(p), p - message(p)
    return w


@mend_sign_sgd.right
def one_bit(grad_fn, w, lr, steps):
    rest = 0 * w
    for t in range(steps):
        rest = rest + grad_fn(w, t)
        sent = np.mean(np.abs(rest)) * np.where(rest > 0, 1, -1)
        w, rest = w - lr * sent, rest - sent
    return w


@mend_sign_sgd.right
def by_a_virtual_point(gradient, start, rate, n_steps):
    ahead = w = start
    for t in range(n_steps):
        ahead = ahead - rate * gradient(w, t)
        wanted = (w - ahead) / rate
        w = w - rate * np.mean(np.abs(wanted)) * np.sign(wanted)
    return w


mend_sign_sgd.equivalent(
    "np.mean(np.abs(wanted)) * np.sign(wanted) → np.mean(np.abs(wanted)) / np.sign(wanted) in `sent = "
    "np.mean(np.abs(wanted)) * np.sign(wanted)`",
    "no entry is exactly 0, and 1/sign is the sign",
)
