"""The reader's edition in a real Chromium, from its folder, the network cut: nothing fails, and the explorers live."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from looking import PIXELS, serious

from benchmarks.jupyterlab import ROOT
from course_lib.explore.recording import HIGH, LOW
from jobs.book import pages

NOISE = re.compile(r"\[PST\]|Canvas2D")  # the theme says which colors it chose; the test reads pixels often
# The picture below an explorer's canvas has no text; the canvas has.
OUTSIDE = "all => all.filter(image => !image.closest('.descent-stage')).map(image => image.src)"


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of the book: that which BOOK names, or one made now, with the recordings of the last time."""
    if "BOOK" in os.environ:
        return Path(os.environ["BOOK"])
    folder = tmp_path_factory.mktemp("book") / "site"
    subprocess.run([sys.executable, "-m", "jobs.book", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture
def page(browser):
    """A page without a network; what its console complains of, and what it could not load, is in `page.complaints`."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, offline=True)
    page = context.new_page()
    page.complaints = []
    wrong = ("error", "warning")
    complain = page.complaints.append
    page.on("console", lambda said: said.type in wrong and not NOISE.match(said.text) and complain(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("requestfailed", lambda request: page.complaints.append(request.url))
    page.on("request", lambda request: request.url.startswith("http") and page.complaints.append(request.url))
    yield page
    context.close()


def html_pages(book):
    return [path for path in sorted(book.rglob("*.html")) if not {"_static", "_sources"} & set(path.parts)]


def alive(page):
    """Wait until every explorer of the page has its first picture."""
    page.wait_for_function("() => [...document.querySelectorAll('.descent-place')].every(place => place.dataset.alive)")


def test_every_page_is_whole_without_a_network_and_fits_a_phone(book, page):
    found = html_pages(book)
    chapters, exercises = pages.pages_of(ROOT)
    assert len(found) >= len(chapters) + len(exercises) + 4
    for path in found:
        page.goto(path.as_uri())
        alive(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        assert page.locator(".katex-error").count() == 0
        mute = page.locator("img:not([alt]), .bd-article img[alt='']").evaluate_all(OUTSIDE)
        assert mute == [], f"{path}: pictures without a text"
        broken = page.locator("img:not([loading])").evaluate_all("all => all.filter(i => !i.naturalWidth).length")
        assert broken == 0, path
    assert page.complaints == []


def test_formulas_are_typeset_and_no_dollar_is_left(book, page):
    chapters, _ = pages.pages_of(ROOT)
    for path in chapters:
        page.goto((book / "chapters" / f"{path.stem}.html").as_uri())
        assert page.locator(".katex").count() > 5
        text = page.evaluate("() => [...document.querySelectorAll('.bd-article p')].map(p => p.innerText).join(' ')")
        assert not re.search(r"\$[^$]{1,40}\$|\\frac|\\eta", text)


def test_every_link_within_the_book_leads_somewhere(book):
    for path in html_pages(book):
        text = path.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"#?]+)', text):
            if not re.match(r"[a-z]+:", link):
                assert (path.parent / link).exists(), f"{path.relative_to(book)}: {link}"


def test_every_chapter_and_exercise_leads_to_its_notebook(book):
    for kind in ("chapters", "exercises"):
        for path in sorted((book / kind).glob("[0-9]*.html")):
            link = re.search(r'class="descent-notebook" href="([^"]+)"', path.read_text(encoding="utf-8"))
            json.loads((path.parent / link[1]).read_text(encoding="utf-8"))


def test_solutions_are_behind_a_click(book, page):
    page.goto((book / "exercises" / "02_gradient_descent.html").as_uri())
    hint, answer = page.get_by_text("Hint 1: a question").first, page.get_by_text("path = [w0]", exact=False).first
    assert hint.is_visible() and not answer.is_visible()
    page.get_by_text("Show a solution").first.click()
    assert page.get_by_text("Hide").first.is_visible() or answer.is_visible()


def test_a_recording_shows_what_python_computes_at_ten_settings(book, page):
    from course_lib.chapters.gradient_descent.explorer import DescentExplorer

    path = ROOT / "notebooks" / "02_gradient_descent.ipynb"
    page.goto((book / "chapters" / f"{path.stem}.html").as_uri())
    alive(page)
    # The same script and the same recording, with a look at what reaches the canvas.
    text = (book / "_static" / "explorers" / f"{path.stem}-1.js").read_text(encoding="utf-8")
    base64 = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    page.evaluate("async base64 => { window.recording = await descent.recorded(base64); }", base64)
    grid = page.evaluate("() => recording.get('_form').controls.filter(c => !c.rest).map(c => c.name)")
    assert set(grid) == {"lr", "steps"}
    first = page.evaluate("() => recording.get('_form').first")
    explorer = DescentExplorer(**{name: tuple(it) if isinstance(it, list) else it for name, it in first.items()})
    draw = random.Random(4)
    for serial in range(10):
        wish = first | {"lr": 10 ** draw.uniform(-4, 1), "steps": draw.randrange(201)}
        shown = page.evaluate(
            """async request => {
                 recording.set("_request", request);
                 recording.save_changes();
                 await new Promise((done) => setTimeout(done));
                 const picture = recording.get("_picture");
                 const { buffer } = picture.points;
                 return { ...picture, points: [...new Float32Array(buffer)].map((x) => (Number.isNaN(x) ? null : x)) };
               }""",
            {"serial": serial, "values": wish},
        )
        assert shown["serial"] == serial
        explorer.set(lr=shown["values"]["lr"], steps=shown["values"]["steps"])
        drawn = explorer.drawn
        assert shown["sentence"] == drawn["sentence"] and shown["answer"] == drawn["answer"]
        assert abs(np.log(shown["values"]["lr"] / wish["lr"])) < np.log(1e5) / 39
        got = np.array([np.nan if x is None else x for x in shown["points"]]).reshape(-1, 2)
        want = np.frombuffer(drawn["points"], "<f4").reshape(-1, 2)
        inside = want[((want > LOW) & (want < HIGH)).all(axis=-1)]
        nearest = np.nanmin(np.abs(inside[:, None] - got).max(axis=-1), axis=-1)
        assert nearest.max() <= 0.6 * (HIGH - LOW) / 8190


def test_a_control_moves_picture_and_sentence_by_the_keyboard_and_others_rest(book, page):
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    alive(page)
    root = page.locator(".descent").first
    canvas, sentence = root.locator("canvas"), root.locator(".descent-sentence")
    before = canvas.evaluate(PIXELS), sentence.inner_text()
    slider = root.get_by_label("learning rate η", exact=True)
    slider.focus()
    slider.press("End")
    page.wait_for_function("old => document.querySelector('.descent-sentence').innerText !== old", arg=before[1])
    assert canvas.evaluate(PIXELS) != before[0]
    assert canvas.get_attribute("aria-label") == sentence.inner_text()
    root.get_by_role("button", name="Reset all").click()
    page.wait_for_function("old => document.querySelector('.descent-sentence').innerText === old", arg=before[1])
    assert canvas.evaluate(PIXELS) == before[0]
    assert root.get_by_label("condition number κ", exact=True).is_disabled()
    assert page.complaints == []


def test_recordings_and_chapters_are_small(book):
    for script in (book / "_static" / "explorers").glob("*.js"):
        assert len(script.read_bytes()) * 3 / 4 < 400_000, script.name  # base64, which a server zips back
    for path in (book / "chapters").glob("[0-9]*.html"):
        text = path.read_text(encoding="utf-8")
        links = {link for link in re.findall(r'(?:href|src)="([^"#?]+)', text) if not re.match(r"[a-z]+:", link)}
        files = [path.parent / link for link in links if not link.endswith((".html", ".ipynb"))]
        assert len(text.encode()) + sum(file.stat().st_size for file in files) < 2_500_000, path.name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(book, browser, axe, theme):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme, offline=True)
    page = context.new_page()
    for name in ("index", "rules", "chapters/02_gradient_descent", "exercises/02_gradient_descent", "api/optimizers"):
        page.goto((book / f"{name}.html").as_uri())
        alive(page)
        page.evaluate(axe)
        assert serious(page.evaluate("() => axe.run('.bd-article')")) == [], name
    context.close()
