"""The three kinds of exercises, and how each judges an answer. How to declare one: see `course_lib.checks`."""

import difflib
import dis
import functools
import inspect
from dataclasses import dataclass

import numpy as np

from course_lib.checks.calling import Answer, Endless, Problem, Raised, anew, limited, play
from course_lib.checks.values import (
    ROUNDING,
    Strange,
    all_finite,
    fitted,
    fresh,
    is_number,
    read,
    same,
    shown,
    shown_apart,
)

REGISTRY = {}


@dataclass(frozen=True)
class Result:
    """The verdict on an answer.

    Attributes
    ----------
    status : str
        `"correct"`, `"incorrect"` or `"not attempted"`.
    message : str
        The sentence for the student; further lines show the input, what was expected and what came.
    misconception : str or None
        The name of the mistake, where it was recognized.
    """

    status: str
    message: str
    misconception: str | None = None


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make: how it behaves, its name, and the sentence that helps."""

    name: str
    sentence: object
    wrong: object
    example: object = None


class Exercise:
    """What all kinds share: a name, the praise, the mistakes by name, and a place in the registry."""

    def __init__(self, reference, praise):
        self.reference, self.praise, self.name = reference, praise, reference.__name__
        self.mistakes = []
        if self.name in REGISTRY:
            raise ValueError(f"the exercise {self.name!r} is declared twice")
        REGISTRY[self.name] = self

    @property
    def parameters(self):
        """The names of the reference's arguments."""
        return tuple(inspect.signature(self.reference).parameters)

    def __call__(self, *args):
        return self.reference(*args)

    def mistake(self, sentence=None, **more):
        """Declare a mistake; its name is the decorated function's, with spaces."""

        def declare(wrong):
            self.mistakes.append(Mistake(wrong.__name__.replace("_", " "), sentence, wrong, **more))
            return wrong

        return declare

    def judge(self, answer):
        """Return the `Result` for an answer. Whatever the answer is, nothing is raised."""
        if answer is None or answer is ...:
            return not_attempted()
        return self._judge(answer)


def find(name):
    """Return the exercise called `name`, or raise an error that lists the names like it."""
    if not isinstance(name, str):
        raise TypeError(
            f"name must be the exercise's name in quotes, as in check('first_step', first_step); got {shown(name)}"
        )
    if name not in REGISTRY:
        close = difflib.get_close_matches(name, REGISTRY, n=3, cutoff=0.5) or sorted(REGISTRY)
        raise ValueError(f"there is no exercise {name!r}; did you mean {' or '.join(map(repr, close))}?")
    return REGISTRY[name]


def not_attempted(sentence="Not attempted yet: write your answer in the cell above, run it, then run this cell again."):
    return Result("not attempted", sentence)


def incorrect(sentence, misconception=None, *details):
    return Result("incorrect", "\n".join([sentence, *details]), misconception)


def correct(praise, *args):
    return Result("correct", praise(*args) if callable(praise) else praise)


