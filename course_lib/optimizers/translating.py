"""Translate the settings of a rule from one framework to another, or say why there is no translation."""

from course_lib.arguments import in_range, one_of
from course_lib.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from course_lib.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from course_lib.optimizers.base import limits_of
from course_lib.optimizers.conventions import (
    BEFORE,
    DECOUPLED,
    EITHER,
    FORMS,
    FRAMEWORKS,
    IDLE,
    INSIDE,
    L2,
    NO_WARMUP,
    OPTIONS,
    OUTSIDE,
    SPOKEN,
    WHOSE,
    WITH_OPTION,
)
from course_lib.optimizers.gradient_descent import GradientDescent
from course_lib.optimizers.momentum import Momentum, Nesterov

CLASSES = (GradientDescent, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, AdamW, AMSGrad, NAdam)
KINDS = {kind.__name__: kind for kind in CLASSES}

WITHOUT_EFFECT = 1000  # from this ψ on, 0.96^ψ is lost beside 1 in 64 bits


class NoTranslation(ValueError):
    """No settings of the target's class for this rule give the same run, or an option is on that no rule here has.

    Attributes
    ----------
    nearest : dict
        The target's settings with what can be translated; the message says what cannot.
    """

    def __init__(self, message, nearest):
        super().__init__(message)
        self.nearest = nearest


def translate_settings(rule, settings, source, target):
    """Return the settings with which `target` makes the same run as `source` with its own.

    The run is the same from the same start on the same gradients, to rounding, while the settings stay constant.
    ε inside AdaGrad's root is a larger start of its sum, so that one translates. Keras' ε in Adam is ε / √(1 − β₂ᵗ)
    elsewhere, another number at each step, so that one does not, unless ε or β₂ is 0. Keras 3 on TensorFlow rounds
    some settings to 32 bits, also in a run of 64: β of Momentum, the weight decay, AdaGrad's start and NAdam's 0.96
    (seven to nine digits agree), and β₁ and β₂ in Adam's correction (with β₂ = 0.999 about five). In a run of
    32 bits, whoever computes that correction in 32 bits (PyTorch does not) is off in it by up to 6e-8 / (1 − β₂).
    PyTorch's NAdam keeps a product in the default dtype: for a run of 64 bits,
    `torch.set_default_dtype(torch.float64)`.

    Parameters
    ----------
    rule : str
        The course's name of the rule: one of `GradientDescent Momentum Nesterov AdaGrad RMSProp AdaDelta Adam AdamW
        AMSGrad NAdam`.
    settings : dict
        Settings under the names that `source` has for them. What is missing has the default of `source`.
    source, target : str
        "course_lib", "pytorch", "keras" or "optax".

    Returns
    -------
    dict
        All settings of the rule under the names of `target`, with the flags that make its class this rule:
        `torch.optim.SGD(parameters, **settings)`. The name of the class stands in `FORMS[rule][target].name`.

    Raises
    ------
    NoTranslation
        A `ValueError`: if no settings of that class make the same run; another may, as AdamW for Adam with a decay.
        Also if `source` has an option switched on that no rule of the course has, such as `dampening`.
    TypeError, ValueError
        If a name is unknown, an option makes another rule of it, a setting without default is missing, or a value
        lies outside its range.

    Notes
    -----
    With ε = 0, a coordinate whose gradients have all been 0 is 0/0, but not in AdaGrad with a start, or in Optax'
    AdaGrad: there it rests.

    Examples
    --------
    >>> from course_lib import translate_settings
    >>> translate_settings("Momentum", {"lr": 0.1, "momentum": 0.9}, "pytorch", "keras")
    {'learning_rate': 0.1, 'momentum': 0.9, 'weight_decay': 0.0}
    >>> translate_settings("AdaGrad", {"learning_rate": 0.5, "epsilon": 0.01}, "keras", "pytorch")
    {'lr': 0.5, 'eps': 0.0, 'initial_accumulator_value': 0.11, 'weight_decay': 0.0}

    Reference: the sources of PyTorch 2.13, Keras 3.15 and Optax 0.2.8; `nox -s parity` runs both sides.
    """
    one_of("rule", rule, tuple(FORMS))
    one_of("source", source, FRAMEWORKS)
    one_of("target", target, FRAMEWORKS)
    if not isinstance(settings, dict):
        raise TypeError(f"settings must be a dict, such as {{'lr': 0.1}}, got {settings!r}")
    meant, others = read(rule, dict(settings), source)
    written, reasons = write(rule, meant, target)
    reasons = others + reasons
    if reasons:
        verb = "is not translated" if others else "has no translation"
        what = f"{WHOSE[source]} {FORMS[rule][source].name} {verb} to {SPOKEN[target]}"
        why = "; ".join(reasons).format(source=SPOKEN[source], target=SPOKEN[target])
        raise NoTranslation(f"{what}: {why}", written)
    return written


