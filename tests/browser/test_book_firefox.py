"""The reader's edition in Firefox, from its folder, without a network: nothing fails, and a key moves a picture."""

import json
import os

import pytest
from firefox import Firefox, program
from looking import PIXELS
from test_book import html_pages

ARROW_RIGHT = "\ue014"
ALIVE = "[...document.querySelectorAll('.descent-place')].every(place => place.dataset.alive)"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    if program() is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Firefox")
        pytest.skip("there is no Firefox; FIREFOX names it where it is not on the path")
    browser = Firefox(tmp_path_factory.mktemp("firefox"), width=500, height=800)
    yield browser
    browser.close()


def test_every_page_is_whole_in_firefox(book, firefox):
    firefox.complaints.clear()
    for path in html_pages(book):
        firefox.goto(path.as_uri())
        firefox.wait_for(ALIVE)
        assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        # An explorer's background is on its way for a moment; a picture that is broken never has a width.
        firefox.wait_for("[...document.images].every(i => i.loading === 'lazy' || !i.src || i.naturalWidth)")
        assert firefox.evaluate("document.querySelectorAll('.katex-error').length") == 0
        assert firefox.complaints == [], path


def test_a_key_press_moves_picture_and_sentence_in_firefox(book, firefox):
    firefox.complaints.clear()
    firefox.goto((book / "chapters" / "02_gradient_descent.html").as_uri())
    firefox.wait_for(ALIVE)
    pixels = f"({PIXELS})(document.querySelector('.descent canvas'))"
    sentence = "document.querySelector('.descent-sentence').innerText"
    before = firefox.evaluate(pixels), firefox.evaluate(sentence)
    firefox.evaluate("document.querySelector(\".descent input[aria-label='learning rate η']\").focus()")
    firefox.press(ARROW_RIGHT)
    firefox.wait_for(f"{sentence} !== {json.dumps(before[1])}")
    firefox.wait_for(f"{pixels} !== {before[0]}")
    assert firefox.complaints == []


def test_the_search_finds_chinese_words_in_firefox(book, firefox):
    firefox.complaints.clear()
    firefox.goto(f"{(book / 'search.html').as_uri()}?q=动量")
    firefox.wait_for("/found/.test(document.querySelector('.search-summary')?.innerText)")
    found = "[...document.querySelectorAll('ul.search li a')].map(link => link.getAttribute('href'))"
    assert {"symbols.html", "chapters/06_momentum.html"} <= set(firefox.evaluate(found))
    assert firefox.complaints == []
