"""What the chapter and its exercises show."""

import functools
from dataclasses import replace

import numpy as np

from course_lib import plots
from course_lib.chapters.when_training_goes_wrong.shared import STEPS, clipped_average, clipped_descent
from course_lib.chapters.when_training_goes_wrong.shared.clinic import Patient, observed
from course_lib.chapters.when_training_goes_wrong.shared.network import digits
from course_lib.chapters.when_training_goes_wrong.shared.patients import Recipe
from course_lib.theory.failures import chance_all_off, clipped_rest, equal_penalty, ridge_share, stopped_share, swing


def draw_clipping(targets, limits):
    """Draw the swing of clipped descent over the rate, and where clipped SGD rests over the limit.

    Returns the rates, the widths by start and rate, and the places of rest by batch size.
    """
    fig, (left, right) = plots.figure(ncols=2, height=3.5)
    lrs = np.concatenate([np.linspace(0.1, 1.95, 20), np.linspace(2.05, 6, 40)])
    plots.prediction(left, lrs, [swing(lr, 1.0, 1.0) for lr in lrs])
    starts = {3.3: "o", 7.1: "^"}
    widths = np.array([np.ptp(clipped_descent(lrs, 1.0, start), axis=0) for start in starts])
    for (start, mark), found in zip(starts.items(), widths, strict=True):
        left.plot(lrs, found, mark, markersize=4, label=f"from x = {start}")
    left.set(title="Clipped descent on a bowl, Θ = 1", xlabel="ηλ", ylabel="width of the swing")
    left.legend(loc="upper left")
    rest = {B: np.array([clipped_average(targets, limit, B)[0] for limit in limits]) for B in (1, 16)}
    fine = np.geomspace(limits[0], limits[-1], 60)
    plots.prediction(right, fine, [clipped_rest(targets, limit) for limit in fine])
    for (B, found), look, mark in zip(rest.items(), plots.CYCLE, "o^"):
        right.plot(limits, found, mark, color=look["color"], label=f"B = {B}")
    for name, height in (("mean", np.mean(targets)), ("median", np.median(targets))):
        right.axhline(height, color=plots.MUTED, linewidth=1)
        right.text(limits[-1], height, name, color=plots.MUTED, ha="right", va="bottom")
    right.set(xscale="log", title="Where clipped SGD rests", xlabel="limit Θ", ylabel="w")
    right.legend(loc="center left")
    return lrs, widths, rest


def draw_dead(depths, found, rows):
    """Draw the share of units off on all rows, over how deep their biases are; `found` by kind of rows."""
    fig, ax = plots.figure(width=6.4, height=3.3)
    fine = np.linspace(depths[0], depths[-1], 100)
    plots.prediction(ax, fine, chance_all_off(fine, rows))
    for (name, shares), look, mark in zip(found.items(), plots.CYCLE, "o^"):
        ax.plot(depths, shares, mark, color=look["color"], label=name)
    ax.set(xlabel="−b / ‖w‖", ylabel="share of units off", title=f"0 on all of {rows} rows")
    ax.legend()


def draw_filters(it, steps, many):
    """Draw the shares of one regression after `steps` and with the penalty 1/(ηt), and errors over t of all."""
    fig, (left, right) = plots.figure(ncols=2, height=3.5)
    fine = np.geomspace(1e-4, 1, 200) * it.eigenvalues.max()
    plots.prediction(left, fine, stopped_share(fine, it.lr, steps))
    plots.prediction(left, fine, ridge_share(fine, equal_penalty(it.lr, steps)), label=None)
    seen, w = it.star != 0, it.descend(steps)
    left.plot(it.eigenvalues[seen], (it.axes.T @ w / np.where(seen, it.star, 1))[seen], "o", markersize=4,
              color=plots.CYCLE[0]["color"], label=f"{steps} steps")  # fmt: skip
    penalty = equal_penalty(it.lr, steps)
    w = np.linalg.solve(2 / len(it.y) * it.X.T @ it.X + penalty * np.eye(65), 2 / len(it.y) * it.X.T @ it.y)
    left.plot(it.eigenvalues[seen], (it.axes.T @ w / np.where(seen, it.star, 1))[seen], "^", markersize=4,
              color=plots.CYCLE[1]["color"], label="penalty 1/(ηt)")  # fmt: skip
    left.set(xscale="log", xlim=fine[[0, -1]], xlabel="eigenvalue λ", ylabel="share of the way to the minimum")
    left.set_title("Two filters")
    left.legend()
    kinds = {
        "stopped at t": lambda one: one.stopped(STEPS),
        "penalty 1/(ηt)": lambda one: one.penalized(equal_penalty(one.lr, STEPS)),
    }
    for (name, weights), look in zip(kinds.items(), plots.CYCLE):
        logs = np.mean([np.log(one.errors(weights(one))) for one in many], axis=0)
        right.plot(STEPS, np.exp(logs), **look, label=f"held out, {name}")
    logs = np.mean([np.log(one.errors(one.stopped(STEPS), held_out=False)) for one in many], axis=0)
    right.plot(STEPS, np.exp(logs), **plots.CYCLE[2], label="training rows, stopped")
    right.set(xscale="log", yscale="log", xlabel="steps t", ylabel="error / Var(y)", title=f"{len(many)} splits")
    right.legend(loc="upper left")


