"""How many bytes a step must move."""

import numpy as np

from course_lib import optimizers
from course_lib.checks.exercises import function
from course_lib.theory.costs import state_arrays

RULES = ("GradientDescent", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AdamW", "AMSGrad",
         "NAdam")  # fmt: skip


def inputs(rng):
    yield "GradientDescent", 1, "float32"
    yield "Adam", 1, "float32"
    yield "Momentum", 10, "float64"
    for rule in RULES:
        for dtype in ("float32", "float64", "float16"):
            yield rule, int(rng.integers(8, 10**4)), dtype


@function(
    inputs=inputs,
    returns="the bytes",
    praise="w and every array of the state there and back, g only there. No program can do with less, unless the "
    "arrays stay in a cache from step to step.",
)
def bytes_per_step(rule, n, dtype):
    state = getattr(optimizers, rule)(lr=0.1).init(np.zeros(7))
    parts = state if isinstance(state, tuple) else () if state is None else (state,)
    arrays = sum(np.size(part) == 7 for part in parts)
    return (3 + 2 * arrays) * n * np.dtype(dtype).itemsize


def counted(rule, n, dtype, w, grad, state):
    """Return the bytes if w, the gradient and each array of the state are moved so many times."""
    return (w + grad + state * state_arrays(getattr(optimizers, rule))) * n * np.dtype(dtype).itemsize


