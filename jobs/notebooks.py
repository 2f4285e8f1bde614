"""Run chapters and solutions from top to bottom, and store them as the course keeps them.

`python -m jobs.notebooks 06 07` runs the notebooks whose number or name begins so, without names all of them.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def chosen(names):
    """Return the chapters and solutions whose number, or name, begins like one of the names; without names, all."""
    everything = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])
    chapter = {path: path.stem if path.parent.name == "notebooks" else path.parent.name for path in everything}
    for name in names:
        if not any(whole.startswith(name) for whole in chapter.values()):
            raise ValueError(f"no notebook begins with {name!r}; there are {', '.join(sorted(set(chapter.values())))}")
    return [path for path in everything if not names or chapter[path].startswith(tuple(names))]


def stripped(notebook):
    """Return the notebook without what differs from machine to machine."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        cell.metadata.pop("collapsed", None)
    return notebook


def described(notebook):
    """Return the notebook with an alt text for each figure: what its cell prints, as a chapter's figures do."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", ())
        printed = " ".join(" ".join(output.text.split()) for output in outputs if output.get("name") == "stdout")
        for output in outputs:
            if "image/png" in output.get("data", {}) and printed:
                output.metadata.setdefault("image/png", {}).setdefault("alt", printed)
    return notebook


def run(path):
    """Run a notebook in a fresh kernel and store it; raises what a cell raises, and stores nothing then.

    A check that fails raises too, though a student's copy goes on after it: the solutions pass their checks.
    """
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": path.parent}}
    # What a cell prints is one output, however slowly it came.
    settings = {"kernel_name": "python3", "store_widget_state": False, "coalesce_streams": True}
    NotebookClient(notebook, timeout=600, resources=place, **settings).execute()
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            for output in cell.outputs:
                if output.output_type == "error":
                    raise CellExecutionError.from_cell_and_msg(cell, output)
    path.write_text(nbformat.writes(described(stripped(notebook))) + "\n", encoding="utf-8", newline="\n")


def main(names):
    failed = []
    for path in chosen(names):
        start, name = time.perf_counter(), path.relative_to(ROOT).as_posix()
        try:
            run(path)
        except CellExecutionError as error:
            failed.append(name)
            print(f"{name}: stopped, nothing was stored\n{error}", flush=True)
        else:
            print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as error:
        sys.exit(str(error))
