"""From the course's notebooks to the pages of the book: links, alt texts, folded solutions, places for explorers."""

import ast
import html
import re
from base64 import b64decode
from pathlib import Path, PurePosixPath

import nbformat

WIDGET = "application/vnd.jupyter.widget-view+json"
TABLE = re.compile(r"^\| symbol \| meaning \| argument \|\n\|[ :|-]+\|\n((?:\|.*\|\n?)+)", re.M)
LINK = re.compile(r"\]\(((?:\.\./)*)((?:notebooks|exercises)?[^)#:]*\.(?:ipynb|md))\)")


def chapter_page(path, static, chinese):
    """Return a chapter as a page, and its explorers: for each its name and the code that makes it.

    The pictures of the explorers are written to the folder `static`. `chinese` is what `chinese_names` returns: the
    page has the Chinese name of the chapter under its title and those of its symbols in its table.
    """
    notebook = nbformat.read(path, as_version=4)
    explorers = _explorers(notebook, path.stem, static)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = TABLE.sub(lambda found: _with_chinese(found, chinese), cell.source)
            cell.source = _links(cell.source, folder="notebooks")
        else:
            _describe_figures(cell)
    _point_to_source(notebook, f"notebooks/{path.name}", chinese.get(path.name))
    return _plain(notebook), explorers


def exercise_page(path, static):
    """Return the solved exercises of a chapter as a page, every solution behind a click, and its explorers."""
    notebook = nbformat.read(path, as_version=4)
    folder = path.parent.name
    explorers = _explorers(notebook, f"{folder}-exercises", static)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _links(cell.source, folder=f"exercises/{folder}")
            if "solution" in cell.metadata.get("tags", ()):
                cell.source = f"<details><summary>Why</summary>\n\n{cell.source}\n\n</details>"
        elif "nbgrader" in cell.metadata:
            graded = cell.metadata.nbgrader
            cell.metadata.mystnb = {"code_prompt_show": "Show the check" if graded.grade else "Show a solution"}
            cell.metadata.tags = ["hide-cell"]
        else:
            _describe_figures(cell)
    _point_to_source(notebook, f"exercises/{folder}/{path.name}")
    return _plain(notebook), explorers


def explorer_code(notebook, cell):
    """Return the code that makes the explorer of a cell: the imports of the notebook so far, and the cell."""
    before = notebook.cells[: notebook.cells.index(cell)]
    imports = [
        ast.unparse(node)
        for other in before
        if other.cell_type == "code"
        for node in ast.parse(other.source).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    *statements, last = ast.parse(cell.source).body
    return "\n".join([*imports, *map(ast.unparse, statements), f"explorer = {ast.unparse(last.value)}"])


def chinese_names(symbols):
    """Return the Chinese names that stand in the tables of `symbols.md`, given its text.

    They are keyed by the file of a chapter, and by the symbol and the meaning of a row.
    """
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in symbols.splitlines() if line[:1] == "|"]
    names = {}
    for row in rows:
        chapter = re.fullmatch(r"\[.*\]\((.*\.ipynb)\)", row[0])
        names[chapter[1] if chapter else tuple(row[:2])] = row[-1]
    return names


def _with_chinese(table, chinese):
    """Return a chapter's table of symbols with a column more."""
    lines = ["| symbol | meaning | argument | 中文 |", "| --- | --- | --- | --- |"]
    for line in table[1].splitlines():
        symbol, meaning, *_ = (cell.strip() for cell in line.strip("|").split(" | "))
        lines.append(f"{line} {chinese.get((symbol, meaning), '–')} |")
    return "\n".join(lines) + "\n"


def _explorers(notebook, stem, static):
    """Put a place for its recording where each explorer's picture is; return their names and codes."""
    found = {}
    for cell in [cell for cell in notebook.cells if cell.cell_type == "code"]:
        for output in cell.outputs:
            if WIDGET not in output.get("data", {}):
                continue
            name = f"{stem}-{len(found) + 1}"
            found[name] = explorer_code(notebook, cell)
            static.joinpath(f"{name}.png").write_bytes(b64decode(output.data["image/png"]))
            sentence = html.escape(output.data["text/plain"])
            place = (
                f'<div class="descent-place" data-recording="{name}">'
                f'<img src="../_static/explorers/{name}.png" alt="{sentence}" loading="lazy"></div>\n'
                f'<script defer src="../_static/explorers/{name}.js"></script>'
            )
            output.data = nbformat.NotebookNode({"text/html": place, "text/plain": output.data["text/plain"]})
            output.metadata = nbformat.NotebookNode()
    return found


def _describe_figures(cell):
    """Hand on the alt text of a figure to the page; MyST-NB takes it from the cell."""
    alts = [output.metadata.get("image/png", {}).get("alt") for output in cell.outputs if "metadata" in output]
    if any(alts):
        cell.metadata.mystnb = {"image": {"alt": next(filter(None, alts))}}


def _links(text, folder):
    """Return Markdown whose links to notebooks lead to the pages made of them.

    A chapter is chapters/NN_name, the exercises of a chapter are exercises/NN_name.
    """

    def page(match):
        target = PurePosixPath(folder, match[1], match[2])
        parts = []
        for part in target.parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        if parts[0] == "notebooks" and parts[-1] in ("symbols.md", "rules.md"):
            return f"](../{parts[-1]})"
        if parts[0] == "notebooks":
            return f"](../chapters/{parts[-1]})"
        return f"](../exercises/{parts[1]}.ipynb)"

    return LINK.sub(page, text)


def _point_to_source(notebook, path, chinese=None):
    """Say under the title where the notebook of this page is, and the name of a chapter in Chinese."""
    title = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first, _, rest = title.source.partition("\n")
    link = f'<a class="descent-notebook" href="../{path}" download>Download this notebook</a>'
    if chinese:
        link = f'<span class="descent-chinese" lang="zh">{chinese}</span> {link}'
    title.source = f"{first}\n\n{link}\n\n{rest}"


def _plain(notebook):
    """Return the notebook without the state of widgets, which no page needs."""
    notebook.metadata.pop("widgets", None)
    return notebook


def pages_of(root):
    """Return the chapters and the solved exercises of the course, in order."""
    root = Path(root)
    return sorted(root.glob("notebooks/[0-9]*.ipynb")), sorted(root.glob("solutions/*/*.ipynb"))
