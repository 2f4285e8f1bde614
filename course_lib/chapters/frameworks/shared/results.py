"""Recorded outputs: what the installed frameworks gave when `python -m jobs.frameworks` ran them."""

import functools
import json
from pathlib import Path

from course_lib.chapters.frameworks.shared import live

FILE = Path(__file__).parents[1] / "recorded.json"
INSTALL = 'python -m pip install -c constraints.txt -e ".[frameworks]"'


@functools.cache
def recording():
    """Return what is recorded: the versions, the forms of the rules, and the results by name."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def plain(value):
    """Return a result as JSON keeps it, so that a recorded one and a live one are the same kind of thing."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    value = value.tolist() if hasattr(value, "tolist") else value
    return [plain(part) for part in value] if isinstance(value, (list, tuple)) else value


class Results:
    """What code that needs frameworks returns: recorded, or run here and now.

    Parameters
    ----------
    live : bool, default False
        Run the code, where the frameworks that it needs are installed; the other results are recorded ones.

    Examples
    --------
    >>> from course_lib.chapters.frameworks.shared.results import Results
    >>> results = Results()
    >>> len(results("zero_grad", lambda: "this function is not called"))
    61
    """

    everything = False  # the job and the test of the recording run it all
    made = {}

    def __init__(self, live=False):
        self.live = bool(live) or self.everything

    def __call__(self, name, run, *arguments):
        """Return the result of this name: of `run(*arguments)` if live, else the recorded one."""
        if self.live:
            try:
                self.made[name] = plain(run(*arguments))
                return self.made[name]
            except ModuleNotFoundError as error:  # any other error of an import is the reader's to know
                if self.everything or error.name not in live.missing():
                    raise
        return recording()["results"][name]

    def about(self):
        """Return in words where the results come from, and how to get them here."""
        absent = live.missing()
        here, made_with = (
            ", ".join(f"{name} {version}" for name, version in versions.items())
            for versions in (live.versions(), recording()["versions"])
        )
        if self.live and not absent:
            return f"Run here, with {here}."
        lines = [f"RECORDED, not run here: {made_with}."]
        if self.live:
            lines = [f"Run here where it is installed: {here or 'nothing is'}."]
            lines += [f"RECORDED where it needs {', '.join(absent)}: {made_with}."]
        lines += [f"To run it, in the course's folder: {INSTALL}", "and then Results(live=True) in this cell."]
        return "\n".join(lines)

    @functools.cached_property
    def forms(self):
        """What the frameworks' signatures and runs said of each rule: name, defaults, places of ε and of decay."""
        from course_lib.chapters.frameworks.shared import forms

        return self("forms", forms.read_all)