def without_a_state(names, rule, n, dtype):
    """Return the bytes if these rules were gradient descent."""
    return counted("GradientDescent" if rule in names else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake("These are the numbers, not the bytes. How many bytes has one number of this dtype?")
def counts_numbers(rule, n, dtype):
    return counted(rule, n, dtype, 2, 1, 2) // np.dtype(dtype).itemsize


@bytes_per_step.mistake("These are bits. A byte has eight of them, and float32 has 32 bits.")
def counts_bits(rule, n, dtype):
    return 8 * counted(rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake("Each array is counted once: what training holds. Which of them does a step read *and* write?")
def memory_instead_of_traffic(rule, n, dtype):
    return counted(rule, n, dtype, 1, 1, 1)


@bytes_per_step.mistake("The gradient is counted twice. Is it written by the step?")
def writes_the_gradient(rule, n, dtype):
    return counted(rule, n, dtype, 2, 2, 2)


@bytes_per_step.mistake(
    "One array too few. The gradient is read; `w` is read, and the new one is written: how many without a state?"
)
def one_array_missing(rule, n, dtype):
    return counted(rule, n, dtype, 2, 0, 2)


@bytes_per_step.mistake("The state is read here, and never written: but the next step needs the new one.")
def state_is_only_read(rule, n, dtype):
    return counted(rule, n, dtype, 2, 1, 1)


@bytes_per_step.mistake(
    "Every rule costs the same here, as if none had a state. What does Adam keep between two steps?"
)
def no_state(rule, n, dtype):
    return counted(rule, n, dtype, 2, 1, 0)


@bytes_per_step.mistake("4 bytes a number whatever the dtype: that is float32. `np.dtype(dtype).itemsize` tells.")
def always_float32(rule, n, dtype):
    return counted(rule, n, "float32", 2, 1, 2)


@bytes_per_step.mistake("These are the bytes for one parameter. There are n of them.")
def for_one_parameter(rule, n, dtype):
    return counted(rule, 1, dtype, 2, 1, 2)


@bytes_per_step.mistake(
    "This is right for the rules with at most two arrays of state. AMSGrad keeps three: does its name say so, or its "
    "`init`?"
)
def amsgrad_as_adam(rule, n, dtype):
    return counted("Adam" if rule == "AMSGrad" else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake(
    "NAdam is counted with three arrays of state. One of its parts is a single number, the product of its momenta."
)
def nadam_with_its_number(rule, n, dtype):
    return counted("AMSGrad" if rule == "NAdam" else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake("AdaDelta is counted with one array of state. It averages squared gradients, and what else?")
def adadelta_as_rmsprop(rule, n, dtype):
    return counted("RMSProp" if rule == "AdaDelta" else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake("Momentum is counted as if it kept nothing. What does its `init` return?")
def momentum_without_a_state(rule, n, dtype):
    return without_a_state({"Momentum"}, rule, n, dtype)


@bytes_per_step.mistake("Nesterov's momentum is counted as if it kept nothing. What does its `init` return?")
def nesterov_without_a_state(rule, n, dtype):
    return without_a_state({"Nesterov"}, rule, n, dtype)


@bytes_per_step.mistake("Momentum and Nesterov are counted as if they kept nothing. What does their `init` return?")
def both_momenta_without_a_state(rule, n, dtype):
    return without_a_state({"Momentum", "Nesterov"}, rule, n, dtype)


@bytes_per_step.mistake("AdaGrad is counted as if it kept nothing. What does its `init` return?")
def adagrad_without_a_state(rule, n, dtype):
    return without_a_state({"AdaGrad"}, rule, n, dtype)


@bytes_per_step.mistake("RMSProp is counted as if it kept nothing. What does its `init` return?")
def rmsprop_without_a_state(rule, n, dtype):
    return without_a_state({"RMSProp"}, rule, n, dtype)


@bytes_per_step.mistake(
    "Momentum, Nesterov, AdaGrad and RMSProp are counted as if they kept nothing. What does their `init` return?"
)
def four_rules_without_a_state(rule, n, dtype):
    return without_a_state({"Momentum", "Nesterov", "AdaGrad", "RMSProp"}, rule, n, dtype)


def with_state(rule, n, dtype, size):
    """Return the bytes if the whole state had so many."""
    return counted(rule, n, dtype, 2, 1, 0) + 2 * size


@bytes_per_step.mistake(
    "The state is counted with 8 bytes a number. Does `init` get float64? All arrays have the dtype given."
)
def state_in_float64(rule, n, dtype):
    return with_state(rule, n, dtype, sum(part.nbytes for part in parts_of(rule, n) if part.ndim))


@bytes_per_step.mistake(
    "Two slips: the state is counted with 8 bytes a number, and NAdam's single number with it. Does `init` get "
    "float64? All arrays have the dtype given."
)
def state_in_float64_and_a_number(rule, n, dtype):
    return with_state(rule, n, dtype, sum(part.nbytes for part in parts_of(rule, n)))


def parts_of(rule, n):
    """Return what a rule keeps where its start is float64, each part as an array."""
    state = getattr(optimizers, rule)(lr=0.1).init(np.zeros(n))
    parts = state if isinstance(state, tuple) else () if state is None else (state,)
    return [np.asarray(part) for part in parts]


@bytes_per_step.mistake("The state is counted with 4 bytes a number. Here all arrays have the dtype given.")
def state_in_float32(rule, n, dtype):
    return with_state(rule, n, dtype, 4 * n * state_arrays(getattr(optimizers, rule)))


@bytes_per_step.mistake(
    "For a rule whose `init` returns one array, `len` gives the length of that array. How many arrays does the "
    "rule keep?"
)
def length_of_the_array(rule, n, dtype):
    state = getattr(optimizers, rule)(lr=0.1).init(np.zeros(n))
    return counted(rule, n, dtype, 3 + 2 * (0 if state is None else len(state)), 0, 0)


@bytes_per_step.mistake(
    "Gradient descent is counted with one array of state. Its `init` returns None: how many is that?"
)
def none_is_an_array(rule, n, dtype):
    return counted("Momentum" if rule == "GradientDescent" else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake(
    "Two slips: None is counted as an array, and so is NAdam's single number. Look at each part of what `init` returns."
)
def whatever_is_there_is_an_array(rule, n, dtype):
    return counted({"GradientDescent": "Momentum", "NAdam": "AMSGrad"}.get(rule, rule), n, dtype, 2, 1, 2)


@bytes_per_step.mistake("RMSProp is counted with two arrays of state. Beside the squared gradients, what does it keep?")
def rmsprop_with_two(rule, n, dtype):
    return counted("Adam" if rule == "RMSProp" else rule, n, dtype, 2, 1, 2)


@bytes_per_step.mistake(
    "Two rules are wrong: AdaDelta keeps more than RMSProp, and AMSGrad more than Adam. Their names do not say so. "
    "What do their `init`s return?"
)
def adadelta_and_amsgrad_by_name(rule, n, dtype):
    return counted({"AdaDelta": "RMSProp", "AMSGrad": "Adam"}.get(rule, rule), n, dtype, 2, 1, 2)


@bytes_per_step.mistake(
    "Two rules are wrong: AdaDelta keeps more than one array, and AMSGrad too. What does their `init` return?"
)
def two_only_where_the_name_says_adam(rule, n, dtype):
    return counted({"AdaDelta": "RMSProp", "AMSGrad": "RMSProp"}.get(rule, rule), n, dtype, 2, 1, 2)


@bytes_per_step.mistake("Three arrays for w and its gradient, and three for each array of state. Which is only read?")
def three_for_each(rule, n, dtype):
    return counted(rule, n, dtype, 2, 1, 3)


@bytes_per_step.right
def by_a_list(rule, n, dtype):
    arrays = {"GradientDescent": 3, "AdaDelta": 7, "Adam": 7, "AdamW": 7, "AMSGrad": 9, "NAdam": 7}.get(rule, 5)
    return arrays * n * np.dtype(dtype).itemsize


@bytes_per_step.right
def by_a_sum(rule, n, dtype):
    one = n * np.dtype(dtype).itemsize
    total = one + one + one
    for _ in range(state_arrays(getattr(optimizers, rule))):
        total += one
        total += one
    return total


@bytes_per_step.right
def with_bytes_by_name(rule, n, dtype):
    size = {"float16": 2, "float32": 4, "float64": 8}[dtype]
    arrays = {"GradientDescent": 0, "AdaDelta": 2, "Adam": 2, "AdamW": 2, "AMSGrad": 3, "NAdam": 2}.get(rule, 1)
    return size * n * (2 + 1 + 2 * arrays)


@bytes_per_step.right
def from_a_state_of_its_own_length(rule, n, dtype):
    w = np.zeros(n, dtype)
    made = getattr(optimizers, rule)(lr=1.0).init(w)
    if isinstance(made, np.ndarray):
        made = [made]
    long = [part for part in made or () if getattr(part, "shape", None) == w.shape]
    return 3.0 * w.nbytes + 2 * len(long) * w.nbytes


@bytes_per_step.right
def with_bits(rule, n, dtype):
    bits = int(dtype.removeprefix("float"))
    return (2 * (1 + state_arrays(getattr(optimizers, rule))) + 1) * n * bits // 8


MADE = "`state = getattr(optimizers, rule)(lr=0.1).init(np.zeros(7))`"
bytes_per_step.equivalent(f"0.1 → 1.2 in {MADE}", "the number of arrays does not depend on the rate")
