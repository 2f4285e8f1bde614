"""Translate the settings of three rules between three frameworks, or say that there is no translation."""

import itertools

from course_lib.chapters.frameworks.shared import in_course_names, in_names_of
from course_lib.checks.calling import Raised
from course_lib.checks.exercises import Problem, function
from course_lib.optimizers.conventions import FORMS, WHOSE
from course_lib.optimizers.translating import translate_settings as library

NONE = {"translation": "none: it raises ValueError"}
SILENT = {"translation": "none: it raises ValueError, without a text that says why"}


def own(translate):
    """Raise if the answer is the library's function."""
    if translate.function is library:
        raise Problem("This is the library's `translate_settings`, to compare with. Write one of your own.")


def asked(rule, ours, source, target, why=False):
    """Return a play that asks for one translation, and tells what its numbers mean, and if asked to, whether it says
    why there is none.
    """
    settings = in_names_of(source, rule, {"weight_decay": 0.0, "start": 0.0} | ours)
    wanted = list(FORMS[rule][target].settings)

    def one_translation(translate):
        own(translate)
        try:
            result = translate(rule, settings, source, target)
        except Raised as raised:
            if "ValueError" not in raised.failure.kinds:
                raise
            return SILENT if why and not raised.failure.message else NONE
        if not isinstance(result, dict):
            kind = "None" if result is None else f"a {type(result).__name__}"
            what = f"the text {result!r}" if isinstance(result, str) else kind
            raise Problem(
                f"It returns {what}: a dict of settings is wanted, or a ValueError where there is no translation."
            )
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
    for source, target in (("pytorch", "keras"), ("keras", "optax")):
        yield asked("Adam", adam | {"eps": 1e-8}, source, target)
        yield asked("AdaGrad", {"lr": lr, "eps": 1e-8, "start": start}, "pytorch", target)
    yield asked("Adam", adam | {"eps": eps}, "optax", "keras", why=True)


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


def wrong(rule, settings, source, target, *, added=None, least=0.0, why="no", **parts):
    """The reference without the parts that are False; up to `least` an ε counts as none, and a refusal says `why`."""
    adagrad, outward, adam, decay, plain = (
        parts.get(part, True) for part in ("adagrad", "outward", "adam", "decay", "plain")
    )
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and source != "pytorch" and target == "pytorch" and adagrad:
        ours |= {"start": ours["start"] + ours["eps"], "eps": 0.0} if added is None else added(ours)
    if rule == "AdaGrad" and source == "pytorch" and target != "pytorch" and ours["eps"] > least and outward:
        raise ValueError(why)
    if rule == "Adam" and (source == "keras") != (target == "keras") and ours["eps"] > least and adam:
        raise ValueError(why)
    if source != target and ours["weight_decay"] and decay:
        if ours.get("momentum", True) or target == "optax" or not plain:
            raise ValueError(why)
    return in_names_of(target, rule, ours)


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
    "AdaGrad's ε goes out of PyTorch as it is, or as a part of the start. √G + ε = √(G + c) at every step: is there "
    "such a number c, when G grows?"
)
def adagrad_out_of_pytorch_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, outward=False)


def outward(rule, settings, source, target, start):
    """AdaGrad goes out of PyTorch with a start made of the old one and ε, and no ε."""
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and source == "pytorch" != target and ours["eps"] and not ours["weight_decay"]:
        return in_names_of(target, rule, ours | {"start": start(ours["start"], ours["eps"]), "eps": 0.0})
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad's ε goes out of PyTorch as ε², into the start. But (√G + ε)² is G + 2ε√G + ε²: is what is missing one "
    "number at all steps?"
)
def square_of_eps_outward(rule, settings, source, target):
    return outward(rule, settings, source, target, lambda start, eps: start + eps**2)