class Function(Exercise):
    """An answer that is a function: it must do what the reference does, on every case."""

    def __init__(self, reference, praise, inputs, returns, rounding, instead):
        super().__init__(reference, praise)
        self.inputs, self.rounding = inputs, rounding
        self.returns = (returns,) if isinstance(returns, str) else tuple(returns)
        self.instead = instead or {}

    def cases(self):
        """Return the cases anew, the smallest first: always the same ones."""
        return list(self.inputs(np.random.default_rng(0)))

    def outcomes(self, function, by_keyword=False, prints=None):
        """Run every case on a function; return the outcomes."""
        answer = Answer(function, self.parameters, by_keyword, prints)
        return [play(answer, case) for case in self.cases()]

    @functools.cached_property
    def expected(self):
        """The reference's outcomes."""
        return self.outcomes(anew(self.reference))

    @functools.cached_property
    def wrong(self):
        """Each mistake's outcomes."""
        return [self.outcomes(anew(mistake.wrong)) for mistake in self.mistakes]

    def _judge(self, answer):
        if not callable(answer):
            return self._incorrect(
                "not a function",
                f"The check wants the function itself: check({self.name!r}, {self.name}), without calling it.",
                f"got      {shown(read(answer))}",
            )
        if _does_nothing(answer):
            return not_attempted()
        call, complaint = self._how_to_call(answer)
        if complaint:
            return complaint
        expected = self.expected
        progress = []
        try:
            first, again = limited(lambda prints: self._run_twice(answer, call, prints, progress))
        except Endless:
            return self._never_ends(progress)
        failures = [outcome.failure for outcome in first if outcome.failure]
        if failures and failures[0].kind == "NotImplementedError":
            return not_attempted()
        wrong = [k for k, (want, got) in enumerate(zip(expected, first, strict=True)) if not self._equal(want, got)]
        if not wrong:
            return self._right_at_first(answer, first, again)
        return (
            self._declared(first)
            or self._stateful(first, again)
            or self._generic(wrong[0], first)
            or self._partly_declared(wrong, first)
            or self._scaled(wrong[0], first)
            or self._incorrect(
                None, "This differs from what is expected.", *self._difference(wrong[0], first[wrong[0]])
            )
        )

    def _equal(self, want, got):
        return want.equals(got, self.rounding)

    def _run_twice(self, function, call, prints, progress):
        """Run all cases, and then again from the last to the first: without hidden state the outcomes are the same."""
        answer = Answer(function, self.parameters, call, prints)
        progress.append(answer)
        first = [play(answer, case) for case in self.cases()]
        again = [play(answer, case) for case in reversed(self.cases())]
        return first, again[::-1]

    def _right_at_first(self, answer, first, again):
        changed = [k for k, (one, two) in enumerate(zip(first, again, strict=True)) if not self._equal(one, two)]
        if changed:
            return self._stateful(first, again)
        name = _quietly(lambda: answer.__name__)
        if isinstance(name, str) and name != self.name and name in REGISTRY:
            return self._incorrect(
                "another exercise", f"This is `{name}`, the answer to another exercise; here `{self.name}` is checked."
            )
        return correct(self.praise)

    def _how_to_call(self, answer):
        """Return whether to call the answer by keyword, and a complaint if it cannot be called."""
        wanted = self.parameters
        try:
            signature = inspect.signature(answer)
            names = tuple(signature.parameters)
        except Exception:  # some callables have no signature; then the calls will tell
            return False, None
        if len(names) == len(wanted) and set(names) == set(wanted) and names != wanted and _binds(signature, *wanted):
            return None, self._incorrect(
                "arguments in another order",
                f"The arguments stand in another order than the task says: it calls {self.name}({', '.join(wanted)}).",
                f"got      {self.name}({', '.join(names)})",
            )
        if _binds(signature, *wanted):
            return False, None
        if _binds(signature, **dict.fromkeys(wanted)):
            return True, None
        return None, self._incorrect(
            "wrong number of arguments",
            f"Your function cannot be called with the {len(wanted)} argument{'s' * (len(wanted) != 1)} that the task "
            "gives it.",
            f"expected {self.name}({', '.join(wanted)})",
            f"got      {self.name}({', '.join(map(str, signature.parameters.values()))})",
        )

    def _declared(self, first):
        for mistake, outcomes in zip(self.mistakes, self.wrong, strict=True):
            if all(map(self._equal, outcomes, first)):
                # Show a case with a wrong value; errors of one kind alone could stem from anything.
                differing = [k for k, want in enumerate(self.expected) if not self._equal(want, first[k])]
                k = next((k for k in differing if not first[k].failure), differing[0])
                if first[k].failure and str(first[k].failure) != str(outcomes[k].failure):
                    continue
                return self._incorrect(mistake.name, mistake.sentence, *self._difference(k, first[k]))
        return None

    def _partly_declared(self, wrong, first):
        """Name the declared mistake that explains most of the wrong cases, if it explains half of them."""
        explained = {
            mistake: [k for k in wrong if self._equal(outcomes[k], first[k])]
            for mistake, outcomes in zip(self.mistakes, self.wrong, strict=True)
        }
        mistake = max(explained, key=lambda it: len(explained[it]), default=None)
        if mistake is None or 2 * len(explained[mistake]) < len(wrong) or len(wrong) > 1 == len(explained[mistake]):
            return None
        k = explained[mistake][0]
        sentence = f"{mistake.sentence} (There is a second mistake; mend this one first.)"
        return self._incorrect(mistake.name, sentence, *self._difference(k, first[k]))

    def _stateful(self, first, again):
        for k, (one, two) in enumerate(zip(first, again, strict=True)):
            if not self._equal(one, two):
                return self._incorrect(
                    "keeps state",
                    "The same input gave two different answers: your function keeps something from the call before "
                    "(a global variable, a default argument that is changed), or draws random numbers of its own.",
                    f"for      {self._shown_case(k, one)}",
                    f"first    {shown_apart(one.value, two.value)[0]}",
                    f"later    {shown_apart(one.value, two.value)[1]}",
                )
        return None

    def _never_ends(self, progress):
        given = progress[0].given if progress else ()
        return self._incorrect(
            "never ends",
            "Your function does not end: it was stopped after a few seconds. Which condition should end its loop?",
            f"for      {self._call(given)}",
        )

    def _generic(self, k, first):
        """Name what can go wrong in any function, judged on the first case that went wrong."""
        got, want, where = first[k], self.expected[k].value, f"for      {self._shown_case(k, first[k])}"
        if got.failure:
            lines = [got.failure.line] if got.failure.line else []
            return self._incorrect("raises an error", f"Your function stops with {got.failure}", *lines, where)
        if got.changed:
            names = " and ".join(f"`{name}`" for name in got.changed)
            return self._incorrect(
                "changes its input",
                f"Your function changes {names} in place, so the caller's array is overwritten. Work on a copy, or "
                "make a new one.",
                where,
            )
        if got.problem:
            return self._incorrect("unusable result", got.problem, where)
        return self._about_value(want, got, where)

    def _about_value(self, want, got, where):
        value = fitted(want, got.value)
        wanted = self._wanted(want)
        if value is None:
            how = "prints its result and returns nothing" if got.printed else "returns nothing"
            name = "prints and returns nothing" if got.printed else "returns nothing"
            return self._incorrect(name, f"Your function {how}: it needs a `return`.", where, f"expected {wanted}")
        if isinstance(want, tuple):
            if not isinstance(value, tuple):
                return self._incorrect(
                    "wrong number of values",
                    f"Your function returns one value; it should return {wanted}.",
                    where,
                    f"got      {shown(value)}",
                )
            if len(value) != len(want):
                return self._incorrect(
                    "wrong number of values",
                    f"Your function returns {len(value)} values; it should return {wanted}.",
                    where,
                )
            if self._swapped(want, value):
                return self._incorrect(
                    "wrong order", f"The values are right, but in the wrong order: return {wanted}.", where
                )
            for name, one, part in zip(self.returns, want, value, strict=True):
                found = self._about_part(f"`{name}`", one, fitted(one, part), where)
                if found:
                    return found
            return None
        return self._about_part("The result", want, value, where)

    def _about_part(self, name, want, value, where):
        if not isinstance(want, np.ndarray):
            return None
        if not isinstance(value, np.ndarray):
            return self._incorrect(
                "wrong type", f"{name} should be {_shape_in_words(want)}, but it is {shown(value)}.", where
            )
        if value.shape != want.shape:
            return self._incorrect(
                "wrong shape",
                f"{name} has the wrong shape: expected {_shape_in_words(want)}, got {_shape_in_words(value)}.",
                where,
            )
        if value.dtype.kind == "c" or (value.dtype.kind == "b") != (want.dtype.kind == "b"):
            return self._incorrect(
                "wrong dtype", f"{name} should hold {want.dtype} numbers, but its dtype is {value.dtype}.", where
            )
        if value.dtype.kind in "iu" and want.dtype.kind == "f" and np.abs(value - want).max() <= 1:
            return self._incorrect(
                "wrong dtype",
                f"{name} lost its digits after the point: its dtype is {value.dtype}, it should be {want.dtype}.",
                where,
            )
        if not all_finite(value) and all_finite(want):
            return self._incorrect(
                "not a number", f"{name} contains NaN or infinity.", where, f"got      {shown(value)}"
            )
        return None

    def _swapped(self, want, value):
        if len(want) != 2:
            return len(want) > 2 and any(same(want, value[k:] + value[:k], self.rounding) for k in range(1, len(want)))
        return same(want, value[::-1], self.rounding)

    def _scaled(self, k, first):
        """Say so when every answer is the expected one times the same number."""
        want, got = (_flat(outcome.value) for outcome in (self.expected[k], first[k]))
        if want is None or got is None or want.shape != got.shape or not want.any():
            return None
        factor = float(want @ got / (want @ want))
        for one, other in zip(self.expected, first, strict=True):
            want, got = _flat(one.value), _flat(other.value)
            if want is None or got is None or not same(factor * want, got, self.rounding):
                return None
        sentence = (
            "Only the sign is wrong."
            if abs(factor + 1) < 1e-6
            else f"The result is always {factor:.4g} times what is expected."
        )
        name = "wrong sign" if abs(factor + 1) < 1e-6 else "constant factor"
        return self._incorrect(name, sentence, *self._difference(k, first[k]))

    def _difference(self, k, got):
        """Return the lines that show case `k`: the input, what is expected, what came."""
        where = f"for      {self._shown_case(k, got)}"
        want, value = self.expected[k].value, got.value
        if got.failure:
            return (where, f"got      {got.failure}", *([f"at       {got.failure.line}"] if got.failure.line else []))
        if got.problem:
            return where, f"got      {got.problem}"
        value = fitted(want, value)
        name = ""
        if isinstance(want, (tuple, dict)) and type(value) is type(want) and len(value) == len(want):
            keys = want if isinstance(want, dict) else range(len(want))
            differing = [key for key in keys if isinstance(value, tuple) or key in value]
            differing = [key for key in differing if not same(want[key], value[key], self.rounding)]
            if differing:
                key = differing[0]
                name = f"{key if isinstance(want, dict) else self.returns[key]} = "
                want, value = want[key], value[key]
        if same(want, value, self.rounding) and got.changed:
            return where, f"changed  {', '.join(got.changed)}"
        texts = shown_apart(want, value)
        return where, f"expected {name}{texts[0]}", f"got      {name}{texts[1]}"

    def _shown_case(self, k, outcome):
        case = self.cases()[k]
        if not callable(case):
            return self._call(case)
        says = inspect.getdoc(case)
        return says if says else self._call(outcome.given)

    def _call(self, given):
        named = (f"{name}={shown(value)}" for name, value in zip(self.parameters, given, strict=False))
        return f"{self.name}({', '.join(named)})"

    def _wanted(self, want):
        if len(self.returns) > 1:
            return f"({', '.join(self.returns)})"
        return f"{self.returns[0]}, {_shape_in_words(want)}" if isinstance(want, np.ndarray) else self.returns[0]

    def _incorrect(self, misconception, sentence, *details):
        return incorrect(self.instead.get(misconception, sentence), misconception, *details)


