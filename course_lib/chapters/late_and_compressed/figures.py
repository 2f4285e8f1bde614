"""What the chapter draws of the digits, and four runs to be read: late, each at its limit."""

import numpy as np

from course_lib import plots
from course_lib.chapters.late_and_compressed import shared
from course_lib.theory.delay import limit
from course_lib.training.delayed import delayed

LATE, STEPS = {"A": 3, "B": 7, "C": 1, "D": 4}, 60


def four_delays():
    """Return the errors of four runs by their letters, from 1 and each at the limit of its delay."""
    return {
        letter: delayed(lambda x, t: x, [1.0], float(limit(late)), np.full(STEPS, late))[:, 0]
        for letter, late in LATE.items()
    }


def draw_four_delays():
    """Draw the four runs, and print when each crosses 0."""
    fig, axes = plots.figure(2, 2, height=5.0, sharex=True)
    for (letter, errors), ax in zip(four_delays().items(), axes.ravel(), strict=True):
        ax.plot(errors, marker="o", markersize=3)
        ax.set(title=letter, ylabel="error", xticks=range(0, STEPS + 1, 10))
        ax.axhline(0, color=plots.MUTED, linewidth=1)
    for ax in axes[-1]:
        ax.set_xlabel("step")
    print("changes of sign from step 10 on")
    for letter, errors in four_delays().items():
        steps = [int(t) for t in 1 + np.flatnonzero(np.diff(np.sign(errors))) if t >= 10]
        print(f"{letter}: {len(steps)}, the first at step {steps[0]}, the last at step {steps[-1]}")


def draw_late(taus):
    """Draw the passes of late gradients over those in time, to two losses, with intervals for twenty comparisons.

    A delay with which not all runs arrive has no point.
    """
    _, axes = plots.figure(2, sharey=True)
    for goal, ax in zip((0.1, 0.05), axes, strict=True):
        for (kind, name), look in zip({"constant": "always as late", "random": "random workers"}.items(), plots.CYCLE):
            found = [shared.over_full(f"{kind} {tau + 1}", goal, comparisons=20) for tau in taus]
            ratio, low, high = np.where(np.isfinite(found), found, np.nan).T
            shift = 0.97 if kind == "constant" else 1.03  # side by side
            ax.errorbar(shift * taus, ratio, (ratio - low, high - ratio), **look, marker="o", capsize=3, label=name)
        ax.axhline(1, color=plots.MUTED, linewidth=1)
        ax.set(title=f"Passes to stay below {goal}", xlabel="(mean) delay", xscale="log", xlim=(0.8, 40))
        ax.set_xticks(taus, [str(tau) for tau in taus])
        ax.minorticks_off()
    axes[0].set_ylabel("ratio to no delay")
    axes[0].legend()


def draw_bytes():
    """Draw what each kind of message takes to stay below a loss of 0.1, if all its runs arrive: bytes and passes."""
    _, ax = plots.figure(height=4.0)
    for name in shared.SENT:
        passes = shared.typical(shared.judged(name))
        if np.isfinite(passes):
            place = passes * 42 * shared.WORKERS * shared.message_bytes(name) / 1000, passes
            ax.semilogx(*place, "o", color=plots.INK)
            at = (-8, 8) if name == "full" else (-45, 7) if "15" in name else (5, 1)
            ax.annotate(name, place, at, textcoords="offset points", fontsize=9)
    ax.set(title="Digits: to stay below 0.1", xlabel="kilobytes sent", ylabel="passes", xlim=(4, 9000), ylim=(0, 8))
