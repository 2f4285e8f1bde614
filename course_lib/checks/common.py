"""The mistakes that many functions share, made from the reference, so that they are declared once and named alike.

`exercise.common(name, …)` takes names of this list; a word in capitals stands for an argument of the function:

- `uphill`: the first result lies as far from the first argument, on the other side.
- `returns the step`: how far the first argument moves, in place of where it ends.
- `returns the step to subtract`: the same with its sign turned.
- `returns the old ARGUMENT`: an argument comes back as it came in, in the place where the reference renews it.
- `changes ARGUMENT in place`: the values are right, and what the caller holds is overwritten.
- `changes ARGUMENT and ARGUMENT in place`: both of them.
- `ARGUMENT and ARGUMENT exchanged`: the function takes one for the other.
- `no ARGUMENT`: the argument has no effect, as if it were 1.
- `ARGUMENT twice`: its square acts.
"""

import re

import numpy as np


def derived(name, reference, parameters):
    """Return the sentence and the wrong function that a name stands for.

    Raises
    ------
    ValueError
        If there is no such name, or the reference has no such argument.
    """
    for pattern, sentence, build in COMMON:
        found = re.fullmatch(pattern, name)
        if found:
            arguments = found.groups()
            for argument in arguments:
                if argument not in parameters:
                    raise ValueError(f"{reference.__name__} has no argument {argument!r}, named in {name!r}")
            places = [parameters.index(argument) for argument in arguments]
            return sentence.format(*arguments), build(reference, *places)
    raise ValueError(f"there is no common mistake {name!r}; see course_lib.checks.common")


def _first(change):
    """Return a builder of a function whose first result is changed by `change(result, first argument)`."""

    def build(reference):
        def wrong(*given):
            result = reference(*given)
            if isinstance(result, tuple):
                return change(result[0], given[0]), *result[1:]
            return change(result, given[0])

        return wrong

    return build


def _returns_the_old(reference, place):
    def wrong(*given):
        first, *rest = reference(*given)
        # Results come in the order of the arguments they renew: (w, velocity), (w, m, v).
        renewed = [k for k, value in enumerate(given) if k != 1 and np.ndim(value)]
        rest[renewed.index(place) - 1] = given[place]
        return first, *rest

    return wrong


def _changes(reference, *places):
    def wrong(*given):
        result = reference(*given)
        results = list(result) if isinstance(result, tuple) else [result]
        renewed = [k for k, value in enumerate(given) if k != 1 and np.ndim(value)]
        for place in places:
            given[place][...] = results[renewed.index(place)]
            results[renewed.index(place)] = given[place]
        return tuple(results) if isinstance(result, tuple) else results[0]

    return wrong


def _exchanged(reference, one, other):
    def wrong(*given):
        given = list(given)
        given[one], given[other] = given[other], given[one]
        return reference(*given)

    return wrong


def _argument(change):
    def build(reference, place):
        def wrong(*given):
            return reference(*given[:place], change(given[place]), *given[place + 1 :])

        return wrong

    return build


WORD = r"(\w+)"
COMMON = (
    ("uphill", "This goes uphill. Which sign takes you the other way?", _first(lambda new, w: 2 * w - new)),
    (
        "returns the step",
        "This is how far `w` moves, not where it ends. Where does the step lead from `w`?",
        _first(lambda new, w: new - w),
    ),
    (
        "returns the step to subtract",
        "This is only what is taken away from `w`. The new point is wanted: where does the step lead?",
        _first(lambda new, w: w - new),
    ),
    (
        f"returns the old {WORD}",
        "The old `{0}` comes back, so the next step knows nothing of this gradient. Which one should be handed on?",
        _returns_the_old,
    ),
    (
        f"changes {WORD} in place",
        "The values are right, but your function changes the caller's `{0}` itself (`-=`, `*=`, `+=`). "
        "Make a new array.",
        _changes,
    ),
    (
        f"changes {WORD} and {WORD} in place",
        "The values are right, but your function changes the caller's `{0}` and `{1}` in place. Make new arrays.",
        _changes,
    ),
    (
        f"{WORD} and {WORD} exchanged",
        "`{0}` and `{1}` have changed places. Which of them belongs where?",
        _exchanged,
    ),
    (f"no {WORD}", "`{0}` has no effect. Where does it act?", _argument(lambda value: 1.0)),
    (f"{WORD} twice", "`{0}` acts twice. Where does it belong?", _argument(lambda value: value**2)),
)