class Value(Exercise):
    """An answer that is a number, a choice, or several of them: it must equal what the reference returns."""

    def __init__(self, reference, praise, tolerance, unit, options):
        super().__init__(reference, praise)
        self.tolerance, self.unit, self.options = tolerance, unit, options

    @functools.cached_property
    def expected(self):
        """The right value."""
        return read(self.reference())

    def _judge(self, answer):
        try:
            answer = limited(lambda prints: read(fresh(answer)))
        except Endless:
            answer = Strange("one that takes for ever to read")
        answer = _as_wanted(self.expected, answer)
        if _unanswered(answer):
            return not_attempted(
                "Not attempted yet: one of the answers is still `...`."
                if isinstance(answer, (tuple, dict))
                else not_attempted().message
            )
        complaint = self._complaint(self.expected, answer)
        if complaint:
            return incorrect(complaint, "wrong kind of answer")
        if same(self.expected, answer, self.tolerance):
            return correct(self.praise)
        for mistake in self.mistakes:
            if same(read(mistake.wrong()), answer, self.tolerance):
                return incorrect(mistake.sentence.replace("{answer}", shown(answer)), mistake.name)
        return self._generic(answer)

    def _generic(self, answer):
        if is_number(self.expected) and answer.dtype.kind != "c":
            want, got = float(self.expected), float(answer)
            if want and same(np.asarray(-self.expected), answer, self.tolerance):
                return incorrect(f"{shown(got)} has the right size, but the wrong sign.", "wrong sign")
            if abs(got - want) <= 5 * self.tolerance * abs(want):
                return incorrect(
                    f"{shown(got)} is close, but not within {100 * self.tolerance:g} %: give more digits.", "too coarse"
                )
            with np.errstate(all="ignore"):
                power = np.log10(got / want) if got * want > 0 else np.nan
            if np.isfinite(power) and round(power) and abs(10 ** (power - round(power)) - 1) <= self.tolerance:
                return incorrect(
                    f"{shown(got)} has the right digits, but the point is in the wrong place.", "power of ten"
                )
            return incorrect(f"{shown(got)}{self._unit} is too {'large' if got > want else 'small'}.", None)
        if isinstance(self.expected, (tuple, dict)):
            keys = self.expected if isinstance(self.expected, dict) else range(len(self.expected))
            bad = [key for key in keys if not same(self.expected[key], answer[key], self.tolerance)]
            names = ", ".join(str(key) if isinstance(key, str) else f"number {key + 1}" for key in bad)
            return incorrect(f"Not all of it is right yet: look again at {names}.", None)
        return incorrect(f"{shown(answer)} is not it.", None)

    @property
    def _unit(self):
        return f" {self.unit}" if self.unit else ""

    def _complaint(self, want, got):
        """Say what kind of answer is wanted, if it is another kind."""
        if isinstance(want, np.ndarray):
            if isinstance(got, str):
                return f"A number is wanted, and {shown(got)} is a text: write it without quotes."
            if not isinstance(got, np.ndarray) or got.shape != want.shape:
                return f"{_shape_in_words(want).capitalize()} is wanted, got {shown(got)}."
            return None if all_finite(got) else "The answer is NaN or infinite; a finite number is wanted."
        if isinstance(want, str):
            if not isinstance(got, str) or got not in self.options:
                return f"Choose one of {', '.join(map(repr, self.options))}; got {shown(got)}."
            return None
        if isinstance(want, dict):
            if not isinstance(got, dict) or got.keys() != want.keys():
                return f"A dict with the keys {', '.join(map(repr, want))} is wanted, got {shown(got)}."
            return next(filter(None, (self._complaint(want[key], got[key]) for key in want)), None)
        if not isinstance(got, tuple) or len(got) != len(want):
            return f"{len(want)} answers are wanted, as in ({', '.join('…' for _ in want)}); got {shown(got)}."
        return next(filter(None, map(self._complaint, want, got)), None)


