"""Judge an answer, and name the mistake.

A student calls `check(name, answer)`; tests and graders may call `diagnose(name, answer)`.
"""

import importlib
import pkgutil

from course_lib.checks.exercises import REGISTRY, Result
from course_lib.checks.verdict import CheckFailed, check, diagnose

__all__ = ["REGISTRY", "CheckFailed", "Result", "check", "diagnose"]

for _module in pkgutil.iter_modules(__path__):
    if _module.name.startswith("chapter_"):
        importlib.import_module(f"{__name__}.{_module.name}")
