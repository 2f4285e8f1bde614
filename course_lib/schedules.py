"""Learning rates that change: pure functions of the step, `schedule(step) -> lr`.

Steps count from 0: the first update of a run uses `schedule(0)`. A step may be an array, and so may
every hyper-parameter; they broadcast. A schedule stands wherever an update rule takes a learning
rate, as in `Adam(lr=Cosine(0.01, total_steps=1000))`. All count in steps, also where a framework
counts in epochs. What ends does so at step `total_steps` and stays there.
"""

from dataclasses import dataclass, fields

import numpy as np

from course_lib.arguments import in_range, whole_number

RATE = dict(low=0.0)
FACTOR = dict(low=0.0, high=1.0, low_open=True)
STEPS = dict(low=1.0)
RANGES = {
    "lr": RATE,
    "peak_lr": RATE,
    "end_lr": RATE,
    "drop": FACTOR,
    "every": STEPS,
    "decay": dict(low=0.0),
    "power": dict(low=0.0, low_open=True),
    "total_steps": STEPS,
    "warmup_steps": dict(low=0.0),
    "decay_steps": dict(low=0.0),
    "period": STEPS,
    "warmup_fraction": dict(low=0.0, high=1.0, low_open=True, high_open=True),
    "start_div": dict(low=1.0),
    "end_div": dict(low=1.0),
}
COUNTS = ("every", "total_steps", "warmup_steps", "decay_steps", "period")


@dataclass(frozen=True, eq=False, repr=False)
class Schedule:
    """A learning rate as a function of the step. A subclass gives `_rate(step)`, its formula.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number, lies outside its range, or is a count that is not
        whole; if a step is below 0. The message names it.
    """

    def __post_init__(self):
        for name, value in self._hyperparameters().items():
            value = in_range(name, value, **RANGES[name])
            if name in COUNTS and (value != np.floor(value)).any():
                raise ValueError(f"{name} must be whole, got {value[value != np.floor(value)].flat[0]:g}")
            object.__setattr__(self, name, value)

    def __call__(self, step):
        """Return the learning rate of `step` = 0, 1, 2, …"""
        return np.asarray(self._rate(in_range("step", step, 0)))[()]

    def _rate(self, step):
        raise NotImplementedError

    def _hyperparameters(self):
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name in RANGES}

    def __repr__(self):
        shown = (f"{item.name}={_shown(getattr(self, item.name))}" for item in fields(self))
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, eq=False, repr=False)
class Constant(Schedule):
    """The same learning rate at every step.

    ::

        η_t = η

    Parameters
    ----------
    lr : number or array
        η ≥ 0.

    Examples
    --------
    >>> print(Constant(0.1)([0, 1, 1000]))
    [0.1 0.1 0.1]
    """

    lr: object

    def _rate(self, step):
        return self.lr * np.ones_like(step)


@dataclass(frozen=True, eq=False, repr=False)
class StepDecay(Schedule):
    """Stairs: the learning rate drops by a factor every so many steps.

    ::

        η_t = η · drop^⌊t / every⌋

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at the start.
    drop : number or array
        The factor, above 0 and at most 1.
    every : int or array of ints
        The length of a stair, in steps.

    Examples
    --------
    >>> print(StepDecay(1.0, drop=0.5, every=10)([0, 9, 10, 20]))
    [1.   1.   0.5  0.25]

    Frameworks: PyTorch's `StepLR(gamma=, step_size=)`; Keras' and Optax's exponential decay with
    `staircase=True`. PyTorch counts calls of `scheduler.step()`, most often one an epoch.
    """

    lr: object
    drop: object
    every: object

    def _rate(self, step):
        return self.lr * self.drop ** np.floor(step / self.every)


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(Schedule):
    """`StepDecay` without the stairs: the same fall, a little at every step.

    ::

        η_t = η · drop^(t / every)

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at the start.
    drop : number or array
        The factor, above 0 and at most 1.
    every : int or array of ints, default 1
        After how many steps the factor is reached.

    Examples
    --------
    >>> print(Exponential(1.0, drop=0.25, every=10)([0, 5, 10]))
    [1.   0.5  0.25]

    Frameworks: Keras' `ExponentialDecay` and Optax's `exponential_decay` call the two `decay_rate`
    and `decay_steps` or `transition_steps`; PyTorch's `ExponentialLR(gamma=)` has `every` = 1.
    """

    lr: object
    drop: object
    every: object = 1

    def _rate(self, step):
        return self.lr * self.drop ** (step / self.every)


