"""A step that is chosen at each point: by a fixed rate, by trying, or by the local bowl."""

from types import SimpleNamespace

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider
from course_lib.explore.losses import MOST_STEPS, loss_axes
from course_lib.explore.surfaces import BOWL, box_around, surface_controls, surface_named
from course_lib.theory.local_models import backtrack, curvature_at, newton_step
from course_lib.words import short

FIXED, TRYING, NEWTON = "fixed rate", "backtracking", "Newton"
COLORS = {FIXED: plots.COLORS["GradientDescent"], TRYING: plots.COLORS["Momentum"], NEWTON: plots.COLORS["Adam"]}
MODEL = "#a86a00"


class LocalModelExplorer(Explorer):
    """A run on a surface, the model that its next step trusts, and what the loss makes of that step.

    The model of a fixed rate, and of a rate found by trying, is a round bowl of curvature 1/η; that of
    Newton's step is the bowl, or the saddle, of the second derivatives. The curve drawn on the surface
    connects the points at which the model is as high as here; the step goes to its center.

    Parameters
    ----------
    **settings
        First values of the controls: `surface`, `kappa`, `rule`, `lr`, `slope`, `steps`, `start`.

    Examples
    --------
    >>> from course_lib.chapters.beyond_the_bowl.explorer import LocalModelExplorer
    >>> explorer = LocalModelExplorer(surface="bowl", kappa=10, rule="Newton", steps=1)
    >>> print(explorer.result.w[-1].round(6) + 0.0)
    [0. 0.]
    """

    title = "The local model of a step"
    recorded = ("lr", "steps")
    controls = (
        *surface_controls(),
        Choice(name="rule", label="rule", value=TRYING, options=(FIXED, TRYING, NEWTON)),
        Slider(name="lr", label="rate η, or first trial", low=1e-4, high=10, value=0.1, log=True,
               only={"rule": (FIXED, TRYING)}),
        Slider(name="slope", label="share α of the promise", low=0.01, high=0.99, value=0.5, step=0.01,
               only={"rule": (TRYING,)}),
        Slider(name="steps", label="steps", low=0, high=MOST_STEPS, value=20, whole=True, play=True),
        Point(name="start", label="start", value=(-1.5, 2.0)),
    )  # fmt: skip

    def view(self, v):
        kappa = v.kappa if v.surface == BOWL else 0
        return v.surface, kappa, box_around(surface_named(v.surface, kappa), v.start)

    def background(self, figure, name, kappa, box):
        objective = surface_named(name, kappa)
        left, along, loss = figure.add_gridspec(1, 3, width_ratios=(1.1, 1.1, 1.0)).subplots()
        plots.surface(left, objective, box=box)
        along.set(xlim=(0, 2.2), ylim=(-1.6, 0.8), title="along the next step", xlabel="share of the step")
        along.set_ylabel("change of the loss,\nin promises of the slope")
        for words, color, line in [("slope", "0.6", "-"), ("model", MODEL, "--"), ("loss", plots.INK, "-")]:
            along.plot([], [], color=color, linestyle=line, label=words)
        style = dict(ncols=3, handlelength=1.4, columnspacing=1, loc="upper center", bbox_to_anchor=(0.5, -0.2))
        along.legend(**style)  # below the axes, where no curve comes
        loss_axes(loss, objective, box)
        return left, along, loss

    def compute(self, v):
        objective = surface_named(v.surface, v.kappa)
        w, last, path, tried = np.array(v.start), v.lr / 2, [np.array(v.start)], []
        with np.errstate(all="ignore"):
            for _ in range(v.steps):
                step = next_step(objective, w, v.rule, 2 * last if v.rule == TRYING else v.lr, v.slope)
                w, last = step.end, step.rate
                path.append(w)
                tried.append(step.trials)
            path = np.array(path)
            step = next_step(objective, w, v.rule, 2 * last if v.rule == TRYING else v.lr, v.slope)
            loss = objective.value(path) - objective.minimum_value
        return SimpleNamespace(objective=objective, w=path, loss=loss, trials=int(sum(tried)), next=step)

    def draw(self, pen, axes, v, run):
        left, along, loss = axes
        color, step = COLORS[v.rule], run.next
        seen = plots.until_out_of_sight(left, run.w)
        if np.isfinite(step.drop):
            self._draw_model(pen, left, step)
        pen.line(left, seen[:, 0], seen[:, 1], color=color)
        pen.dots(left, seen[:, 0], seen[:, 1], color=color)
        pen.handle(left, "start", v.start, color=color, label=f"start, at {v.start[0]:g}, {v.start[1]:g}")
        if np.isfinite(step.drop) and step.promise:
            self._draw_along(pen, along, v, run)
        else:
            pen.text(along, 1.1, -0.3, "no step from here" if np.isfinite(step.drop) else "the run has left")
        pen.curve(loss, np.arange(len(run.loss)), run.loss, color=color)

    def _draw_model(self, pen, ax, step):
        for line in level_lines(step, np.diff([*ax.get_xlim()])[0]):
            pen.line(ax, line[:, 0], line[:, 1], color=MODEL, style="--", width=1.6)
        pen.line(ax, *np.transpose([step.start, step.end]), color=MODEL, width=1.4)
        pen.dots(ax, *step.end, color=MODEL, size=7)

    def _draw_along(self, pen, ax, v, run):
        step = run.next
        x = np.linspace(0, 2.2, 111)
        unit = abs(step.promise)
        sign = -1 if step.promise < 0 else 1
        with np.errstate(all="ignore"):
            heights = run.objective.value(step.start + x[:, None] * (step.end - step.start))
        pen.line(ax, x, sign * x, color="#999999", width=1.2)
        if v.rule == TRYING:
            pen.line(ax, x, -v.slope * x, color=COLORS[TRYING], style=":", width=1.6)
            pen.text(ax, 2.18, 0.12 - 1.5 * v.slope, f"share α = {short(v.slope)}", color=COLORS[TRYING],
                     align="right", size=9)  # fmt: skip
        pen.line(ax, x, sign * (x - x**2 / 2), color=MODEL, style="--")
        pen.curve(ax, x, (heights - run.objective.value(step.start)) / unit, color=plots.INK)
        pen.dots(ax, 1, -step.drop / unit, color=COLORS[v.rule], size=9)
        if step.trials > 1:
            with np.errstate(all="ignore"):
                here, refused = run.objective.value(np.stack([step.start, 2 * step.end - step.start]))
            pen.dots(ax, 2, min((refused - here) / unit, 10), color="#999999", size=9)

    def sentence(self, v, run):
        name = run.objective.name
        where = f"{v.rule[0].upper()}{v.rule[1:]} on {name if chr(39) in name else 'the ' + name}"
        trials = f" and {run.trials} trials" if v.rule == TRYING else ""
        if not np.isfinite(run.loss[-1]):
            left = int(np.argmax(~np.isfinite(run.loss)))
            return f"{where}: it diverges, and at step {left} it has left the finite numbers."
        steps = f"{v.steps} step{'s' * (v.steps != 1)}"
        height = f"{short(run.loss[-1])} above the minimum, at the start {short(run.loss[0])}"
        return f"{where}: after {steps}{trials} the loss is {height}. {self._about_next(v, run.next)}"

    def _about_next(self, v, step):
        if not step.promise:
            return "The gradient is 0 here, and the next step goes nowhere."
        if not np.isfinite(step.drop):
            return "The next step leaves the finite numbers."
        if v.rule == NEWTON:
            curvatures = np.linalg.eigvalsh(step.hessian)
            here = f"The curvatures here are {short(curvatures[0])} and {short(curvatures[1])}"
            if curvatures[0] <= 0:
                kind = "maximum" if curvatures[1] < 0 else "saddle"
                here += f": the next step goes to the {kind} of the local model"
        else:
            rate = f"of rate {short(step.rate)}" + (f", found by {step.trials} trials" if step.trials > 1 else "")
            here = f"The next step, {rate}"
        share = step.drop / abs(step.promise)
        if share < 0:
            result = "the next step raises the loss" if v.rule == NEWTON else "raises the loss"
        else:
            gained = f"{short(100 * share)} % of what the slope promises"
            result = f"the next step gains {gained}" if v.rule == NEWTON else f"gains {gained}"
        if v.rule != NEWTON:
            return f"{here}, {result}; its model expects 50 %."
        return f"{here}. There {result}." if curvatures[0] <= 0 else f"{here}; {result}, its model expects 50 %."


