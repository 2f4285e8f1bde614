"""What an explorer knows of an exercise: which settings it asks for, and whether they meet its goal."""

from functools import lru_cache
from importlib import import_module

import numpy as np


class Goal:
    """The goal of an exercise whose answer is a setting.

    Parameters
    ----------
    exercise : str or exercise
        By name, or an object with `name`, `parameters` (the names of the settings) and
        `towards(**settings)`, which returns whether they meet the goal and a few words; `telling()`, where there is
        one, returns settings worth a look, right ones among them, as dicts.
    names : collection of str
        The explorer's controls.

    Raises
    ------
    ValueError
        If the exercise is none of these, or asks for a setting that is no control.
    """

    def __init__(self, exercise, names):
        if isinstance(exercise, str):
            # By name, and not imported above: neither engine depends on the other.
            exercise = import_module("course_lib.checks").find(exercise)
        if not hasattr(exercise, "towards"):
            raise ValueError(f"goal must be an exercise whose answer is a setting; {exercise.name} is none")
        missing = [name for name in exercise.parameters if name not in names]
        if missing:
            raise ValueError(f"{exercise.name} asks for {', '.join(missing)}, which this explorer does not have")
        self.names = tuple(exercise.parameters)
        self._telling = getattr(exercise, "telling", list)
        self._towards = lru_cache(maxsize=256)(exercise.towards)  # a replay may take as long as a picture

    def values(self, name):
        """Return what the exercise's right answers and examples of mistakes are for a setting, to four digits."""
        values = [np.asarray(settings[name]).item() for settings in self._telling()]
        return list(dict.fromkeys(float(f"{value:.4g}") for value in values))

    def verdict(self, settings):
        """Return whether the goal is met, and the sentence that says so."""
        met, words = self._towards(**{name: settings[name] for name in self.names})
        start = "Goal met" if met else "Not there yet"
        return met, f"{start}: {words.rstrip('.')}." if words else f"{start}."
