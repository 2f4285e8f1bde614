"""Exercises whose answer is a number, a choice, or several of them."""

import functools
import math

import numpy as np

from course_lib.checks.base import NOT_ATTEMPTED, Exercise, correct, incorrect, not_attempted
from course_lib.checks.calling import Stopped, limited
from course_lib.checks.values import (
    all_finite,
    fitted,
    is_number,
    read,
    same,
    shape_in_words,
    shown,
)


def value(*, praise, tolerance=0.01, unit="", options=(), parts=(), once=False):
    """Declare a number, a choice, or several of them: decorates a function that returns the right value.

    `parts` names the parts of a tuple, as the task calls them. With `once` each option belongs to one part: who gives
    one to two parts is told so, and not which of them is right.
    """
    return lambda reference: Value(reference, praise, tolerance, unit, options, parts, once)


class Value(Exercise):
    """An answer that must equal what the reference returns, numbers within a relative tolerance."""

    def __init__(self, reference, praise, tolerance, unit, options, parts, once):
        super().__init__(reference, praise)
        self.tolerance, self.unit, self.options, self.parts = tolerance, f" {unit}" if unit else "", options, parts
        self.once = once

    @functools.cached_property
    def expected(self):
        """The right value."""
        return read(self.reference())

    def _judge(self, answer):
        try:
            answer = limited(lambda prints: read(answer))
        except Stopped as stopped:
            return incorrect(f"Your answer takes too long to read. {stopped}", "takes too long")
        answer = _in_the_form_of(self.expected, answer)
        if _unanswered(answer):
            several = isinstance(answer, (tuple, dict))
            return not_attempted("Not attempted yet: one of the answers is still `...`." if several else NOT_ATTEMPTED)
        complaint = self._complaint(self.expected, answer)
        if complaint:
            return incorrect(complaint, "wrong kind of answer")
        if self._equal(self.expected, answer):
            return correct(self.praise)
        for mistake in self.mistakes:
            if same(read(mistake.wrong()), answer, self.tolerance, smallest=1e-12):  # a mistake of 0 is 0
                return incorrect(mistake.sentence.replace("{answer}", shown(answer)), mistake.name)
        if is_number(self.expected):
            return self._about_number(float(self.expected), float(answer))
        if isinstance(self.expected, str):
            return incorrect(f"{shown(answer)} is not it.")
        keys = self.expected if isinstance(self.expected, dict) else range(len(self.expected))
        twice = [option for option in self.options if sum(answer[key] == option for key in keys) > 1]
        if self.once and twice:
            return incorrect(f"Each belongs to one alone, and {' and '.join(map(repr, twice))} to several here.")
        bad = [key for key in keys if not self._equal(self.expected[key], answer[key])]
        if len(bad) == len(keys) > 1:
            return incorrect(f"{'Neither' if len(keys) == 2 else 'None of them'} is right yet.")
        return incorrect(f"Not all of it is right yet: look again at {' and '.join(map(self._part, bad))}.")

    def _part(self, key):
        """Return the name of a part of the answer."""
        if isinstance(self.expected, dict):
            return str(key)
        return f"the {self.parts[key]}" if self.parts else f"number {key + 1}"

    def _equal(self, want, got):
        return same(want, got, self.tolerance, smallest=0.0)

    def _about_number(self, want, got):
        """Say what a wrong number has right: the size, the digits, or at least the direction."""
        written = f"{shown(got)}{self.unit}"
        if want and math.isclose(got, -want, rel_tol=self.tolerance):
            return incorrect(f"{written} has the right size, but the wrong sign.", "wrong sign")
        if abs(got - want) <= 5 * self.tolerance * abs(want):
            return incorrect(f"{written} is close, but not it: it can be computed exactly.", "close")
        power = round(math.log10(got / want)) if got * want > 0 else 0
        if power and math.isclose(got, want * 10.0**power, rel_tol=self.tolerance):
            return incorrect(f"{written} has the right digits, but the point is in the wrong place.", "power of ten")
        return incorrect(f"{written} is too {'large' if got > want else 'small'}.")

    def _complaint(self, want, got):
        """Say what kind of answer is wanted, if it is another kind."""
        if isinstance(want, np.ndarray):
            if isinstance(got, str):
                return f"A number is wanted, and {shown(got)} is a text: write it without quotes."
            if not isinstance(got, np.ndarray) or got.shape != want.shape or got.dtype.kind not in "iuf":
                return f"{shape_in_words(want).capitalize()} is wanted, got {shown(got)}."
            return None if all_finite(got) else f"A finite number is wanted, got {shown(got)}."
        if isinstance(want, str):
            known = isinstance(got, str) and got in self.options
            return None if known else f"Choose one of {', '.join(map(repr, self.options))}; got {shown(got)}."
        if isinstance(want, dict):
            if not isinstance(got, dict) or got.keys() != want.keys():
                return f"A dict with the keys {', '.join(map(repr, want))} is wanted, got {shown(got)}."
            return next(filter(None, (self._complaint(want[key], got[key]) for key in want)), None)
        if not isinstance(got, tuple) or len(got) != len(want):
            return f"{len(want)} answers are wanted, as in ({', '.join('…' for _ in want)}); got {shown(got)}."
        return next(filter(None, map(self._complaint, want, got)), None)


def _unanswered(answer):
    if isinstance(answer, dict):
        return any(map(_unanswered, answer.values()))
    if isinstance(answer, tuple):
        return any(map(_unanswered, answer))
    return answer is None or answer is ...


def _in_the_form_of(want, got):
    """Return a read answer in the form of the expected one: [1] for a number, 'B ' for 'b', a list for a tuple."""
    if isinstance(want, str) and isinstance(got, str):
        return got.strip().casefold()
    got = fitted(want, got)
    if is_number(want) and isinstance(got, np.ndarray) and got.size == 1:
        return got.reshape(())
    if isinstance(want, tuple) and isinstance(got, tuple) and len(want) == len(got):
        return tuple(map(_in_the_form_of, want, got))
    if isinstance(want, dict) and isinstance(got, dict):
        return {key: _in_the_form_of(want[key], part) if key in want else part for key, part in got.items()}
    return got
