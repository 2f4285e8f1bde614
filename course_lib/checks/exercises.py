"""What a chapter needs to declare its exercises. How that is done: see `course_lib.checks`."""

from course_lib.checks.calling import Problem, take
from course_lib.checks.functions import function
from course_lib.checks.predictions import value
from course_lib.checks.settings import at_most, code, number, setting

__all__ = ["Problem", "at_most", "code", "function", "number", "setting", "take", "value"]
