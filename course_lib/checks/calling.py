"""Call a student's code: with fresh copies, within a time limit, and with every way to fail turned into data."""

import contextlib
import copy
import ctypes
import io
import linecache
import os
import random
import sys
import threading
import time
import traceback
import types
import warnings
from dataclasses import dataclass

import numpy as np

from course_lib.checks.base import code_of
from course_lib.checks.values import Stop, Strange, fresh, is_number, kind_of, read, same

OUR_FOLDER = os.path.dirname(os.path.dirname(__file__))
SECONDS = 10.0  # an answer that takes longer, on all inputs together, is stopped
GRACE = 1.0  # after which a thread that cannot be stopped is left behind


class Stopped(Exception):
    """The code was stopped because it took too long; the message tells the student so."""


class Problem(Exception):
    """What an answer gave cannot be used; the message says why."""


class Raised(Exception):
    """The answer raised an error of its own, kept in `failure`."""

    def __init__(self, failure):
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Failure:
    """An error inside an answer: its kind, its message, the line of the answer that failed, and all kinds it is."""

    kind: str
    message: str
    line: str
    kinds: tuple = ()  # of the classes that its own derives from, itself among them

    def __str__(self):
        return f"{self.kind}: {self.message}" if self.message else self.kind


# What a part of an error's message tells a beginner.
ADVICE = {
    "bitwise_xor": "`^` is no power in Python: write `**`.",
    "for ^": "`^` is no power in Python: write `**`.",
    "ndarray' object is not callable": "An array takes no parentheses: leave them out, or write the `*` before them.",
    "can't multiply sequence": "A tuple or list is no vector: make it one array, or go through its parts.",
    "'str' object is not callable": "A text is no function and no class: it can only name one.",
    "is not callable": "Is a `*` missing before a parenthesis?",
    "ambiguous": "A condition wants one True or False, and this is an array of them.",
    "inhomogeneous": "The parts have different shapes and make no one array: print their shapes, or go through them.",
    "setting an array element": "A whole row is put where one number belongs: which shape should the array have?",
    "matmul": "The shapes do not fit: print them just before this line.",
    "not aligned": "The shapes do not fit: print them just before this line.",
    "broadcast": "The shapes do not fit: print them just before this line.",
    "NoneType": "Something is None here: did a function return nothing, or an in-place method its result?",
    "out of bounds": "The last index is one below the length.",
    "index out of range": "The last index is one below the length.",
    "is not defined": "Is the name spelled as in the list of arguments?",
    "before assignment": "A name that is assigned in the function belongs to it: give it a value first.",
    "not associated with a value": "A name that is assigned in the function belongs to it: give it a value first.",
    "Cannot cast ufunc": "An array of whole numbers cannot hold fractions: make it `float` first.",
    "recursion": "Python ends a function that calls itself about 1000 times. Does it stop? A loop has no such limit.",
}


def in_words(failure):
    """Return an error with the advice that helps a beginner, where there is one."""
    advice = next((advice for part, advice in ADVICE.items() if part in failure.message), "")
    return f"{str(failure).rstrip('.')}. {advice}" if advice else str(failure)


@dataclass
class Outcome:
    """What one case did: the value it gave, or what went wrong on the way.

    `given`, `returned` and `raised` are the inputs, the result and the error of the last call of the answer: a play
    may catch the error and go on, where an error is what the answer should give. `calls` is how many calls it had.
    """

    value: object = None
    failure: Failure | None = None
    problem: str | None = None
    changed: tuple = ()
    printed: bool = False
    given: tuple = ()
    returned: object = None
    raised: Failure | None = None
    calls: int = 0

    def equals(self, other, rounding):
        """Tell whether the other outcome is the same within rounding, its kind of error and changed inputs too."""
        mine, others = ((it.failure and it.failure.kind, it.problem, it.changed) for it in (self, other))
        return mine == others and same(self.value, other.value, rounding)


class Answer:
    """A student's function, called safely.

    Every call gets fresh copies of its inputs and gives back a value made of plain parts. An
    error becomes `Raised`; inputs that were changed are noted in `changed`, results in `results`, and whether
    a later call changed what an earlier one had returned in `overwrites`. `left` holds the inputs as the last call
    left them: what an answer that works in place has done.
    """

    def __init__(self, function, parameters, by_keyword=False, prints=None):
        self.function, self.parameters, self.by_keyword = function, parameters, by_keyword
        self.prints = prints if prints is not None else io.StringIO()
        self.results, self.overwrites, self._returned = [], False, {}
        self.begin()

    def begin(self):
        """Forget what the case before noted."""
        self.changed, self.given, self.returned, self.silent_from = (), (), None, self.prints.tell()
        self.left, self.raised, self.calls = (), None, 0

    @property
    def printed(self):
        return self.prints.tell() > self.silent_from

    def __call__(self, *given):
        self.given, self.returned, self.raised = given, None, None
        self.calls += 1
        copies = [fresh(value) for value in given]
        call = dict(zip(self.parameters, copies, strict=True)) if self.by_keyword else {}
        value = self._run(lambda: self.function(**call) if call else self.function(*copies))
        self._note_changes(copies)
        self._note_overwriting(value)
        self.left = tuple(copies)
        self.returned = Items(self, value, copies) if hasattr(type(value), "__next__") else read(value)
        self.results.append(self.returned)
        return self.returned

    def _run(self, code):
        try:
            return code()
        except Stop:
            raise
        except BaseException as error:  # it runs in a thread, where nobody's Ctrl-C arrives: it is the answer's own
            self.raised = _failure(error, self.function)
            raise Raised(self.raised) from None

    def _note_changes(self, copies):
        for name, before, after in zip(self.parameters, self.given, copies, strict=True):
            if isinstance(before, (np.ndarray, list, dict)) and name not in self.changed:
                if not same(read(before), read(after), rounding=1e-12):
                    self.changed += (name,)

    def _note_overwriting(self, value):
        """Notice one buffer for all results: what stands where an earlier result stood is other numbers."""
        for part in value if type(value) is tuple else (value,):
            if type(part) is np.ndarray and part.dtype.kind in "iuf" and part.size < 10**5:
                place = part.__array_interface__["data"][0]
                earlier = self._returned.setdefault(place, (part, part.copy()))  # kept, so that nobody reuses the place
                if part.size and not np.array_equal(earlier[0], earlier[1], equal_nan=True):
                    self.overwrites = True