class Setting(Exercise):
    """An answer that is replayed: it is right when the replay meets the goal, whatever the setting."""

    def __init__(self, reference, praise, goal, right, kinds):
        super().__init__(reference, praise)
        self.goal, self.right, self.kinds = goal, right, kinds

    def _judge(self, answer):
        try:
            return limited(lambda prints: self._replay(answer, prints))
        except Endless:
            return incorrect("Your answer does not end: it was stopped after a few seconds.", "never ends")

    def _replay(self, answer, prints):
        try:
            parts = self._parts(answer)
            if parts is None:
                return not_attempted()
            settings = [kind(part, prints) for kind, part in zip(self.kinds, parts, strict=True)]
            replay = self.reference(*settings)
        except Problem as problem:
            return incorrect(str(problem), "unusable answer")
        except Raised as raised:
            if raised.failure.kind == "NotImplementedError":
                return not_attempted()
            lines = [raised.failure.line] if raised.failure.line else []
            return incorrect("\n".join([f"Your function stops with {raised.failure}", *lines]), "raises an error")
        changed = [name for it in settings if isinstance(it, Answer) for name in it.changed]
        if changed:
            return incorrect(
                f"Your function changes `{changed[0]}` in place: work on a copy, or make a new array.",
                "changes its input",
            )
        if self.goal(replay):
            return correct(self.praise, *settings, replay)
        for mistake in self.mistakes:
            sentence = mistake.wrong(*settings, replay)
            if sentence:
                return incorrect(sentence, mistake.name)
        return incorrect("This does not meet the goal yet.", None)

    def _parts(self, answer):
        """Return the settings in order, from a single one, a tuple, or a dict by name; None if one is missing."""
        names = self.parameters
        if len(names) == 1 and not isinstance(answer, dict):
            return None if _does_nothing(answer) else [answer]
        if isinstance(answer, dict):
            if set(answer) != set(names):
                raise Problem(
                    f"A dict with the keys {', '.join(map(repr, names))} is wanted, got {shown(read(answer))}."
                )
            parts = [answer[name] for name in names]
        else:
            read_answer = fitted((), read(answer))
            if not isinstance(read_answer, tuple) or len(read_answer) != len(names):
                raise Problem(f"{len(names)} settings are wanted, ({', '.join(names)}); got {shown(read_answer)}.")
            parts = list(answer)
        return None if any(part is None or part is ... for part in parts) else parts


