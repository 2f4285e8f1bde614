"""Exercises whose answer is a function: it is compared with a reference, and with the mistakes."""

import functools
import inspect
import itertools

import numpy as np

from course_lib.checks.base import (
    KEEPS_STATE,
    Exercise,
    binds,
    code_of,
    correct,
    does_nothing,
    incorrect,
    not_attempted,
    signature_of,
    unused_arguments,
)
from course_lib.checks.calling import Answer, Stopped, anew, in_words, limited, play, quiet
from course_lib.checks.finding import exercise_names
from course_lib.checks.values import (
    ROUNDING,
    Strange,
    all_finite,
    fitted,
    flat,
    read,
    same,
    shape_in_words,
    shown,
    shown_apart,
)
from course_lib.words import counted

SEED = 0  # of the random inputs; whoever grades takes another

# What a second slip, on top of a declared mistake, multiplies by.
SLIPS = {-1.0: "sign", 2.0: "factor", 0.5: "factor", -2.0: "sign and the factor", -0.5: "sign and the factor"}


def function(*, inputs, returns, praise, rounding=ROUNDING, instead=None, in_place=(), scratch=()):
    """Declare a function to be written: decorates the reference (see `course_lib.checks`)."""
    return lambda reference: Function(reference, praise, inputs, returns, rounding, instead, in_place, scratch)


