"""JupyterLab with a copy of the notebooks for the session, and a page for each notebook that a test opens."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from benchmarks.jupyterlab import ROOT, Lab, NotebookPage, chromium

AXE = "axe-core@4.14.1"


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The script of axe-core, from npm; `axe.min.js` comes ready to use in the package."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm, which comes with Node.js, is needed to fetch axe-core")
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([npm, "pack", AXE, "--silent"], cwd=folder, check=True, timeout=120)
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        return package.extractfile("package/axe.min.js").read().decode()


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of the book: that which BOOK names, or one made now, with the recordings of the last time."""
    if "BOOK" in os.environ:
        return Path(os.environ["BOOK"])
    folder = tmp_path_factory.mktemp("book") / "site"
    subprocess.run([sys.executable, "-m", "jobs.book", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    server = Lab(folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def open_notebook(lab, browser):
    """Open a notebook in a page of its own; its kernel ends with the test."""
    contexts = []

    def open_one(path, **options):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 1100}, **options))
        return NotebookPage(lab, contexts[-1].new_page(), path)

    yield open_one
    for context in contexts:
        context.close()
    lab.end_kernels()
