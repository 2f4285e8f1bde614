"""Find the lowest stage, and the fewest devices, with which a model fits."""

import numpy as np

from course_lib.checks.exercises import Problem, number, setting
from course_lib.optimizers import AdamW
from course_lib.theory.costs import STAGES, memory

PARAMETERS, ROOM, REST = 13e9, 40.0, 8.0  # of GB


def gigabytes(devices, stage):
    """Return what a device holds."""
    return sum(memory(AdamW, "mixed", devices, stage).values()) * PARAMETERS / 1e9 + REST


def fewest(stage, room=ROOM, most=10_000):
    """Return the fewest devices with which the model fits at a stage, or None."""
    if gigabytes(most, stage) > room:
        return None
    return next(devices for devices in range(1, most + 1) if gigabytes(devices, stage) <= room)


def lowest():
    """Return the lowest stage with which it fits at all."""
    return next(stage for stage in STAGES if fewest(stage))


@setting(
    kinds=[number("number of devices", least=1), number("stage", least=0)],
    goal=lambda run: run["fits"] and run["stage"] == lowest() and not run["with one less"],
    right=lambda: [(fewest(lowest()), lowest()), {"devices": 31, "stage": 2}, (31.0, 2), [31, 2.0]],
    praise=lambda devices, stage, run: (
        f"{run['GB']:.1f} GB on each of {devices:.0f} devices. Stage 1 keeps {gigabytes(10**9, 1):.0f} GB however many "
        f"there are; stage 3 would fit on {fewest(3)}, and fetch all weights again in each pass."
    ),
)
def find_fit(devices, stage):
    """Devices and stage for 13 billion parameters, AdamW in mixed precision, 40 GB a device, 8 of them taken."""
    if stage not in STAGES:
        raise Problem(f"The stage is 0, 1, 2 or 3, got {stage:g}.")
    if devices != int(devices) or devices > 10**6:
        raise Problem(f"The number of devices is a whole number, got {devices:g}.")
    devices, stage = int(devices), int(stage)
    held = gigabytes(devices, stage)
    one_less = devices > 1 and gigabytes(devices - 1, stage) <= ROOM
    return {"GB": held, "fits": held <= ROOM, "stage": stage, "with one less": one_less}


@find_fit.progress
def gigabytes_held(devices, stage, run):
    if not run["fits"]:
        return f"{run['GB']:.1f} GB, {run['GB'] - ROOM:.1f} too many"
    if run["stage"] > lowest():
        return f"{run['GB']:.1f} GB; a lower stage can do it, too"
    return f"{run['GB']:.1f} GB; fewer devices would do"


@find_fit.mistake(example=(7, 3))
def highest_stage(devices, stage, run):
    if run["fits"] and run["stage"] > lowest():
        more = ", with more devices" if devices < fewest(lowest()) else ""
        return (
            f"It fits, but a lower stage can do it as well{more}. Which part of a stage's bytes do more devices not "
            "lower, and is it below the room?"
        )


@find_fit.mistake(example=(128, 1))
def no_number_is_enough(devices, stage, run):
    if fewest(run["stage"]) is None:
        return (
            f"At stage {run['stage']} each device holds {run['GB']:.1f} GB, and no number of devices makes it fit: "
            "what is not divided needs more than there is."
        )


@find_fit.mistake(example=(64, 2))
def too_many_devices(devices, stage, run):
    if run["fits"]:
        return f"It fits, with {run['GB']:.1f} GB of {ROOM:.0f}: fewer devices would do."


@find_fit.mistake(example=(30, 2))
def one_device_too_few(devices, stage, run):
    if run["stage"] == lowest() and devices == fewest(run["stage"]) - 1:
        return f"Very near: each device would hold {run['GB']:.1f} GB of {ROOM:.0f}. Which way is to be rounded?"


@find_fit.mistake(example=(13, 2))
def forgets_the_rest(devices, stage, run):
    if devices == fewest(run["stage"], ROOM + REST):
        return f"Without activations it would fit; with their {REST:.0f} GB a device holds {run['GB']:.1f}."


def enough(bytes_divided):
    """Return how many devices seem enough at stage 2 if so many bytes for each parameter are divided among them."""
    return int(np.ceil(bytes_divided * PARAMETERS / 1e9 / (ROOM - REST - 2 * PARAMETERS / 1e9) - 1e-9))


@find_fit.mistake(example=(enough(12), 2))
def gradients_not_counted(devices, stage, run):
    if run["stage"] == 2 and devices in (enough(12), enough(12) + 1):
        return (
            f"Each device would hold {run['GB']:.1f} GB, and has {ROOM:.0f}. Are only 12 bytes for each parameter "
            "divided here? At stage 2 each device holds its share of the gradients, too."
        )


@find_fit.mistake(example=(enough(10), 2))
def master_not_counted(devices, stage, run):
    if run["stage"] == 2 and devices == enough(10):
        return (
            f"Each device would hold {run['GB']:.1f} GB, and has {ROOM:.0f}. Are only 10 bytes for each parameter "
            "divided here? In mixed precision there is a longer copy of the weights."
        )


@find_fit.mistake(example=(8, 2))
def too_few_devices(devices, stage, run):
    return f"Each device would hold {run['GB']:.1f} GB, and has {ROOM:.0f}: what do more devices change?"


find_fit.accept((31, 2), [31, 2], {"devices": 31, "stage": 2}, (31.0, 2.0), np.array([31, 2]))
