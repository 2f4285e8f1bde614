"""The page that prints all: every chapter in order, then the symbols and the rules, put together from their pages.

The pages are made already, their formulas typeset. Their articles are copied into one page, in a moment, with
an id that says the page in front of each of their own; links between them stay on the page.
"""

import posixpath
import re

PLACE = '<div id="descent-whole"></div>'
PAGE = f"""# The whole course

All chapters in order, the symbols and the rules on one page, for paper or for a file: print it. Every chapter begins
on a new sheet; what can be dragged elsewhere is a picture here, what is folded elsewhere is open. The exercises are
not among it: they want a keyboard.

{PLACE}
"""
ARTICLE = re.compile(r'<article class="bd-article">(.*)</article>', re.S)
LINK = re.compile(r'\b(id|href|src|aria-labelledby|for)="([^"]*)"')
HEADING = re.compile(r"<(/?)h([1-5])\b")


def write_whole(site, names):
    """Write all pages with these names, such as `chapters/06_momentum`, into the page `whole.html` of a site."""
    parts = [_part((site / f"{name}.html").read_text(encoding="utf-8"), name, names) for name in names]
    page = site / "whole.html"
    text = page.read_text(encoding="utf-8")
    assert PLACE in text, "the page that prints all has lost its place"
    page.write_text(text.replace(PLACE, "\n".join(parts)), encoding="utf-8")


def _part(text, name, names):
    """Return what a page says, as a part of the whole."""
    article = ARTICLE.search(text)[1]
    article = re.sub(r"<script\b.*?</script>", "", article, flags=re.S)  # recordings: a page on paper cannot play
    article = re.sub(r'<a class="headerlink".*?</a>', "", article)
    article = re.sub(r'<a class="descent-notebook".*?</a>', "", article)
    article = re.sub(r"<details(?=[ >])(?! open)", "<details open", article)
    article = re.sub(r'class="descent-place" data-recording="[^"]*"', 'class="descent-picture"', article)
    article = article.replace(' loading="lazy"', "")
    article = HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", article)  # below the heading of the page
    article = LINK.sub(lambda found: f'{found[1]}="{_moved(found[1], found[2], name, names)}"', article)
    return f'<div class="descent-part" id="{_anchor(name)}">{article}</div>'


def _moved(kind, value, name, names):
    """Return an id, or a link, of a page as it is on the whole page."""
    if kind not in ("href", "src"):
        return " ".join(_anchor(name, one) for one in value.split())
    if re.match(r"[a-z]+:", value):
        return value
    path, _, part = value.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else f"{name}.html"
    stem = target.removesuffix(".html")
    if stem in names:
        return f"#{_anchor(stem, part)}"
    return f"{target}#{part}" if part else target


def _anchor(name, part=""):
    return "-".join(filter(None, (posixpath.basename(name), part)))