def read(rule, settings, source):
    """Return what settings mean, whatever they are called, and what no rule of the course has, in words.

    The meaning is numbers by the course's names, and the places of ε.
    """
    form, kind = FORMS[rule][source], KINDS[rule]
    meant = {"start": 0.0, "weight_decay": 0.0, "momentum_decay": form.warmup, "place": form.eps}
    for name, (ours, default) in form.settings.items():
        value = settings.pop(name, default)
        if value is None and ours in ("momentum", "weight_decay"):
            value = 0.0  # in Keras and Optax, None switches it off
        if value is None:
            raise TypeError(f"settings must hold {name}: {WHOSE[source]} {form.name} has no default for it")
        if isinstance(ours, tuple):
            if not isinstance(value, (tuple, list)) or len(value) != len(ours):
                raise TypeError(f"{name} must be a pair of numbers, got {value!r}")
            meant |= {part: _number(kind, part, value[k], f"{name}[{k}]") for k, part in enumerate(ours)}
        else:
            meant[ours] = _number(kind, ours, value, name)
    decoupled = settings.pop("decoupled_weight_decay", False) if form.decay == EITHER else form.decay == DECOUPLED
    meant["decay"] = DECOUPLED if decoupled else L2
    if form.eps == EITHER:
        meant["place"] = INSIDE if settings.pop("eps_in_sqrt", True) else OUTSIDE
    meant["maximum_after"] = form.maximum_after
    return meant, _others(rule, form, settings, source, meant)


def _number(kind, ours, value, name):
    if callable(value):
        raise TypeError(f"{name} must be a number: the frameworks take schedules in ways that differ")
    limits = {"low": 0} if ours == "start" else limits_of(kind, ours)
    number = in_range(name, value, **limits)
    if number.ndim:
        raise TypeError(f"{name} must be a single number, got {value!r}")
    return float(number)


def _others(rule, form, settings, source, meant):
    """Return in words which other options are switched on; what changes nothing may be named.

    Raises
    ------
    ValueError
        If an option makes another rule of it, or is none that the framework has.
    """
    reasons, class_ = [], f"{WHOSE[source]} {form.name}"
    off = OPTIONS[source] | ({"decoupled_weight_decay": True} if (rule, source) == ("AdamW", "pytorch") else {})
    off |= {"nesterov": True} if (rule, source) == ("NAdam", "optax") else {}
    if rule == "Adam" and source != "optax":
        off.pop("nesterov", None)  # of the three, only Optax' adam has it
    has_momentum = rule == "GradientDescent" or any(ours == "momentum" for ours, _ in form.settings.values())
    for name, value in settings.items():
        if name == "nesterov" and has_momentum and not meant.get("momentum"):
            continue  # without momentum it changes nothing, and PyTorch refuses it; Optax' adam with it is NAdam
        if name in form.flags:
            if not _is(value, form.flags[name]):
                raise ValueError(f"{name} must be {form.flags[name]}, or {class_} is not {rule}, got {value!r}")
        elif name in off:
            if value is not None and not _is(value, off[name]):
                other = WITH_OPTION.get((rule, name))
                if other:
                    raise ValueError(f"{class_} with {name}={value!r} is {other}, not {rule}: ask for that rule")
                reasons.append(f"with {name}={value!r} it is no rule of course_lib")
        elif name not in IDLE[source]:
            raise ValueError(
                f"settings must be named as {class_} names them: {', '.join([*form.settings, *form.flags])}; "
                f"got {name}={value!r}"
            )
    return reasons


