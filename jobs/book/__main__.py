"""`python -m jobs.book [FOLDER]` makes the reader's edition, by default in `book/`."""

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import nbformat

from jobs.book import library, pages, pictures, recordings, whole

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
KATEX = "0.16.22"
EXPLORE = ROOT / "course_lib" / "explore"
PARTS = {
    "Downhill": range(0, 4),
    "Noise": range(4, 6),
    "Memory": range(6, 8),
    "A rate for every coordinate": range(8, 11),
    "Choosing": range(11, 15),
    "In practice": range(15, 20),
    "The frontier": range(20, 24),
}


def main(arguments):
    parser = argparse.ArgumentParser(prog="jobs.book", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "book")
    parser.add_argument("--work", type=Path, default=ROOT / ".book", help="where sources and recordings are kept")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    source = options.work / "source"
    shutil.rmtree(source, ignore_errors=True)
    explorers = prepare(source, options.work)
    shutil.rmtree(options.folder, ignore_errors=True)

    def make_pages():
        sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", options.work / "doctrees"]
        subprocess.run([*map(str, sphinx), "-b", "html", str(source), str(options.folder)], check=True)
        print(f"pages: {time.perf_counter() - start:.0f} s")

    kept = options.work / "recordings"
    recordings.record_all(explorers, options.folder / "_static" / "explorers", kept, meanwhile=make_pages)
    chapters = [f"chapters/{path.stem}" for path in pages.pages_of(ROOT)[0]]
    pictures.box_pictures(options.folder)
    whole.write_whole(options.folder, [*chapters, "symbols", "rules"])
    thin_icons(options.folder)
    print(f"{options.folder}: made in {time.perf_counter() - start:.0f} s; open {options.folder / 'index.html'}")


def prepare(source, work):
    """Write all that Sphinx needs into a folder: pages, pictures, scripts, fonts; return the explorers' codes."""
    static, extra = source / "_static", source / "_extra"
    (static / "explorers").mkdir(parents=True)
    for folder in ("chapters", "exercises", "api"):
        (source / folder).mkdir()
    chapters, exercises = pages.pages_of(ROOT)
    chinese = pages.chinese_names((ROOT / "notebooks" / "symbols.md").read_text(encoding="utf-8"))
    codes = {}
    for path in chapters:
        notebook, found = pages.chapter_page(path, static / "explorers", chinese)
        nbformat.write(notebook, source / "chapters" / path.name)
        codes |= found
    for path in exercises:
        notebook, found = pages.exercise_page(path, static / "explorers")
        nbformat.write(notebook, source / "exercises" / f"{path.parent.name}.ipynb")
        codes |= found
    write_words(source, chapters)
    for folder in ("notebooks", "exercises"):
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            if ".ipynb_checkpoints" not in path.parts:
                target = extra / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    write_scripts(static)
    fetch_katex(source, work)
    shutil.copyfile(HERE / "conf.py", source / "conf.py")
    return codes


def write_words(source, chapters):
    """Write the pages that are made of words: the first, the symbols, the rules, the library."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = ["# Descent", "", *_between(readme, "# Descent", "## Start"), "", "## What you will learn", ""]
    lines += [*_between(readme, "## What you will learn", "| |"), ""]
    lines += ["The explorers can be dragged on these pages. The exercises check themselves in JupyterLab: every page"]
    lines += ["leads to its notebook.", ""]
    for part, numbers in PARTS.items():
        names = [path.stem for path in chapters if int(path.stem[:2]) in numbers]
        if names:
            listed = [entry for name in names for entry in (f"chapters/{name}", f"exercises/{name}")]
            lines += ["```{toctree}", f":caption: {part}", ":maxdepth: 1", "", *listed, "```", ""]
    looked_up = ("symbols", "rules", "api/index", "whole")
    lines += ["```{toctree}", ":caption: To look up", ":maxdepth: 1", "", *looked_up, "```", ""]
    (source / "index.md").write_text("\n".join(lines), encoding="utf-8")
    symbols = (ROOT / "notebooks" / "symbols.md").read_text(encoding="utf-8")
    symbols = re.sub(r"\]\((\d\d_\w+\.ipynb)\)", r"](chapters/\1)", symbols)
    (source / "symbols.md").write_text(symbols, encoding="utf-8")
    rules = (ROOT / "notebooks" / "rules.md").read_text(encoding="utf-8")
    rules = re.sub(r"\(\.\./course_lib/optimizers/\w+\.py\)", "(api/optimizers.md)", rules)
    rules = re.sub(r"\((\d\d_\w+)\.ipynb\)", r"(chapters/\1.ipynb)", rules)
    (source / "rules.md").write_text(rules, encoding="utf-8")
    (source / "whole.md").write_text(whole.PAGE, encoding="utf-8")
    for name, text in library.library().items():
        (source / "api" / f"{name}.md").write_text(text, encoding="utf-8")


def write_scripts(static):
    """Write the scripts of the explorers as one classic script, since modules need a server."""
    scripts = [(EXPLORE / name).read_text(encoding="utf-8") for name in ("explorer.js", "recorded.js")]
    plain = [re.sub(r"^export (?=(async )?function)", "", text, flags=re.M) for text in scripts]
    plain[0] = plain[0].replace("export default { render };", "")
    body = "\n".join(plain)
    script = f"window.descent = (() => {{\n{body}\nreturn {{ render, recorded }};\n}})();\n"
    assert "export" not in re.sub(r"//.*", "", script), "a script exports what this does not know"
    (static / "descent.js").write_text(script, encoding="utf-8")
    shutil.copyfile(EXPLORE / "explorer.css", static / "explorer.css")
    for path in (HERE / "static").iterdir():
        shutil.copyfile(path, static / path.name)


def fetch_katex(source, kept):
    """Put KaTeX, which typesets the formulas, into the source, and its style sheet and fonts into the site."""
    archive = kept / f"katex-{KATEX}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            sys.exit("the book needs node and npm, to typeset its formulas: install them and run this again")
        kept.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", "--silent", f"katex@{KATEX}"], cwd=kept, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            name = member.name.removeprefix("package/dist/")
            folder = source / "_static"
            if name == "katex.min.js":
                folder = source
            elif name != "katex.min.css" and not (name.startswith("fonts/") and name.endswith(".woff2")):
                continue
            target = folder / "katex" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.extractfile(member).read())


def thin_icons(site):
    """Take the icons that no page shows out of the theme's script, which has two thousand of them."""
    script = site / "_static" / "scripts" / "fontawesome.js"
    used = {name for path in site.rglob("*.html") for name in re.findall(r"\bfa-([a-z-]+)", path.read_text("utf-8"))}
    icon = re.compile(r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[[^\]]*\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?')
    text = script.read_text(encoding="utf-8")
    script.write_text(icon.sub(lambda found: found[0] if found[1] in used else "", text), encoding="utf-8")


def _between(text, start, end):
    """Return the lines after the one that is `start`, up to one that begins with `end`; without pictures."""
    lines = text.splitlines()
    first = lines.index(start) + 1
    last = next(place for place, line in enumerate(lines) if place > first and line.startswith(end))
    return [line for line in lines[first:last] if not line.startswith("![")]


if __name__ == "__main__":
    main(sys.argv[1:])