_END = object()


class Items(Strange):
    """The iterator that an answer gave; each item is read as it comes."""

    def __init__(self, answer, iterator, copies):
        super().__init__(kind_of(iterator))
        for name, value in dict(answer=answer, iterator=iterator, copies=copies).items():
            object.__setattr__(self, name, value)

    def __iter__(self):
        return self

    def __next__(self):
        item = self.answer._run(lambda: next(self.iterator, _END))
        self.answer._note_changes(self.copies)
        if item is _END:
            raise StopIteration
        self.answer._note_overwriting(item)
        return read(item)


def take(value, at_most):
    """Return a list of the first items of what a generator exercise gave: an iterator, or a list.

    Raises
    ------
    Problem
        If `value` is not something to go through, or has more items than `at_most`.
    """
    if not isinstance(value, (Items, tuple, np.ndarray)) or is_number(value):
        raise Problem(
            f"It should give one item after the other (`yield` them, or return a list), but it gives {value}."
        )
    items = []
    for item in value:
        if len(items) == at_most:
            raise Problem(f"It gives more than {at_most} items and would go on: when are all of them given?")
        items.append(item)
    return items


def play(answer, case):
    """Run one case, a tuple of inputs or a function that plays with the answer; return its `Outcome`."""
    answer.begin()
    value = failure = problem = None
    try:
        value = case(answer) if callable(case) else answer(*case)
        value = read(value) if callable(case) else value
    except Raised as raised:
        failure = raised.failure
    except Problem as reason:
        problem = str(reason)
    except Exception as error:
        # Only what a play does with a value of the wrong kind gets here: errors of the answer are `Raised`.
        problem = f"What it gives cannot be used to go on ({error})."
    last = answer.given, answer.returned, answer.raised, answer.calls
    return Outcome(value, failure, problem, answer.changed, answer.printed, *last)


def anew(function):
    """Return a copy of a declared function with defaults of its own, so that no state is left from the last use."""
    return types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        copy.deepcopy(function.__defaults__),
        function.__closure__,
    )


@contextlib.contextmanager
def quiet():
    """Silence warnings: an answer may be NaN or huge, and for nbgrader a warning in red counts as a failure."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def limited(work, seconds=None):
    """Return `work(prints)`, done in a thread of its own, where `prints` catches what is printed meanwhile.

    A thread, because then an answer that sleeps, waits for input, or swallows every exception is
    left behind after a while, and because it works alike on every system.

    Raises
    ------
    Stopped
        If the work takes longer than `seconds`.
    """
    seconds = SECONDS if seconds is None else seconds
    done, prints = [], Prints()

    def body():
        with np.errstate(all="ignore"), contextlib.suppress(Stop):  # errstate belongs to the thread
            try:
                done.append((work(prints), None))
            except Stop:
                raise
            except BaseException as error:
                done.append((None, error))

    thread = threading.Thread(target=body, daemon=True)
    with _restored(), quiet(), contextlib.redirect_stdout(prints), contextlib.redirect_stderr(prints):
        thread.start()
        try:
            thread.join(seconds)
        finally:
            _end(thread)
    if not done and thread.is_alive():
        raise Stopped(
            f"It takes longer than {seconds:g} seconds, could not be stopped, and goes on in the background: "
            "restart the kernel. Does every loop in it end?"
        )
    if not done:
        raise Stopped(f"It was stopped after {seconds:g} seconds. Does every loop in it end?")
    value, error = done[0]
    if error is not None:
        raise error
    return value


class Prints(io.StringIO):
    """What an answer prints: only that it does is of interest, so no more than the beginning is kept."""

    KEPT = 10_000

    def write(self, text):
        if self.tell() < self.KEPT:
            super().write(text[: self.KEPT])
        return len(text)


@contextlib.contextmanager
def _restored():
    """Leave the process as it was: its folder, its global random numbers, its depth of recursion."""
    folder, depth = os.getcwd(), sys.getrecursionlimit()
    states = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        os.chdir(folder)
        sys.setrecursionlimit(depth)
        random.setstate(states[0])
        np.random.set_state(states[1])


def _end(thread):
    """Stop a thread by raising `Stop` in it, again and again, since its code may swallow that."""
    until = time.monotonic() + GRACE
    while thread.is_alive() and time.monotonic() < until:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stop))
        thread.join(0.02)


def _failure(error, function):
    """Describe an error and the line of the student's code in which it happened."""
    code = code_of(function)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [
        frame
        for frame in frames
        if (frame.filename == code.co_filename if code else not frame.filename.startswith(OUR_FOLDER))
    ]
    line = ""
    if theirs:
        number = theirs[-1].lineno
        text = linecache.getline(theirs[-1].filename, number).strip()
        line = f"line {number}: {_short(text, 100)}" if text else f"line {number}"
    try:
        message = str(error)
    except Exception:
        message = ""
    return Failure(kind_of(error), _short(message, 300), line, tuple(kind.__name__ for kind in type(error).__mro__))


def _short(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"
