"""Translate the settings of three rules between three frameworks, or say that there is no translation."""

import itertools

from course_lib.chapters.frameworks.shared import in_course_names, in_names_of
from course_lib.checks.calling import Raised
from course_lib.checks.exercises import Problem, function
from course_lib.optimizers.conventions import FORMS, WHOSE

NONE = {"translation": "none: it raises ValueError"}


def asked(rule, ours, source, target):
    """Return a play that asks for one translation, and tells what its numbers mean."""
    settings = in_names_of(source, rule, {"weight_decay": 0.0, "start": 0.0} | ours)
    wanted = list(FORMS[rule][target].settings)

    def one_translation(translate):
        try:
            result = translate(rule, settings, source, target)
        except Raised as raised:
            if raised.failure.kind in ("ValueError", "NoTranslation"):
                return NONE
            raise
        if not isinstance(result, dict):
            raise Problem("It should return a dict of settings, or raise ValueError where there is no translation.")
        if not set(wanted) <= set(result):
            raise Problem(f"For {WHOSE[target]} {rule} it should hold {', '.join(wanted)}; it holds {list(result)}.")
        found = in_course_names(rule, result, target)
        if rule == "AdaGrad" and target != "pytorch":  # both stand under the root: only their sum acts
            found["start and ε, under the root"] = found.pop("start") + found.pop("eps")
        return found

    one_translation.__doc__ = f"{rule} with {settings}, from {source!r} to {target!r}"
    return one_translation


def translations(rng):
    """Yield each rule between each two frameworks, with and without what is in the way."""
    lr, beta, beta2, eps, start, decay = rng.uniform(0.1, 0.9, size=6).round(3).tolist()
    momentum = {"lr": lr, "momentum": beta}
    adam = {"lr": lr, "beta1": beta, "beta2": beta2}
    yield asked("Momentum", momentum, "pytorch", "keras")
    yield asked("AdaGrad", {"lr": lr, "eps": eps, "start": start}, "keras", "pytorch")
    yield asked("Adam", adam | {"eps": eps}, "pytorch", "keras")
    for source, target in itertools.permutations(("pytorch", "keras", "optax"), 2):
        yield asked("AdaGrad", {"lr": lr, "eps": eps, "start": start}, source, target)
        yield asked("AdaGrad", {"lr": lr, "eps": 0.0, "start": start}, source, target)
        yield asked("Adam", adam | {"eps": eps}, source, target)
        yield asked("Adam", adam | {"eps": 0.0}, source, target)
        yield asked("Momentum", momentum | {"weight_decay": 0.0}, source, target)
        if source != "optax":
            yield asked("Momentum", momentum | {"weight_decay": decay}, source, target)
            yield asked("Momentum", momentum | {"momentum": 0.0, "weight_decay": decay}, source, target)
        if (source, target) in (("pytorch", "keras"), ("pytorch", "optax"), ("keras", "optax")):
            yield asked("Adam", adam | {"eps": 0.0, "weight_decay": decay}, source, target)
        if source != "optax":  # (Adam in PyTorch has a flag for a decoupled decay, so nothing is asked of Keras' there)
            yield asked("AdaGrad", {"lr": lr, "eps": 0.0, "start": start, "weight_decay": decay}, source, target)
        if source == "keras":
            yield asked("Momentum", momentum | {"weight_decay": None}, source, target)
            yield asked("AdaGrad", {"lr": lr, "eps": eps, "start": start, "weight_decay": None}, source, target)
    yield asked("Adam", adam | {"eps": eps, "weight_decay": decay}, "keras", "keras")
    yield asked("Momentum", momentum | {"weight_decay": decay}, "pytorch", "pytorch")
    yield asked("AdaGrad", {"lr": lr, "eps": eps, "start": start}, "pytorch", "pytorch")


