"""The memory and the short formats of chapter 19 against what PyTorch allocates and rounds."""

import subprocess
import sys

import numpy as np
import pytest
import torch

import course_lib
from course_lib.theory import costs, rounding

RULES = {
    "GradientDescent": ("SGD", {}),
    "Momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("Adagrad", {}),
    "RMSProp": ("RMSprop", {}),
    "AdaDelta": ("Adadelta", {}),
    "Adam": ("Adam", {}),
    "AdamW": ("AdamW", {}),
    "AMSGrad": ("Adam", {"amsgrad": True}),
    "NAdam": ("NAdam", {}),
}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", RULES)
def test_memory_is_what_pytorch_allocates(name, dtype):
    model = torch.nn.Sequential(torch.nn.Linear(30, 50), torch.nn.Tanh(), torch.nn.Linear(50, 10)).to(DTYPES[dtype])
    theirs, settings = RULES[name]
    rule = getattr(torch.optim, theirs)(model.parameters(), lr=0.01, **settings)
    model(torch.ones(4, 30, dtype=DTYPES[dtype])).square().mean().backward()
    rule.step()
    # Single numbers, such as the count of the steps, are no arrays.
    tensors = [t for p in model.parameters() for t in (p, p.grad, *rule.state[p].values()) if torch.is_tensor(t)]
    held = sum(t.untyped_storage().nbytes() for t in tensors if t.dim())
    n = sum(p.numel() for p in model.parameters())
    assert held == n * sum(costs.memory(getattr(course_lib, name), dtype).values())


@pytest.mark.parametrize("stage", [1, 3])
@pytest.mark.parametrize("devices", [2])
def test_sharded_memory_is_what_pytorch_allocates(stage, devices, tmp_path):
    command = [sys.executable, "-m", "tests.parity.sharded", str(tmp_path / "meet")]
    ranks = [
        subprocess.Popen([*command, str(rank), str(devices), str(stage)], stdout=subprocess.PIPE, text=True)
        for rank in range(devices)
    ]
    held = [float(rank.communicate(timeout=120)[0].split()[-1]) for rank in ranks]
    assert held == [sum(costs.memory(course_lib.Adam, "float32", devices, stage).values())] * devices


def test_every_bfloat16_and_what_lies_between_rounds_as_in_pytorch():
    bits = np.arange(2**16, dtype=np.uint32) << 16
    below_half, half, above_half = (bits | np.uint32(rest) for rest in (0x7FFF, 0x8000, 0x8001))
    x = np.concatenate([bits, below_half, half, above_half]).view(np.float32)
    x = x[~np.isnan(x)]
    theirs = torch.from_numpy(x).to(torch.bfloat16).double().numpy()
    with np.errstate(over="ignore"):
        ours = rounding.rounded(x.astype(np.float64), "bfloat16")
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(np.signbit(ours), np.signbit(theirs))
    assert np.isnan(rounding.rounded(np.nan, "bfloat16"))


def test_adam_in_float16_without_an_epsilon_of_float16_divides_zero_by_zero():
    w = torch.nn.Parameter(torch.ones(2, dtype=torch.float16))
    w.grad = torch.tensor([0.0, 1e-4], dtype=torch.float16)
    torch.optim.Adam([w], lr=0.01, foreach=False).step()
    assert not torch.isfinite(w).all()
