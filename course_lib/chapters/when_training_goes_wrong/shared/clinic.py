"""The clinic: a patient is a training, a test is a run or a look at one, a cure changes what the patient is made of.

A patient of your own
---------------------
Write a function that trains, and calls `report(parameters, gradients)` before each of its steps, with the gradients
that it has just computed; lists of arrays as they come. An array of two dimensions or more is a layer's weights, a
vector counts as biases. And one that says what flows through the network: the hidden values (rows, units) of each
layer, then the scores (rows, classes), a column for each class; two classes have two. Here both come from the course's
network::

    import numpy as np

    from course_lib.chapters.when_training_goes_wrong.explorer import ClinicExplorer
    from course_lib.chapters.when_training_goes_wrong.shared.clinic import Patient
    from course_lib.chapters.when_training_goes_wrong.shared.network import digits, forward, gradient, initial

    train_set, test_set = digits()

    def train(X, y, lr, steps, report):
        rng = np.random.default_rng(0)
        parameters = initial((64, 32, 10), rng)
        for _ in range(steps):
            rows = rng.integers(len(y), size=32)
            grads = gradient(parameters, X[rows], y[rows])
            report(parameters, grads)
            parameters = [w - lr * g for w, g in zip(parameters, grads)]
        report(parameters, grads)               # once more, after the last step

    mine = Patient(
        name="my network", train=train, forward=forward, data=train_set, held_out=test_set, lr=3.0, steps=200,
        cause="rate too large", cures={"rate too large": {"lr": 0.3}},
    )
    ClinicExplorer(patients=[mine])

`cures` says, for the causes that one may name, which fields of the patient change when that cure is tried: `lr`,
`data`, `train`, …; the patient's own cause must be among them. A cause may have any name; one that the clinic does not
know stands last in the menu of diagnoses, so give the patient cures of other new names, too, where it shall not tell.
Nothing else that is shown says the cause: `mine.is_caused_by("rate too large")` does, when asked. The rate is said
where η/10 is ordered, or the cause is found.

Count steps, not epochs: the test "one batch" calls `train` with 32 rows, and it must take `steps` steps on these, too.
It may stop before only where a number is no longer finite, and then reports that; the rest counts as NaN.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from course_lib.arguments import in_range, whole_number
from course_lib.chapters.when_training_goes_wrong.shared.network import row_losses
from course_lib.data import Data

TESTS = {  # name: cost in runs of the patient, and what is looked at
    "held-out rows": (1, "loss on rows held out"),
    "one batch": (1, "loss on 32 rows, trained on these alone"),
    "η/10": (2, "the rate, and the loss with a tenth of it"),
    "gradients": (1, "‖gradient‖ by layer"),
    "updates": (1, "‖step‖ / ‖weights‖ by layer"),
    "units": (1, "share of units by layer, and of rows on which they are on"),
    "labels": (3, "share of odd labels by class"),
}
NAMING = 3  # the cost of naming a cause, right or wrong: its cure has to be made, and run
NOT_YET = "not yet"  # what stands in the menu of diagnoses at first
LOOKS, BATCH, NEIGHBORS = 60, 32, 5
SATURATED = 0.97  # a tanh beyond it has a slope below 0.06


@dataclass(frozen=True, eq=False)
class Patient:
    """A training with one hidden cause.

    Parameters
    ----------
    name : str
        What the clinic calls it.
    train : function (X, y, lr, steps, report) -> None
        Trains, and calls `report(parameters, gradients)` before each step and once after the last: steps + 1 times,
        whatever rows it gets. A run whose numbers are no longer finite may end with such a report.
    forward : function (parameters, X) -> list of arrays
        The hidden values of each layer, (rows, units), and last the scores (rows, classes).
    data, held_out : Data
        The rows it is trained on, two at least, and others; y holds classes, whole numbers from 0 on.
    lr : number
        Its learning rate.
    steps : int
        How many steps it takes.
    cause : str
        What is wrong with it, one of the keys of `cures`; any words but "not yet".
    cures : dict
        For each cause that can be treated, the fields of the patient that the cure changes.
    recorded : Chart, optional
        What a job has recorded of it; without it, tests run when they are ordered first.

    Raises
    ------
    TypeError, ValueError
        If a function cannot be called, data are no Data or hold no classes, or a cure changes what there is not, or
        into something that no patient can have; the message names it.
    """

    name: str
    train: object = field(repr=False)
    forward: object = field(repr=False)
    data: Data = field(repr=False)
    held_out: Data = field(repr=False)
    lr: float = field(repr=False)
    steps: int
    cause: str = field(repr=False)
    cures: dict = field(repr=False)
    recorded: object = field(default=None, repr=False)

    def __post_init__(self):
        for name, checked in CHECKED.items():
            object.__setattr__(self, name, checked(name, getattr(self, name)))
        if not isinstance(self.cures, dict):
            raise TypeError(f"cures must be a dict: for each cause the fields that change, got {self.cures!r}")
        if NOT_YET in (self.cause, *self.cures):
            raise ValueError(f"a cause cannot be called {NOT_YET!r}: the menu of diagnoses begins with these words")
        if self.cause not in self.cures:
            raise ValueError(f"cures must hold the cure of the patient's own cause, {self.cause!r}")
        object.__setattr__(self, "cures", {cause: changes(cause, change) for cause, change in self.cures.items()})

    def is_caused_by(self, cause):
        """Return whether this is what is wrong."""
        return cause == self.cause

    def treated(self, cause):
        """Return the patient with the cure of this cause, or None if nobody knows one."""
        return replace(self, **self.cures[cause], recorded=None) if cause in self.cures else None

    @cached_property
    def chart(self):
        """All tests of the patient, a `Chart`: recorded, or run when asked for."""
        return self.recorded or Chart(self)


def changes(cause, change):
    """Return what a cure changes, or say what is wrong with it."""
    if not isinstance(change, dict):
        raise TypeError(f"the cure of {cause!r} must be a dict of fields, such as {{'lr': 0.1}}, got {change!r}")
    if not set(change) <= set(CHECKED):
        strange = ", ".join(sorted(set(change) - set(CHECKED)))
        raise ValueError(f"the cure of {cause!r} changes {strange}, which no patient has")
    return {name: CHECKED[name](f"{name} in the cure of {cause!r}", value) for name, value in change.items()}


def a_function(name, value):
    """Return a function, or raise an error that names the field."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r}")
    return value


