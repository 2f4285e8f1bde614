"""What the exercises show."""

import numpy as np

from course_lib import plots
from course_lib.chapters.choosing_a_learning_rate.shared import problems
from course_lib.optimizers import GradientDescent, Momentum
from course_lib.training import fit

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
