"""The clinic to drag: order tests for a patient, pay for them, name the cause, and see what its cure does."""

import numpy as np

from course_lib import plots
from course_lib.chapters.when_training_goes_wrong.shared.clinic import TESTS
from course_lib.chapters.when_training_goes_wrong.shared.patients import CAUSES
from course_lib.chapters.when_training_goes_wrong.shared.patients import patients as of_the_clinic
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider, Toggle
from course_lib.words import short

NOT_YET = "not yet"
NAMES = {test: test.replace("-", "_").replace(" ", "_").replace("η/10", "tenth") for test in TESTS}  # of the controls
LOOKS = {  # of the losses, by what they are
    "training rows": (plots.COLORS["Momentum"], "-"),
    "held-out rows": (plots.COLORS["Adam"], "--"),
    "one batch": (plots.COLORS["AdaGrad"], ":"),
    "η/10": (plots.COLORS["AMSGrad"], "-."),
}
CURED = plots.COLORS["RMSProp"]
LAYERS = [plots.COLORS[name] for name in ("Nesterov", "Momentum", "AMSGrad", "AdaGrad", "Adam")]
LIMITS = {"gradients": (1e-4, 1e4), "updates": (1e-6, 10)}


class ClinicExplorer(Explorer):
    """Patients, each a real training with one hidden cause; tests to order at a price; a diagnosis, and its cure.

    The complaint is the loss on the training rows; everything else is shown when its test is ordered. Layers are
    numbered from the input. A named cause is treated: in green, the same run with that cure, held out dashed.

    Parameters
    ----------
    patients : sequence of Patient, optional
        Yours, made as `course_lib.chapters.when_training_goes_wrong.shared.clinic` tells; by default the clinic's.
    **settings
        First values of the controls: `patient`, the tests (`held_out_rows`, `one_batch`, `tenth`, `gradients`,
        `updates`, `units`, `labels`), `diagnosis`, and `look`, the place in the run that the sentence reads.

    Raises
    ------
    ValueError
        If there is no patient, or two have one name.

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
    recorded = ("patient", "diagnosis")

    def __init__(self, patients=None, goal=None, hide=(), **settings):
        given = tuple(of_the_clinic() if patients is None else patients)
        admitted = given or of_the_clinic()
        self._patients = {one.name: one for one in admitted}
        causes = dict.fromkeys([*CAUSES, *(cause for one in admitted for cause in one.cures)])
        self.controls = (
            Choice(name="patient", label="patient", value=admitted[0].name, options=tuple(self._patients)),
            Slider(name="look", label="read at % of steps", low=0, high=100, value=100, whole=True),
            *(Toggle(name=NAMES[test], label=f"{test} ({cost})", value=False) for test, (cost, _) in TESTS.items()),
            Choice(name="diagnosis", label="diagnosis", value=NOT_YET, options=(NOT_YET, *causes)),
        )
        super().__init__(goal=goal, hide=hide, **settings)
        if len(self._patients) != len(given):  # said last: a widget that is half made cannot be taken off
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
        shares.set(title="Shares", ylim=(0, 1.02), xlim=(0, 20), xticks=[5, 15])
        shares.set_xticklabels(["units", "labels"])
        shares.axvline(10, color=plots.MUTED, linewidth=0.8)
        return tuple(axes)

    def compute(self, v):
        ordered = tuple(test for test in TESTS if getattr(v, NAMES[test]))
        return Visit(self._patients[v.patient], ordered, None if v.diagnosis == NOT_YET else v.diagnosis)

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
            for curve, style in zip(it.cured, ("-", "--"), strict=True):
                pen.curve(losses, percent, curve, color=CURED, style=style)
        for ax, test in ((gradients, "gradients"), (updates, "updates")):
            if test in it.ordered:
                self._by_layer(pen, ax, percent, getattr(chart, test))
            else:
                pen.text(ax, 54, np.sqrt(np.prod(ax.get_ylim())), "not ordered", color=plots.MUTED, size=9)
        if "units" in it.ordered and chart.units.size:  # a linear model has no hidden layer
            self._units(pen, shares, chart.units)
        if "labels" in it.ordered:
            places = 10 + (np.arange(len(chart.labels)) + 0.5) * 10 / len(chart.labels)
            pen.bars(shares, places, chart.labels, color=LOOKS["training rows"][0], width=7 / len(chart.labels))
        for test, middle in (("units", 5), ("labels", 15)):
            if test not in it.ordered:
                pen.text(shares, middle, 0.5, "not ordered", color=plots.MUTED, size=9)

    def _by_layer(self, pen, ax, percent, values):
        low, high = ax.get_ylim()
        for k, curve in enumerate(values):
            color = LAYERS[k % len(LAYERS)]
            pen.curve(ax, percent, curve, color=color, width=1.4)
            end = curve[np.isfinite(curve)][-1] if np.isfinite(curve).any() else low
            pen.text(ax, 104, np.clip(end, low * 2, high / 2), str(k + 1), color=color, size=8)

    def _units(self, pen, ax, units):
        """Draw the shares of dead and of saturated units, a pair of bars for each hidden layer."""
        layers = units.shape[1]
        places = (np.arange(layers) + 0.5) * 10 / layers
        colors = LOOKS["training rows"][0], LAYERS[-1]
        for shares, shift, color, word in zip(units, (-1, 1), colors, ("off", "bent"), strict=True):
            at = places + shift * 2 / layers
            pen.bars(ax, at, np.maximum(shares, 0.01), color=color, width=3 / layers)
            for x, share in zip(at, shares, strict=True):
                pen.text(ax, x, min(share + 0.05, 0.97), word if layers < 3 else word[0], color=color, size=8)

    def sentence(self, v, it):
        chart = it.patient.chart
        place = int(np.abs(100 * chart.at / chart.at[-1] - v.look).argmin())
        start = f"{it.patient.name}, {it.patient.steps} steps at η = {short(it.patient.lr)}: loss "
        start += f"{short(chart.loss[0])} at the start, {short(chart.loss[place])} after {chart.at[place]}. "
        start += " ".join(FOUND[test](chart, place) for test in it.ordered)
        start = f"{start.rstrip()} The bill: {it.bill}."
        if it.diagnosis is None:
            return start
        verdict = f"{'Right' if it.right else 'Not'}: {it.diagnosis}."
        if it.cured is None:
            return f"{start} {verdict} For this cause the patient has no cure to try."
        ends = f"{short(chart.held_out[-1])} to {short(it.cured[1][-1])}"
        return f"{start} {verdict} The cure: held-out loss at the end from {ends}."


FOUND = {  # what a test says in words, of the look at a place
    "held-out rows": lambda it, at: f"Held out {short(it.held_out[at])} (least {short(_finite(it.held_out).min())}).",
    "one batch": lambda it, at: f"One batch {short(it.one_batch[at])}.",
    "η/10": lambda it, at: f"With η/10 {short(it.tenth[at])}.",
    "gradients": lambda it, at: f"Gradients {_by_layer(it.gradients, at)}.",
    "updates": lambda it, at: f"Updates {_by_layer(it.updates, at)}.",
    "units": lambda it, at: _units_in_words(it.units),
    "labels": lambda it, at: f"Odd labels {short(float(f'{100 * it.labels.mean():.2g}'))} %.",
}


def _units_in_words(units):
    if not units.size:
        return "No hidden units."
    return f"Units off {_each(100 * units[0])} %, bent {_each(100 * units[1])} %."


def _by_layer(values, at):
    return f"{_each(values[:, at])} (most {_each(_finite(values).max(axis=1))})"


def _finite(values):
    """Return values with ∞ for what is no number."""
    return np.nan_to_num(values, nan=np.inf, posinf=np.inf)


def _each(numbers):
    return ", ".join(short(float(f"{number:.2g}")) for number in numbers)


class Visit:
    """What is known of a patient: the tests that were ordered, what they cost, and what a named cause's cure does.

    Attributes
    ----------
    patient : Patient
    ordered : tuple of str
        Names of tests, in the order of TESTS.
    bill : int
        What they cost together.
    diagnosis : str or None
    right : bool or None
        Whether the diagnosis is the patient's cause; None without one.
    cured : array (2, looks) or None
        Training and held-out loss of the run with the cure of the diagnosis.
    """

    def __init__(self, patient, ordered, diagnosis=None):
        self.patient, self.ordered, self.diagnosis = patient, ordered, diagnosis
        self.bill = sum(TESTS[test][0] for test in ordered)
        self.right = None if diagnosis is None else patient.is_caused_by(diagnosis)
        self.cured = None if diagnosis is None else patient.chart.cured(diagnosis)