def _is(value, wanted):
    """Tell whether an option has a value; it may be anything, an array too."""
    return isinstance(value, (bool, int, float)) and isinstance(wanted, (bool, int, float)) and value == wanted


def write(rule, meant, target):
    """Return the target's settings, and the reasons why they do not make the same run, if any."""
    form, reasons, meant = FORMS[rule][target], [], dict(meant)
    flags = dict(form.flags)
    place_given, eps_given = meant["place"], meant.get("eps")
    place = _place_eps(form, meant, flags, reasons)
    _place_decay(form, meant, flags, reasons, target)
    _place_warmup(form, meant, reasons, target)
    has_start = any(ours == "start" for ours, _ in form.settings.values())
    if meant["start"] and not has_start:
        what = "start plus ε under the root is" if place_given == INSIDE and eps_given else "sum starts at"
        there = "the start is 0" if place_given == INSIDE and eps_given else "at 0"
        reasons.append(f"its {what} {meant['start']:g} in {{source}} and {there} in {{target}}")
    if meant["maximum_after"] != form.maximum_after and rule == "AMSGrad" and meant["beta2"]:
        reasons.append("one of them takes the maximum before the correction, the other after it")
    if flags.get("nesterov") and not meant["momentum"] and target == "pytorch":
        flags["nesterov"] = False  # PyTorch refuses it without momentum, where it changes nothing
    if form.eps == EITHER:
        flags["eps_in_sqrt"] = place == INSIDE
    written = {
        name: tuple(meant[part] for part in ours) if isinstance(ours, tuple) else meant[ours]
        for name, (ours, _) in form.settings.items()
    }
    return written | flags, reasons


def _place_eps(form, meant, flags, reasons):
    """Bring ε to where the target has it; return the place."""
    place, wanted = meant["place"], form.eps
    if wanted is None or place == wanted or meant["eps"] == 0:
        return place
    if wanted == EITHER:
        return place
    if place == INSIDE and wanted == OUTSIDE and "beta2" not in meant:  # AdaGrad: √(start + eps + Σg²)
        meant["start"], meant["eps"] = meant["start"] + meant["eps"], 0.0
    elif {place, wanted} == {OUTSIDE, BEFORE} and meant["beta2"] == 0:
        return wanted  # the correction √(1 − β₂ᵗ) is 1
    else:
        there = f"{place} in {{source}} and {wanted} in {{target}}"
        reasons.append(f"ε = {meant['eps']:g} stands {there}; with ε = 0 they are one")
    return wanted


def _place_decay(form, meant, flags, reasons, target):
    """Give the decay in the target's kind."""
    decay = meant["weight_decay"]
    if form.decay == EITHER:
        flags["decoupled_weight_decay"] = bool(decay) and meant["decay"] == DECOUPLED
    elif decay and form.decay is None:
        reasons.append(f"{{target}}'s {form.name} has no weight decay")
    elif decay and form.decay != meant["decay"]:
        momentum = meant.get("momentum", 0.0)
        if "eps" in meant:
            reasons.append(f"the decay is {meant['decay']} in {{source}} and {form.decay} in {{target}}")
        elif momentum:  # without momentum, both are w ← w − η (g + γ w)
            reasons.append(
                f"the decay is {meant['decay']} in {{source}} and {form.decay} in {{target}}: with momentum only the "
                "points of rest can agree"
            )
            meant["weight_decay"] = decay * (1 - momentum if form.decay == L2 else 1 / (1 - momentum))


def _place_warmup(form, meant, reasons, target):
    """NAdam's μ_t: the course and PyTorch have ψ as a setting, Keras fixes it, and Optax has no such warm-up."""
    given, fixed = meant["momentum_decay"], form.warmup
    if fixed is None or given is None or meant["beta1"] == 0 or given == fixed:
        return
    if fixed == NO_WARMUP and given >= WITHOUT_EFFECT:
        return
    said = {1.0: "ψ = 1", NO_WARMUP: "μ = β₁ from the start"}
    reasons.append(f"μ has {said.get(given, f'ψ = {given:g}')} in {{source}} and {said[fixed]} in {{target}}")
