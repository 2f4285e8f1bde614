"""How long a class takes to grade, beside nbgrader's own autograde, which runs one kernel after the other.

`BENCH_COPIES` says how many copies, 30 by default; all of them are solved, so that every exercise is run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTER = "02_gradient_descent"
COPIES = int(os.environ.get("BENCH_COPIES", 30))
OURS = "# Points come from jobs/grading"  # where nbgrader_config.py begins to name our hooks


def course(folder, plain):
    """Lay out a course with a class of solved copies; a plain one grades as nbgrader does by itself."""
    for name in ("course_lib", "jobs", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config.partition(OURS)[0] if plain else config, encoding="utf-8")
    for number in range(COPIES):
        copy = folder / "submitted" / f"student{number}" / CHAPTER
        shutil.copytree(ROOT / "solutions" / CHAPTER, copy, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def seconds(folder, *command):
    """Return how long a command takes in a course."""
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": tools, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def main():
    """Print seconds for each copy: nbgrader's autograde, its feedback, and both by this course's grading."""
    with tempfile.TemporaryDirectory() as place:
        plain, ours = (course(Path(place) / name, name == "plain") for name in ("plain", "ours"))
        seconds(plain, "nbgrader", "generate_assignment", CHAPTER)
        taken = {
            "nbgrader autograde": seconds(plain, "nbgrader", "autograde", CHAPTER),
            "nbgrader generate_feedback": seconds(plain, "nbgrader", "generate_feedback", CHAPTER),
            "nox -s grade (both, and the tables)": seconds(ours, "jobs.grading", CHAPTER),
        }
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{COPIES} solved copies of {CHAPTER}, {os.cpu_count()} cores{load}")
    for name, total in taken.items():
        print(f"{name:38}{total / COPIES:>8.2f} s a copy")
    autograde, _feedback, all_of_it = taken.values()
    print(f"nox -s grade takes {all_of_it / autograde:.2f} times as long as nbgrader's autograde alone")


if __name__ == "__main__":
    main()