def classified(name, value):
    """Return rows with whole numbers from 0 on as classes, or raise an error that names the field."""
    if not isinstance(value, Data):
        raise TypeError(f"{name} must be a Data, got {type(value).__name__}")
    strange = value.y[(value.y < 0) | (value.y % 1 != 0)]
    if strange.size:
        raise ValueError(f"{name} must hold classes in y, whole numbers from 0 on, got {strange[0]:g}")
    return value if value.y.dtype.kind == "i" else replace(value, y=value.y.astype(np.int64))


def rows_to_train_on(name, value):
    """Return rows that are classified, two at least."""
    data = classified(name, value)
    if len(data) < 2:
        raise ValueError(f"{name} must have 2 rows at least: labels are compared with those near by")
    return data


def one_rate(name, value):
    """Return a rate above 0, or raise an error that names the field."""
    if in_range(name, value, 0, low_open=True).ndim:
        raise ValueError(f"{name} must be one number, got shape {np.shape(value)}")
    return float(value)


CHECKED = {  # what a cure can change, and what it must be
    "train": a_function,
    "forward": a_function,
    "data": rows_to_train_on,
    "held_out": classified,
    "lr": one_rate,
    "steps": lambda name, value: whole_number(name, value, 1),
}


class Chart:
    """What the tests of a patient show; each is run when it is looked at first.

    Attributes
    ----------
    at : array (looks,)
        The steps at which a run is looked at.
    loss, held_out : arrays (looks,)
        Cross-entropy on all training rows and on the others.
    gradients, updates : arrays (layers, looks)
        Norm of the gradient of each layer's weights (arrays of two dimensions or more), and of their step over theirs.
    units : array (3, hidden layers)
        At the end: the share of units that are 0 on every training row, of those beyond ±0.97 on nine rows of ten, and
        of all pairs of a unit and a row those where the unit is not 0.
    one_batch, tenth : arrays (looks,)
        Cross-entropy on the first 32 rows when these are all; on all rows with a tenth of the rate.
    labels : array (classes,)
        For each class, the share of rows whose label is not the most frequent one among their five nearest rows; NaN
        for a class without rows.
    """

    def __init__(self, patient):
        self._patient = patient

    def __getattr__(self, name):
        if name in ("loss", "held_out", "gradients", "updates", "units"):
            vars(self).update(observed(self._patient))
        elif name == "one_batch":
            few = Data(self._patient.data.X[:BATCH], self._patient.data.y[:BATCH])
            self.one_batch = observed(replace(self._patient, data=few, recorded=None))["loss"]
        elif name == "tenth":
            self.tenth = observed(replace(self._patient, lr=self._patient.lr / 10, recorded=None))["loss"]
        elif name == "labels":
            self.labels = odd_labels(self._patient.data)
        elif name == "at":
            self.at = looks(self._patient.steps)
        else:
            raise AttributeError(name)
        return vars(self)[name]

    def cured(self, cause):
        """Return loss and held-out loss with the cure of a cause, an array (2, looks), or None without one."""
        kept = vars(self).setdefault("_cured", {})
        if cause not in kept:
            treated = self._patient.treated(cause)
            run = treated and observed(treated)
            kept[cause] = run and np.array([run["loss"], run["held_out"]])
        return kept[cause]


class Recorded:
    """A chart as a job has kept it: the same attributes, nothing runs."""

    def __init__(self, arrays):
        vars(self).update({name: value for name, value in arrays.items() if not name.startswith("cured ")})
        self._cured = {name.removeprefix("cured "): it for name, it in arrays.items() if name.startswith("cured ")}

    def cured(self, cause):
        return self._cured.get(cause)


