"""The clinic to drag: order tests for a patient, pay for them, name the cause, and see what its cure does."""

import numpy as np

from course_lib import plots
from course_lib.chapters.when_training_goes_wrong.shared.clinic import NAMING, NOT_YET, TESTS, Patient
from course_lib.chapters.when_training_goes_wrong.shared.patients import CAUSES
from course_lib.chapters.when_training_goes_wrong.shared.patients import patients as of_the_clinic
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider, Toggle
from course_lib.words import counted, short

NAMES = {test: test.replace("-", "_").replace(" ", "_").replace("η/10", "tenth") for test in TESTS}  # of the controls
LOOKS = {  # of the losses, by what they are
    "training rows": (plots.COLORS["Momentum"], "-"),
    "held-out rows": (plots.COLORS["Adam"], "--"),
    "one batch": (plots.COLORS["AdaGrad"], ":"),
    "η/10": (plots.COLORS["AMSGrad"], "-."),
}
CURED = plots.COLORS["RMSProp"]
KINDS = {"off": LOOKS["training rows"][0], "bent": LOOKS["held-out rows"][0], "on": plots.COLORS["AMSGrad"]}  # of units
LAYERS = [plots.COLORS[name] for name in ("Nesterov", "Momentum", "AMSGrad", "AdaGrad", "Adam")]
LIMITS = {"gradients": (1e-4, 1e4), "updates": (1e-6, 10)}