def function(*, inputs, returns, praise, rounding=ROUNDING, instead=None):
    """Declare a function to be written: decorates the reference (see `course_lib.checks`)."""
    return lambda reference: Function(reference, praise, inputs, returns, rounding, instead)


def value(*, praise, tolerance=0.01, unit="", options=()):
    """Declare a number, a choice, or several of them: decorates a function that returns the right value."""
    return lambda reference: Value(reference, praise, tolerance, unit, options)


def setting(*, goal, praise, right, kinds):
    """Declare settings to be found: decorates the replay, a function of the settings (see `course_lib.checks`)."""
    return lambda reference: Setting(reference, praise, goal, right, kinds)


def number(name, low=-np.inf, high=np.inf):
    """Return a kind of setting: one finite number strictly between `low` and `high`."""

    def convert(answer, prints):
        got = read(answer)
        if isinstance(got, str):
            raise Problem(f"The {name} should be a number, and {shown(got)} is a text: write it without quotes.")
        if not isinstance(got, np.ndarray) or got.size != 1 or got.dtype.kind not in "iuf":
            raise Problem(f"The {name} should be one number, got {shown(got)}.")
        got = float(got.reshape(()))
        if not low < got < high:
            wanted = f"above {low:g}" if high == np.inf else f"between {low:g} and {high:g}"
            raise Problem(f"The {name} should be {wanted}, got {shown(got)}.")
        return got

    return convert


