"""Run the patients of chapter 15, every test and every cure, and store their charts: `python -m jobs.clinic`, a minute.

`course_lib.chapters.when_training_goes_wrong.shared.patients` tells what they are; its `patients` reads the charts.
"""

import time

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.patients import CAUSES, FILE, admitted, wards
from jobs.storing import store

KEPT = ("at", "loss", "held_out", "gradients", "updates", "units", "one_batch", "tenth", "labels")


def charts(name):
    """Return everything that a patient's chart holds, by name."""
    chart = admitted(name).chart
    kept = {f"{name} | {key}": getattr(chart, key) for key in KEPT}
    return kept | {f"{name} | cured {cause}": chart.cured(cause) for cause in CAUSES}


def main():
    """Run all, and store them as numbers of four bytes."""
    started, kept = time.time(), {}
    for name in wards():
        kept |= charts(name)
        print(f"{name}: {time.time() - started:.0f} s", flush=True)
    for key in [key for key, it in kept.items() if it.dtype.kind != "i"]:
        kept[key] = np.clip(kept[key], -1e30, 1e30).astype(np.float32)
    store(FILE, **kept)


if __name__ == "__main__":
    main()
