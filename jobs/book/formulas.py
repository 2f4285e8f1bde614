"""A Sphinx extension that typesets every formula with KaTeX while the book is made.

All formulas of all pages go to one run of node; a page then needs no script for them, and no network. A formula that
KaTeX cannot read, or reads with a warning, stops the book and is named.
"""

import json
import subprocess

from docutils import nodes
from sphinx.errors import ExtensionError

SCRIPT = """
const katex = require(process.argv[1]);
const warned = [];
console.warn = (text) => warned.push(text);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const html = formulas.map(([tex, displayMode]) => {
  try {
    // An index that is an operator, as in λ_{\\min}, is two elements where MathML allows one.
    const text = katex.renderToString(tex, { displayMode })
      .replace(/(<mi[^>]*>[^<]*<\\/mi>)(<mo>\\u2061<\\/mo>)/g, "<mrow>$1$2</mrow>");
    if (warned.length) throw new Error(warned.pop());
    return { text };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(html));
"""


def setup(app):
    app.add_config_value("formulas_katex", "", "env")  # the path of katex.min.js
    app.add_html_math_renderer("formulas", (_inline, None), (_display, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("env-check-consistency", _typeset)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _typeset(app, env):
    """Typeset the formulas of all pages at once."""
    found = {}
    for page in sorted(env.found_docs):
        doctree = env.get_doctree(page)
        for node in doctree.findall(lambda node: isinstance(node, (nodes.math, nodes.math_block))):
            found.setdefault((node.astext(), isinstance(node, nodes.math_block)), page)
    command = ["node", "-e", SCRIPT, app.config.formulas_katex]
    done = subprocess.run(command, input=json.dumps(list(found)), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError(f"node could not typeset the formulas: {done.stderr.strip()}")
    app.formulas = {}
    for (formula, page), html in zip(found.items(), json.loads(done.stdout), strict=True):
        if "error" in html:
            raise ExtensionError(f"{page}: {formula[0]}\n{html['error']}")
        app.formulas[formula] = html["text"]


def _inline(self, node):
    self.body.append(f'<span class="math">{self.builder.app.formulas[node.astext(), False]}</span>')
    raise nodes.SkipNode


def _display(self, node):
    # Wide formulas are moved sideways, by the keyboard, too.
    html = self.builder.app.formulas[node.astext(), True]
    self.body.append(f'<div class="math" tabindex="0">{html}</div>')
    raise nodes.SkipNode
