"""PyTorch's schedulers beside the course's schedules: `python -m tests.parity.schedules` writes `schedules.npz`.

PyTorch is imported only to record, or live in `nox -s parity`.
"""

from pathlib import Path

import numpy as np

from course_lib.schedules import (
    Cosine,
    Exponential,
    InverseTime,
    Join,
    OneCycle,
    Polynomial,
    StepDecay,
    WarmRestarts,
    Warmup,
    WarmupStableDecay,
)

RECORDING = Path(__file__).with_name("schedules.npz")
LR, STEPS = 0.3, 90

# By name: our schedule, and PyTorch's as a function of its module and an optimizer with the rate 0.3.
CASES = {
    "StepLR": (StepDecay(LR, 0.4, 17), lambda s, o: s.StepLR(o, step_size=17, gamma=0.4)),
    "MultiStepLR": (
        Join([LR, LR * 0.1, LR * 0.1**2], [30, 55]),
        lambda s, o: s.MultiStepLR(o, milestones=[30, 55], gamma=0.1),
    ),
    "ExponentialLR": (Exponential(LR, 0.93), lambda s, o: s.ExponentialLR(o, gamma=0.93)),
    "LambdaLR, 1/t": (InverseTime(LR, 0.07), lambda s, o: s.LambdaLR(o, lambda step: 1 / (1 + 0.07 * step))),
    "PolynomialLR, line": (Polynomial(LR, 60), lambda s, o: s.PolynomialLR(o, total_iters=60)),
    "PolynomialLR": (Polynomial(LR, 60, power=2.5), lambda s, o: s.PolynomialLR(o, total_iters=60, power=2.5)),
    "CosineAnnealingLR": (
        Cosine(LR, STEPS, end_lr=0.02),
        lambda s, o: s.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.02),  # it rises again afterwards
    ),
    "CosineAnnealingWarmRestarts": (
        WarmRestarts(LR, period=9, growth=2, end_lr=0.01),
        lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=9, T_mult=2, eta_min=0.01),
    ),
    "CosineAnnealingWarmRestarts, equal": (
        WarmRestarts(LR, period=13),
        lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=13),
    ),
    # PyTorch ends at step 89 and peaks at step 0.3 · 90 − 1.
    "OneCycleLR": (
        OneCycle(LR, total_steps=STEPS - 1, warmup_fraction=(0.3 * STEPS - 1) / (STEPS - 1)),
        lambda s, o: s.OneCycleLR(o, max_lr=LR, total_steps=STEPS),
    ),
    # A line that starts at 0 is asked of LambdaLR: LinearLR wants a start above 0.
    "SequentialLR, warmup": (
        Warmup(Cosine(LR, 80), 10),
        lambda s, o: s.SequentialLR(o, [s.LambdaLR(o, lambda step: step / 10), s.CosineAnnealingLR(o, 80)], [10]),
    ),
    "SequentialLR, warmup, stable, decay": (
        WarmupStableDecay(LR, total_steps=80, warmup_steps=8, decay_steps=20),
        lambda s, o: s.SequentialLR(
            o,
            [
                s.LambdaLR(o, lambda step: step / 8),
                s.ConstantLR(o, factor=1.0, total_iters=1),
                s.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=20),
            ],
            [8, 60],
        ),
    ),
}


def recorded_rates(name):
    """Return PyTorch's rates of the steps 0, 1, …"""
    import torch

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    scheduler, rates = CASES[name][1](torch.optim.lr_scheduler, optimizer), []
    for _ in range(STEPS):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return np.array(rates)


def assert_same_rates(name, theirs):
    """Compare ours with PyTorch's, which multiplies its rate step by step and gathers rounding."""
    np.testing.assert_allclose(CASES[name][0](np.arange(STEPS)), theirs, rtol=1e-12, atol=1e-15)


if __name__ == "__main__":
    np.savez_compressed(RECORDING, **{name: recorded_rates(name) for name in CASES})
    print(f"{RECORDING.name}: {len(CASES)} schedules, {RECORDING.stat().st_size / 1024:.0f} kB")