def code(*parameters):
    """Return a kind of setting: a function of these arguments (a preparation of data, a schedule)."""

    def convert(answer, prints):
        if not callable(answer):
            raise Problem(f"The check wants a function of ({', '.join(parameters)}), got {shown(read(answer))}.")
        try:
            signature = inspect.signature(answer)
        except Exception:
            return Answer(answer, parameters, prints=prints)
        if not _binds(signature, *parameters):
            names = ", ".join(signature.parameters)
            raise Problem(f"Your function should take ({', '.join(parameters)}), but it takes ({names}).")
        return Answer(answer, parameters, prints=prints)

    return convert


def _binds(signature, *args, **kwargs):
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def _quietly(look):
    try:
        return look()
    except Exception:
        return None


_NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP"}


def _does_nothing(answer):
    """Tell whether a function's body is empty: a docstring, `pass`, `...` or `return None`."""
    body = _quietly(lambda: answer.__code__)
    if not inspect.iscode(body):
        return False
    steps = list(dis.get_instructions(body))
    returned = {step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")}
    return {step.opname for step in steps} <= _NOTHING and returned <= {None, ...}


def _unanswered(answer):
    if isinstance(answer, dict):
        return any(map(_unanswered, answer.values()))
    if isinstance(answer, tuple):
        return any(map(_unanswered, answer))
    return answer is None or answer is ...


def _as_wanted(want, got):
    """Return a read answer in the form of the expected one: [1] for a number, 'B ' for 'b', a list for a tuple."""
    if isinstance(want, np.ndarray) and want.ndim == 0 and isinstance(got, np.ndarray) and got.size == 1:
        return got.reshape(())
    if isinstance(want, str) and isinstance(got, str):
        return got.strip().casefold()
    got = fitted(want, got)
    if isinstance(want, tuple) and isinstance(got, tuple) and len(want) == len(got):
        return tuple(map(_as_wanted, want, got))
    if isinstance(want, dict) and isinstance(got, dict):
        return {key: _as_wanted(want[key], part) if key in want else part for key, part in got.items()}
    return got


def _shape_in_words(array):
    return "a single number" if array.ndim == 0 else f"an array of shape {array.shape}"


def _flat(value):
    """Return all numbers of a value in one row, or None if it holds anything else."""
    parts = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(part, np.ndarray) and part.dtype.kind in "iuf" for part in parts):
        return None
    return np.concatenate([part.astype(float).ravel() for part in parts]) if parts else None
