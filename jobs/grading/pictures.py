"""What the exercise's own cells show, for pages on which nothing runs: their text, and their pictures made small."""

import base64
import hashlib
import io
import json

import nbformat
from PIL import Image

from jobs.grading.exercise import solution_of, store, write_atomically
from jobs.grading.names import names_of

WIDEST, COLORS = 760, 64


def given_outputs(root, chapter):
    """Return the outputs of a chapter's given cells by their id, as the solution keeps them.

    A cell that uses an answer is left out: it would show the right one's.
    """
    source = solution_of(root, chapter)
    content = source.read_bytes()
    kept = store(root) / "fresh" / f"{chapter}-{hashlib.sha256(content).hexdigest()[:16]}.json"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        write_atomically(kept, json.dumps(_outputs(nbformat.reads(content.decode(), as_version=4))))
    return json.loads(kept.read_text(encoding="utf-8"))


def _outputs(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answers = [cell for cell in code if cell.metadata.get("nbgrader", {}).get("solution")]
    answered = {name for cell in answers for name in names_of(cell.source).bound}
    given = [cell for cell in code if "nbgrader" not in cell.metadata and not names_of(cell.source).used & answered]
    return {cell.id: [small for output in cell.outputs for small in _small(output)] for cell in given if cell.outputs}


def _small(output):
    """Yield an output's text and its picture: a page shows only one of them when they come together."""
    if output.output_type == "stream":
        yield output
        return
    data = output.get("data", {})
    text = data.get("text/plain", "")
    if text and not text.startswith("<"):
        yield nbformat.v4.new_output("stream", text=f"{text.strip()}\n")
    if "image/png" in data:
        picture = base64.b64encode(smaller(base64.b64decode(data["image/png"]))).decode()
        yield nbformat.v4.new_output("display_data", data={"image/png": picture, "text/plain": "picture"})


def smaller(png):
    """Return a picture with fewer points and colors, a PNG."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDEST, 10 * WIDEST))
    picture = picture.quantize(COLORS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "png", optimize=True)
    return small.getvalue()
