"""Translate a learning rate between three conventions of momentum."""

import numpy as np

from course_lib.checks.exercises import function

CONVENTIONS = ("accumulate", "average", "keras")


def translations(rng):
    """Every pair of conventions, the two that differ first."""
    yield 0.1, 0.9, "accumulate", "average"
    yield 0.5, 0.75, "average", "accumulate"
    yield 0.1, 0.9, "accumulate", "keras"
    yield 0.2, 0.8, "keras", "accumulate"
    yield 0.3, 0.6, "average", "keras"
    yield 0.02, 0.95, "keras", "average"
    for name in CONVENTIONS:
        yield 0.4, 0.7, name, name
    yield 0.4, 0.0, "accumulate", "average"


@function(
    inputs=translations,
    returns=("lr", "momentum"),
    praise="All nine pairs. Only averaging scales the gradient, so only it needs another learning rate; β is the same "
    "in all three.",
)
def translate_momentum(lr, momentum, source, target):
    if source == "average":
        lr = lr * (1 - momentum)
    if target == "average":
        lr = lr / (1 - momentum)
    return lr, momentum


@translate_momentum.mistake(
    "The numbers come back as they were. One of the three conventions scales the gradient by 1 − β: what must its "
    "learning rate do to make up for that?"
)
def nothing_translated(lr, momentum, source, target):
    return lr, momentum


translate_momentum.common(
    "source and target exchanged",
    sentence="The factor stands on the wrong side. An average is 1 − β times as long as a sum: does its learning rate "
    "have to be larger or smaller for the same step?",
)


@translate_momentum.mistake(
    "Into `average` is right; out of it the learning rate should change back by the same factor."
)
def only_into_the_average(lr, momentum, source, target):
    return (lr / (1 - momentum) if target == "average" != source else lr), momentum


@translate_momentum.mistake("Out of `average` is right; into it the learning rate should change by the same factor.")
def only_out_of_the_average(lr, momentum, source, target):
    return (lr * (1 - momentum) if source == "average" != target else lr), momentum


@translate_momentum.mistake(
    "The learning rate is divided by 1 − β whichever way the translation goes. There and back should give the number "
    "that you started with."
)
def always_divided(lr, momentum, source, target):
    changes = (source == "average") != (target == "average")
    return (lr / (1 - momentum) if changes else lr), momentum


@translate_momentum.mistake(
    "The learning rate is multiplied by 1 − β whichever way the translation goes. There and back should give the "
    "number that you started with."
)
def always_multiplied(lr, momentum, source, target):
    changes = (source == "average") != (target == "average")
    return (lr * (1 - momentum) if changes else lr), momentum


@translate_momentum.mistake(
    "The factor is β here, and it should be the one in front of the gradient of an average. Write the velocity of both "
    "for the first step, u = 0."
)
def beta_for_one_minus_beta(lr, momentum, source, target):
    scale = {"average": momentum}
    with np.errstate(all="ignore"):
        return float(np.float64(lr) * scale.get(source, 1) / scale.get(target, 1)), momentum


@translate_momentum.mistake(
    "`keras` is treated like `average`. Its velocity holds −η g, the whole gradient: what is its first step from u = 0?"
)
def keras_as_an_average(lr, momentum, source, target):
    scaled = ("average", "keras")
    return lr * (1 - momentum if source in scaled else 1) / (1 - momentum if target in scaled else 1), momentum


@translate_momentum.mistake(
    "`keras` has the learning rate in its velocity, so here it is scaled by itself. But it acts once there, as in "
    "`accumulate`: how long is the first step of both, from u = 0?"
)
def keras_scaled_by_the_rate(lr, momentum, source, target):
    scale = {"average": 1 - momentum, "keras": 1 / lr}
    return lr * scale.get(source, 1) / scale.get(target, 1), momentum


@translate_momentum.mistake(
    "This is the ratio of what stands before the gradient in the two velocities, and for `keras` that is −η. But there "
    "the step has no η any more: how long is the first step of each, from u = 0?"
)
def keras_scaled_by_minus_the_rate(lr, momentum, source, target):
    scale = {"average": 1 - momentum, "keras": -lr}
    return lr * scale.get(source, 1) / scale.get(target, 1), momentum


@translate_momentum.mistake(
    "`keras` gets a negative learning rate. Its minus is part of the rule, u ← β u − η g, and η is positive in all "
    "three."
)
def keras_negative(lr, momentum, source, target):
    lr, momentum = translate_momentum(lr, momentum, source, target)
    return (-lr if (source == "keras") != (target == "keras") else lr), momentum


@translate_momentum.mistake(
    "`keras` is translated like `accumulate` into an average, but between `keras` and `average` nothing changes. Go by "
    "way of `accumulate`: which of the two steps does something?"
)
def keras_and_average_alike(lr, momentum, source, target):
    if {source, target} == {"keras", "average"}:
        return lr, momentum
    return translate_momentum(lr, momentum, source, target)


@translate_momentum.mistake(
    "The learning rate is right, but the momentum changes too. How fast the past fades is the same in all three "
    "conventions."
)
def momentum_becomes_one_minus(lr, momentum, source, target):
    lr, kept = translate_momentum(lr, momentum, source, target)
    return lr, (1 - kept if (source == "average") != (target == "average") else kept)


@translate_momentum.mistake(
    "Whenever `average` appears the learning rate is scaled, even from `average` to `average`. Nothing should change "
    "there."
)
def average_to_average_scaled(lr, momentum, source, target):
    if target == "average":
        return lr / (1 - momentum), momentum
    return translate_momentum(lr, momentum, source, target)


@translate_momentum.mistake(
    "Whenever `average` is the source the learning rate is scaled, even from `average` to `average`. Nothing should "
    "change there."
)
def average_from_average_scaled(lr, momentum, source, target):
    if source == "average":
        return lr * (1 - momentum), momentum
    return translate_momentum(lr, momentum, source, target)


@translate_momentum.mistake("The factor is 1 + β here. What scales the gradient in the velocity of `average`?")
def one_plus_beta(lr, momentum, source, target):
    scale = {"average": 1 + momentum}
    return lr * scale.get(source, 1) / scale.get(target, 1), momentum


@translate_momentum.mistake(
    "This is the effective learning rate, η/(1 − β), whatever the conventions are. It says how far a constant slope "
    "moves the point in `accumulate`. What is asked is the number that `target` has to be given."
)
def effective_rate(lr, momentum, source, target):
    return lr / (1 - momentum), momentum


@translate_momentum.right
def by_factors(lr, momentum, source, target):
    factor = {"accumulate": 1, "average": 1 - momentum, "keras": 1}
    return lr * factor[source] / factor[target], momentum


@translate_momentum.right
def by_way_of_accumulate(lr, momentum, source, target):
    plain = lr - lr * momentum if source == "average" else lr
    return (plain / (1 - momentum), momentum) if target == "average" else (plain, momentum)


@translate_momentum.right
def with_match(lr, beta, frm, to):
    match frm == "average", to == "average":
        case True, False:
            lr *= 1 - beta
        case False, True:
            lr /= 1 - beta
    return [lr, beta]


@translate_momentum.right
def by_exponent(lr, momentum, source, target):
    power = (source == "average") - (target == "average")
    return np.array([lr * (1 - momentum) ** float(power), momentum])


@translate_momentum.right
def by_keyword(*, lr, momentum, source, target):
    return np.float64(by_factors(lr, momentum, source, target)[0]), np.float64(momentum)
