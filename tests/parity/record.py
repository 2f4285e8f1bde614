"""Record PyTorch's trajectories: `python -m tests.parity.record` writes `pytorch.npz`."""

import json

import numpy as np
import torch

from . import cases, pytorch

SEED = 20


def recording():
    """Return what the file holds: the runs' inputs, how they were made, and the points kept of every run."""
    gradients, start = cases.random_gradients(SEED), cases.random_start(SEED)
    arrays = dict(gradients=gradients, start=start)
    for case in cases.CASES:
        for kind, problem in cases.problems(gradients, start).items():
            arrays[f"{case.name} {kind}"] = pytorch.descend(case, problem)[cases.KEPT]
    torch_settings = {case.name: f"{case.torch_rule} {_plain(case.torch_settings)}" for case in cases.CASES}
    version = torch.__version__.split("+")[0]  # without the kind of build
    about = dict(torch=version, dtype="float64", seed=SEED, settings=torch_settings)
    return arrays | dict(about=np.array(json.dumps(about)))


def _plain(settings):
    return {key: getattr(value, "__name__", value) for key, value in settings.items()}


if __name__ == "__main__":
    np.savez_compressed(cases.RECORDING, **recording())
    print(f"{cases.RECORDING.name}: {len(cases.CASES)} settings, {cases.RECORDING.stat().st_size / 1024:.0f} kB")
