"""One step of Adam that makes no array."""

import tracemalloc
import types

import numpy as np

from course_lib.checks.exercises import function

LARGE = 40_000  # numbers: an array that is made shows beside what Python itself takes


def stepped(step, w, grad, m, v, *settings, work=None):
    """Return what a step left behind: the three arrays, whether grad is intact, what came back."""
    work = np.full(w.shape, 7.0, dtype=w.dtype) if work is None else work
    value = step(w, grad, m, v, work, *settings)
    left = dict(zip(("w", "grad", "m", "v"), step.left[:4]))
    intact = np.array_equal(left["grad"], grad)
    returned = "None" if value is None else "something"
    left = {name: left[name] for name in ("m", "v", "w")}  # what goes wrong first is shown
    return left | {"grad is as before": intact, "returned": returned}


def one_step(w, grad, m, v, *settings):
    """Return a play of one step."""

    def play(step):
        return stepped(step, w, grad, m, v, *settings)

    play.__doc__ = f"one step with t, lr, β₁, β₂, ε = {', '.join(f'{value:g}' for value in settings)}"
    return play


def inputs(rng):
    state = np.array([0.5, -1.0]), np.array([1.0, 4.0])
    yield one_step(np.array([1.0, 2.0]), np.array([3.0, -4.0]), *state, 2, 0.1, 0.9, 0.999, 1e-8)
    zeros = np.zeros(2)
    yield one_step(np.array([1.0, 2.0]), np.array([3.0, -4.0]), zeros, zeros, 1, 0.1, 0.9, 0.999, 1e-8)
    yield one_step(np.array([1.0, 2.0]), np.array([0.0, 1.0]), zeros, zeros, 1, 0.2, 0.8, 0.9, 1e-3)
    for size, *settings in ((5, 3, 0.3, 0.9, 0.99, 0.2), (3, 2, 0.3, 0.2, 0.6, 0.1), (6, 400, 0.2, 0.8, 0.95, 0.1)):
        w, grad, m = rng.normal(size=(3, size))
        yield one_step(w, grad, m, rng.uniform(1.0, 4.0, size=size), *settings)
    grads = rng.normal(size=(5, 4))

    def five_steps(step):
        """five steps from w = [1, 1, 1, 1], the same arrays handed on, t = 1, 2, 3, 4, 5"""
        w, m, v, work = np.ones(4), np.zeros(4), np.zeros(4), np.zeros(4)
        for t, grad in enumerate(grads, start=1):
            step(w, grad, m, v, work, t, 0.1, 0.9, 0.999, 1e-2)
            w, _, m, v, work = step.left[:5]
        return {"m": m, "v": v, "w": w}

    yield five_steps
    large = rng.normal(size=(3, LARGE))

    def memory(step):
        """one step of forty thousand numbers"""
        state = *large, large[0] ** 2
        made = arrays_made(step, *state) and made_in_two_dimensions(step, *state)
        return {"arrays are made": made, "returned": "None"}

    yield memory


def arrays_made(step, w, grad, m, v):
    """Tell whether a step makes an array of the length of w; where it runs in another process, that stays open."""
    work, settings = np.empty_like(w), (3, 0.1, 0.9, 0.999, 1e-8)
    if not isinstance(step.function, types.FunctionType):
        step(w, grad, m, v, work, *settings)
        return False
    peak = []

    def traced(*given):
        tracing = tracemalloc.is_tracing()
        if not tracing:
            tracemalloc.start()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        try:
            step_itself(*given)
        finally:
            peak.append(tracemalloc.get_traced_memory()[1] - before)
            if not tracing:
                tracemalloc.stop()

    step_itself, step.function = step.function, traced
    try:
        step(w, grad, m, v, work, *settings)
    finally:
        step.function = step_itself
    return bool(peak[0] > w.nbytes / 2)


def made_in_two_dimensions(step, *state):
    """Tell it of a square array: there the indices of `np.ndindex` take no room, and an array as much as ever."""
    try:
        return arrays_made(step, *(array.reshape(200, -1) for array in state))
    except Exception:
        return True