@translate_settings.mistake(
    "Out of PyTorch, AdaGrad's ε acts no longer: start and ε together are the old start. But √G + ε is not √G: is "
    "there a number under the root that does the same at every step?"
)
def eps_lost_outward(rule, settings, source, target):
    return outward(rule, settings, source, target, lambda start, eps: start)


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
    "The decay is scaled by 1 − β, and the wrong way round: the same γ pulls less in Keras, so it would have to be "
    "larger there. And do the runs then agree on the way, too?"
)
def decay_scaled_the_wrong_way(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "Momentum" and source != target and ours["weight_decay"] and ours["momentum"] and target != "optax":
        factor = 1 - ours["momentum"]
        decay = ours["weight_decay"] * (factor if target == "keras" else 1 / factor)
        return in_names_of(target, rule, ours | {"weight_decay": decay})
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Between PyTorch and Keras a decay goes over as it is, under momentum as well. One goes through the velocity, one "
    "past it: where do the runs come to rest?"
)
def decay_copied_under_momentum(rule, settings, source, target):
    return wrong(rule, settings, source, target, decay=rule != "Momentum" or target == "optax")


@translate_settings.mistake(
    "Under momentum a decay goes over as it is. PyTorch's goes through the velocity, Keras' past it, and Optax' `sgd` "
    "has none: where do the runs come to rest?"
)
def decay_of_momentum_copied(rule, settings, source, target):
    return wrong(rule, settings, source, target, decay=rule != "Momentum")


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
    "Under Adam and AdaGrad a decay goes over between PyTorch and Keras. PyTorch's is divided by the root, with the "
    "gradient, and Keras' is not: do the runs agree?"
)
def decay_over_a_root_copied(rule, settings, source, target):
    if target == "optax":
        return wrong(rule, settings, source, target)
    return decay_of_the_others_copied(rule, settings, source, target)


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
    adam_refused_without_eps(rule, settings, source, target)
    return adagrad_refused_without_eps(rule, settings, source, target)


@translate_settings.mistake(
    "Adam is refused between Keras and the others even where ε is 0. What is left of the difference then?"
)
def adam_refused_without_eps(rule, settings, source, target):
    if rule == "Adam" and (source == "keras") != (target == "keras"):
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad is refused out of PyTorch even where ε is 0. There only a start stands beside the sum: can the others "
    "begin with it?"
)
def adagrad_refused_without_eps(rule, settings, source, target):
    if rule == "AdaGrad" and source == "pytorch" != target:
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad is refused into PyTorch. Under the root ε stands beside the start of the sum: which start does the same "
    "without any ε?"
)
def adagrad_into_pytorch_refused(rule, settings, source, target):
    into = rule == "AdaGrad" and source != "pytorch" and target == "pytorch"
    if into and in_course_names(rule, settings, source)["eps"]:
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Everything is refused into Optax. It has no decay in these rules; what is in the way where there is none?"
)
def everything_into_optax_refused(rule, settings, source, target):
    if target == "optax" != source:
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "A small ε goes over as it is. On gradients near 1 it shows late; but the run must be the same on *all* gradients. "
    "What does ε = 1e-8 do beside gradients of 1e-9?"
)
def small_eps_let_through(rule, settings, source, target):
    return wrong(rule, settings, source, target, least=1e-7)


@translate_settings.mistake(
    "Adam's ε goes over as it is where it is small. On gradients near 1 it shows late; but the run must be the same on "
    "*all* gradients. What does ε = 1e-8 do beside gradients of 1e-9?"
)
def small_eps_of_adam_let_through(rule, settings, source, target):
    return wrong(rule, settings, source, target, least=1e-7 if rule == "Adam" else 0.0)


@translate_settings.mistake(
    "This refusal comes without a word. Whoever meets it wants to know what is in the way: give each ValueError a "
    "text."
)
def refused_without_a_word(rule, settings, source, target):
    return wrong(rule, settings, source, target, why="")


