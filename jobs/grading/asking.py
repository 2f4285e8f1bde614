"""What an exercise asks: its answers, their stubs, and what its checks are given."""

import ast
from dataclasses import dataclass
from functools import cached_property

from jobs.grading.names import names_of, parsed


@dataclass
class Asked:
    """An exercise of the fresh notebook: where its answer and its check stand, and the names that are wanted."""

    name: str
    answer: int
    check: int
    stub: str
    argument: str
    points: float

    @cached_property
    def targets(self):
        """The names that an answer binds: those of the stub."""
        return names_of(self.stub).bound

    @cached_property
    def is_function(self):
        tree = parsed(self.stub)
        return any(isinstance(statement, ast.FunctionDef) for statement in tree.body)


def asked(fresh):
    """Return the exercises of a fresh notebook, in order."""
    answers = {}
    found = []
    for index, cell in enumerate(fresh.cells):
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            answers[marks["grade_id"]] = index
        elif marks.get("grade"):
            (call,) = ast.parse(cell.source).body
            name, argument = call.value.args[0].value, ast.unparse(call.value.args[1])
            stub = fresh.cells[answers[name]].source
            found.append(Asked(name, answers[name], index, stub, argument, float(marks["points"])))
    return found


def lines_of(text):
    """Return a text as it is compared: without what cannot be seen at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