def next_step(objective, w, rule, rate, slope):
    """Return what a rule does at the point `w`: where it ends, at which rate, and what the slope promises."""
    grad = objective.grad(w)
    finite = np.isfinite(w).all() and np.isfinite(grad).all()
    hessian, trials = np.eye(2) / rate, 1
    if not finite:
        end = np.full(2, np.nan)
    elif rule == FIXED:
        end = w - rate * grad
    elif rule == TRYING:
        end, rate, trials = backtrack(objective.value, w, grad, -grad, lr=rate, slope=slope)
        hessian = np.eye(2) / rate
    else:
        hessian = curvature_at(objective, w)
        flat = np.abs(np.linalg.eigvalsh(hessian)).min() == 0
        end = np.full(2, np.nan) if flat else w + newton_step(grad, hessian)
    drop = objective.value(w) - objective.value(end)
    promise = float(grad @ (end - w)) if finite else np.nan
    return SimpleNamespace(start=w, end=end, rate=rate, trials=trials, promise=promise, drop=drop, hessian=hessian)


def level_lines(step, reach):
    """Return the curve on which a step's local model is as high as at its start: an ellipse, or two hyperbolas.

    The model's center is where the step ends, and (x − center)ᵀ H (x − center) is the same as at the start.
    """
    curvatures, directions = np.linalg.eigh(step.hessian)
    away = step.start - step.end
    level = away @ step.hessian @ away
    if level == 0 or not np.isfinite(level):
        return []
    lengths = np.sqrt(np.abs(level / curvatures))
    if curvatures[0] * curvatures[1] > 0:
        angle = np.linspace(0, 2 * np.pi, 121)
        turned = [np.stack([np.cos(angle), np.sin(angle)], axis=-1)]
    else:
        most = np.arcsinh(2 * reach / lengths.min() + 1)
        t = np.linspace(-most, most, 161)
        branch = np.stack([np.sinh(t), np.cosh(t)], axis=-1)
        branch = branch if level > 0 else branch[:, ::-1]
        turned = [branch, -branch]
    return [step.end + (lengths * points) @ directions.T for points in turned]
