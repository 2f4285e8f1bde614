"""JupyterLab opens the notebooks as they are handed out: none counts as changed, and exports say their pictures."""

import re
import urllib.request
from html import unescape

import pytest

from benchmarks.jupyterlab import ROOT

DIRTY = "() => window.jupyterapp.shell.currentWidget.model.dirty"
READY = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  return panel.sessionContext?.session?.kernel?.status === "idle" && panel.model.getMetadata("language_info").version;
}"""


@pytest.mark.parametrize("name", ["notebooks/09_adam.ipynb", "exercises/02_gradient_descent/gradient_descent.ipynb"])
def test_a_notebook_that_was_only_opened_has_not_changed(lab, open_notebook, name):
    copy = lab.folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((ROOT / name).read_bytes())
    notebook = open_notebook(name)
    notebook.page.wait_for_function(READY, timeout=60_000)
    notebook.page.wait_for_timeout(2000)  # the kernel says who it is; what follows would follow now
    assert not notebook.page.evaluate(DIRTY)
    assert copy.read_bytes() == (ROOT / name).read_bytes()


def test_an_export_says_its_pictures_in_words(lab):
    address = f"{lab.url}/nbconvert/html/notebooks/06_momentum.ipynb?token={lab.token}"
    with urllib.request.urlopen(address, timeout=60) as answer:
        page = answer.read().decode()
    alts = [unescape(alt) for image in re.findall(r"<img[^>]*>", page) for alt in re.findall(r'\balt="([^"]*)"', image)]
    assert len(alts) == page.count("<img ") >= 5
    assert all(len(alt.split()) >= 5 and "No description" not in alt for alt in alts)