@dataclass(frozen=True, eq=False, repr=False)
class InverseTime(Schedule):
    """The slow decay that stochastic approximation asks for: Σ η_t = ∞ and Σ η_t² < ∞.

    ::

        η_t = η / (1 + decay · t)

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at the start.
    decay : number or array
        At least 0, in 1/steps: after 1 / decay steps half of the learning rate is left.

    Examples
    --------
    >>> print(InverseTime(1.0, decay=0.1)([0, 10, 90]))
    [1.  0.5 0.1]

    Reference: Robbins, Monro (1951), A stochastic approximation method.

    Frameworks: Keras' `InverseTimeDecay` writes `decay` as decay_rate / decay_steps.
    """

    lr: object
    decay: object

    def _rate(self, step):
        return self.lr / (1 + self.decay * step)


@dataclass(frozen=True, eq=False, repr=False)
class Polynomial(Schedule):
    """A line, or a bent line, from one learning rate to another.

    ::

        η_t = η_end + (η − η_end) · (1 − t / T)^power          until t = T, then η_end

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at the start.
    total_steps : int or array of ints
        T, the step at which the end is reached.
    power : number or array, default 1
        Above 0: 1 is a line, larger falls fast first.
    end_lr : number or array, default 0
        η_end ≥ 0.

    Examples
    --------
    >>> print(Polynomial(1.0, total_steps=10)([0, 5, 10, 11]))
    [1.  0.5 0.  0. ]

    Frameworks: PyTorch's `PolynomialLR` as here with η_end = 0; Optax's `polynomial_schedule` asks
    for all four; Keras' `PolynomialDecay` ends at 0.0001 unless told otherwise.
    """

    lr: object
    total_steps: object
    power: object = 1.0
    end_lr: object = 0.0

    def _rate(self, step):
        left = 1 - np.minimum(step / self.total_steps, 1)
        return self.end_lr + (self.lr - self.end_lr) * left**self.power


@dataclass(frozen=True, eq=False, repr=False)
class Cosine(Schedule):
    """Half a cosine wave from one learning rate to another: slow, fast, slow.

    ::

        η_t = η_end + (η − η_end) · ½ (1 + cos(π t / T))          until t = T, then η_end

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at the start.
    total_steps : int or array of ints
        T, the step at which the end is reached.
    end_lr : number or array, default 0
        η_end ≥ 0.

    Examples
    --------
    >>> print(Cosine(1.0, total_steps=10)([0, 5, 10, 11]).round(12))
    [1.  0.5 0.  0. ]

    Reference: Loshchilov, Hutter (2017), SGDR: stochastic gradient descent with warm restarts.

    Frameworks: Keras' `CosineDecay` and Optax's `cosine_decay_schedule` give the end as a share
    `alpha` of η. PyTorch's `CosineAnnealingLR` rises again after `T_max`.
    """

    lr: object
    total_steps: object
    end_lr: object = 0.0

    def _rate(self, step):
        return _half_cosine(self.lr, self.end_lr, np.minimum(step / self.total_steps, 1))


@dataclass(frozen=True, eq=False, repr=False)
class WarmRestarts(Schedule):
    """Cosines one after the other: each falls, and the next starts from the top again.

    ::

        η_t = η_end + (η − η_end) · ½ (1 + cos(π s / T_i))

    s counts the steps since the last restart, T_i = period · growthⁱ is the length of cycle i.

    Parameters
    ----------
    lr : number or array
        η ≥ 0, at every restart.
    period : int or array of ints
        The length of the first cycle, in steps.
    growth : int, default 1
        How much longer each cycle is than the one before.
    end_lr : number or array, default 0
        η_end ≥ 0; a cycle comes close to it and restarts.

    Examples
    --------
    >>> print(WarmRestarts(1.0, period=2, growth=2)([0, 1, 2, 3, 4, 5, 6]).round(3))
    [1.    0.5   1.    0.854 0.5   0.146 1.   ]

    Reference: Loshchilov, Hutter (2017), SGDR: stochastic gradient descent with warm restarts.

    Frameworks: PyTorch's `CosineAnnealingWarmRestarts(T_0=, T_mult=)` as here. Keras'
    `CosineDecayRestarts` doubles the period (`t_mul=2`) unless told otherwise.
    """

    lr: object
    period: object
    growth: int = 1
    end_lr: object = 0.0

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "growth", whole_number("growth", self.growth, minimum=1))

    def _rate(self, step):
        if self.growth == 1:
            return _half_cosine(self.lr, self.end_lr, step % self.period / self.period)
        # Cycle i starts at step period · (growthⁱ − 1) / (growth − 1). The small number keeps a step
        # that starts a cycle from being rounded into the cycle before.
        cycles = np.log1p(step * (self.growth - 1) / self.period) / np.log(self.growth)
        length = self.period * self.growth ** np.floor(cycles + 1e-12)
        start = (length - self.period) / (self.growth - 1)
        return _half_cosine(self.lr, self.end_lr, (step - start) / length)


