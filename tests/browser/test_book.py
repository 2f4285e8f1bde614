"""The reader's edition in a real Chromium, from its folder, the network cut: nothing fails, and the explorers live."""

import base64
import gzip
import json
import random
import re

import numpy as np
import pytest
from looking import PIXELS, serious

from benchmarks.jupyterlab import ROOT
from course_lib.explore.recording import HIGH, LOW
from jobs.book import pages

NOISE = re.compile(r"\[PST\]|Canvas2D")  # the theme says which colors it chose; the test reads pixels often
# The pages, in parts that several workers test side by side.
PARTS = ("*.html", "api/*.html", *(f"{kind}/{first}*.html" for kind in ("chapters", "exercises") for first in "012"))
# The picture below an explorer's canvas has no text; the canvas has.
OUTSIDE = "all => all.filter(image => !image.closest('.descent-stage')).map(image => image.src)"


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


def test_the_book_has_a_page_for_everything(book):
    chapters, exercises = pages.pages_of(ROOT)
    found = html_pages(book)
    assert len(found) >= len(chapters) + len(exercises) + 4
    assert sorted(path for part in PARTS for path in book.glob(part)) == found


@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_whole_without_a_network_and_fits_a_phone(book, page, part):
    for path in sorted(book.glob(part)):
        page.goto(path.as_uri())
        alive(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        assert page.locator(".katex-error").count() == 0
        mute = page.locator("img:not([alt]), .bd-article img[alt='']").evaluate_all(OUTSIDE)
        assert mute == [], f"{path}: pictures without a text"
        page.wait_for_function("() => [...document.images].every(i => i.loading === 'lazy' || i.naturalWidth)")
        assert page.locator(".katex").count() > (5 if part.startswith("chapters") else -1), path
        text = page.evaluate("() => [...document.querySelectorAll('.bd-article p')].map(p => p.innerText).join(' ')")
        assert not re.search(r"\$[^$]{1,40}\$|\\frac|\\eta", text), path
    assert page.complaints == []


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


def test_a_formula_stands_in_the_middle_of_its_column(book, page):
    page.goto((book / "chapters" / "00_start_here.html").as_uri())
    middles = page.locator("div.math").first.evaluate(
        "e => [e, e.querySelector('.katex-html')].map(it => it.getBoundingClientRect()).map(r => r.x + r.width / 2)"
    )
    assert abs(middles[0] - middles[1]) < 2


def test_no_word_of_a_table_is_broken(book, page):
    page.goto((book / "symbols.html").as_uri())
    # A word that is broken lies in two boxes.
    broken = page.locator(".bd-article :is(th, td)").evaluate_all(
        """all => all.flatMap(cell => {
             const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
             const words = [];
             while (walk.nextNode()) if (/^\\w+$/.test(walk.currentNode.data)) words.push(walk.currentNode);
             return words;
           }).filter(word => {
             const range = document.createRange();
             range.selectNodeContents(word);
             return range.getClientRects().length > 1;
           }).map(word => word.data)"""
    )
    assert broken == []


def found_by(book, page, words):
    """Return the addresses that the search finds."""
    page.goto(f"{(book / 'search.html').as_uri()}?q={words}")
    page.wait_for_function("() => /found|did not/.test(document.querySelector('.search-summary')?.innerText)")
    return page.locator("ul.search li a").evaluate_all("all => all.map(link => link.getAttribute('href'))")


def test_the_search_finds_words_in_english_and_in_chinese(book, page):
    assert "chapters/06_momentum.html" in found_by(book, page, "momentum")
    assert {"symbols.html", "chapters/06_momentum.html"} <= set(found_by(book, page, "动量"))
    assert {"symbols.html", "chapters/02_gradient_descent.html"} <= set(found_by(book, page, "学习率"))
    assert "symbols.html" in found_by(book, page, "凸")  # one character
    assert found_by(book, page, "量动") == []  # pairs, not characters in any order
    method = found_by(book, page, "梯度下降")
    assert method and found_by(book, page, "梯度下降法") == found_by(book, page, "梯度下降算法") == method
    assert page.complaints == []


def test_the_search_finds_a_chapter_by_its_chinese_name(book, page):
    names = pages.chinese_names((ROOT / "notebooks" / "symbols.md").read_text(encoding="utf-8"))
    chapters = [key for key in names if isinstance(key, str)]
    assert chapters
    for name in chapters:
        chapter = f"chapters/{name.removesuffix('.ipynb')}.html"
        assert {"symbols.html", chapter} <= set(found_by(book, page, names[name])), name


def test_the_whole_course_prints_on_sheets_with_pictures_and_without_controls(book, page):
    chapters, _ = pages.pages_of(ROOT)
    page.goto((book / "whole.html").as_uri())
    assert page.locator(".descent-part").count() == len(chapters) + 2
    order = page.locator(".descent-part").evaluate_all("all => all.map(part => part.id)")
    assert order == [*(path.stem for path in chapters), "symbols", "rules"]
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    lost = page.locator(".bd-article a[href^='#']").evaluate_all(
        "all => all.map(link => decodeURI(link.hash.slice(1))).filter(name => !document.getElementById(name))"
    )
    assert lost == []
    page.emulate_media(media="print")
    assert page.locator(".descent-picture img").count() >= len(chapters) - 1
    assert page.locator(".bd-article :is(.descent-controls, details:not([open]), script)").count() == 0
    assert page.locator("img").evaluate_all("all => all.filter(image => !image.naturalWidth).length") == 0
    breaks = page.locator(".descent-part").evaluate_all("all => all.map(part => getComputedStyle(part).breakBefore)")
    assert set(breaks) == {"page"}
    assert not page.locator(".bd-header, .bd-sidebar-primary, .prev-next-footer").first.is_visible()
    assert page.complaints == []


def test_a_page_that_is_dark_on_the_screen_is_printed_in_light_colors(book, browser):
    context = browser.new_context(color_scheme="dark", offline=True)
    page = context.new_page()
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    look = """() => [".bd-article p", ".cell_input .n", ".cell_output img"].map(name => {
      const { color, filter } = getComputedStyle(document.querySelector(name));
      return [Math.max(...color.match(/\\d+/g).slice(0, 3)), filter];
    })"""
    dark = page.evaluate(look)
    assert min(brightest for brightest, _ in dark[:2]) > 150
    page.evaluate(f"() => addEventListener('beforeprint', () => {{ window.printed = ({look})(); }})")
    page.pdf()
    printed = page.evaluate("() => window.printed")
    assert max(brightest for brightest, _ in printed[:2]) < 80 and printed[2][1] == "none"
    assert page.evaluate(look) == dark
    context.close()


def test_the_frame_and_the_code_of_a_cell_are_on_one_sheet(book, page):
    page.goto((book / "chapters" / "17_parallel_and_distributed.html").as_uri())
    page.emulate_media(media="print")
    inputs, outputs = ".bd-article div.cell_input", ".bd-article div.cell_output pre"
    breaks = "all => [...new Set(all.map(one => getComputedStyle(one).breakInside))]"
    assert page.locator(inputs).evaluate_all(breaks) == ["avoid"]
    assert page.locator(outputs).evaluate_all(breaks) == ["auto"]


def test_a_wide_figure_is_moved_sideways_on_a_phone_and_shown_whole_on_a_laptop(book, page):
    page.goto((book / "chapters" / "13_learning_rate_schedules.html").as_uri())
    alive(page)
    boxes = page.locator(".cell_output > .descent-wide")
    scale = "all => all.map(box => box.firstChild.clientWidth / box.firstChild.naturalWidth)"
    assert min(boxes.evaluate_all(scale)) > 0.6
    wide = boxes.first
    wide.focus()
    wide.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=wide.element_handle())
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1200, "height": 800})
    page.wait_for_function("() => !document.querySelector('.descent-wide[tabindex]')")
    assert boxes.evaluate_all("all => all.every(box => box.scrollWidth <= box.clientWidth)")


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
    block = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    page.evaluate("async block => { window.recording = await descent.recorded(block); }", block)
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


