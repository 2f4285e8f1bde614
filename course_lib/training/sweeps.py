"""What a sweep returns: losses on named axes, which rate is best, and what failed."""

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib.arguments import one_of

MEASURES = ("loss", "validation_loss", "validation_score")
CURVES = {"loss": "curve", "validation_loss": "validation_curve", "validation_score": "score_curve"}
SCORE = "validation_score"


class SweepWarning(UserWarning):
    """Parts of a sweep have no numbers, or run in another place than was asked for."""


class Failure(NamedTuple):
    """A part of a sweep without numbers: which one, and why."""

    rule: str
    lrs: np.ndarray
    seeds: np.ndarray
    fold: int | None
    reason: str

    def __str__(self):
        fold = "" if self.fold is None else f", fold {self.fold}"
        return f"{self.rule}, {_range('rate', self.lrs)}, {_range('seed', self.seeds)}{fold}: {self.reason}"


class Best(NamedTuple):
    """The best rate of a rule, its typical value, and whether it is the first or the last of several rates."""

    rule: str
    lr: float
    value: float
    at_edge: bool


@dataclass(frozen=True, eq=False)
class Sweep:
    """What happened in `sweep`. The axes are rules × lrs × seeds (× folds, where there are any).

    Attributes
    ----------
    rules : tuple of str
        The rules' names.
    lrs : array of shape (L,), or (R, L) where each rule has rates of its own
        The learning rates.
    seeds : array of shape (S,)
        The seeds.
    folds : array of shape (n,), or None
        The fold of each row of the data, where it was cut into K folds.
    loss : array of shape (R, L, S) or (R, L, S, K)
        The loss on all training data at the end: infinite where the run left the finite numbers, NaN
        where it was not run.
    validation_loss, validation_score : arrays of the same shape, or None
        Loss and score (R² or accuracy) at the end on the data held out; the score of a run that left the
        finite numbers is NaN.
    curve, validation_curve, score_curve : arrays of shape (epochs + 1, R, L, S) or (…, K), or None
        The same before the first epoch and after each, where `curves=True`.
    failed : tuple of Failure
        The parts that were not run to their end, and why.
    """

    rules: tuple
    lrs: np.ndarray
    seeds: np.ndarray
    folds: np.ndarray | None
    loss: np.ndarray
    validation_loss: np.ndarray | None
    validation_score: np.ndarray | None
    curve: np.ndarray | None
    validation_curve: np.ndarray | None
    score_curve: np.ndarray | None
    failed: tuple

    @property
    def complete(self):
        """Whether every part was run to its end."""
        return not self.failed

    @property
    def diverged(self):
        """Which runs left the finite numbers: an array of bool of the shape of `loss`."""
        return np.isposinf(self.loss)

    def typical(self, measure=None):
        """Return the typical value of each rule and rate, of shape (R, L): a geometric mean over the seeds.

        Folds, each with the weight of its rows, are averaged before. One run that left the finite numbers
        makes a rate's loss infinite. Scores have an arithmetic mean.

        Parameters
        ----------
        measure : "loss", "validation_loss" or "validation_score", optional
            None takes "validation_loss" where there is one, else "loss".
        """
        measure = self._measure(measure)
        values = getattr(self, measure)
        if self.folds is not None:
            values = np.average(values, axis=-1, weights=np.bincount(self.folds))
        if measure == SCORE:
            return values.mean(axis=-1)
        if (values < 0).any():
            raise ValueError(f"{measure} must not be negative for a geometric mean, got {values[values < 0][0]:g}")
        with np.errstate(divide="ignore"):
            return np.exp(np.log(values).mean(axis=-1))

    def best(self, rule=None, measure=None):
        """Return the `Best` rate of a rule, or of all rules together if `rule` is None; of ties the smaller rate.

        Raises
        ------
        ValueError
            If there is no such rule or measure, or no rate has finite values for all seeds.
        """
        if rule is not None:
            return self[rule].best(measure=measure)
        measure = self._measure(measure)
        values = self.typical(measure)
        candidates = np.where(np.isfinite(values), values if measure != SCORE else -values, np.inf)
        if np.isinf(candidates).all():
            raise ValueError(f"no learning rate of {', '.join(self.rules)} has a finite {measure} for every seed")
        r, i = np.unravel_index(candidates.argmin(), candidates.shape)
        rates = np.broadcast_to(self.lrs, values.shape)[r]
        return Best(self.rules[r], float(rates[i]), float(values[r, i]), len(rates) > 1 and i in (0, len(rates) - 1))

    def table(self, measure=None):
        """Return a text with a line for each rule: its best rate, its typical value there, and what went wrong."""
        measure = self._measure(measure)
        rows = [("rule", "best rate", measure.replace("_", " "), "", "diverged", "not run")]
        for rule in self.rules:
            one = self[rule]
            try:
                best = one.best(measure=measure)
                found = f"{best.lr:.3g}", f"{best.value:.4g}", "at the edge" if best.at_edge else ""
            except ValueError:
                found = "none", "", ""
            counts = (one.diverged.sum(), np.isnan(one.loss).sum())
            rows.append((rule, *found, *(f"{count} of {one.loss.size}" for count in counts)))
        if not self.failed:
            rows = [row[:-1] for row in rows]
        widths = [max(map(len, column)) for column in zip(*rows)]
        first, *others = (i for i, width in enumerate(widths) if width)
        return "\n".join(
            "  ".join([row[first].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in others)]) for row in rows
        )

    def __getitem__(self, rule):
        """Return the sweep of one rule alone; the axis of the rules stays, with length 1."""
        r = self.rules.index(one_of("rule", rule, self.rules))
        arrays = {name: getattr(self, name) for name in MEASURES}
        curves = {name: getattr(self, name) for name in ("curve", "validation_curve", "score_curve")}
        arrays = {name: values if values is None else values[r : r + 1] for name, values in arrays.items()}
        curves = {name: values if values is None else values[:, r : r + 1] for name, values in curves.items()}
        lrs = self.lrs if self.lrs.ndim == 1 else self.lrs[r]
        failed = tuple(each for each in self.failed if each.rule == rule)
        return dataclasses.replace(self, rules=(rule,), lrs=lrs, failed=failed, **arrays, **curves)

    def __repr__(self):
        names = ("rules", "rates", "seeds", "folds")
        axes = " × ".join(_count(name, number) for name, number in zip(names, self.loss.shape))
        missing = f"{np.isnan(self.loss).sum()} not run" if self.failed else "all run"
        return f"Sweep({axes}; {self.diverged.sum()} diverged, {missing})"

    def _measure(self, measure):
        has = [name for name in MEASURES if getattr(self, name) is not None]
        if measure is None:
            return has[min(1, len(has) - 1)]
        return one_of("measure", measure, has)


def _count(name, number):
    return f"{number} {name.removesuffix('s') if number == 1 else name}"


def _range(name, values):
    return f"{name} {values[0]:g}" if len(values) == 1 else f"{name}s {values[0]:g} to {values[-1]:g}"