@function(
    inputs=translations,
    returns="the settings",
    praise="Every translation makes the same run, and where there is none you say so: ε before the correction, ε "
    "outside AdaGrad's root, a decay under momentum or over a root.",
)
def translate_settings(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and source != "pytorch" and target == "pytorch":
        ours = ours | {"start": ours["start"] + ours["eps"], "eps": 0.0}
    if rule == "AdaGrad" and source == "pytorch" and target != "pytorch" and ours["eps"]:
        raise ValueError("ε outside the root has no place inside it")
    if rule == "Adam" and (source == "keras") != (target == "keras") and ours["eps"]:
        raise ValueError("ε before the correction is another number at each step")
    if source != target and ours["weight_decay"]:
        if rule != "Momentum" or ours["momentum"] or target == "optax":
            raise ValueError("an L2 decay, a decoupled one, and none are three things")
    return in_names_of(target, rule, ours)


for sentence in (
    "ε outside the root has no place inside it",
    "ε before the correction is another number at each step",
    "an L2 decay, a decoupled one, and none are three things",
):
    translate_settings.equivalent(
        f"'{sentence}' → '{sentence}?' in `raise ValueError('{sentence}')`", "any sentence will do"
    )


def wrong(rule, settings, source, target, adagrad=True, outward=True, adam=True, decay=True, plain=True, added=None):
    """The reference with parts that can be left out."""
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and source != "pytorch" and target == "pytorch" and adagrad:
        ours |= {"start": ours["start"] + ours["eps"], "eps": 0.0} if added is None else added(ours)
    if rule == "AdaGrad" and source == "pytorch" and target != "pytorch" and ours["eps"] and outward:
        raise ValueError
    if rule == "Adam" and (source == "keras") != (target == "keras") and ours["eps"] and adam:
        raise ValueError
    if source != target and ours["weight_decay"] and decay:
        if ours.get("momentum", True) or target == "optax" or not plain:
            raise ValueError
    return in_names_of(target, rule, ours)


@translate_settings.mistake(
    "Where this goes wrong, only the names are translated, and numbers go over as they are. Where does each "
    "program put ε, and what does `weight_decay` do in each?"
)
def names_only(rule, settings, source, target):
    return in_names_of(target, rule, in_course_names(rule, settings, source))


@translate_settings.mistake(
    "The settings come back under the names that they came with. What does `target` call the learning rate?"
)
def nothing_translated(rule, settings, source, target):
    return settings


@translate_settings.mistake(
    "AdaGrad's ε goes over to PyTorch as it is. Under the root it stands beside the start of the sum: which start does "
    "the same without any ε?"
)
def eps_of_adagrad_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, adagrad=False)


@translate_settings.mistake(
    "For AdaGrad into PyTorch, ε goes into the start, and stays outside the root as well. It should count once."
)
def eps_counted_twice(rule, settings, source, target):
    return wrong(rule, settings, source, target, added=lambda ours: {"start": ours["start"] + ours["eps"]})


@translate_settings.mistake(
    "For AdaGrad into PyTorch, the root of ε goes into the start. But there ε stands beside the *sum of squares*: what "
    "is added to what?"
)
def root_of_eps_added(rule, settings, source, target):
    return wrong(
        rule, settings, source, target, added=lambda ours: {"start": ours["start"] + ours["eps"] ** 0.5, "eps": 0.0}
    )


@translate_settings.mistake(
    "For AdaGrad into PyTorch, ε takes the place of the start. Both stand under the root: how do they act together?"
)
def eps_for_the_start(rule, settings, source, target):
    return wrong(rule, settings, source, target, added=lambda ours: {"start": ours["eps"], "eps": 0.0})


@translate_settings.mistake(
    "For AdaGrad into PyTorch, ε is set to 0, and the start stays. Then ε is lost: where can it go?"
)
def eps_dropped(rule, settings, source, target):
    return wrong(rule, settings, source, target, added=lambda ours: {"eps": 0.0})


@translate_settings.mistake(
    "AdaGrad's ε goes out of PyTorch as if it stood inside the root. √G + ε = √(G + c) at every step: is there such a "
    "number c, when G grows?"
)
def adagrad_out_of_pytorch_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, outward=False)