@translate_settings.mistake(
    "Adam is refused between PyTorch and Optax as well. Both have ε outside the root, after the correction: what is in "
    "the way?"
)
def every_adam_refused(rule, settings, source, target):
    if rule == "Adam" and source != target and in_course_names(rule, settings, source)["eps"]:
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad is refused between Keras and Optax as well. Both have ε inside the root, beside the start: what is in the "
    "way?"
)
def every_adagrad_refused(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and target != "pytorch" and source != target and ours["eps"]:
        raise ValueError("no")
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
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "A decay is refused even from a framework to itself, where nothing has to change."
)
def decay_refused_to_itself(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if source == target and ours["weight_decay"] and ours.get("momentum", True):
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad's ε is refused out of PyTorch even into PyTorch itself, where nothing has to change."
)
def adagrad_refused_to_itself(rule, settings, source, target):
    if rule == "AdaGrad" and source == target == "pytorch" and in_course_names(rule, settings, source)["eps"]:
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "From PyTorch to PyTorch, AdaGrad's ε goes into the start. There it stands outside the root before and after."
)
def adagrad_moved_to_itself(rule, settings, source, target):
    ours = in_course_names(rule, settings, source)
    if rule == "AdaGrad" and source == target == "pytorch":
        return in_names_of(target, rule, ours | {"start": ours["start"] + ours["eps"], "eps": 0.0})
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


@translate_settings.mistake(
    "Where this goes wrong, only the names are translated, and numbers go over as they are. Where does each "
    "program put ε, and what does `weight_decay` do in each?"
)
def names_only(rule, settings, source, target):
    return in_names_of(target, rule, in_course_names(rule, settings, source))


@translate_settings.mistake(
    "AdaGrad's ε is refused from one program to any other. Two of them have it at the same place; and into PyTorch, "
    "which start of the sum does what ε does under the root?"
)
def every_eps_of_adagrad_refused(rule, settings, source, target):
    if rule == "AdaGrad":
        return every_eps_refused(rule, settings, source, target)
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "Every ε is refused from one program to another. Two of them may have it at the same place; and one place can be "
    "had from another: which start of AdaGrad's sum does what ε does under the root?"
)
def every_eps_refused(rule, settings, source, target):
    if source != target and in_course_names(rule, settings, source).get("eps"):
        raise ValueError("no")
    return wrong(rule, settings, source, target)


@translate_settings.mistake(
    "AdaGrad into PyTorch is right. Three things are left: AdaGrad's ε out of PyTorch, Adam's ε, and the decay."
)
def only_adagrads_start_done(rule, settings, source, target):
    return wrong(rule, settings, source, target, outward=False, adam=False, decay=False)


@translate_settings.mistake(
    "Two things are left: AdaGrad's ε out of PyTorch, and the decay. Can another number do what they do, there?"
)
def outward_and_decay_left(rule, settings, source, target):
    return wrong(rule, settings, source, target, outward=False, decay=False)


@translate_settings.mistake(
    "Two things are left: Adam's ε between Keras and the others, and the decay. Can another number do what they do?"
)
def adam_and_decay_left(rule, settings, source, target):
    return wrong(rule, settings, source, target, adam=False, decay=False)


@translate_settings.mistake(
    "Two things are left: AdaGrad's ε out of PyTorch, and Adam's between Keras and the others. Is there a number that "
    "does the same at every step?"
)
def both_eps_left(rule, settings, source, target):
    return wrong(rule, settings, source, target, outward=False, adam=False)


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
def with_an_error_of_its_own(rule, settings, source, target):
    class NoTranslation(ValueError):
        pass

    try:
        return by_cases(rule, settings, source, target)
    except ValueError as reason:
        raise NoTranslation(f"there is none: {reason}") from None


@translate_settings.right
def as_numbers_of_numpy(rule, settings, source, target):
    import numpy as np

    found = by_cases(rule, settings, source, target)
    return {name: np.float64(value) if isinstance(value, float) else value for name, value in found.items()}
