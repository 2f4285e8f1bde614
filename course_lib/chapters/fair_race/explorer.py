"""A race of four rules, with its protocol as controls: who is crowned, and by how much."""

import numpy as np

from course_lib import plots
from course_lib.chapters.fair_race.shared import (
    BUDGETS,
    DEFAULT_RATE,
    FRESH,
    MEASURES,
    RATES,
    RULES,
    SETTINGS,
    TRIALS,
    TUNING,
    Protocol,
    kind_for,
    nearest_rate,
    outcome,
    problems,
    settings_of,
)
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.words import counted, short

PROBLEMS = ("linear, diabetes", "softmax, digits", "network, digits")
CHOSEN_BY, JUDGED_ON = ("geometric mean", "plain mean"), ("new seeds", "the seeds that chose")
LOSSES = {"linear, diabetes": (8, 4e4), "softmax, digits": (2e-4, 20), "network, digits": (1e-3, 20)}
RATIOS = (0.6, 60)
ONE_RATE = {"settings": ("one rate for all",)}
TUNED = {"settings": ("own best rate", "best of a grid", "best of 24 random")}
TRAINING = {"measure": ("last loss", "best loss")}


class RaceExplorer(Explorer):
    """Every race that the table holds: 4 rules, 3 problems, and the choices that somebody makes before the race.

    On the left what was tried: the typical loss of each setting over the seeds that choose, a ring around the one
    that runs. On the right what the race says: each rule's loss over that of the best rule, seeds in pairs, with the
    95 % interval.

    Parameters
    ----------
    **settings
        First values of the controls: `problem`, `budget`, `settings`, `lr`, `chosen_by`, `judged_on`, `seeds`,
        `measure`.

    Examples
    --------
    >>> from course_lib.chapters.fair_race.explorer import RaceExplorer
    >>> explorer = RaceExplorer(problem="softmax, digits", settings="one rate for all", lr=2)
    >>> explorer.result.order[0]
    'SGD'
    """

    title = "A race and its protocol"
    recorded = ("lr", "seeds")
    answers = ("problem", "budget", "settings", "seeds")
    controls = (
        Choice(name="problem", label="problem", value="softmax, digits", options=PROBLEMS),
        Choice(name="budget", label="passes", value="long", options=BUDGETS),
        Choice(name="settings", label="settings", value=SETTINGS[0], options=SETTINGS),
        Slider(name="lr", label="the one rate η", low=1e-4, high=100, value=0.1, log=True, only=ONE_RATE),
        Choice(name="chosen_by", label="chosen by", value=CHOSEN_BY[0], options=CHOSEN_BY, only=TUNED),
        Choice(name="measure", label="judged by", value=MEASURES[0], options=MEASURES),
        Choice(name="judged_on", label="judged on", value=JUDGED_ON[0], options=JUDGED_ON, only=TRAINING),
        Slider(name="seeds", label="seeds that judge", low=2, high=len(FRESH), value=len(FRESH), whole=True),
    )

    def view(self, v):
        return (v.problem,)

    def background(self, figure, problem):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.25, 1)).subplots()
        for rule, kind in RULES.items():
            left.plot([], [], "o", color=plots.color_of(kind), label=rule)
        left.set(xscale="log", yscale="log", xlim=(5e-5, 200), ylim=LOSSES[problem], title="What was tried")
        left.set(xlabel="learning rate η, or η/ε for ε > 1", ylabel=f"loss, {len(TUNING)} seeds that choose")
        left.legend(loc="lower left", ncols=2, columnspacing=0.8, handletextpad=0.1)
        right.axhline(1, color=plots.INK, linewidth=1.2, linestyle="--")
        right.set(yscale="log", xlim=(-0.6, 3.6), ylim=RATIOS, title="Loss over that of the crowned rule")
        right.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
        right.set_yticks([], minor=True)
        right.set_xticks(range(4), list(RULES))
        right.grid(False, axis="x")
        return left, right

    def compute(self, v):
        return outcome(Protocol(**vars(v)))

    def draw(self, pen, axes, v, result):
        left, right = axes
        for k, (name, rule) in enumerate(RULES.items()):
            color = plots.color_of(rule)
            rates, losses = self._tried(v, name, result)
            losses = np.where(np.isfinite(losses), losses, 10 * LOSSES[v.problem][1])
            if kind_for(name, v.settings) == "rate":
                pen.curve(left, rates, losses, color=color, style=plots.look(rule)["linestyle"], width=1.4)
            pen.dots(left, rates, losses, color=color, size=4)
            ran = result.chosen[name]
            pen.dots(left, rates[ran : ran + 1], losses[ran : ran + 1], color=color, size=11, alpha=0.55)
            mid, low, high = self._relative(result, name)
            pen.line(right, [k, k], np.clip([low, high], 0.5, 100), color=color, width=2.4)
            pen.dots(right, [k], [min(mid, 100)], color=color, size=8)
            where = min(max(high, mid) * 1.25, 45)
            if name == result.order[0]:
                pen.text(right, k, 1.3, "crowned", color=color, size=9)
            elif mid > RATIOS[1]:
                pen.text(right, k, where, f"× {short(mid)}", color=color, size=9)

    def _tried(self, v, name, result):
        """Return the rates (over ε, where it is above 1) and typical losses of what a rule tried."""
        settings = settings_of(name, kind_for(name, v.settings))
        rates = settings["lr"] / np.maximum(1, settings.get("eps", 1))
        return rates[:TRIALS], result.candidates[name]

    def _relative(self, result, name):
        best = result.order[0]
        ratio = result.against(name, best) if name != best else np.ones(3)
        return np.nan_to_num(ratio, nan=np.inf, posinf=np.inf)

    def sentence(self, v, result):
        passes = problems()[v.problem].passes[BUDGETS.index(v.budget)]
        first, second = result.order[:2]
        mid, low, high = result.against(first, second)
        if not np.isfinite(result.logs[first]).all():
            return f"{v.problem}, {counted(passes, 'pass')}: every rule diverges for some seed. Nobody is crowned."
        told = "it is ahead of all three" if self._ahead(result) else "but its lead is not certain"
        seeds = len(result.logs[first])
        how = f"settings: {v.settings}" + (
            f" (η = {short(RATES[nearest_rate(v.lr)])}, the nearest of 24)" if v.settings == SETTINGS[1] else ""
        )
        if v.settings == SETTINGS[2]:
            how += f" (η = {', '.join(f'{rate:g}' for rate in DEFAULT_RATE.values())})"
        return (
            f"{v.problem}, {counted(passes, 'pass')}, {how}; {v.measure} of {seeds} seeds. {first} is crowned: "
            f"{first}/{second} is {short(mid)} ({short(low)} to {short(high)}), {told}."
        )

    def _ahead(self, result):
        """Tell whether the crowned rule's interval against each other rule lies below 1."""
        best, *others = result.order
        return all(result.against(best, other)[2] < 1 for other in others)
