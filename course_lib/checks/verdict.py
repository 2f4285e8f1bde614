"""Tell the student the verdict: a colored box in a notebook, the same words as plain text elsewhere."""

import html
import sys

from course_lib.checks.calling import quiet
from course_lib.checks.finding import find

ICONS = {"correct": "✔", "incorrect": "✘", "not attempted": "✘"}
# Jupyter's own colors, so that the box follows the theme; the second is for pages without a theme.
COLORS = {
    "correct": "var(--jp-success-color1, #2e7d32)",
    "incorrect": "var(--jp-error-color1, #c62828)",
    "not attempted": "var(--jp-warn-color1, #b26a00)",
}
BELOW = "margin: 0.5em 0 0; white-space: pre-wrap; color: inherit; font-family: var(--jp-code-font-family, monospace)"


class CheckFailed(AssertionError):
    """The answer is not right yet. In a notebook it shows as one line, since the box above says it all."""

    def __init__(self, name, result):
        super().__init__(f"{name}: {result.message}")
        self.line = f"CheckFailed: {name} is {'not attempted' if result.status == 'not attempted' else 'not right'} yet"

    def _render_traceback_(self):
        return [self.line]


def diagnose(name, answer):
    """Judge an answer without showing anything.

    Parameters
    ----------
    name : str
        The exercise's name.
    answer
        What the student made: a function, a number, a choice, or settings. It is not changed.

    Returns
    -------
    Result
        With `.status`, `.message` and `.misconception`.

    Raises
    ------
    TypeError, ValueError
        If there is no exercise of that name. Nothing is raised because of the answer.

    Examples
    --------
    >>> diagnose("first_step", lambda w, grad, lr: w + lr * grad).misconception
    'uphill'
    """
    exercise = find(name)
    with quiet():
        return exercise.judge(answer)


def check(name, answer):
    """Judge an answer and show the verdict.

    Parameters
    ----------
    name : str
        The exercise's name.
    answer
        What the student made: a function, a number, a choice, or settings. It is not changed.

    Raises
    ------
    CheckFailed
        If the answer is not right, or not there yet.
    TypeError, ValueError
        If there is no exercise of that name.
    """
    result = diagnose(name, answer)
    _show(result)
    if result.status != "correct":
        raise CheckFailed(name, result)


def bundle(result):
    """Return what a notebook shows of a `Result`: HTML and plain text, by their MIME types."""
    text = f"{ICONS[result.status]} {result.message}".replace("\n", "\n  ")
    return {"text/html": _box(result), "text/plain": text}


def _show(result):
    shown = bundle(result)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        sys.modules["IPython"].display.display(shown, raw=True)
    else:
        print(shown["text/plain"])


def _box(result):
    sentence, *details = result.message.split("\n")
    color = COLORS[result.status]
    lines = html.escape("\n".join(details))
    below = f'<pre style="{BELOW}">{lines}</pre>' if details else ""
    return (
        f'<div role="status" style="border-left: 4px solid {color}; padding: 0.5em 0.8em; margin: 0.2em 0; '
        f'background: var(--jp-layout-color2, rgba(128, 128, 128, 0.1)); color: var(--jp-ui-font-color1, inherit)">'
        f'<strong style="color: {color}">{ICONS[result.status]}</strong> {html.escape(sentence)}{below}</div>'
    )