@function(
    inputs=inputs,
    returns="nothing: w, m and v are changed in place",
    in_place=("w", "m", "v"),
    scratch=("work",),
    praise="The same numbers as Adam's, with the five arrays that were there before. Nothing as long as `w` is made, "
    "so nothing of that length has to be fetched from the system, filled, and thrown away.",
)
def adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(grad, grad, out=work)
    work *= 1 - beta2
    v += work
    np.divide(v, 1 - beta2**t, out=work)
    np.sqrt(work, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


def averages(grad, m, v, work, beta1, beta2):
    """Renew both averages in place."""
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(grad, grad, out=work)
    work *= 1 - beta2
    v += work


def denominator(v, work, t, beta2, eps):
    """Leave √v̂ + ε in `work`."""
    np.divide(v, 1 - beta2**t, out=work)
    np.sqrt(work, out=work)
    work += eps


@adam_in_place.mistake(
    "The names `w`, `m` and `v` get new arrays inside the function, and the caller's stay as they were. Which "
    "operators, and which argument of NumPy's functions, write into an array that is there?"
)
def rebinds_the_names(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    w = w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


@adam_in_place.mistake(
    "The new arrays come back, and the caller's stay as they were. Here nothing is to be returned: write into `w`, "
    "`m` and `v`."
)
def returns_new_arrays(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_in_place.mistake(
    "The numbers are right, but a new array is made on the way: by an operation between arrays whose result has no "
    "`out=` and is not the array on the left, by a copy, or by an `np.empty` of your own. `work` can take it, as it "
    "can (1 − β₁)·grad."
)
def makes_new_arrays(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


@adam_in_place.mistake(
    "The step is taken with the old averages: `m` and `v` are renewed after it. Which gradient does Adam's step know "
    "already?"
)
def averages_renewed_after_the_step(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work
    np.multiply(grad, 1 - beta1, out=work)
    m *= beta1
    m += work
    np.multiply(grad, grad, out=work)
    work *= 1 - beta2
    v *= beta2
    v += work


@adam_in_place.mistake(
    "The gradient is overwritten: it served as scratch. The task wants it intact, and gives `work` for that."
)
def overwrites_the_gradient(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    grad *= grad
    grad *= 1 - beta2


@adam_in_place.mistake(
    "The gradient is overwritten by (1 − β₁)·grad, so `v` averages the wrong squares. Write that product into `work`."
)
def gradient_scaled_first(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    grad *= 1 - beta1
    m *= beta1
    m += grad
    v *= beta2
    np.multiply(grad, grad, out=work)
    work *= 1 - beta2
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "`v` itself is divided by its correction (or rooted): the next step gets v̂ for v. Write what only this step needs "
    "into `work`."
)
def corrected_v_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    v /= 1 - beta2**t


@adam_in_place.mistake(
    "`m` itself is divided by its correction: the next step gets m̂ for m. The correction is a single number; with "
    "what else that is multiplied can it go?"
)
def corrected_m_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    m /= 1 - beta1**t


@adam_in_place.mistake(
    "Both averages are divided by their corrections in place: the next step gets m̂ and v̂ for m and v. Write what only "
    "this step needs into `work`, and let the single numbers go with what else is multiplied."
)
def both_corrected_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    m /= 1 - beta1**t
    v /= 1 - beta2**t


@adam_in_place.mistake(
    "`v` comes back as its root: `np.sqrt(v, out=v)` writes into the state. The next step averages squares."
)
def root_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    np.sqrt(v, out=v)


@adam_in_place.mistake("This is Adam without bias correction. By which factor is each average too small at step t?")
def no_bias_correction(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, np.inf, lr, beta1, beta2, eps)


@adam_in_place.mistake("Only `v` is corrected. Where does 1 − β₁ᵗ go?")
def m_is_not_corrected(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr * (1 - beta1**t), beta1, beta2, eps)


@adam_in_place.mistake("Only `m` is corrected. Where does 1 − β₂ᵗ go?")
def v_is_not_corrected(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, np.inf, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "`eps` stands inside the root: it was added before `np.sqrt`. The task's Adam adds it to the root."
)
def eps_inside_the_root(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    np.divide(v, 1 - beta2**t, out=work)
    work += eps
    np.sqrt(work, out=work)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "`eps` is added to √v before the correction (the paper's ε̂). The task's Adam adds it to the corrected root."
)
def eps_before_the_correction(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, np.inf, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("`eps` is missing: a coordinate that never had a gradient divides 0 by 0.")
def no_eps(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, 0.0)


@adam_in_place.mistake(
    "The new gradient's share is too large: `v` takes in grad² whole, without 1 − β₂. After `np.multiply(grad, grad, "
    "out=work)` a factor is missing."
)
def no_one_minus_beta2(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(grad, grad, out=work)
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "`work` holds (1 − β₁)·grad still when it is squared: `v` gets only (1 − β₁)² of its due. Of what is v the average?"
)
def squares_the_scaled_gradient(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    work *= work
    work *= 1 - beta2
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("`lr` is missing: the direction is taken whole.")
def no_lr(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, 1.0, beta1, beta2, eps)


@adam_in_place.mistake(
    "`m` itself is divided by √v̂ + ε: the next step gets a direction for an average. Write the quotient into `work`."
)
def direction_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t, beta2, eps)
    m /= work
    np.multiply(m, lr / (1 - beta1**t), out=work)
    w -= work


@adam_in_place.mistake(
    "`m` itself is multiplied by the learning rate and its correction: the next step gets a step for an average. "
    "Write that product into `work`."
)
def step_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t, beta2, eps)
    m /= work
    m *= lr / (1 - beta1**t)
    w -= m


@adam_in_place.mistake(
    "`v` comes back as the denominator: its root, and `eps`, are written into the state. The next step averages "
    "squares."
)
def root_and_eps_kept_as_state(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t, beta2, eps)
    v[...] = work
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("`v` averages the gradient, not its square: it can be negative, and has no root then.")
def averages_the_gradient_itself(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(grad, 1 - beta2, out=work)
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("`v` averages m², not grad²: `m` is the gradient already averaged. Of what is v the average?")
def averages_the_squares_of_m(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(m, m, out=work)
    work *= 1 - beta2
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "The factor 1 − β₂ is squared together with the gradient: `v` gets ((1 − β₂)·grad)². Square first, then multiply."
)
def square_of_the_factor(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    m *= beta1
    np.multiply(grad, 1 - beta1, out=work)
    m += work
    v *= beta2
    np.multiply(grad, 1 - beta2, out=work)
    work *= work
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "`work` holds anything when the function begins, and `work += …` takes that along. Set it first, with "
    "`out=work` or `work[:] = …`."
)
def relies_on_work(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    work += grad
    work *= 1 - beta1
    m *= beta1
    m += work
    v *= beta2
    np.multiply(grad, grad, out=work)
    work *= 1 - beta2
    v += work
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "The step goes along the gradient itself: `m` is renewed, and not used. What does Adam divide by √v̂ + ε?"
)
def gradient_in_the_step(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t, beta2, eps)
    np.divide(grad, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "The step is √v̂ + ε divided by m: `np.divide(work, m, …)` is work / m. Which of the two is below?"
)
def divided_upside_down(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t, beta2, eps)
    np.divide(work, m, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "1 − β₂ᵗ corrects `v`, so it goes under the root: √(v / (1 − β₂ᵗ)). Here the root is divided by it."
)
def correction_outside_the_root(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    np.sqrt(v, out=work)
    work /= 1 - beta2**t
    work += eps
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "The root is missing. (`np.sqrt(work)` alone makes a new array, and leaves `work` as it was.)"
)
def no_root(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    np.divide(v, 1 - beta2**t, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake(
    "The corrections use t − 1: at the first step that divides by 0. The task's t is 1 at the first step."
)
def counts_from_zero(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    np.divide(v, 1 - beta2 ** (t - 1), out=work)
    np.sqrt(work, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= lr / np.float64(1 - beta1 ** (t - 1))
    w -= work


@adam_in_place.mistake("The corrections use t + 1. The task's t is 1 at the first step already.")
def one_step_ahead(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    denominator(v, work, t + 1, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1 ** (t + 1))
    w -= work


@adam_in_place.mistake("The corrections use β·t where they want the power βᵗ: `beta1**t`.")
def times_t(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta1, beta2)
    np.divide(v, 1 - beta2 * t, out=work)
    np.sqrt(work, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1 * t)
    w -= work


@adam_in_place.mistake("The two betas have changed places: β₁ belongs to `m`, β₂ to `v`.")
def betas_swapped(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, beta2, beta1)
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("β and 1 − β have changed places: an average keeps β of the old, and takes 1 − β of the new.")
def shares_swapped(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    averages(grad, m, v, work, 1 - beta1, 1 - beta2)
    denominator(v, work, t, beta2, eps)
    np.divide(m, work, out=work)
    work *= lr / (1 - beta1**t)
    w -= work


@adam_in_place.mistake("This goes uphill: `w += work`. Which sign takes you the other way?")
def uphill(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, -lr, beta1, beta2, eps)


@adam_in_place.mistake(
    "`w` holds the step now, and not the point it leads to: the last line should change `w`, not replace it."
)
def returns_the_step(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    w[...] = work


@adam_in_place.mistake(
    "The numbers are right, but something comes back as well. Return nothing: who changes an array in place and "
    "returns one, lets others believe it is a new one."
)
def returns_w(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    adam_in_place(w, grad, m, v, work, t, lr, beta1, beta2, eps)
    return w


@adam_in_place.right
def towards_the_gradient(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    np.subtract(grad, m, out=work)
    work *= 1 - beta1
    m += work
    np.square(grad, out=work)
    work -= v
    work *= 1 - beta2
    v += work
    np.sqrt(v, out=work)
    work /= np.sqrt(1 - beta2**t)
    work += eps
    np.divide(m, work, out=work)
    work *= lr
    work /= 1 - beta1**t
    w -= work


@adam_in_place.right
def everything_with_out(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    np.multiply(m, beta1, out=m)
    np.multiply(grad, 1 - beta1, out=work)
    np.add(m, work, out=m)
    np.multiply(v, beta2, out=v)
    np.square(grad, out=work)
    np.multiply(work, 1 - beta2, out=work)
    np.add(v, work, out=v)
    np.divide(v, 1 - beta2**t, out=work)
    np.sqrt(work, out=work)
    np.add(work, eps, out=work)
    np.divide(m, work, out=work)
    np.multiply(work, lr / (1 - beta1**t), out=work)
    np.subtract(w, work, out=w)


@adam_in_place.right
def index_by_index(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * grad[i]
        v[i] = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
        w[i] -= lr * m[i] / (1 - beta1**t) / ((v[i] / (1 - beta2**t)) ** 0.5 + eps)


@adam_in_place.right
def with_slices(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    for first in range(0, len(w), 1000):
        block = slice(first, first + 1000)
        adam_in_place(w[block], grad[block], m[block], v[block], work[block], t, lr, beta1, beta2, eps)


@adam_in_place.right
def eps_scaled(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    root = (1 - beta2**t) ** 0.5
    np.multiply(1 - beta1, grad, work)
    np.multiply(m, beta1, m)
    np.add(m, work, m)
    np.multiply(grad, (1 - beta2) ** 0.5, work)
    np.multiply(work, work, work)
    np.multiply(v, beta2, v)
    np.add(v, work, v)
    np.sqrt(v, work)
    work += eps * root
    np.divide(m, work, work)
    work *= lr * root / (1 - beta1**t)
    w -= work


@adam_in_place.right
def written_into_slices(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    work[:] = grad
    work *= 1 - beta1
    m *= beta1
    m += work
    work[:] = grad
    work **= 2
    work *= 1 - beta2
    v *= beta2
    v += work
    work[:] = v
    work /= 1 - beta2**t
    np.sqrt(work, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= lr
    work /= 1 - beta1**t
    w -= work


@adam_in_place.right
def entry_by_entry(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    for i in range(len(w)):
        m[i] = beta1 * m[i] + (1 - beta1) * grad[i]
        v[i] = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
        w[i] -= lr * m[i] / (1 - beta1**t) / ((v[i] / (1 - beta2**t)) ** 0.5 + eps)


@adam_in_place.right
def blocks_with_temporaries_of_their_own(w, grad, m, v, work, t, lr, beta1, beta2, eps):
    for first in range(0, len(w), 16):
        block = slice(first, first + 16)
        m[block] = beta1 * m[block] + (1 - beta1) * grad[block]
        v[block] = beta2 * v[block] + (1 - beta2) * grad[block] ** 2
        w[block] -= lr * m[block] / (1 - beta1**t) / (np.sqrt(v[block] / (1 - beta2**t)) + eps)