@translate_settings.mistake(
    "Adam's ε goes between Keras and the others as it is. In Keras it counts as ε/√(1 − β₂ᵗ): which number is that in "
    "step 1, and which in step 1000?"
)
def eps_of_adam_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, adam=False)


@translate_settings.mistake(
    "Adam's ε is corrected for step 1 alone. In which steps would the run be the same?"
)
def eps_of_the_first_step(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "Adam" and (source == "keras") != (target == "keras"):
        factor = (1 - ours["beta2"]) ** 0.5
        wrong(rule, settings, source, target, adam=False)
        return in_names_of(target, rule, ours | {"eps": ours["eps"] * (factor if target == "keras" else 1 / factor)})
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "A decay goes over as it is. PyTorch's goes through the velocity, Keras' past it, and Optax' `sgd` has none: where "
    "do the runs come to rest?"
)
def decay_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, decay=False)


@translate_settings.mistake(
    "The decay is scaled by 1 − β. That makes the points of rest agree; do the runs agree on the way there?"
)
def decay_scaled(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "Momentum" and source != target and ours["weight_decay"] and ours["momentum"] and target != "optax":
        factor = 1 - ours["momentum"]
        decay = ours["weight_decay"] * (factor if target == "pytorch" else 1 / factor)
        return in_names_of(target, rule, ours | {"weight_decay": decay})
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Under momentum a decay is refused, and under Adam or AdaGrad it goes over as it is. There PyTorch's is divided by "
    "the root, with the gradient, and Keras' is not: do the runs agree?"
)
def decay_of_the_others_copied(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule != "Momentum" and ours["weight_decay"]:
        wrong(rule, settings | dict.fromkeys({"weight_decay"} & set(settings), 0.0), source, target)
        moved = {"start": ours["start"] + ours["eps"], "eps": 0.0} if rule == "AdaGrad" and target == "pytorch" else {}
        return in_names_of(target, rule, ours | (moved if source != target else {}))
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Under Adam or AdaGrad a decay goes over to Optax, and is lost there: `adam` and `adagrad` have no such setting."
)
def decay_of_the_others_lost_in_optax(rule, settings, source, target):
    if rule != "Momentum" and target == "optax":
        return wrong(rule, settings | dict.fromkeys({"weight_decay"} & set(settings), 0.0), source, target)
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "A decay is set to 0 on the way to Optax, also under momentum. That is another run: what should happen?"
)
def decay_set_to_zero(rule, settings, source, target):
    if target == "optax":
        settings = settings | dict.fromkeys({"weight_decay"} & set(settings), 0.0)
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Adam's ε is refused out of Keras, and goes into Keras as it is. What stands before the correction on one side "
    "stands after it on the other: does the direction matter?"
)
def adam_refused_out_of_keras_only(rule, settings, source, target):
    return wrong(rule, settings, source, target, adam=source == "keras")


@translate_settings.mistake(
    "Adam's ε is refused into Keras, and comes out of Keras as it is. What stands before the correction on one side "
    "stands after it on the other: does the direction matter?"
)
def adam_refused_into_keras_only(rule, settings, source, target):
    return wrong(rule, settings, source, target, adam=target == "keras")


@translate_settings.mistake(
    "For AdaGrad into PyTorch, the square of ε goes into the start. But there ε stands *under* the root already: what "
    "is added to what?"
)
def square_of_eps_added(rule, settings, source, target):
    return wrong(
        rule, settings, source, target, added=lambda ours: {"start": ours["start"] + ours["eps"] ** 2, "eps": 0.0}
    )


@translate_settings.mistake(
    "A decay is refused even where β is 0. Write both steps without momentum: do they differ?"
)
def plain_decay_refused(rule, settings, source, target):
    return wrong(rule, settings, source, target, plain=False)


