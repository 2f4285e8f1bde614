"""What a model needs in training: memory of a device and time of an update, as stacked bars."""

from dataclasses import dataclass

import numpy as np

from course_lib import optimizers, plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.theory import costs
from course_lib.words import counted, short

RULES = (
    "GradientDescent", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AdamW", "AMSGrad", "NAdam"
)  # fmt: skip
DEVICES = ("16", "24", "40", "80", "141")
GB = 1e9
COLORS = dict(zip(("weights", "gradients", "extra", "state", "rest"), (look["color"] for look in plots.CYCLE)))
SIZES = {"TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3}
TIMES = {"min": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
LABELS = {"extra": "master, or Kahan's second", "rest": "activations and buffers"}


class CostExplorer(Explorer):
    """Memory that each device holds, and the time to move an update's bytes, at all four stages of sharding.

    Parameters
    ----------
    **settings
        First values of the controls: `billions` (of parameters), `rule`, `precision`, `devices`, `stage`, `memory`
        (in GB, a text), `rest` (in GB), `bandwidth` (in GB/s).

    Examples
    --------
    >>> from course_lib.chapters.what_an_update_costs.explorer import CostExplorer
    >>> explorer = CostExplorer(billions=1, devices=8, stage=1, rest=0)
    >>> explorer.result.total(1) / 1e9, explorer.result.fits
    (5.5, True)
    """

    title = "What training needs"
    answers = ("devices", "stage")
    recorded = ("devices", "stage")
    controls = (
        Slider(name="billions", label="billions of parameters", low=0.001, high=1000, value=7, log=True),
        Choice(name="rule", label="rule", value="Adam", options=RULES),
        Choice(name="precision", label="numbers", value="mixed", options=tuple(costs.PRECISIONS)),
        Slider(name="devices", label="devices", low=1, high=128, value=8, whole=True, play=True),
        Slider(name="stage", label="stage: what is divided", low=0, high=3, value=0, whole=True),
        Choice(name="memory", label="memory of a device, GB", value="80", options=DEVICES),
        Slider(name="rest", label="activations, buffers, GB", low=0, high=100, value=10, step=1),
        Slider(name="bandwidth", label="bandwidth, GB/s", low=10, high=10_000, value=1000, log=True),
    )

    def view(self, v):
        slowest = sum(costs.traffic(getattr(optimizers, v.rule), v.precision).values()) * v.billions
        return v.memory, _round_top(1e3 * slowest / v.bandwidth)

    def background(self, figure, memory, top):
        left, right = figure.subplots(1, 2)
        for name, color in COLORS.items():
            left.plot([], [], color=color, linewidth=8, linestyle="-", label=LABELS.get(name, name))
        left.axhline(float(memory), color=plots.INK, linewidth=1.5, linestyle="--")
        left.set(ylim=(0, 2.5 * float(memory)), ylabel="GB on a device", title="Memory (dashed: what there is)")
        right.set(ylim=(0, top), ylabel="milliseconds", title="Bytes of an update / bandwidth")
        for ax in (left, right):
            ax.set(xlim=(-0.6, 3.6), xlabel="stage: what is divided")
            ax.set_xticks(range(4), ["0\nnothing", "1\nstate", "2\n+ gradients", "3\n+ weights"])
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=9)
        return left, right

    def compute(self, v):
        rule = getattr(optimizers, v.rule)
        held = [costs.memory(rule, v.precision, v.devices, stage) for stage in costs.STAGES]
        held = [
            {name: size * v.billions * GB for name, size in parts.items()} | {"rest": v.rest * GB} for parts in held
        ]
        moved = {name: size * v.billions * GB for name, size in costs.traffic(rule, v.precision).items()}
        shares = [1, *[1 / v.devices] * 3]
        seconds = [{name: size * share / GB / v.bandwidth for name, size in moved.items()} for share in shares]
        return Need(held, seconds, v.stage, float(v.memory) * GB)

    def draw(self, pen, axes, v, it):
        left, right = axes
        for ax, stages, unit, units in ((left, it.held, GB, SIZES), (right, it.seconds, 1e-3, TIMES)):
            top = ax.get_ylim()[1]
            for stage, parts in enumerate(stages):
                base = 0.0
                for name, size in parts.items():
                    pen.bars(ax, stage, min(base + size / unit, 2 * top), COLORS[name], base=min(base, 2 * top))
                    base += size / unit
                height = 0.04 * top + float(np.clip(base, 0.05 * top, 0.9 * top))
                text, color = in_units(base * unit, units), plots.INK
                if base > top:  # the bar is cut, and the number stands on it
                    text, color = f"{text} ↑", "white"
                pen.text(ax, stage, height, text, color=color, size=9)
            pen.dots(ax, v.stage, 0.02 * top, color=plots.INK, size=9)

    def sentence(self, v, it):
        where = f"{counted(v.devices, 'device')}, stage {v.stage}"
        room = f"fits into {v.memory} GB" if it.fits else f"does not fit into {v.memory} GB"
        return (
            f"{short(v.billions)} billion parameters with {v.rule}, {v.precision}, on {where}: "
            f"{in_units(it.total(v.stage), SIZES)} on a device, {short(v.rest)} GB of them activations and buffers; "
            f"it {room}. Moving the bytes of an update takes {in_units(sum(it.seconds[v.stage].values()), TIMES)}."
        )


@dataclass(frozen=True)
class Need:
    """Bytes held and seconds of an update by what they are for, one dict for each stage; the stage chosen, the room."""

    held: list
    seconds: list
    stage: int
    room: float

    def total(self, stage):
        """Return the bytes that a device holds at a stage."""
        return sum(self.held[stage].values())

    @property
    def fits(self):
        return self.total(self.stage) <= self.room


def in_units(value, units):
    """Return a size or time in the largest of the units that it reaches, the largest of which stand first.

    Examples
    --------
    >>> in_units(53.5e9, SIZES), in_units(125e3, SIZES), in_units(2800.0, TIMES)
    ('53.5 GB', '125 kB', '46.7 min')
    """
    name = next((name for name, size in units.items() if value >= size), list(units)[-1])
    return f"{short(value / units[name])} {name}"


def _round_top(value):
    """Return 1, 2 or 5 times a power of ten that is at least a tenth above a value."""
    power = 10.0 ** np.floor(np.log10(1.1 * value))
    return float(next(power * k for k in (1, 2, 5, 10) if power * k >= 1.1 * value))