class Function(Exercise):
    """An answer that is a function: it must do what the reference does, on every case."""

    def __init__(self, reference, praise, inputs, returns, rounding, instead, in_place=(), scratch=()):
        super().__init__(reference, praise)
        self.in_place, self.scratch = tuple(in_place), tuple(scratch)  # the arguments that it must, and may, change
        self.inputs, self.rounding = inputs, rounding
        self.returns = (returns,) if isinstance(returns, str) else tuple(returns)
        self.instead = instead or {}

    def cases(self):
        """Return the cases anew, the smallest first: always the same ones."""
        return list(self.inputs(np.random.default_rng(SEED)))

    def outcomes(self, function, by_keyword=False, prints=None):
        """Run every case on a function; return the outcomes."""
        answer = Answer(function, self.parameters, by_keyword, prints)
        with quiet():
            return [self._played(answer, case) for case in self.cases()]

    @functools.cached_property
    def expected(self):
        """The reference's outcomes."""
        return self.outcomes(anew(self.reference))

    @functools.cached_property
    def wrong(self):
        """Each mistake's outcomes."""
        return [self.outcomes(anew(mistake.wrong)) for mistake in self.mistakes]

    # ------------------------------------------------------------------------------ the verdict

    def _judge(self, answer):
        if not callable(answer):
            return self._incorrect(
                "not a function",
                f"The check wants the function itself: check({self.name!r}, {self.name}), without calling it.",
                f"got      {shown(read(answer))}",
            )
        if does_nothing(answer):
            return not_attempted()
        by_keyword, complaint = self._how_to_call(answer)
        if complaint:
            return complaint
        guarded = []
        try:
            first, again = limited(lambda prints: self._run_twice(answer, by_keyword, prints, guarded))
        except Stopped as stopped:
            return self._takes_too_long(stopped, guarded)
        if any(outcome.failure and outcome.failure.kind == "NotImplementedError" for outcome in first):
            return not_attempted()
        wrong = self._differing(self.expected, first)
        if not wrong:
            return (
                self._stateful(first, again)
                or self._overwriting(guarded[0])
                or self._of_another_exercise(answer)
                or correct(self.praise)
            )
        return (
            self._declared(wrong, first)
            or self._stateful(first, again)
            or self._ignores_everything(answer, wrong[0], first)
            or self._failed(wrong[0], first[wrong[0]])
            or self._scaled(wrong[0], first)
            or self._partly_declared(wrong, first)
            or self._ignores_an_argument(answer, wrong[0], first)
            or self._unknown(wrong[0], first)
        )

    def _run_twice(self, function, by_keyword, prints, guarded):
        """Run all cases, then again from the last to the first: without hidden state the outcomes are the same."""
        answer = Answer(function, self.parameters, by_keyword, prints)
        guarded.append(answer)
        first = [self._played(answer, case) for case in self.cases()]
        again = [self._played(answer, case) for case in reversed(self.cases())]
        return first, again[::-1]

    def _played(self, answer, case):
        """Return the outcome of a case; what may be written into may stay as it was, too."""
        outcome = play(answer, case)
        outcome.changed = tuple(name for name in outcome.changed if name not in self.scratch)
        return outcome

    def _differing(self, outcomes, others):
        """Return the indices of the cases in which two functions differ."""
        pairs = enumerate(zip(outcomes, others, strict=True))
        return [k for k, (one, other) in pairs if not one.equals(other, self.rounding)]

    def _incorrect(self, misconception, sentence, *details):
        return incorrect(self.instead.get(misconception, sentence), misconception, *details)

    # ------------------------------------------------------------------------------ before it runs

    def _how_to_call(self, answer):
        """Return whether to call the answer by keyword, and a complaint if it cannot be called."""
        wanted, signature = self.parameters, signature_of(answer)
        if signature is None:
            return False, None
        names = tuple(signature.parameters)
        if binds(signature, *wanted):
            if names != wanted and sorted(names) == sorted(wanted):
                return None, self._incorrect(
                    "arguments in another order",
                    "The arguments stand in another order than in the task.",
                    f"expected {self.name}({', '.join(wanted)})",
                    f"got      {self.name}({', '.join(names)})",
                )
            return False, None
        if binds(signature, **dict.fromkeys(wanted)):
            return True, None
        arguments = "argument" if len(wanted) == 1 else "arguments"
        return None, self._incorrect(
            "wrong number of arguments",
            f"Your function cannot be called with the {len(wanted)} {arguments} of the task.",
            f"expected {self.name}({', '.join(wanted)})",
            f"got      {self.name}({', '.join(map(str, signature.parameters.values()))})",
        )

    # ------------------------------------------------------------------------------ which mistake

    def _declared(self, wrong, first):
        """Name the declared mistake that behaves alike on every case."""
        for mistake, outcomes in zip(self.mistakes, self.wrong, strict=True):
            if self._differing(outcomes, first):
                continue
            # Errors of one kind may stem from anything: a wrong value, or the same words, must confirm it.
            k = next((k for k in wrong if not first[k].failure), wrong[0])
            if str(first[k].failure) == str(outcomes[k].failure):
                return self._incorrect(mistake.name, mistake.sentence, *self._difference(k, first))
        return None

    def _partly_declared(self, wrong, first):
        """Name the declared mistake that explains most of the wrong cases, or all of them up to a sign or a factor."""
        best, cases, note = None, [], ""
        for mistake, outcomes in zip(self.mistakes, self.wrong, strict=True):
            explained = [k for k in wrong if outcomes[k].equals(first[k], self.rounding)]
            telling = [k for k in explained if _has_fractions(first[k].value)]
            if telling:
                enough = len(telling) >= 3 or (len(explained) >= 2 and len(explained) >= len(wrong) / 2)
            else:  # small whole numbers agree by chance, so they must agree wherever one came
                came = [k for k in wrong if first[k].returned is not None and not first[k].failure]
                enough = len(explained) >= 3 and set(came) <= set(explained)
            if enough and len(explained) > len(cases):
                best, cases = mistake, explained
                # Another mistake may do the same on these inputs, so no more is claimed than was seen.
                note = f"So it looks on {len(explained)} of the {len(wrong)} inputs that go wrong; the others differ."
                if len(explained) == len(wrong):
                    note = "So it looks on every input that goes wrong."
        if best is None and not self._only_later_parts_differ(first):
            for mistake, outcomes in zip(self.mistakes, self.wrong, strict=True):
                what, factor = self._factor(outcomes, first)
                slip = next((said for slip, said in SLIPS.items() if abs(factor - slip) < 1e-4), None)
                if slip:
                    best, cases, note = mistake, wrong, f"Then look at the {slip} of the {what}."
                    break
        if best is None:
            return None
        return self._incorrect(best.name, f"{best.sentence} ({note})", *self._difference(cases[0], first))

    def _only_later_parts_differ(self, first):
        """Tell whether the first of several results is right in every call: then its sign or factor is not to blame."""
        for one, other in self._calls(self.expected, first):
            got = fitted(one.value, other.value)
            if not (isinstance(one.value, tuple) and isinstance(got, tuple) and got):
                return False
            if not same(one.value[0], got[0]):
                return False
        return True

    def _factor(self, outcomes, others):
        """Return ("result" or "step", factor) if all calls give the same multiple of `outcomes`, else ("", NaN).

        The step is how far the first result lies from the first argument. Plays are left out: in a
        run of several steps nothing stays a multiple.
        """
        calls = self._calls(outcomes, others)
        for what, measure in (("result", _result), ("step", _step)):
            factor = _common_factor([(measure(one), measure(other)) for one, other in calls], self.rounding)
            if not np.isnan(factor):
                return what, factor
        return "", np.nan

    def _calls(self, outcomes, others):
        """Return the pairs of outcomes of the cases that are plain calls."""
        cases = zip(self.cases(), outcomes, others, strict=True)
        return [(one, other) for case, one, other in cases if not callable(case)]

    def _stateful(self, first, again):
        for k in self._differing(first, again):
            texts = shown_apart(first[k].value, again[k].value)
            return self._incorrect(
                "keeps state",
                KEEPS_STATE,
                self._for(k, first[k]),
                f"first    {first[k].failure or texts[0]}",
                f"later    {again[k].failure or texts[1]}",
            )
        return None

    def _overwriting(self, answer):
        if not answer.overwrites:
            return None
        return self._incorrect(
            "overwrites its earlier results",
            "Each result is right when it comes, but the next call changes it: all of them are one array. "
            "Make a new array in each call.",
        )

    def _takes_too_long(self, stopped, guarded):
        return self._incorrect(
            "takes too long",
            f"Your function takes too long for the inputs of this check. {stopped}",
            *([f"for      {self._call(guarded[0].given)}"] if guarded else []),
        )

    def _of_another_exercise(self, answer):
        code = code_of(answer)
        if code is None or code.co_name == self.name or code.co_name not in exercise_names():
            return None
        return self._incorrect(
            "another exercise", f"This is `{code.co_name}`, the answer to another exercise; write `{self.name}` here."
        )

    def _ignores_an_argument(self, answer, k, first):
        ignored = [name for name in unused_arguments(answer) if name not in unused_arguments(self.reference)]
        if not ignored:
            return None
        sentence = f"Your function never uses its argument `{ignored[0]}`. A fixed number, or a variable from outside, "
        sentence += "does not change with it: where does it belong?"
        return self._incorrect("ignores an argument", sentence, *self._difference(k, first))

    def _ignores_everything(self, answer, k, first):
        ignored, code = unused_arguments(answer), code_of(answer)
        if first[k].failure or not ignored or len(ignored) < code.co_argcount + code.co_kwonlyargcount:
            return None
        if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            return None
        names = ", ".join(f"`{name}`" for name in ignored)
        sentence = f"Your function uses none of its arguments. Compute with {names}, whatever their values are."
        return self._incorrect("ignores its arguments", sentence, *self._difference(k, first))

    def _scaled(self, k, first):
        """Say so when every result, or every step, is the expected one times the same number."""
        what, factor = self._factor(self.expected, first)
        if not what or abs(factor - 1) < 1e-4:
            return None
        if factor == 0:
            name, sentence = "nothing moves", f"The {what} is always 0: nothing moves."
        elif abs(factor + 1) < 1e-4:
            name, sentence = "wrong sign", f"Only the sign of the {what} is wrong."
        else:
            name, sentence = "constant factor", f"The {what} is always {shown(factor)} times what is expected."
        return self._incorrect(name, sentence, *self._difference(k, first))

    def _unknown(self, k, first):
        """Say at least which of several results are right in every call, and which a factor would make right."""
        if callable(self.cases()[k]) and self._calls(self.expected, first):
            calls = self._calls(self.expected, first)
            if all(one.equals(other, self.rounding) for one, other in calls):
                if first[k].calls == 1:
                    sentence = "This call is not right, and others are: what is special about what it is given?"
                    return self._incorrect(None, sentence, *self._difference(k, first))
                sentence = "Each single call is right, and yet this run of several is not. What is handed on in it?"
                return self._incorrect("right alone, wrong in a run", sentence, *self._difference(k, first))
        got, raised = first[k], self.expected[k].raised
        if got.raised and not raised:
            error, wanted = str(got.raised).rstrip("."), self._wanted(self.expected[k])
            sentence = f"Your function stops with {error}, where it should return {wanted}."
            at = [f"at       {got.raised.line}"] if got.raised.line else []
            return self._incorrect("raises where it should return", sentence, *at, self._for(k, got))
        if raised and not got.raised:
            sentence = f"Here your function should `raise {raised.kind}`, and it returns a result."
            return self._incorrect("returns where it should raise", sentence, *self._difference(k, first))
        sentences = ["This differs from what is expected."]
        calls = [(one.value, fitted(one.value, other.value)) for one, other in self._calls(self.expected, first)]
        count = len(self.returns)
        if count > 1 and calls and all(isinstance(got, tuple) and len(got) == count for _, got in calls):
            for n, name in enumerate(self.returns):
                parts = [(flat(want[n]), flat(got[n])) for want, got in calls]
                factor = _common_factor(parts, self.rounding)
                if abs(factor - 1) < 1e-6:
                    sentences.append(f"`{name}` is right.")
                elif factor == 0:
                    sentences.append(f"`{name}` is always 0.")
                elif abs(factor + 1) < 1e-6:
                    sentences.append(f"`{name}` has the wrong sign.")
                elif not np.isnan(factor):
                    sentences.append(f"`{name}` is always {shown(factor)} times what is expected.")
        return self._incorrect(None, " ".join(sentences), *self._difference(k, first))

    # ------------------------------------------------------------------------------ what can fail in any function

    def _failed(self, k, got):
        """Name the failure of the first case that went wrong, if it is one that any function can have."""
        where = self._for(k, got)
        if got.failure:
            at = [f"at       {got.failure.line}"] if got.failure.line else []
            return self._incorrect("raises an error", f"Your function stops with {in_words(got.failure)}", *at, where)
        changed = [name for name in got.changed if name not in self.in_place]
        if changed:
            names = " and ".join(f"`{name}`" for name in changed)
            elsewhere = (
                f"Write into `{self.scratch[0]}` instead." if self.scratch else "Work on a copy, or make a new array."
            )
            sentence = f"Your function changes {names} in place, so what the caller holds is overwritten. {elsewhere}"
            return self._incorrect("changes its input", sentence, where)
        kept = [name for name in self.in_place if name in self.expected[k].changed and name not in got.changed]
        if kept:
            names, one = " and ".join(f"`{name}`" for name in kept), kept[0]
            sentence = f"After your function {names} {'is' if len(kept) == 1 else 'are'} as before. In a function "
            sentence += (
                f"`{one} = …` makes a new array; `{one} += …`, `{one} -= …` or `out={one}` write into the caller's."
            )
            return self._incorrect("leaves an argument as it was", sentence, where)
        want, wanted, raised = self.expected[k].value, self._wanted(self.expected[k]), self.expected[k].raised
        if raised and got.returned is None and not got.raised:
            sentence = f"Here your function should `raise {raised.kind}`, and it returns None."
            return self._incorrect("returns where it should raise", sentence, where)
        called = got.given or not self.parameters  # a play may give up before it calls
        nothing = called and got.returned is None and not got.raised and not self.in_place
        if nothing and got.printed:
            sentence = "Your function prints its result and returns nothing: `print` shows, `return` hands over."
            return self._incorrect("prints and returns nothing", sentence, where, f"expected {wanted}")
        if nothing:
            sentence = "Your function returns nothing: it needs a `return`."
            return self._incorrect("returns nothing", sentence, where, f"expected {wanted}")
        if got.problem:
            return self._incorrect("unusable result", got.problem, where)
        if got.raised:
            return None  # the play has caught it, and what it gives then is of its own making
        if isinstance(want, np.ndarray) and isinstance(got.value, tuple) and got.value:
            stacked = fitted(want, got.value)
            if isinstance(stacked, np.ndarray) and stacked.ndim != want.ndim:
                sentence = f"Your function returns {counted(len(got.value), 'value')}; it should return {wanted}."
                return self._incorrect("wrong number of values", sentence, where, f"got      {shown(got.value)}")
        value = fitted(want, got.value)
        if isinstance(want, tuple) and isinstance(value, tuple) and len(value) != len(want):
            value = got.value  # one array where several values are wanted is one array
        return self._of_another_form(want, wanted, value, where)

    def _of_another_form(self, want, wanted, value, where):
        if not isinstance(want, tuple):
            return self._part_of_another_form("The result", want, value, where)
        if not isinstance(value, tuple) or len(value) != len(want):
            one = "one array" if isinstance(value, np.ndarray) and value.ndim else "one value"
            count = counted(len(value), "value") if isinstance(value, tuple) else one
            sentence = f"Your function returns {count}; it should return {wanted}."
            return self._incorrect("wrong number of values", sentence, where, f"got      {shown(value)}")
        if any(same(want, order, self.rounding) for order in itertools.permutations(value)):
            sentence = f"The values are right, but in the wrong order: return {wanted}."
            return self._incorrect("wrong order", sentence, where)
        for n, (part, got_part) in enumerate(zip(want, value, strict=True)):
            complaint = self._part_of_another_form(f"`{self._part(n, want)}`", part, fitted(part, got_part), where)
            if complaint:
                return complaint
        return None

    def _part_of_another_form(self, name, want, value, where):
        if not isinstance(want, np.ndarray):
            return None
        if isinstance(value, Strange) and value.kind == "generator":
            sentence = "Your function is a generator: `yield` hands out items one by one. Use `return`."
            return self._incorrect("yields instead of returning", sentence, where)
        if not isinstance(value, np.ndarray):
            sentence = f"{name} should be {shape_in_words(want)}, but it is {shown(value)}."
            return self._incorrect("wrong type", sentence, where)
        if value.shape != want.shape:
            sentence = f"{name} has the wrong shape: expected {shape_in_words(want)}, got {shape_in_words(value)}."
            return self._incorrect(
                "wrong shape", sentence, where, f"expected {shown(want)}", f"got      {shown(value)}"
            )
        if value.dtype.kind == "c" or (value.dtype.kind == "b") != (want.dtype.kind == "b"):
            sentence = f"{name} has the wrong dtype: expected {want.dtype}, got {value.dtype}."
            if value.dtype.kind == "b":
                sentence = f"{name} is True or False (dtype bool); a number is wanted ({want.dtype})."
            return self._incorrect("wrong dtype", sentence, where, f"got      {shown(value)}")
        if value.dtype.kind in "iu" and want.dtype.kind == "f" and np.abs(value - want).max(initial=0) <= 1:
            sentence = f"{name} lost its digits after the point: its dtype is {value.dtype}, it should be {want.dtype}."
            texts = f"expected {shown(want)}", f"got      {shown(value)}"
            return self._incorrect("wrong dtype", sentence, where, *texts)
        if value.dtype == np.float16 != want.dtype and same(want, value, rounding=1e-2):
            sentence = f"{name} has three digits only: its dtype is float16, here it should be {want.dtype}."
            return self._incorrect("wrong dtype", sentence, where)
        if not all_finite(value) and all_finite(want):
            sentence = f"{name} contains NaN or infinity."
            return self._incorrect("not a number", sentence, where, f"got      {shown(value)}")
        return None

    # ------------------------------------------------------------------------------ in words

    def _difference(self, k, first):
        """Return the lines that show case `k`: the input, what is expected, what came."""
        got, want = first[k], self.expected[k].value
        where = self._for(k, got)
        if got.failure:
            return where, f"got      {got.failure}", *([f"at       {got.failure.line}"] if got.failure.line else [])
        if got.problem:
            return where, f"got      {got.problem}"
        value, name = fitted(want, got.value), ""
        if isinstance(want, (tuple, dict)) and type(value) is type(want) and len(value) == len(want):
            keys = [key for key in want if key in value] if isinstance(want, dict) else range(len(want))
            differing = [key for key in keys if not same(want[key], value[key], self.rounding)]
            if differing:
                name = f"{self._part(differing[0], want)} = "
                want, value = want[differing[0]], value[differing[0]]
        if same(want, value, self.rounding) and got.changed:
            return where, f"changed  {', '.join(got.changed)}"
        texts = shown_apart(want, value)
        return where, f"expected {name}{texts[0]}", f"got      {name}{texts[1]}"

    def _part(self, key, want):
        """Return the name of a part of a result."""
        if isinstance(want, dict):
            return key
        return self.returns[key] if len(self.returns) == len(want) else f"value {key + 1}"

    def _for(self, k, outcome):
        case = self.cases()[k]
        says = inspect.getdoc(case) if callable(case) else None
        if says:
            return f"for      {says}"
        given = outcome.given if callable(case) else case
        # A method like Quadratic([2.0]).grad says itself what it is.
        functions = [it for it in given if inspect.isfunction(it) and it.__doc__]
        where = [f"where    {it.__name__}: {inspect.getdoc(it)}" for it in functions]
        return "\n".join([f"for      {self._call(given)}", *where])

    def _call(self, given):
        named = (f"{name}={shown(value)}" for name, value in zip(self.parameters, given, strict=False))
        return f"{self.name}({', '.join(named)})"

    def _wanted(self, expected):
        """Return what a call should give, in words: by its names, and the shape if it is one value."""
        if len(self.returns) > 1:
            return f"({', '.join(self.returns)})"
        returned = expected.returned
        return f"{self.returns[0]}, {shape_in_words(returned)}" if isinstance(returned, np.ndarray) else self.returns[0]


def _has_fractions(value):
    """Tell whether a value holds a number that is not whole."""
    numbers = flat(value)
    return numbers is not None and bool((numbers != np.round(numbers)).any())


def _result(outcome):
    return flat(outcome.value)


def _common_factor(pairs, rounding):
    """Return the number by which every first array must be multiplied to be the second; NaN if there is none."""
    if len(pairs) < 2 or any(one is None or other is None or one.shape != other.shape for one, other in pairs):
        return np.nan
    factor = next((float(one @ other / (one @ one)) for one, other in pairs if one.any()), np.nan)
    if not all(same(factor * one, other, rounding) for one, other in pairs):
        return np.nan
    if abs(factor) < 1e-6:  # a multiple after all, in other units, or the dust of rounding?
        multiple = abs(factor) > 1e-12 and all(same(one, other / factor, rounding) for one, other in pairs)
        return factor if multiple else 0.0
    return factor


def _step(outcome):
    """Return how far the first result lies from the first argument, where they have one shape."""
    value = outcome.value[0] if isinstance(outcome.value, tuple) and outcome.value else outcome.value
    start = read(outcome.given[0])
    if flat(value) is None or flat(start) is None or value.shape != start.shape or value.ndim == 0:
        return None
    return flat(value) - flat(start)
