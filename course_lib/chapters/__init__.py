"""The chapters, a room each: an explorer, and one file for every exercise."""

from importlib import import_module
from pathlib import Path


def explorers():
    """Return the class of each room's explorer, by the name of the room.

    Examples
    --------
    >>> from course_lib.chapters import explorers
    >>> explorers()["momentum"].__name__
    'MomentumExplorer'
    """
    found = {}
    for path in sorted(Path(__file__).parent.glob("*/explorer.py")):
        module = import_module(f"{__name__}.{path.parent.name}.explorer")
        own = [kind for kind in vars(module).values() if getattr(kind, "__module__", None) == module.__name__]
        (found[path.parent.name],) = [kind for kind in own if kind.__name__.endswith("Explorer")]
    return found
