"""Formulas on feedback pages as MathML, which browsers typeset themselves: with no script, and no network."""

import re

from latex2mathml.converter import convert
from nbgrader.preprocessors import NbGraderPreprocessor

# Code comes first: a dollar in it is none of a formula's.
CODE_OR_FORMULA = re.compile(r"(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)\$", re.DOTALL)
MARKDOWN = {ord(letter): f"&#{ord(letter)};" for letter in "*_|`~"}  # what Markdown would take for its own


class Formulas(NbGraderPreprocessor):
    """Write the formulas of Markdown cells as MathML."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
        return cell, resources


def with_mathml(text):
    """Return Markdown with its formulas as MathML."""

    def formula(found):
        code, display, inline = found.groups()
        if code is not None:
            return code
        return convert(display or inline, display="block" if display else "inline").translate(MARKDOWN)

    return CODE_OR_FORMULA.sub(formula, text)
