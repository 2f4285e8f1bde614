"""How Sphinx makes the book; `jobs.book` prepares the folder that this stands in."""

from pathlib import Path

project = "Descent"
author = "the Descent authors"
copyright = author
html_title = "Descent"
language = "en"
default_role = "code"  # names in docstrings stand in single backticks

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "jobs.book.formulas",
    "jobs.book.search",
]
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "html_image"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = False
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_param = False  # "array of shape (steps, d)" is no type to look up
napoleon_use_rtype = False

formulas_katex = str(Path(__file__).parent / "katex" / "katex.min.js")

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["explorer.css", "book.css"]
html_math_renderer = "formulas"
html_js_files = ["descent.js", "play.js"]
html_extra_path = ["_extra"]
html_copy_source = False
html_show_search_summary = False  # it would fetch every page found, which no browser does in a folder
html_show_sphinx = False
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
exclude_patterns = ["_extra", "_static", "katex"]
