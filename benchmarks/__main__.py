"""Run every benchmark: `python -m benchmarks`, or some of them by name: `python -m benchmarks rules`."""

import sys
from importlib import import_module

NEEDS = {
    "rules": "jax, optax and torch",
    "sweeps": "jax and torch",
    "distributed": "dask and torch",
    "batches": "the course alone",
    "updates": "jax and torch",
    "checks": "the course alone",
    "grading": "nbgrader",
    "explorers": "JupyterLab, Playwright and Chromium",
    "book": "JupyterLab, Playwright, Chromium, Sphinx and Node.js",
}


def main(names):
    """Run the benchmarks called `names`, all of them if none; return how many could not run."""
    unknown = set(names) - set(NEEDS)
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(NEEDS)}")
    missing = 0
    for name in names or NEEDS:
        print(f"== {name} ==", flush=True)
        try:
            import_module(f"benchmarks.{name}").main()
        except ModuleNotFoundError as error:
            missing += 1
            print(f"not run: there is no {error.name}. This benchmark needs {NEEDS[name]}; nox -s bench installs them.")
        print(flush=True)
    return missing


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
