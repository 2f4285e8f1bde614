"""One setting in four conventions: where the paths part."""

import functools

import numpy as np

from course_lib import plots
from course_lib.chapters.frameworks.shared import CURVATURES, MOST_DIGITS, START
from course_lib.chapters.frameworks.shared.imitations import run
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider, Toggle
from course_lib.optimizers.conventions import BEFORE, DECOUPLED, FORMS, FRAMEWORKS, L2, SPOKEN
from course_lib.words import short

STEPS, DROP = 100, 50
RULES = ("Momentum", "AdaGrad", "RMSProp", "Adam", "AMSGrad", "NAdam")
FIXED = {"beta1": 0.9, "rho": 0.9, "momentum_decay": 0.004}
COLORS = dict(zip(FRAMEWORKS, (look["color"] for look in plots.CYCLE), strict=False))
WIDTHS = {"course_lib": 6.0, "pytorch": 3.6, "keras": 2.2, "optax": 1.4}


def meant(framework, rule, lr, beta, eps, decay):
    """Return what one setting means in a framework: the numbers are the same, and only the conventions differ."""
    form = FORMS[rule][framework]
    starts = any(part == "start" for part, _ in form.settings.values())
    kind = L2 if framework == "pytorch" else DECOUPLED
    return FIXED | {
        "lr": lr,
        "momentum": beta,
        "beta2": beta,
        "eps": eps,
        "place": "inside the root" if form.eps == "either" else form.eps,
        "start": form_default(form, "start") if starts else 0.0,
        "weight_decay": 0.0 if form.decay is None else decay,
        "decay": kind,
        "maximum_after": form.maximum_after,
        "momentum_decay": FIXED["momentum_decay"] if form.warmup is None else form.warmup,
        "rate inside": framework == "keras" and rule == "Momentum",
    }


def form_default(form, part):
    """Return the default of a setting by the course's name."""
    return next(default for ours, default in form.settings.values() if ours == part)


@functools.lru_cache(maxsize=256)
def paths(rule, lr, beta, eps, decay, drops, curvature):
    """Return the four runs, shape (4, steps + 1, 2)."""
    curvatures = curvature * np.array(CURVATURES)
    rates = np.where(np.arange(STEPS) < DROP, lr, lr / 10) if drops else np.full(STEPS, lr)

    def gradient(w, t):
        return curvatures * (w - 1)

    return np.array(
        [run(rule, meant(name, rule, lr, beta, eps, decay), START, gradient, STEPS, rates) for name in FRAMEWORKS]
    )


def digits_of_steps(run, other):
    """Return for each step how many digits agree up to it, at most 16: of the largest entry up to it."""
    with np.errstate(all="ignore"):
        distance, size = np.abs(run - other).max(axis=1), np.abs(other).max(axis=1)
        apart = np.maximum.accumulate(distance) / np.maximum.accumulate(size)
        found = np.where(apart > 0, -np.log10(apart), MOST_DIGITS)
    return np.clip(np.nan_to_num(found, nan=0.0), 0, MOST_DIGITS)


