"""How nbgrader sees the course: solutions/ is the source, exercises/ the release."""

import os
import sys

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment, GenerateFeedback

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "descent"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# A comment alone: a function left unanswered has a docstring and returns None, which its check understands.
c.ClearSolutions.code_stub = {"python": "# YOUR ANSWER HERE"}

# Cells with the tag "solution", such as the words on why an answer is right, stay out of the exercises.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution"}
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *GenerateAssignment.preprocessors.default()]

# Points come from jobs/grading, not from a kernel that a student's code shares: see jobs/grading/hooks.py.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
c.Autograde.sanitize_preprocessors = [
    "jobs.grading.hooks.Transplant",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "jobs.grading.hooks.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Pages with formulas that need no network.
c.GenerateFeedback.preprocessors = ["jobs.grading.formulas.Formulas", *GenerateFeedback.preprocessors.default()]
