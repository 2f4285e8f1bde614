"""Formulas on feedback pages: MathML, and Markdown and code beside them as they were."""

from pathlib import Path

import nbformat
import pytest
from nbconvert.filters import markdown2html

from jobs.grading.formulas import with_mathml

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.parent.name)
def test_every_formula_of_the_exercises_is_typeset(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            page = markdown2html(with_mathml(cell.source))
            assert "$" not in page and page.count("<math") == page.count("</math>")


def test_code_keeps_its_dollars_and_formulas_their_stars():
    page = markdown2html(with_mathml("Cost `$5`, so $w^* = 2$ and $a_i * b_i$:\n\n$$\\frac{1}{2}$$"))
    assert "<code>$5</code>" in page
    assert page.count("<math") == 3 and "<em>" not in page
    assert 'display="block"' in page and "<mfrac>" in page
