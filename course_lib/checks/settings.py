"""Exercises whose answer is a setting: it is replayed, and right when the replay meets a goal."""

import numpy as np

from course_lib.checks.base import (
    KEEPS_STATE,
    Exercise,
    binds,
    correct,
    does_nothing,
    incorrect,
    not_attempted,
    signature_of,
)
from course_lib.checks.calling import Answer, Problem, Raised, Stopped, in_words, limited
from course_lib.checks.values import fitted, read, same, shown


def setting(*, goal, praise, right, kinds):
    """Declare settings to be found: decorates the replay, a function of the settings (see `course_lib.checks`)."""
    return lambda reference: Setting(reference, praise, goal, right, kinds)


def number(name, low=-np.inf, high=np.inf, least=None):
    """Return a kind of setting: one finite number above `low`, or from `least` on, and below `high`."""

    def convert(answer, prints):
        got = read(answer)
        if isinstance(got, str):
            raise Problem(f"The {name} should be a number, and {shown(got)} is a text: write it without quotes.")
        if not isinstance(got, np.ndarray) or got.size != 1 or got.dtype.kind not in "iuf":
            raise Problem(f"The {name} should be one number, got {shown(got)}.")
        got = float(got.reshape(()))
        if not low < got < high or (least is not None and got < least):
            wanted = f"above {low:g}" if least is None else f"at least {least:g}"
            wanted += "" if high == np.inf else f" and below {high:g}"
            raise Problem(f"The {name} should be {wanted}, got {shown(got)}.")
        return got

    return convert


def at_most(count, limit, unit="steps"):
    """Say how a count stands to a limit, for `progress`: "79 steps", or "81 steps, 1 too many"."""
    if not np.isfinite(count):
        return f"no number of {unit} is enough"
    return f"{count:g} {unit}" + (f", {count - limit:g} too many" if count > limit else "")


def code(*parameters):
    """Return a kind of setting: a function of these arguments (a preparation of data, a schedule)."""

    def convert(answer, prints):
        if not callable(answer):
            raise Problem(f"A function of ({', '.join(parameters)}) is wanted, got {shown(read(answer))}.")
        signature = signature_of(answer)
        if signature is not None and not binds(signature, *parameters):
            names = ", ".join(map(str, signature.parameters.values()))
            raise Problem(f"Your function should take ({', '.join(parameters)}), but it takes ({names}).")
        return Answer(answer, parameters, prints=prints)

    return convert


class Setting(Exercise):
    """An answer that is replayed: it is right when the replay meets the goal, whatever the setting."""

    def __init__(self, reference, praise, goal, right, kinds):
        super().__init__(reference, praise)
        self.goal, self._declared, self.kinds = goal, right, kinds
        self.words = None

    def progress(self, words):
        """Declare what an explorer says beside the goal while one drags: a function of the settings and the replay."""
        self.words = words
        return words

    def towards(self, **settings):
        """Return whether these settings, by name, meet the goal, and a few words on how far away they are."""
        parts = [settings[name] for name in self.parameters]
        try:
            replay = self.reference(*parts)
        except Problem as problem:
            return False, str(problem)
        return bool(self.goal(replay)), self.words(*parts, replay) if self.words else ""

    @property
    def right(self):
        """The settings declared right, a list; a function that returns them is called now."""
        return self._declared() if callable(self._declared) else self._declared

    def telling(self):
        """Return settings that tell much, as dicts by name: the right ones, and an example of each mistake."""
        answers = [*self.right, *(mistake.example for mistake in self.mistakes)]
        return [dict(zip(self.parameters, self._parts(answer), strict=True)) for answer in answers]

    def _judge(self, answer):
        try:
            return limited(lambda prints: self._replay(answer, prints))
        except Stopped as stopped:
            return incorrect(f"Your answer takes too long. {stopped}", "takes too long")
        except Problem as problem:
            return incorrect(str(problem), "unusable answer")
        except Raised as raised:
            if raised.failure.kind == "NotImplementedError":
                return not_attempted()
            at = [f"at       {raised.failure.line}"] if raised.failure.line else []
            return incorrect(f"Your function stops with {in_words(raised.failure)}", "raises an error", *at)

    def _replay(self, answer, prints):
        parts = self._parts(answer)
        if any(part is None or part is ... or does_nothing(part) for part in parts):
            return not_attempted()
        settings, replay = self._run(parts, prints)
        functions = [it for it in settings if isinstance(it, Answer)]
        for function in functions:
            if function.changed:
                sentence = (
                    f"Your function changes `{function.changed[0]}` in place: work on a copy, or make a new array."
                )
                return incorrect(sentence, "changes its input")
        if functions:
            later = [it for it in self._run(parts, prints)[0] if isinstance(it, Answer)]
            if not all(same(tuple(one.results), tuple(two.results)) for one, two in zip(functions, later, strict=True)):
                return incorrect(KEEPS_STATE, "keeps state")
        if self.goal(replay):
            return correct(self.praise, *settings, replay)
        for mistake in self.mistakes:
            sentence = mistake.wrong(*settings, replay)
            if sentence:
                return incorrect(sentence, mistake.name)
        return incorrect("This does not meet the goal yet.")

    def _run(self, parts, prints):
        settings = [kind(part, prints) for kind, part in zip(self.kinds, parts, strict=True)]
        return settings, self.reference(*settings)

    def _parts(self, answer):
        """Return the settings in order, from a single one, a tuple, or a dict by name."""
        names, got = self.parameters, read(answer)
        if isinstance(got, dict):
            if got.keys() != set(names):
                raise Problem(f"A dict with the keys {', '.join(map(repr, names))} is wanted, got {shown(got)}.")
            return [answer[name] for name in names]
        if len(names) == 1:
            return [answer]
        got = fitted((), got)
        if not isinstance(got, tuple) or len(got) != len(names):
            raise Problem(f"{len(names)} settings are wanted, ({', '.join(names)}); got {shown(got)}.")
        return list(answer)
