"""The bar of a sweep in JupyterLab: there while it runs, gone afterwards, and nothing of it in the notebook."""

import json

from playwright.sync_api import expect

SLOW = """
import time
from course_lib import sweep
result = sweep(lambda lr, seed: time.sleep(0.2) or lr + seed, None, "slow", [0.1, 1], seeds=range(10))"""
BAR = "progress[aria-label='progress of the sweep']"
WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const bar = document.querySelector("progress[aria-label='progress of the sweep']");
    if (bar) window.seen.push([bar.value, bar.parentElement.textContent]);
  }).observe(document.body, { childList: true, subtree: true });
}"""


def test_a_bar_is_shown_and_leaves_no_output(lab, open_notebook):
    name = lab.write("sweep", SLOW)
    notebook = open_notebook(name)
    notebook.page.evaluate(WATCH)
    notebook.run_all()
    notebook.page.wait_for_function("() => window.seen.length > 0")
    expect(notebook.page.locator(BAR)).to_have_count(0, timeout=30_000)
    shares = [share for share, _ in notebook.page.evaluate("() => window.seen")]
    assert shares == sorted(shares) and 0 < shares[-1] <= 1
    assert "of 20 parts" in notebook.page.evaluate("() => window.seen[0][1]")
    assert notebook.run_code("print(result.loss.shape)") == "(1, 2, 10)\n"
    notebook.command("docmanager:save")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = json.loads((lab.folder / name).read_text(encoding="utf-8"))
    assert [cell["outputs"] for cell in saved["cells"]] == [[]]
    states = saved["metadata"].get("widgets", {}).values()  # JupyterLab writes down the widgets that are left
    assert [each["state"] for each in states] in ([], [{}])