@translate_settings.mistake(
    "With ε = 0 every Adam is the same, and every AdaGrad can be translated. Here ε is in the way even where it is 0."
)
def refused_without_eps(rule, settings, source, target):
    if rule == "Adam" and (source == "keras") != (target == "keras"):
        raise ValueError
    if rule == "AdaGrad" and source == "pytorch" != target:
        raise ValueError
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Adam is refused between PyTorch and Optax as well. Both have ε outside the root, after the correction: what is in "
    "the way?"
)
def every_adam_refused(rule, settings, source, target):
    if rule == "Adam" and source != target and in_course_names(rule, settings, source)["eps"]:
        raise ValueError
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad is refused between Keras and Optax as well. Both have ε inside the root, beside the start: what is in the "
    "way?"
)
def every_adagrad_refused(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and target != "pytorch" and source != target and ours["eps"]:
        raise ValueError
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Without momentum a decay goes over to Optax, and is lost there: its `sgd` has no such setting. What should happen?"
)
def decay_lost_in_optax(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "Momentum" and not ours["momentum"]:
        return in_names_of(target, rule, ours)
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "It refuses even from a framework to itself, where nothing has to change."
)
def refused_to_itself(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if source == target and (ours.get("eps") or ours["weight_decay"]):
        raise ValueError
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "It returns None where there is no translation. Whoever uses it then runs with nothing: raise a ValueError that "
    "says why."
)
def none_in_place_of_an_error(rule, settings, source, target):
    try:
        return wrong(rule, settings, source, target)
    except ValueError:
        return None


@translate_settings.right
def by_the_library(rule, settings, source, target):
    from course_lib.optimizers.translating import translate_settings as library

    return library(rule, settings, source, target)


@translate_settings.right
def by_cases(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    same = source == target
    if rule != "Momentum" and not same and ours["weight_decay"]:
        raise ValueError("decay")
    if rule == "Momentum":
        if not same and ours["weight_decay"] != 0 and (ours["momentum"] != 0 or target == "optax"):
            raise ValueError("decay")
    elif rule == "Adam":
        if ours["eps"] != 0 and not same and "keras" in (source, target):
            raise ValueError("eps")
    elif not same:
        if source == "pytorch" and ours["eps"] > 0:
            raise ValueError("eps")
        ours["start"], ours["eps"] = ours["start"] + ours["eps"], 0.0
    return in_names_of(target, rule, ours)


@translate_settings.right
def with_match(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    match rule, source, target:
        case _, a, b if a == b:
            return dict(settings)
        case "AdaGrad" | "Adam", _, _ if ours["weight_decay"]:
            raise ValueError("L2, decoupled, none")
        case "AdaGrad", "pytorch", _ if ours["eps"]:
            raise ValueError("outside")
        case "AdaGrad", _, "pytorch":
            ours = {**ours, "start": ours["start"] + ours["eps"], "eps": 0}
        case "Adam", "keras", _ if ours["eps"]:
            raise ValueError("before")
        case "Adam", _, "keras" if ours["eps"]:
            raise ValueError("before")
        case "Momentum", _, "optax" if ours["weight_decay"]:
            raise ValueError("none")
        case "Momentum", _, _ if ours["weight_decay"] * ours["momentum"]:
            raise ValueError("through the velocity")
    return in_names_of(target, rule, ours)


@translate_settings.right
def reasons_first(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    inside = {"pytorch": False, "keras": True, "optax": True}
    before = {"pytorch": False, "keras": True, "optax": False}
    eps = ours.get("eps", 0)
    bad = rule == "AdaGrad" and eps and inside[target] and not inside[source]
    bad = bad or (rule == "Adam" and eps and before[source] is not before[target])
    kinds = {"pytorch": "L2", "keras": "decoupled", "optax": "none"}
    if ours["weight_decay"] and kinds[source] != kinds[target]:
        bad = bad or kinds[target] == "none" or ours.get("momentum", 1) > 0
    if bad:
        raise ValueError("no translation")
    if rule == "AdaGrad" and inside[source] and not inside[target]:
        ours["start"] += ours.pop("eps")
        ours["eps"] = 0.0
    return in_names_of(target, rule, ours)


@translate_settings.right
def as_numbers_of_numpy(rule, settings, source, target):
    import numpy as np

    found = by_the_library(rule, settings, source, target)
    return {name: np.float64(value) if isinstance(value, float) else value for name, value in found.items()}
