"""Figures on narrow pages: a wide one is moved sideways within a box, lest its numbers shrink to dots."""

import re

PICTURE = re.compile(r'<img\b[^>]*\bsrc="([^"]*/(?:_images|_static/explorers)/[^"]*\.png)"[^>]*>')
NARROW = 600  # pixels: a figure no wider than this is read on a phone as a whole
LEAST = 2 / 3  # of its own width has a wider one
ENOUGH = 620  # pixels: no laptop's column is narrower


def box_pictures(site):
    """Put each figure of a site, and each explorer's picture, into a box, with its size and the least width to read it.

    The size is known before a figure is loaded, so what stands below does not jump.
    """
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        boxed = PICTURE.sub(lambda found, page=page: _box(found[0], page.parent / found[1]), text)
        if boxed != text:
            page.write_text(boxed, encoding="utf-8")


def _box(image, file):
    head = file.read_bytes()[16:24]
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
    image = f'{image.rstrip(" />")} width="{width}" height="{height}">'
    least = min(round(LEAST * width), ENOUGH) if width > NARROW else 0
    return f'<span class="descent-wide" style="--least: {least}px">{image}</span>'
