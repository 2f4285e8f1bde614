"""Where else people open notebooks, Notebook 7 and Voilà: an explorer moves there, and a check answers.

Both are extensions of the server that JupyterLab runs on, so they need none of their own.
"""

import re

import pytest
from looking import PIXELS
from playwright.sync_api import expect

from benchmarks.jupyterlab import NotebookPage

# Notebook 7.6 stumbles over a setting when it starts; the first line of the stack is in its own script.
OWN = re.compile(r"\A[^\n]*\n *at (?:\S+ \()?\S*/static/notebook/")
CELLS = (
    """
from course_lib import check
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
DescentExplorer()""",
    """
def first_step(w, grad, lr):
    return w + lr * grad

check("first_step", first_step)""",
)


@pytest.fixture
def page(lab, browser):
    """A page; the errors in it, but for those of Notebook's own scripts, are in `page.complaints`."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.complaints = []
    page.on("pageerror", lambda error: OWN.search(error.stack) or page.complaints.append(error.stack))
    yield page
    page.close()
    lab.end_kernels()


def assert_explorer_moves_and_check_answers(page):
    root = page.locator(".descent")
    canvas, sentence = root.locator("canvas[aria-label]"), root.locator(".descent-sentence")
    expect(canvas).to_be_visible(timeout=60_000)
    expect(page.get_by_text("This goes uphill", exact=False).first).to_be_visible(timeout=60_000)
    before = canvas.evaluate(PIXELS), sentence.inner_text()
    slider = root.get_by_label("learning rate η", exact=True)
    slider.focus()
    slider.press("ArrowRight")
    expect(sentence).not_to_have_text(before[1])
    expect(canvas).to_have_attribute("aria-label", sentence.inner_text())
    assert canvas.evaluate(PIXELS) != before[0]
    assert page.complaints == []


def test_an_explorer_moves_and_a_check_answers_in_notebook_7(lab, page):
    NotebookPage(lab, page, lab.write("seven", *CELLS), seven=True).run_all()
    assert_explorer_moves_and_check_answers(page)


def test_an_explorer_moves_and_a_check_answers_in_voila(lab, page):
    page.goto(f"{lab.url}/voila/render/{lab.write('voila', *CELLS)}?token={lab.token}")
    assert_explorer_moves_and_check_answers(page)
    assert page.locator(".cm-content, .jp-CodeMirrorEditor").count() == 0  # Voilà shows no code