def draw_sharpening(squares, changed, entropy):
    """Draw sharpness over steps: squares by rate, one whose rate changes half-way, and two cross-entropies."""
    fig, (left, right) = plots.figure(ncols=2, height=3.5)
    for (lr, (at, sharp, _)), look in zip(squares.items(), plots.CYCLE):
        left.plot(at, sharp, **look, label=f"η = {lr}")
        left.axhline(2 / lr, color=look["color"], linewidth=5, alpha=0.2)
    left.plot(changed[0], changed[1], **plots.CYCLE[4], label="0.3, then 0.6")
    left.set(title="Squares; broad: 2/η", xlabel="step", ylabel="sharpness λ_max", ylim=(0, 17))
    left.legend(loc="upper right", ncols=2)
    for (name, (at, sharp, _)), look in zip(entropy.items(), plots.CYCLE):
        right.plot(at, sharp, **look, label=name)
    right.set(yscale="log", title="Cross-entropy, η = 0.3", xlabel="step", ylim=(0.01, 10))
    right.axhline(2 / 0.3, color=plots.CYCLE[0]["color"], linewidth=5, alpha=0.2)
    right.legend(loc="center right")


@functools.cache
def five_runs():
    """Return training loss and held-out loss of five runs by letter: pairs of arrays (looks,)."""
    usual = Recipe(steps=600)
    recipes = {
        "A": replace(usual, seed=24, wrong=0.35),
        "B": replace(usual, seed=25, widths=(64, 32, 32, 32, 32, 10), gain=0.45),
        "C": replace(usual, seed=23, lr=1.1),
        "D": replace(usual, seed=22, rows=90, lr=0.15),
        "E": replace(usual, seed=21, lr=0.003),
    }
    runs = {}
    for letter, recipe in recipes.items():
        it = observed(Patient(letter, held_out=digits()[1], cause="", cures={"": {}}, **recipe.fields()))
        runs[letter] = it["loss"], it["held_out"]
    return runs


def draw_five_runs():
    """Draw the five runs and say in sentences what the picture shows."""
    fig, axes = plots.figure(ncols=5, width=10.0, height=2.9, sharey=True)
    for ax, (letter, losses) in zip(axes, five_runs().items(), strict=True):
        for loss, look, label in zip(losses, plots.CYCLE, ("training rows", "held-out rows")):
            ax.plot(np.linspace(0, 600, len(loss)), loss, **look, label=label)
        ax.set(yscale="log", ylim=(1e-3, 30), title=letter, xlabel="step", xticks=[0, 300, 600])
        said = "; ".join(
            f"{name} {loss[0]:.1g}, {loss[20]:.1g}, {loss[-1]:.1g}"
            for name, loss in zip(("training", "held out"), losses, strict=True)
        )
        most = float(f"{losses[0].max():.1g}")  # one digit: C hangs on last bits
        print(f"{letter} at the start, after 200 steps, at the end, to one digit: {said}; training at most {most:g}")
    axes[0].set_ylabel("cross-entropy")
    axes[0].legend(loc="lower left", fontsize=8)
