"""What the chapter and its exercises show."""

import numpy as np

from course_lib import plots
from course_lib.chapters.choosing_a_learning_rate.shared import (
    COSTS,
    HALVED,
    LOOKS,
    OVERFIT,
    RATES,
    RULES,
    hits,
    inside,
    middle,
    problems,
    rising_run,
    tables,
    typical,
)
from course_lib.optimizers import GradientDescent, Momentum
from course_lib.theory.comparing import log_interval
from course_lib.theory.searching import grid_hits, random_hits
from course_lib.training import fit


def draw_valleys(lrs, found):
    """Draw the logarithms of losses over the rates, by rule, with a legend."""
    fig, ax = plots.figure(width=9.4, height=3.6)
    for name, logs in found.items():
        ax.plot(lrs, np.exp(logs), **plots.look(RULES[name]), label=name)
    ax.set(xscale="log", yscale="log", ylim=(0.05, 10), xlabel="learning rate η", ylabel="held-out loss")
    ax.set_title(f"{len(lrs)} rates of ten rules on the tumors, five passes")
    ax.legend(ncols=2, loc="upper left")


def draw_widths(found):
    """Draw the rates within 10 % of the best, from logarithms of losses by problem and rule."""
    fig, ax = plots.figure(width=9.4, height=4.6)
    names = list(RULES)
    for i, problem in enumerate(problems()):
        for j, name in enumerate(names):
            logs, row = found[problem, name], 11 * i + j
            rates = RATES[inside(logs)]
            ax.plot(rates, np.full(len(rates), row), "s", markersize=5, color=plots.color_of(RULES[name]))
            ax.plot(RATES[logs.argmin()], row, "|", markersize=8, markeredgewidth=2, color=plots.INK)
        ax.text(1.2e-5, 11 * i + 5, problem)
    for name in names:
        ax.plot([], [], "s", color=plots.color_of(RULES[name]), label=name)
    ax.set(xscale="log", xlim=(1e-5, 1e4), ylim=(43, -1), yticks=[], xlabel="learning rate η")
    ax.set_title("Rates within 10 % of the best (a stroke)")
    ax.legend(loc="center right", fontsize=8.5)


def draw_searches(places):
    """Draw how often searches hit, over their cost, on three problems."""
    fig, axes = plots.figure(ncols=3, height=3.4, sharey=True)
    costs = np.array(COSTS)
    for ax, place in zip(axes, places):
        width = np.sum(inside(tables()[f"judged | {place}"])) / 8
        plots.prediction(ax, costs, grid_hits(width, 6, costs), label="theory")
        plots.prediction(ax, costs, random_hits(width, 6, costs), label=None)
        for k, (kind, tried) in enumerate({"grid": COSTS, "random": COSTS, "halving": list(HALVED)}.items()):
            shares = [hits(place, kind, cost).mean() for cost in tried]
            ax.plot(tried, shares, "so^"[k], color=plots.CYCLE[k]["color"], label=kind)
        ax.set(xscale="log", title=place.replace(" | ", ", "), xlabel="cost in whole runs", ylim=(0, 1.05))
        ax.set_xticks([1, 2, 4, 8, 16], [1, 2, 4, 8, 16])
        ax.minorticks_off()
    axes[0].set_ylabel("share within 10 % of the best")
    axes[2].legend(loc="upper left")


