"""Tell the student the verdict: a colored box in a notebook, the same words as plain text elsewhere."""

import ast
import html
import re

from course_lib import cells
from course_lib.checks.base import not_attempted
from course_lib.checks.calling import quiet
from course_lib.checks.finding import find

ICONS = {"correct": "✔", "incorrect": "✘", "not attempted": "○"}
# Jupyter's own colors, so that the box follows the theme; the second is for pages without a theme.
COLORS = {
    "correct": "var(--jp-success-color1, #2e7d32)",
    "incorrect": "var(--jp-error-color1, #c62828)",
    "not attempted": "var(--jp-warn-color1, #b26a00)",
}
CODE = "color: inherit; font-family: var(--jp-code-font-family, monospace)"
BELOW = f"margin: 0.5em 0 0; padding: 0.4em 0.6em; white-space: pre-wrap; {CODE}"


class CheckFailed(AssertionError):
    """The answer is not right yet. A page shows the box alone, a notebook that is run without a page one line more."""

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
    if cells.active_shell() is not None:
        from IPython.display import display

        display(shown, raw=True)
    else:
        print(shown["text/plain"])


def _with_code(sentence):
    """Return a sentence as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", rf'<code style="{CODE}; background: none; padding: 0">\1</code>', html.escape(sentence))


def _box(result):
    sentence, *details = result.message.split("\n")
    color = COLORS[result.status]
    lines = html.escape("\n".join(details))
    below = f'<pre style="{BELOW}">{lines}</pre>' if details else ""
    return (
        f'<div role="status" style="border-left: 4px solid {color}; padding: 0.5em 0.8em; margin: 0.2em 0; '
        f'background: var(--jp-layout-color2, rgba(128, 128, 128, 0.1)); color: var(--jp-ui-font-color1, inherit)">'
        f'<strong style="color: {color}">{ICONS[result.status]}</strong> {_with_code(sentence)}{below}</div>'
    )


# On a page, the box is all that is shown: no red line below it, and a box too for an answer that is not there. The
# error is raised all the same, so that what runs the cells knows.


def show_errors_of_checks():
    """Let IPython show what goes wrong in a check's cell as a check shows it; all other errors stay as they are."""
    shell = cells.active_shell()
    if shell is not None:
        shell.set_custom_exc((CheckFailed, NameError), _on_error)


def _on_error(shell, kind, error, traceback, tb_offset=None):
    on_a_page = cells.running() != (None, None)
    missing = _missing(shell, error, traceback)
    if on_a_page and missing:
        sentence = f"`{missing}` is not there yet. Run the cell above that makes it, then run this cell again."
        _show(not_attempted(sentence))
    elif not on_a_page or kind is not CheckFailed:
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset, running_compiled_code=True)


def _missing(shell, error, traceback):
    """Return the name that a check's own cell asks for and that is nowhere; None for any other error."""
    if not isinstance(error, NameError):
        return None
    while traceback.tb_next:
        traceback = traceback.tb_next
    statements = ast.parse(shell.user_ns["_ih"][-1]).body
    calls = [each.value for each in statements if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)]
    checks = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "check"]
    names = {node.id for call in checks for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}
    in_the_cell = traceback.tb_frame.f_globals is shell.user_ns and traceback.tb_frame.f_code.co_name == "<module>"
    return error.name if in_the_cell and error.name in names else None


show_errors_of_checks()
