"""How long a check takes to load and to answer: right answers, wrong ones, and the very first one."""

import statistics
import subprocess
import sys
import time

from course_lib.checks import diagnose, every_exercise
from course_lib.checks.functions import Function
from course_lib.checks.predictions import Value


def seconds_for(name, answer):
    """Return how long a verdict takes."""
    start = time.perf_counter()
    diagnose(name, answer)
    return time.perf_counter() - start


def seconds_to_load(name):
    """Return how long a process that has loaded the checks takes to load one exercise."""
    program = (
        "import time; from course_lib.checks import find; start = time.perf_counter(); "
        f"find({name!r}); print(time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def answers(exercise):
    """Return the right answer, and one for each mistake."""
    if isinstance(exercise, Function):
        return exercise.reference, [mistake.wrong for mistake in exercise.mistakes]
    if isinstance(exercise, Value):
        return exercise.reference(), [mistake.wrong() for mistake in exercise.mistakes]
    return exercise.right[0], [mistake.example for mistake in exercise.mistakes]


def rows(rounds=7):
    """Yield each exercise's name and seconds: load, first wrong answer, right answer, wrong ones (median, slowest).

    The first wrong answer makes the reference and all mistakes run; what they gave is then kept.
    """
    for name, exercise in every_exercise().items():
        right, wrong = answers(exercise)
        first = seconds_for(name, wrong[0])
        taken = [statistics.median(seconds_for(name, answer) for _ in range(rounds)) for answer in wrong]
        passing = statistics.median(seconds_for(name, right) for _ in range(rounds))
        yield name, seconds_to_load(name), first, passing, statistics.median(taken), max(taken)


def main():
    """Print the table, the median over all exercises, and the slowest."""
    print(f"{'exercise':28}{'load':>11}{'first':>11}{'right':>11}{'wrong':>11}{'slowest wrong':>16}")
    measured, loads = {}, {}
    for name, *seconds in rows():
        measured[name] = max(seconds[1:])
        loads[name] = seconds[0]
        columns = zip(seconds, (8, 8, 8, 8, 13))
        print(f"{name:28}" + "".join(f"{second * 1e3:>{width}.1f} ms" for second, width in columns))
    slowest = max(measured, key=measured.get)
    print(
        f"\nworst case of a check, median over {len(measured)} exercises: "
        f"{statistics.median(measured.values()) * 1e3:.1f} ms; slowest: {slowest}, {measured[slowest] * 1e3:.1f} ms"
    )
    slowest = max(loads, key=loads.get)
    median = statistics.median(loads.values())
    print(f"load: median {median * 1e3:.1f} ms; slowest: {slowest}, {loads[slowest] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