def draw_range_tests(places):
    """Draw a range test of three lengths, and where its least loss lies on all problems."""
    fig, (left, right) = plots.figure(ncols=2, height=3.6)
    for passes, look in zip((1, 4, 16), plots.CYCLE):
        rates, smoothed = rising_run("digits, softmax", "SGD", 1e-4, 100, passes, np.arange(5))
        left.plot(rates, np.exp(typical(smoothed)), **look, label=f"test of {passes}")
    best = RATES[tables()["judged | digits, softmax | SGD"].argmin()]
    left.axvline(best, color=plots.INK, linewidth=1, label="best rate")
    left.set(xscale="log", yscale="log", ylim=(0.02, 20), title="Softmax on digits, SGD", xlabel="rate on its way up")
    left.set_ylabel("loss of the minibatches, smoothed")
    left.legend(loc="lower left")
    for k, place in enumerate(places):
        factors = np.median(tables()[f"range | {place}"].reshape(3, -1), axis=1)
        mark = "o-" if place.endswith("SGD") else "s--"
        right.plot([1, 4, 16], factors, mark, color=plots.CYCLE[k // 2]["color"], label=place.replace(" | ", ", "))
    right.set(xscale="log", yscale="log", title="Rate of least loss / best rate", xlabel="passes of the test")
    right.set_xlim(0.8, 600)
    right.set_xticks([1, 4, 16], [1, 4, 16])
    right.minorticks_off()
    right.legend(loc="lower right", fontsize=8.5)


def draw_batches(names):
    """Draw the middle of the valley over the batch size, on three problems, with each rule's law."""
    fig, axes = plots.figure(ncols=3, height=3.4, sharey=True)
    for ax, problem in zip(axes, names):
        for rule, power in (("SGD", 1), ("Adam", 0.5)):
            valley = tables()[f"batches | {problem} | {rule}"][:, 1]
            sizes, mid = 2.0 ** np.arange(len(valley)), np.array([middle(logs) for logs in valley])
            law = np.exp(np.log(mid / sizes**power)[:5].mean()) * sizes**power
            plots.prediction(ax, sizes, law, label=None)
            ax.plot(sizes, mid, "o", color=plots.color_of(RULES[rule]), label=rule)
        ax.set(xscale="log", yscale="log", title=problem, xlabel="batch size B", ylim=(1e-3, 60))
    axes[0].set_ylabel("middle of the valley, η")
    axes[2].legend(loc="upper left")


def draw_overfit():
    """Draw held-out losses over the rate, at equal passes and at equal training loss."""
    fig, (left, right) = plots.figure(ncols=2, height=3.8)
    rates, _ = OVERFIT["digits, network | SGD"]
    held_out = tables()["passes | digits, network | SGD"][1].mean(axis=-1)
    for k, look in zip(range(4), plots.CYCLE):
        left.plot(rates, np.exp(held_out[k]), marker="o", **look, label=f"after {LOOKS[k]} passes")
    left.set(xscale="log", yscale="log", title="Equal passes: network, SGD", xlabel="learning rate η")
    left.set_ylabel("held-out loss")
    left.legend()
    for (place, (rates, _)), look in zip(OVERFIT.items(), plots.CYCLE):
        logs = tables()[f"equal | {place}"][1, 1, 1:]
        ratio = np.array([log_interval(one - logs[1], comparisons=40) for one in logs]).T
        ends = np.abs(ratio[1:] - ratio[0])
        right.errorbar(rates[1:] / rates[2], ratio[0], ends, marker="o", markersize=4, **look, label=place)
    right.set(xscale="log", yscale="log", title="Equal training loss", xlabel="rate / third rate of the grid")
    right.set_ylabel("held-out loss / that of the third rate")
    right.set_yticks([1, 2, 4], ["1", "2", "4"])
    right.minorticks_off()
    right.legend(loc="upper left")


STEPS = 96


def five_runs():
    """Return the losses above the least of five runs on the diabetes data, by their letters: arrays (steps + 1,)."""
    it = problems()["diabetes"]
    n, least = len(it.train), float(it.model.loss(it.model.solve(*it.train), *it.train))
    kinds = {
        "a": (Momentum(0.46), n),
        "b": (GradientDescent(0.2), 16),
        "c": (GradientDescent(0.2535), n),
        "d": (GradientDescent(0.004), 16),
        "e": (GradientDescent(0.06), 16),
    }
    losses = {}
    for letter, (rule, batch_size) in kinds.items():
        passes = STEPS * batch_size // n
        run = fit(it.model, it.train, rule, passes, batch_size, seed=2, record="loss")
        losses[letter] = run.recorded["loss"] - least
    return losses


def draw_five_runs():
    """Draw the five runs and say in a sentence what the picture shows."""
    fig, ax = plots.figure(width=7.6, height=4.0)
    for (letter, loss), look in zip(five_runs().items(), plots.CYCLE):
        ax.plot(loss, **look, label=letter)
        ax.annotate(letter, (STEPS, loss[-1]), xytext=(4, -3), textcoords="offset points", color=look["color"])
    ax.set(yscale="log", xlim=(0, STEPS + 4), xlabel="step", ylabel="training loss above the least possible one")
    ax.set_title("Five runs on the diabetes data, 96 steps each")
    ends = {letter: f"{np.log10(loss[0]):.1f}, {np.log10(loss).min():.1f}, {np.log10(loss[-1]):.1f}"
            for letter, loss in five_runs().items()}  # fmt: skip
    print("log10 of the loss at the start, at its least and at the end: "
          + "; ".join(f"{letter} {said}" for letter, said in ends.items()))  # fmt: skip
