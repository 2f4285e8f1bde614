"""Right answers, written in other ways than the references: each must pass its check.

A module per chapter, `chapter_NN.py`. Its `VARIANTS` is a dict from the exercise's name to a list
of right answers, at least five for a function. Its `EQUIVALENT`, where there is one, is a dict from
(exercise, change) to the reason why a reference changed like that is still right.
"""

import importlib
import pkgutil

VARIANTS, EQUIVALENT = {}, {}
for _found in pkgutil.iter_modules(__path__):
    _module = importlib.import_module(f"{__name__}.{_found.name}")
    VARIANTS |= _module.VARIANTS
    EQUIVALENT |= getattr(_module, "EQUIVALENT", {})