class ClinicExplorer(Explorer):
    """Patients, each a real training with one hidden cause; tests to order at a price; a diagnosis, and its cure.

    The complaint is the loss on the training rows; everything else is shown when its test is ordered, the rate with
    η/10, or when the cause is found. Layers are numbered from the input. A named cause is treated: in green, the same
    run with that cure, held out dashed where held-out rows are ordered. A patient's bill counts all tests that were
    ever ordered for it in this explorer, and 3 for each cause that was named, right or wrong; nothing is taken back.
    Another patient begins without a diagnosis.

    Parameters
    ----------
    patients : sequence of Patient, optional
        Yours, made as `course_lib.chapters.when_training_goes_wrong.shared.clinic` tells; by default the clinic's.
    **settings
        First values of the controls: `patient`, the tests (`held_out_rows`, `one_batch`, `tenth`, `gradients`,
        `updates`, `units`, `labels`, or `everything`), `diagnosis`, and `look`, the place in the run that the sentence
        reads.

    Raises
    ------
    TypeError, ValueError
        If `patients` are no sequence of Patient, if there is none, or two have one name.

    Examples
    --------
    >>> from course_lib.chapters.when_training_goes_wrong.explorer import ClinicExplorer
    >>> explorer = ClinicExplorer(patient="patient 3", gradients=True, labels=True)
    >>> explorer.result.bill
    4
    """

    title = "The clinic"
    size = (9.4, 2.95)
    answers = ("diagnosis",)
    recorded = ("patient", "look")

    def __init__(self, patients=None, goal=None, hide=(), **settings):
        several = isinstance(patients, (list, tuple)) and all(isinstance(one, Patient) for one in patients)
        given = tuple(patients) if several else of_the_clinic()
        admitted = given or of_the_clinic()
        self._patients, self._ordered, self._named = {one.name: one for one in admitted}, {}, {}
        causes = dict.fromkeys([*CAUSES, *(cause for one in admitted for cause in one.cures)])
        self.controls = (
            Choice(name="patient", label="patient", value=admitted[0].name, options=tuple(self._patients)),
            Slider(name="look", label="read at % of steps", low=0, high=100, value=100, whole=True),
            *(Toggle(name=NAMES[test], label=f"{test} ({cost})", value=False) for test, (cost, _) in TESTS.items()),
            Toggle(name="everything", label=f"all ({sum(cost for cost, _ in TESTS.values())})", value=False),
            Choice(name="diagnosis", label="diagnosis", value=NOT_YET, options=(NOT_YET, *causes)),
        )
        super().__init__(goal=goal, hide=hide, **settings)
        if patients is not None and not several:  # said last: a widget that is half made cannot be taken off
            raise TypeError("patients must be a list of Patient, as in ClinicExplorer(patients=[mine])")
        if len(self._patients) != len(given):
            raise ValueError("patients must have names of their own, and there must be one at least")

    def background(self, figure):
        axes = figure.subplots(1, 4, gridspec_kw={"width_ratios": (1.7, 1, 1, 1.2)})
        losses, *by_layer, shares = axes
        for ax in (losses, *by_layer):
            ax.set(yscale="log", xlim=(0, 108), xticks=[0, 50, 100], xlabel="% of the steps")
        losses.set(title="Cross-entropy", ylim=(1e-5, 1e2))
        for name, (color, style) in LOOKS.items():
            losses.plot([], [], color=color, linestyle=style, label=name)
        losses.plot([], [], color=CURED, label="with the cure")
        losses.legend(loc="lower left", ncols=2, fontsize=8)
        for ax, (test, limits) in zip(by_layer, LIMITS.items(), strict=True):
            powers = np.arange(round(np.log10(limits[0])), round(np.log10(limits[1])) + 1, 2)
            ax.set(ylim=limits, title=test.capitalize())
            ax.set_yticks(10.0**powers, [f"$10^{{{power}}}$" for power in powers])
            ax.minorticks_off()
        shares.set(title="Shares", ylim=(0, 1.2), yticks=[0, 0.5, 1], xlim=(0, 20), xticks=[5, 15])
        shares.set_xticklabels(["units", "labels"])
        shares.axvline(10, color=plots.MUTED, linewidth=0.8)
        for word, color in KINDS.items():
            shares.plot([], [], color=color, linewidth=4, label=word)
        shares.legend(loc="upper left", ncols=3, fontsize=8, handlelength=0.8, columnspacing=0.8)
        return tuple(axes)

    def compute(self, v):
        ordered = tuple(test for test in TESTS if v.everything or getattr(v, NAMES[test]))
        diagnosis = None if v.diagnosis == NOT_YET else v.diagnosis
        ever = self._ordered.get(v.patient, set()) | set(ordered)
        named = self._named.get(v.patient, set()) | ({diagnosis} if diagnosis else set())
        bill = sum(TESTS[test][0] for test in ever) + NAMING * len(named)
        return Visit(self._patients[v.patient], ordered, bill, diagnosis)

    def _show(self, settings):
        before = getattr(self, "_settings", settings)
        if settings["patient"] != before["patient"] and settings["diagnosis"] == before["diagnosis"]:
            settings = settings | {"diagnosis": NOT_YET}  # what was said of one patient is not said of the next
        super()._show(settings)
        done = self._result  # shown: only now it is charged
        self._ordered.setdefault(done.patient.name, set()).update(done.ordered)
        if done.diagnosis:
            self._named.setdefault(done.patient.name, set()).add(done.diagnosis)

    def draw(self, pen, axes, v, it):
        losses, gradients, updates, shares = axes
        chart = it.patient.chart
        percent = 100 * chart.at / chart.at[-1]
        for ax in axes[:3]:
            pen.line(ax, [v.look, v.look], ax.get_ylim(), color=plots.MUTED, width=0.8, alpha=0.6)
        curves = {"training rows": chart.loss}
        for test, name in (("held-out rows", "held_out"), ("one batch", "one_batch"), ("η/10", "tenth")):
            if test in it.ordered:
                curves[test] = getattr(chart, name)
        for name, curve in curves.items():
            color, style = LOOKS[name]
            pen.curve(losses, np.linspace(0, 100, len(curve)), curve, color=color, style=style)
        if it.cured is not None:
            for curve, style in list(zip(it.cured, ("-", "--"), strict=True))[: 1 + ("held-out rows" in it.ordered)]:
                pen.curve(losses, np.linspace(0, 100, len(curve)), curve, color=CURED, style=style)
        for ax, test in ((gradients, "gradients"), (updates, "updates")):
            if test in it.ordered:
                self._by_layer(pen, ax, percent, getattr(chart, test))
            else:
                pen.text(ax, 54, np.sqrt(np.prod(ax.get_ylim())), "not ordered", color=plots.MUTED, size=9)
        if "units" in it.ordered:
            self._units(pen, shares, chart.units)
        if "labels" in it.ordered:
            places = 10 + (np.arange(len(chart.labels)) + 0.5) * 10 / len(chart.labels)
            odd, width = np.nan_to_num(chart.labels), 7 / len(chart.labels)
            pen.bars(shares, places, odd, color=LOOKS["training rows"][0], width=width)
        for test, middle in (("units", 5), ("labels", 15)):
            if test not in it.ordered:
                pen.text(shares, middle, 0.5, "not ordered", color=plots.MUTED, size=9)

    def _by_layer(self, pen, ax, percent, values):
        low, high = ax.get_ylim()
        if not len(values):
            pen.text(ax, 54, np.sqrt(low * high), "no matrix", color=plots.MUTED, size=9)
        ends = [curve[np.isfinite(curve)][-1] if np.isfinite(curve).any() else low for curve in values]
        heights = np.log(np.clip(ends, low, high) / low) / np.log(high / low)
        for k, (curve, height) in enumerate(zip(values, apart(heights, 0.06), strict=True)):
            color = LAYERS[k % len(LAYERS)]
            pen.curve(ax, percent, curve, color=color, width=1.4)
            pen.text(ax, 104, low * (high / low) ** height, str(k + 1), color=color, size=8)

    def _units(self, pen, ax, units):
        """Draw the shares of dead and of saturated units, and how often they are on: three bars a hidden layer."""
        layers = units.shape[1]
        if not layers:
            pen.text(ax, 5, 0.5, "no hidden\nlayer", color=plots.MUTED, size=9)
            return
        places = (np.arange(layers) + 0.5) * 10 / layers
        for shares, shift, color in zip(units, (-1, 0, 1), KINDS.values(), strict=True):
            pen.bars(ax, places + shift * 2.6 / layers, np.nan_to_num(shares), color=color, width=2.2 / layers)

    def sentence(self, v, it):
        chart = it.patient.chart
        place = int(np.abs(100 * chart.at / chart.at[-1] - v.look).argmin())
        rate = f" at η = {short(it.patient.lr)}" if "η/10" in it.ordered or it.right else ""
        start = f"{it.patient.name}, {counted(it.patient.steps, 'step')}{rate}: loss "
        start += f"{said(chart.loss[0])} at the start, {said(chart.loss[place])} after {chart.at[place]}. "
        start += " ".join(FOUND[test](chart, place) for test in it.ordered)
        start = f"{start.rstrip()} The bill: {it.bill}."
        if it.diagnosis is None:
            return start
        verdict = f"{'Right' if it.right else 'Not'}: {it.diagnosis}."
        if it.cured is None:
            return f"{start} {verdict} For this cause the patient has no cure to try."
        which = "held-out rows" in it.ordered  # only who has ordered these learns what the cure does to them
        before, after = (chart.loss, chart.held_out)[which][-1], it.cured[int(which)][-1]
        kind = "held-out" if which else "training"
        return f"{start} {verdict} The cure: {kind} loss at the end from {said(before)} to {said(after)}."