def looks(steps):
    """Return the steps at which a run is looked at, the first and the last among them."""
    return np.unique(np.linspace(0, steps, min(LOOKS, steps) + 1).round().astype(int))


def update_ratio(w, step):
    """Return ‖step‖ / ‖w‖; infinite where something is added to nothing, 0 where nothing is added."""
    size, length = np.linalg.norm(w), np.linalg.norm(step)
    return 0.0 if length == 0 else float(length / size) if size else np.inf


def finite(*arrays):
    """Return whether every number is finite."""
    return all(np.isfinite(array).all() for array in arrays)


class Observer:
    """What a run reports to: it keeps, look by look, losses, gradient norms and update ratios."""

    def __init__(self, patient):
        self.patient, self.at = patient, set(looks(patient.steps).tolist())
        self.t, self.last, self.since, self.kept = 0, None, [], []

    def __call__(self, parameters, gradients):
        weights = [k for k, w in enumerate(parameters) if np.ndim(w) >= 2]
        norms = [np.linalg.norm(gradients[k]) for k in weights]
        before = self.last or parameters
        ratios = [update_ratio(before[k], parameters[k] - before[k]) for k in weights]
        self.since.append((norms, ratios))
        self.last, self.norms = [np.array(w) for w in parameters], norms
        if self.t in self.at:
            norms, ratios = zip(*self.since, strict=True)
            self.kept.append((self._losses(), np.max(norms, axis=0), np.median(ratios, axis=0)))
            self.since = []
        self.t += 1

    def _losses(self):
        both = self.patient.data, self.patient.held_out
        return [row_losses(self._scores(data), data.y).mean() for data in both]

    def _scores(self, data):
        scores, most = self.patient.forward(self.last, data.X)[-1], data.y.max()
        if np.ndim(scores) != 2 or np.shape(scores)[1] <= most:
            wanted = f"({len(data)}, {most + 1}) at least, a column for each class"
            raise ValueError(f"forward must return scores of shape {wanted}, as its last; got {np.shape(scores)}")
        return scores

    def end(self):
        """Fill up a run that ended early since a number was no longer finite; raise if it ended for something else."""
        wanted = self.patient.steps + 1
        if 0 < self.t < wanted and not finite(*self.last, self.norms, self._losses()):
            lost = [np.full(np.shape(w), np.nan) for w in self.last]
            while self.t < wanted:
                self(lost, lost)
        if self.t != wanted:
            rows = len(self.patient.data)
            said = f"train must call report {wanted} times, steps + 1, whatever rows it gets, and did so {self.t} times"
            early = "; only a run with a number that is NaN or infinite may end early, after a report of it"
            early *= self.t < wanted
            raise ValueError(f"{said} on {rows} rows: count steps, not epochs{early}")


def observed(patient):
    """Train a patient once and return what a chart holds of that run."""
    report = Observer(patient)
    with np.errstate(all="ignore"):
        patient.train(patient.data.X, patient.data.y, patient.lr, patient.steps, report)
        report.end()
        hidden = patient.forward(report.last, patient.data.X)[:-1]
        units = np.array([(dead(values), saturated(values), on(values)) for values in hidden])
    units = units.reshape(-1, 3).T
    losses, norms, ratios = (np.array(part, dtype=float).T for part in zip(*report.kept, strict=True))
    ratios[:, 0] = ratios[:, 1]  # before the first step nothing has moved
    return {"loss": losses[0], "held_out": losses[1], "gradients": norms, "updates": ratios, "units": units}


def dead(values):
    """Return the share of units (columns) that are 0 on every row."""
    return np.all(values == 0, axis=0).mean()


def on(values):
    """Return the share of pairs of a unit and a row where the unit is not 0; NaN where a value is no finite number."""
    return np.mean(values != 0) if np.isfinite(values).all() else np.nan


def saturated(values):
    """Return the share of units that are beyond ±0.97 on nine rows of ten; 0 where values are not within ±1."""
    often = np.mean(np.abs(values) > SATURATED, axis=0) > 0.9
    return often.mean() if np.abs(values).max() <= 1 else 0.0


def odd_labels(data):
    """Return for each class the share of rows whose label is not the most frequent one of their nearest rows.

    NaN for a class without rows.
    """
    squares = (data.X**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * data.X @ data.X.T
    np.fill_diagonal(apart, np.inf)
    few = min(NEIGHBORS, len(data.y) - 1)
    near = data.y[np.argpartition(apart, few - 1, axis=1)[:, :few]]
    classes = np.arange(data.y.max() + 1)
    votes = (near[..., None] == classes).sum(axis=1)
    odd = votes[np.arange(len(data.y)), data.y.astype(int)] < votes.max(axis=1)
    return np.array([odd[data.y == c].mean() if np.any(data.y == c) else np.nan for c in classes])