@dataclass(frozen=True, eq=False, repr=False)
class OneCycle(Schedule):
    """Up to a large learning rate and down to a tiny one, each along half a cosine.

    ::

        η_0 = peak / start_div  →  η at step warmup_fraction · T = peak  →  η_T = η_0 / end_div

    Parameters
    ----------
    peak_lr : number or array
        The largest learning rate, at least 0.
    total_steps : int or array of ints
        T, the step at which the end is reached.
    warmup_fraction : number or array, default 0.3
        The share of the steps that go up, above 0 and below 1.
    start_div, end_div : number or array, default 25 and 10000
        At least 1.

    Examples
    --------
    >>> print(OneCycle(1.0, total_steps=10)([0, 3, 10]))
    [4.e-02 1.e+00 4.e-06]

    Reference: Smith, Topin (2018), Super-convergence: very fast training of neural networks using
    large learning rates; they went in straight lines and moved the momentum the other way.

    Frameworks: Optax's `cosine_onecycle_schedule` as here, but for rounding `warmup_fraction` · T down.
    PyTorch's `OneCycleLR` ends at step T − 1, peaks at step `pct_start` · T − 1, and moves the momentum too.
    """

    peak_lr: object
    total_steps: object
    warmup_fraction: object = 0.3
    start_div: object = 25.0
    end_div: object = 10000.0

    def _rate(self, step):
        done = np.minimum(step / self.total_steps, 1)
        start = self.peak_lr / self.start_div
        up = _half_cosine(start, self.peak_lr, done / self.warmup_fraction)
        since = (done - self.warmup_fraction) / (1 - self.warmup_fraction)
        down = _half_cosine(self.peak_lr, start / self.end_div, since)
        return np.where(done < self.warmup_fraction, up, down)


@dataclass(frozen=True, eq=False, repr=False)
class Warmup(Schedule):
    """A line from 0 up to where another schedule begins, and then that schedule.

    ::

        η_t = after(0) · t / warmup_steps          while t < warmup_steps
        η_t = after(t − warmup_steps)              from then on

    Parameters
    ----------
    after : schedule or number
        What follows; its own step 0 is step `warmup_steps`.
    warmup_steps : int or array of ints
        The length of the line, at least 0. Step 0 has the learning rate 0, unless there is no line.

    Examples
    --------
    >>> print(Warmup(Cosine(1.0, total_steps=8), warmup_steps=2)([0, 1, 2, 6, 10]).round(12))
    [0.  0.5 1.  0.5 0. ]

    Reference: Goyal et al. (2017), Accurate, large minibatch SGD: training ImageNet in 1 hour.

    Frameworks: Optax's `warmup_cosine_decay_schedule` is `Warmup(Cosine(…))`; its `decay_steps` count
    the warmup too. PyTorch's `LinearLR` starts at a third, not at 0.
    """

    after: object
    warmup_steps: object

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "after", _as_schedule("after", self.after))

    def _rate(self, step):
        part = np.where(step < self.warmup_steps, step / np.maximum(self.warmup_steps, 1), 1)
        return part * _asked("after", self.after, np.maximum(step - self.warmup_steps, 0))


