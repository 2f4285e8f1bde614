"""What a chapter promises at its top, and the symbols it uses, against the course-wide table."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SYMBOLS = ROOT / "notebooks" / "symbols.md"

WORDS, EQUATION, LINE, FIGURE, EXPLORER = 180, 0.5, 0.08, 0.5, 3  # words a minute, then minutes each
LONGEST = 35

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def minutes(path):
    """Return how long a chapter takes to read: words, displayed equations, code, figures and explorers."""
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    words = len(re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " x ", text, flags=re.DOTALL).split())
    code = [line for cell in cells(path, "code") for line in cell.source.splitlines() if line.strip()]
    shown = [set(output.get("data", {})) for cell in cells(path, "code") for output in cell.outputs]
    explorers = sum("application/vnd.jupyter.widget-view+json" in kinds for kinds in shown)
    figures = sum("image/png" in kinds for kinds in shown) - explorers
    equations = text.count("$$") / 2
    return words / WORDS + equations * EQUATION + len(code) * LINE + figures * FIGURE + explorers * EXPLORER


def rows(text):
    """Yield the cells of the rows of all tables of symbols in a text, without their heads."""
    for table in re.findall(r"^\| symbol \|.*\n\|[ :|-]+\n((?:\|.*\n?)+)", text, flags=re.MULTILINE):
        for line in table.splitlines():
            yield [part.strip() for part in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


@every_chapter
def test_the_minutes_that_a_chapter_allows_are_honest(path):
    allowed = re.search(r"Allow (\d+) minutes", cells(path, "markdown")[0].source)
    assert allowed, "the first cell says: Allow … minutes."
    counted = minutes(path)
    assert counted <= LONGEST, f"{counted:.1f} minutes"
    assert int(allowed[1]) == 5 * round(counted / 5), f"{counted:.1f} minutes"


def test_a_symbol_has_one_meaning():
    table = list(rows(SYMBOLS.read_text(encoding="utf-8")))
    symbols = [row[0] for row in table]
    assert len(table) > 40 and all(len(row) == 5 and all(row) for row in table)
    assert sorted({symbol for symbol in symbols if symbols.count(symbol) > 1}) == []


@every_chapter
def test_the_symbols_of_a_chapter_are_those_of_the_course(path):
    course = {row[0]: row[1] for row in rows(SYMBOLS.read_text(encoding="utf-8"))}
    mine = list(rows("\n\n".join(cell.source for cell in cells(path, "markdown"))))
    assert mine, "a chapter ends with its table of symbols"
    for symbol, meaning, *_ in mine:
        assert course.get(symbol) == meaning, symbol
