"""The random inputs on which a class is judged: others than a student's checks have, and fair ones."""

import itertools
import secrets

from course_lib.checks import find, functions
from course_lib.checks.calling import anew
from jobs.grading.exercise import store, write_atomically


def seed(root):
    """Return the seed of the inputs on which this class is judged: drawn once, kept, and unknown to students."""
    path = store(root) / "seed"
    if not path.exists():
        write_atomically(path, str(secrets.randbelow(2**31)))
    return int(path.read_text())


def is_fair(seed, name):
    """Tell whether on the inputs of a seed an exercise's right answers pass, and its mistakes do not."""
    exercise, usual = find(name), functions.SEED
    if not isinstance(exercise, functions.Function):
        return True
    functions.SEED = seed
    try:
        expected = exercise.outcomes(anew(exercise.reference))

        def passes(answer):
            by_keyword, complaint = exercise._how_to_call(answer)
            outcomes = exercise.outcomes(answer, by_keyword)
            return not complaint and all(a.equals(b, exercise.rounding) for a, b in zip(expected, outcomes))

        return all(map(passes, exercise.right_answers[:5])) and not any(
            passes(anew(mistake.wrong)) for mistake in exercise.mistakes
        )
    finally:
        functions.SEED = usual


def fair_seed(first, names):
    """Return the first seed from this one on whose inputs tell right from wrong in all these exercises."""
    return next(seed for seed in itertools.count(first) if all(is_fair(seed, name) for name in names))
