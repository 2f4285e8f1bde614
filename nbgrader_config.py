"""How nbgrader sees the course: solutions/ is the source, exercises/ the release."""

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "descent"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# A comment alone: a function left unanswered has a docstring and returns None, which its check understands.
c.ClearSolutions.code_stub = {"python": "# YOUR ANSWER HERE"}
