"""The same runs in PyTorch, float64 throughout."""

import numpy as np
import torch

from .cases import STEPS

# NAdam keeps the product of its momenta in the default dtype: in float32 it would be 1e-7 off.
torch.set_default_dtype(torch.float64)


def descend(case, problem):
    """Return every point of PyTorch's rule, shape (STEPS + 1, …, d)."""
    settings = dict(case.torch_settings)
    schedule = settings["lr"] if callable(settings.get("lr")) else None
    if schedule:
        settings["lr"] = schedule(0)
    parameter = torch.nn.Parameter(torch.tensor(problem.start))
    optimizer = getattr(torch.optim, case.torch_rule)([parameter], **settings)
    path = [problem.start]
    for t in range(1, STEPS + 1):
        if schedule:
            optimizer.param_groups[0]["lr"] = schedule(t - 1)
        parameter.grad = torch.tensor(problem.gradient(path[-1], t))
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)