def test_every_key_and_step_finds_another_value_of_a_recording(book, page):
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    alive(page)
    root = page.locator(".descent").first
    said = root.locator(".descent-sentence")
    slider = root.get_by_label("learning rate η", exact=True)
    slider.focus()
    seen = [said.inner_text()]
    for act in [*[lambda: slider.press("ArrowRight")] * 3, root.get_by_role("button", name="Step", exact=True).click]:
        act()
        page.wait_for_function("old => document.querySelector('.descent-sentence').innerText !== old", arg=seen[-1])
        seen.append(said.inner_text())
    assert len(set(seen)) == len(seen)
    for _ in range(3):
        slider.press("ArrowLeft")
    assert slider.input_value() != slider.get_attribute("min")
    assert page.complaints == []


def test_the_keyboard_alone_reaches_an_explorer_sees_where_it_is_and_leaves(book, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    alive(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    reached, inside = [], False
    for _ in range(150):
        page.keyboard.press("Tab")
        here, name, seen = page.evaluate(
            """() => {
                 const node = document.activeElement;
                 const look = getComputedStyle(node);
                 const seen = (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0)
                   || look.boxShadow !== "none" || look.textDecorationLine !== "none";
                 return [Boolean(node.closest(".descent")), node.ariaLabel || node.innerText, seen];
               }"""
        )
        assert seen, f"{name} shows no focus"
        if inside and not here:
            break
        inside = here
        reached += [name] if here else []
    else:
        raise AssertionError("the keyboard does not leave the explorer")
    assert {"learning rate η", "steps", "Step", "Reset all"} <= set(reached)


def test_a_number_that_is_not_recorded_is_told(book, page):
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    alive(page)
    root = page.locator(".descent").first
    box, notice = root.get_by_label("learning rate η, as a number"), root.locator(".descent-notice")
    bounds = "learning rate η is a number from 0.0001 to 10"
    for typed, words, answer in (
        ("0.19", "", "lr = 0.19"),
        ("0,196", "On this page learning rate η 0.196 is not recorded: 0.2 is shown.", "lr = 0.2"),
        ("1,000", f"{bounds}; “1,000” can be read in two ways: write it without a comma.", ""),
    ):
        box.fill(typed)
        box.press("Enter")
        page.wait_for_function("words => document.querySelector('.descent-notice').innerText === words", arg=words)
        assert answer in root.locator(".descent-answer").inner_text()
    assert notice.get_attribute("role") == "status"
    assert page.complaints == []


def test_on_a_phone_what_plays_stands_above_the_pictures(book, page):
    page.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    alive(page)
    root = page.locator(".descent").first
    play, stage = root.get_by_role("button", name="▶ Play"), root.locator(".descent-stage")
    assert play.bounding_box()["y"] < stage.bounding_box()["y"]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function("() => document.querySelector('.descent-stage').getBoundingClientRect().width > 600")
    assert play.bounding_box()["y"] > stage.bounding_box()["y"]


def test_every_recording_with_a_goal_has_a_picture_that_meets_it_and_one_that_does_not(book):
    goals = 0
    for script in (book / "_static" / "explorers").glob("*-exercises-*.js"):
        text = script.read_text(encoding="utf-8")
        block = gzip.decompress(base64.b64decode(json.loads(text[text.index(",") + 1 : text.rindex(")")])))
        head = json.loads(block[4 : 4 + int.from_bytes(block[:4], "little")])
        met = {picture["met"] for picture in head["pictures"]}
        goals += met != {None}
        assert met in ({None}, {True, False}), script.name
    assert goals > 15


def test_recordings_and_chapters_are_small(book):
    for script in (book / "_static" / "explorers").glob("*.js"):
        assert len(script.read_bytes()) < 400_000, script.name
    for path in (book / "chapters").glob("[0-9]*.html"):
        text = path.read_text(encoding="utf-8")
        links = {link for link in re.findall(r'(?:href|src)="([^"#?]+)', text) if not re.match(r"[a-z]+:", link)}
        files = [path.parent / link for link in links if not link.endswith((".html", ".ipynb"))]
        assert len(text.encode()) + sum(file.stat().st_size for file in files) < 2_500_000, path.name


# In the dark only the colors are others, on a phone what is wider than the page.
LOOKS = {
    "light": (1280, ""),
    "dark": (1280, ", { runOnly: ['color-contrast'] }"),
    "phone": (375, ", { runOnly: ['scrollable-region-focusable', 'link-name'] }"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(book, browser, axe, look):
    width, rules = LOOKS[look]
    theme = "dark" if look == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, offline=True)
    page = context.new_page()
    for name in ("index", "rules", "chapters/02_gradient_descent", "exercises/02_gradient_descent", "api/optimizers"):
        page.goto((book / f"{name}.html").as_uri())
        alive(page)
        page.evaluate(axe)
        assert serious(page.evaluate(f"() => axe.run('.bd-article'{rules})")) == [], name
    context.close()
