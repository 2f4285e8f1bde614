"""The reader's edition: how long it takes to make, what its chapters weigh, and how fast a key press is answered.

The peer of the page is the notebook in JupyterLab: the same explorer, of chapter 02, with a kernel.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.explorers import CELLS, EXPLORER, PICTURES, PRESSES, WARMING, press
from benchmarks.jupyterlab import ROOT, Lab, NotebookPage, chromium

MOST_SECONDS, MOST_BYTES = 90, 2_500_000
CHAPTER = "chapters/02_gradient_descent.html"


def make(site, work):
    """Make the book; return the seconds it took."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "jobs.book", site, "--work", work]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def weights(site):
    """Return the bytes of every chapter with all that it loads, by name."""
    weights = {}
    for path in sorted((site / "chapters").glob("[0-9]*.html")):
        text = path.read_text(encoding="utf-8")
        links = {link for link in re.findall(r'(?:href|src)="([^"#?]+)', text) if not re.match(r"[a-z]+:", link)}
        files = [path.parent / link for link in links if not link.endswith((".html", ".ipynb"))]
        weights[path.stem] = len(text.encode()) + sum(file.stat().st_size for file in files)
    return weights


def measure(site, lab, browser):
    """Return the milliseconds from key press to picture, on the page and in the notebook."""
    notebook, page = (browser.new_page(viewport={"width": 1400, "height": 1100}) for _ in range(2))
    NotebookPage(lab, notebook, lab.write("book", CELLS[EXPLORER])).run_all()
    page.goto((site / CHAPTER).as_uri())
    cells = {"the page": (page, ".descent-place"), "the notebook": (notebook, ".jp-CodeCell")}
    times = {name: [] for name in cells}
    for where, cell in cells.values():
        where.locator(f"{cell} {PICTURES[EXPLORER]}[aria-label]").first.wait_for(timeout=60_000)
    # They take turns, so that a busy machine slows both. A recording has an end: so five presses there, and five back.
    for count in range(WARMING + PRESSES):
        key = "ArrowLeft" if count // 5 % 2 else "ArrowRight"
        for name, (where, cell) in cells.items():
            where.bring_to_front()
            times[name].append(press(where, where.locator(cell).first, EXPLORER, key))
    return {name: taken[WARMING:] for name, taken in times.items()}


def main():
    """Print what it takes to make the book, what the chapters weigh, and the times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site, work = folder / "site", folder / "work"
        work.mkdir()
        for archive in (ROOT / ".book").glob("katex-*.tgz"):  # the network is not what is measured
            shutil.copy(archive, work)
        print(f"{f'to make the book, {os.cpu_count()} cores':38}{'seconds':>10}{'target':>10}")
        for state in ("recordings made anew", "recordings kept"):
            took = make(site, work)
            verdict = "" if took <= MOST_SECONDS else "   missed"
            print(f"{state:38}{took:8.0f} s{MOST_SECONDS:8} s{verdict}")
        found = weights(site)
        print(f"\n{'a chapter with all that it loads':38}{'MB':>10}{'target':>10}")
        for what, weight in (("median", statistics.median(found.values())), ("largest", max(found.values()))):
            verdict = "" if weight <= MOST_BYTES else "   missed"
            print(f"{what:38}{weight / 1e6:10.2f}{MOST_BYTES / 1e6:10.2f}{verdict}")
        (folder / "lab").mkdir()
        with chromium() as browser:
            lab = Lab(folder / "lab")
            try:
                times = measure(site, lab, browser)
                lab.end_kernels()
            finally:
                lab.stop()
    print(f"\n{f'from key press to picture, {PRESSES} times':38}{'median':>13}{'p95':>13}")
    for name, taken in times.items():
        print(f"{name:38}{statistics.median(taken):10.1f} ms{np.percentile(taken, 95):10.1f} ms")
    ratio = statistics.median(times["the page"]) / statistics.median(times["the notebook"])
    print(f"{'the page beside the notebook':38}{ratio:10.2f}")


if __name__ == "__main__":
    main()