class ConventionsExplorer(Explorer):
    """The same numbers given to four programs, on a bowl of two curvatures with its minimum at (1, 1).

    On the left the flat coordinate step by step, on the right how many digits of the run so far agree with
    course_lib's. All four are NumPy here, written as the frameworks write them, in 64 bits; what a framework has no
    setting for keeps its default, and Optax has no decay in these rules.

    Parameters
    ----------
    **settings
        First values of the controls: `rule`, `lr`, `beta` (β, or β₂), `eps`, `decay` (γ), `curvature` (a factor of
        both), `drops` (whether the rate falls to a tenth at step 50).

    Examples
    --------
    >>> from course_lib.chapters.frameworks.explorer import ConventionsExplorer
    >>> explorer = ConventionsExplorer(rule="Adam", eps=0.1)
    >>> explorer.answer
    'eps = 0.1'
    """

    title = "One setting in four conventions"
    recorded = ("eps", "rule")
    answers = ("eps",)
    controls = (
        Choice(name="rule", label="rule", value="Adam", options=RULES),
        Slider(name="lr", label="learning rate η", low=1e-3, high=1, value=0.1, log=True),
        Slider(name="beta", label="β of momentum, β₂ of the others", low=0, high=0.999, value=0.9, step=0.001),
        Slider(name="eps", label="ε", low=1e-10, high=1, value=1e-8, log=True),
        Slider(name="decay", label="weight decay γ", low=0, high=1, value=0.0, step=0.01),
        Slider(name="curvature", label="gradients, times", low=1e-4, high=10, value=1.0, log=True),
        Toggle(name="drops", label="η falls to a tenth at step 50", value=False),
    )

    def background(self, figure):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.15, 1)).subplots()
        left.axhline(1, color=plots.MUTED, linewidth=1)
        left.set(xlim=(0, STEPS), ylim=(-3, 5), xlabel="step", title="the flat coordinate")
        right.set(xlim=(0, STEPS), ylim=(-0.5, MOST_DIGITS + 0.5), xlabel="step")
        right.set_title("digits that agree with course_lib")
        for name in FRAMEWORKS:
            left.plot([], [], "-", color=COLORS[name], linewidth=WIDTHS[name], label=SPOKEN[name])
        left.legend(loc="upper right", ncols=2)
        return left, right

    def compute(self, v):
        return paths(v.rule, v.lr, v.beta, v.eps, v.decay, v.drops, v.curvature)

    def draw(self, pen, axes, v, runs):
        left, right = axes
        steps = np.arange(STEPS + 1)
        for name, path in zip(FRAMEWORKS, runs):
            pen.curve(left, steps, path[:, 0], color=COLORS[name], width=WIDTHS[name])
        for name, path in list(zip(FRAMEWORKS, runs))[1:]:
            pen.curve(right, steps, digits_of_steps(path, runs[0]), color=COLORS[name], width=WIDTHS[name])

    def sentence(self, v, runs):
        if not np.isfinite(runs).all():
            return f"{given(v)}: a run leaves all bounds, or divides 0 by 0."
        said = [f"{SPOKEN[name]} {agreed(path, runs[0])}" for name, path in list(zip(FRAMEWORKS, runs))[1:]]
        without = " Optax runs without the decay." if v.decay else ""
        reason = ""
        if v.rule in ("Adam", "AMSGrad") and FORMS[v.rule]["keras"].eps == BEFORE:
            first, last = (v.eps / np.sqrt(1 - v.beta**t) for t in (1, STEPS))
            reason = f" Keras' ε counts as {short(first)} in step 1 and as {short(last)} in step {STEPS}."
        if v.rule == "NAdam":
            reason = " Its μ rises slowly in course_lib and PyTorch, fast in Keras, and in Optax not at all."
        grown = np.abs(runs[:, -1]).max(axis=-1) > 1000 * np.abs(START).max()
        reason += " The runs diverge." if grown.all() else " Some of the runs diverge." if grown.any() else ""
        return f"{given(v)}: digits that agree with course_lib: {', '.join(said)}.{reason}{without}"


def given(v):
    """Return the setting in words: only what is not as plain as it can be."""
    said = [f"{v.rule} with η = {short(v.lr)}" + (f", {short(v.lr / 10)} from step {DROP} on" if v.drops else "")]
    if v.rule != "AdaGrad":
        said.append(f"{'β' if v.rule == 'Momentum' else 'β₂'} = {v.beta:g}")
    if v.rule != "Momentum":
        said.append(f"ε = {short(v.eps)}")
    said += [f"γ = {v.decay:g}"] * bool(v.decay) + [f"gradients × {short(v.curvature)}"] * (v.curvature != 1)
    return ", ".join(said)


def agreed(run, other):
    """Return the digits that agree over a whole run, as a sentence says them: never more than there are."""
    found = digits_of_steps(run, other)[-1]
    return "all" if found >= 14 else f"{np.floor(10 * found) / 10:.1f}"