@dataclass(frozen=True, eq=False, repr=False)
class WarmupStableDecay(Schedule):
    """A line up, a plateau, and a line down at the very end, so that the plateau need not know when the end comes.

    ::

        η_t = peak · t / warmup_steps                                        while t < warmup_steps
        η_t = peak                                                           until t = T − decay_steps
        η_t = η_end + (peak − η_end) · (T − t) / decay_steps                 until t = T, then η_end

    Parameters
    ----------
    peak_lr : number or array
        The largest learning rate, at least 0.
    total_steps : int or array of ints
        T, the step at which the end is reached.
    warmup_steps, decay_steps : int or array of ints
        The lengths of the two lines, at least 0 and together at most `total_steps`.
    end_lr : number or array, default 0
        η_end ≥ 0.

    Examples
    --------
    >>> print(WarmupStableDecay(1.0, total_steps=10, warmup_steps=2, decay_steps=4)([0, 1, 2, 6, 7, 9, 10]))
    [0.   0.5  1.   1.   0.75 0.25 0.  ]

    Two runs that differ in `total_steps` alone are one run until the shorter one begins to fall.

    Reference: Hu et al. (2024), MiniCPM: unveiling the potential of small language models with scalable
    training strategies; they let the end fall exponentially. Zhai et al. (2022), Scaling vision
    transformers, ended a rate of 1/√t in such a line.

    Frameworks: Optax's `join_schedules` of two `linear_schedule` and a constant; PyTorch's `SequentialLR`.
    """

    peak_lr: object
    total_steps: object
    warmup_steps: object
    decay_steps: object
    end_lr: object = 0.0

    def __post_init__(self):
        super().__post_init__()
        over = self.warmup_steps + self.decay_steps > self.total_steps
        if over.any():
            raise ValueError(
                "warmup_steps and decay_steps must be at most total_steps together, got "
                f"{_shown(self.warmup_steps)} + {_shown(self.decay_steps)} > {_shown(self.total_steps)}"
            )

    def _rate(self, step):
        up = np.where(step < self.warmup_steps, step / np.maximum(self.warmup_steps, 1), 1)
        left = np.maximum(self.total_steps - step, 0)
        down = np.where(left < self.decay_steps, left / np.maximum(self.decay_steps, 1), left > 0)
        return np.where(step < self.warmup_steps, self.peak_lr * up, self.end_lr + (self.peak_lr - self.end_lr) * down)


@dataclass(frozen=True, eq=False, repr=False)
class Join(Schedule):
    """One schedule after the other, each counting from its own 0.

    ::

        η_t = schedules[i](t − boundaries[i − 1])          for boundaries[i − 1] ≤ t < boundaries[i]

    Parameters
    ----------
    schedules : sequence of schedules or numbers
        At least one.
    boundaries : sequence of ints
        The steps at which the second, third, … schedule begins: ascending, one fewer than schedules.

    Examples
    --------
    >>> print(Join([0.1, Polynomial(1.0, total_steps=4)], boundaries=[2])([0, 1, 2, 4, 6]))
    [0.1 0.1 1.  0.5 0. ]

    Frameworks: Optax's `join_schedules` and PyTorch's `SequentialLR` (with `milestones`) as here.
    """

    schedules: tuple
    boundaries: tuple

    def __post_init__(self):
        schedules = tuple(_as_schedule("schedules", schedule) for schedule in self.schedules)
        boundaries = tuple(whole_number("boundaries", boundary, minimum=1) for boundary in self.boundaries)
        if len(schedules) != len(boundaries) + 1:
            raise ValueError(f"boundaries must be one fewer than the {len(schedules)} schedules, got {len(boundaries)}")
        if list(boundaries) != sorted(set(boundaries)):
            raise ValueError(f"boundaries must ascend, got {boundaries}")
        object.__setattr__(self, "schedules", schedules)
        object.__setattr__(self, "boundaries", boundaries)

    def _rate(self, step):
        rate = _asked("schedules[0]", self.schedules[0], step)
        for i, start in enumerate(self.boundaries, start=1):
            later = _asked(f"schedules[{i}]", self.schedules[i], np.maximum(step - start, 0))
            rate = np.where(step < start, rate, later)
        return rate


def _half_cosine(start, end, done):
    """Return the learning rate between `start` and `end` when the share `done` of the way is gone."""
    return end + (start - end) * 0.5 * (1 + np.cos(np.pi * done))


def _as_schedule(name, value):
    if callable(value):
        return value
    try:
        return Constant(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name} must be a schedule or a learning rate: {error}") from None


def _asked(name, schedule, step):
    """Return what a schedule of anybody's gives, or say which one gave no learning rate."""
    return in_range(f"the learning rate that {name} gives", schedule(step), 0)


def _shown(value):
    if isinstance(value, np.ndarray):
        return f"{value:g}" if value.ndim == 0 else f"<{' × '.join(map(str, value.shape))} values>"
    return repr(value)
