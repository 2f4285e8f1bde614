"""Run the installed frameworks and record what they give: `python -m jobs.frameworks`, about two minutes.

It runs the code of chapter 16 and of its solutions with everything live, and stores the results with the versions, in
`course_lib/chapters/frameworks/recorded.json`; then it writes the table of the forms into notebooks/rules.md. It needs
the extra `frameworks`.
"""

import json
import sys
from pathlib import Path

import matplotlib
import nbformat

from course_lib.chapters.frameworks.shared import live, results
from course_lib.chapters.frameworks.shared.tables import with_table

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ("notebooks/16_frameworks.ipynb", "solutions/16_frameworks/frameworks.ipynb")
RULES = ROOT / "notebooks" / "rules.md"


def made():
    """Run the notebooks' cells that ask for results, and those that they need, live; return the results."""
    matplotlib.use("Agg")
    before, results.Results.everything, results.Results.made = results.Results.everything, True, {}
    try:
        for name in NOTEBOOKS:
            scope = {"__name__": "__main__"}
            for cell in nbformat.read(ROOT / name, as_version=4).cells:
                if cell.cell_type == "code" and "check(" not in cell.source and "Explorer(" not in cell.source:
                    exec(compile(cell.source, cell.id, "exec"), scope)
        return results.Results.made
    finally:
        results.Results.everything = before


def shown(recording):
    """Return the recording as JSON with one line for each result."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in recording["results"].items()]
    versions = json.dumps(recording["versions"])
    return "\n".join([f'{{"versions": {versions},', '"results": {', ",\n".join(lines), "}}", ""])


def main():
    absent = live.missing()
    if absent:
        sys.exit(f"{', '.join(absent)} missing: {results.INSTALL}")
    recording = {"versions": live.versions(), "results": dict(sorted(made().items()))}
    results.FILE.write_text(shown(recording), encoding="utf-8", newline="\n")
    RULES.write_text(with_table(RULES.read_text(encoding="utf-8"), recording), encoding="utf-8", newline="\n")
    print(f"{results.FILE.name}: {results.FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
