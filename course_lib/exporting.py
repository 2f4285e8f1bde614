"""A preprocessor of nbconvert: a picture that is exported to HTML keeps its alt text.

The templates of nbconvert leave out the alt text that a notebook stores with a picture, and write "No description has
been provided for this image". Installing the course turns this one on: for `jupyter nbconvert --to html` and what
derives from it by `course_lib/jupyter_nbconvert_config.json`, for JupyterLab's export by `course_lib.saving`.
"""

import html

from nbconvert.preprocessors import Preprocessor
from traitlets import default

PNG = "image/png"


class AltTexts(Preprocessor):
    """Write each picture that has an alt text as HTML that says it."""

    @default("enabled")
    def _on(self):
        return True

    def preprocess_cell(self, cell, resources, index):
        """Give each picture of a cell a form in HTML; other forms that browsers prefer stay as they are."""
        if not getattr(self.parent, "sanitize_html", False):  # it would take the picture out of the HTML
            for output in cell.get("outputs", ()):
                data, metadata = output.get("data", {}), output.get("metadata", {})
                told = metadata.get(PNG, {})
                if PNG in data and told.get("alt") and "text/html" not in data and "filenames" not in metadata:
                    data["text/html"] = _picture(data[PNG], told)
        return cell, resources


def _picture(png, told):
    sizes = "".join(f' {name}="{html.escape(str(told[name]))}"' for name in ("width", "height") if name in told)
    source = f"data:{PNG};base64,{''.join(png.split())}"
    return f'<div class="jp-RenderedImage"><img src="{source}" alt="{html.escape(told["alt"])}"{sizes}></div>'