def said(number):
    """Return a number as the sentence says it; what is no number is called so."""
    return "NaN" if np.isnan(number) else short(number)


def apart(heights, gap):
    """Return heights from 0 to 1 moved so that no two are nearer than `gap`, in the same order."""
    order, moved = np.argsort(heights), np.array(heights, dtype=float)
    for k, place in enumerate(order):
        least = gap / 2 if k == 0 else moved[order[k - 1]] + gap
        moved[place] = max(moved[place], least)
    for k in range(len(order) - 1, -1, -1):
        most = 1 - gap / 2 if k == len(order) - 1 else moved[order[k + 1]] - gap
        moved[order[k]] = min(moved[order[k]], most)
    return moved


def _units(it):
    if not it.units.shape[1]:
        return "No hidden units."
    off, bent, on = (_each(100 * row) for row in it.units)
    return f"Units off {off} %, bent {bent} %, on in {on} % of the rows."


def _by_layer(values, at):
    if not len(values):
        return "no matrix of weights."
    now, most = _each(values[:, at]), _each(np.fmax.reduce(values, axis=1))
    layers = f"layer 1 to {len(values)}" if len(values) > 1 else "layer 1"
    return f"{layers}: {now}." if now == most else f"{layers}: {now} (most {most})."


def _each(numbers):
    return ", ".join(said(float(f"{number:.2g}")) for number in numbers)


FOUND = {  # what a test says in words, of the look at a place
    "held-out rows": lambda it, at: f"Held out {said(it.held_out[at])} (least {said(np.fmin.reduce(it.held_out))}).",
    "one batch": lambda it, at: f"One batch {said(it.one_batch[at])}.",
    "η/10": lambda it, at: f"With η/10 the loss {said(it.tenth[at])}.",
    "gradients": lambda it, at: f"Gradients, {_by_layer(it.gradients, at)}",
    "updates": lambda it, at: f"Updates, {_by_layer(it.updates, at)}" if at else "No update yet.",
    "units": lambda it, at: _units(it),
    "labels": lambda it, at: f"Odd labels {said(float(f'{100 * np.nanmean(it.labels):.2g}'))} %.",
}


class Visit:
    """What is known of a patient: the tests that were ordered, what they cost, and what a named cause's cure does.

    Attributes
    ----------
    patient : Patient
    ordered : tuple of str
        Names of the tests that are shown, in the order of TESTS.
    bill : int
        What was ever ordered for this patient, and 3 for each cause that was ever named.
    diagnosis : str or None
    right : bool or None
        Whether the diagnosis is the patient's cause; None without one.
    cured : array (2, looks) or None
        Training and held-out loss of the run with the cure of the diagnosis.
    """

    def __init__(self, patient, ordered, bill, diagnosis=None):
        self.patient, self.ordered, self.bill, self.diagnosis = patient, ordered, bill, diagnosis
        self.right = None if diagnosis is None else patient.is_caused_by(diagnosis)
        self.cured = None if diagnosis is None else patient.chart.cured(diagnosis)
