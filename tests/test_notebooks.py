"""The chapters and the solutions as files: what a reader sees who runs nothing."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))

MEGABYTE = 1_000_000
TAGS = {"raises-exception", "solution"}  # nbval has tags that skip a comparison; none of them is wanted

every_notebook = pytest.mark.parametrize(
    "path", [*CHAPTERS, *SOLUTIONS], ids=lambda path: path.relative_to(ROOT).as_posix()
)
every_text = pytest.mark.parametrize(
    "path", [*CHAPTERS, *SOLUTIONS, *EXERCISES], ids=lambda path: path.relative_to(ROOT).as_posix()
)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path):
    return [(cell, output) for cell in code_cells(path) for output in cell.outputs]


def texts(output):
    """Return the text forms of an output."""
    if output.output_type == "stream":
        return [output.text]
    return [value for kind, value in output.get("data", {}).items() if kind.startswith("text/")]


def prose(cell):
    """Return the lines of a Markdown cell without its code blocks."""
    return re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL).splitlines()


def test_every_chapter_has_its_solutions_and_its_exercises():
    names = [path.stem for path in CHAPTERS]
    assert names and names == sorted(names)
    for folder, paths in {"solutions": SOLUTIONS, "exercises": EXERCISES}.items():
        expected = [f"{folder}/{name}/{name[3:]}.ipynb" for name in names]  # 04_momentum/momentum.ipynb
        assert [path.relative_to(ROOT).as_posix() for path in paths] == expected


@every_text
def test_is_written_as_nbformat_writes_it(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    nbformat.validate(notebook)
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


@every_text
def test_holds_only_the_metadata_that_it_needs(path):
    notebook = read(path)
    # A version of Python here would differ on every machine; stored widget states would be megabytes.
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "nbgrader", "deletable", "editable"}, cell.id
        assert set(cell.metadata.get("tags", [])) <= TAGS, cell.id


@every_text
def test_cells_have_names_that_a_reader_understands(path):
    names = [cell.id for cell in read(path).cells]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name) and not re.fullmatch(r"[0-9a-f]{8}", name), name


@every_notebook
def test_was_run_from_top_to_bottom(path):
    cells = code_cells(path)
    assert all(cell.source.strip() for cell in cells)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any("NBVAL" in cell.source for cell in cells)


@every_notebook
def test_errors_are_intended_and_nothing_warns(path):
    # A check may fail in a student's copy, and Run All shall go on; in its solution it passes.
    is_check = {cell.id: cell.metadata.get("nbgrader", {}).get("grade", False) for cell in code_cells(path)}
    for cell, output in outputs(path):
        intended = "raises-exception" in cell.metadata.get("tags", []) and not is_check[cell.id]
        assert intended or output.output_type != "error", f"{cell.id}: {output.get('evalue')}"
        assert output.get("name") != "stderr", f"{cell.id}: {output.get('text')}"
    for cell in code_cells(path):
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        failed = "error" in [output.output_type for output in cell.outputs]
        assert tagged == (failed or is_check[cell.id]), f"{cell.id}: only what may fail has the tag raises-exception"


@every_notebook
def test_outputs_are_the_same_on_every_machine(path):
    for cell, output in outputs(path):
        for text in texts(output):
            assert not re.search(r"\b0x[0-9a-f]{6,}\b", text), f"{cell.id} shows an address in memory: {text[:200]}"


@every_notebook
def test_what_a_cell_prints_is_one_output(path):
    for cell in code_cells(path):
        assert [output.get("name") for output in cell.outputs].count("stdout") <= 1, cell.id


@every_notebook
def test_pictures_are_told_in_words(path):
    for cell in code_cells(path):
        told = "".join(
            text
            for output in cell.outputs
            for text in texts(output)
            if not re.fullmatch(r"<.*>", text.strip(), re.DOTALL)  # <Figure size 640x480 with 1 Axes>
        )
        for output in cell.outputs:
            shown = output.get("data", {})
            assert "image/png" not in shown or told.strip(), f"{cell.id}: a picture without a sentence"
            if "image/png" in shown:  # python -m jobs.notebooks gives it
                assert output.metadata.get("image/png", {}).get("alt"), f"{cell.id}: a picture without an alt text"
            if "application/vnd.jupyter.widget-view+json" in shown:
                assert "image/png" in shown, f"{cell.id}: nothing is left of this widget without a kernel"
                assert not re.match(r"\w+\(", shown["text/plain"]), f"{cell.id}: {shown['text/plain'][:80]}"


@every_notebook
def test_is_small_and_its_cells_fit_a_screen(path):
    assert path.stat().st_size < 1.5 * MEGABYTE
    for cell in code_cells(path):
        assert len(cell.source.splitlines()) <= 20, f"{cell.id} is too long"


@every_text
def test_headings_form_an_outline(path):
    levels = []
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for line in prose(cell):
                if line.startswith("#"):
                    assert re.match(r"#{1,4} \S", line), f"{cell.id}: {line}"
                    levels.append(len(line) - len(line.lstrip("#")))
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels)), levels


@every_text
def test_markdown_is_closed(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            assert cell.source.count("```") % 2 == 0, f"{cell.id}: a code block has no end"
            for tag in ("details", "summary"):
                assert cell.source.count(f"<{tag}>") == cell.source.count(f"</{tag}>"), f"{cell.id}: <{tag}>"
            formulas = re.sub(r"`[^`\n]*`|\\\$", "", "\n".join(prose(cell)))
            assert formulas.count("$") % 2 == 0, f"{cell.id}: a formula has no end"


@every_text
def test_links_lead_somewhere(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(prose(cell))):
                if not re.match(r"https?://|#", target):
                    assert (path.parent / target.split("#")[0]).exists(), f"{cell.id}: {target}"
