"""Judge a copy: run its cells beside, ask for each answer when its cell has run, and compare it here.

The verdicts are those of `course_lib.checks`, on other random inputs than a student's checks have. What comes from
the student's process is data; whether it is right is found out in this one.
"""

import time
from dataclasses import dataclass

from course_lib.checks import calling, diagnose, functions
from course_lib.checks.base import incorrect, not_attempted
from course_lib.checks.calling import Failure, in_words
from jobs.grading.asking import asked, lines_of
from jobs.grading.names import as_python, last_line_that_binds, names_of, without_idle_imports
from jobs.grading.session import TOO_LONG, Ended, Session
from jobs.grading.student.protocol import ProtocolError
from jobs.grading.transplanting import OWN

SECONDS = 20.0  # of computing for an answer: twice what a check gives it
SECONDS_OF_A_COPY = 400.0
SHOWN = 2000  # letters of what a cell printed


@dataclass
class Verdict:
    """What came of one exercise, with what its answer cell printed."""

    exercise: str
    points: float
    most: float
    status: str
    misconception: str | None
    message: str
    printed: str = ""

    @property
    def is_right(self):
        return self.status == "correct"


def settle(seed, seconds=SECONDS):
    """Let this process judge on the random inputs of another seed than a student's checks, and give answers so long.

    The session stops an answer, by its computing time; the check's own clock knows nothing of a busy machine.
    """
    global SECONDS
    SECONDS, functions.SEED, calling.SECONDS = seconds, seed, 10 * seconds


def judge(notebook, fresh, room, number=0):
    """Return the `Verdict` on each exercise of a transplanted copy, and by which means its process was held.

    Parameters
    ----------
    notebook : notebook
        The fresh exercise with the student's answers and cells of their own.
    fresh : notebook
        The exercise as it is handed out.
    room : isolation.Room
        Where the student's code runs.
    number : int
        Tells apart the processes that run at one time.
    """
    return _Copy(notebook, fresh, room, number).verdicts()


@dataclass
class _Step:
    """A cell to run, with the exercise that it answers, if any."""

    name: str
    source: str
    is_own: bool = False
    exercise: object = None


class _Copy:
    def __init__(self, notebook, fresh, room, number):
        self.room, self.number, self.found, self.printed = room, number, {}, {}
        self.asked = asked(notebook)
        self.stubs = {one.name: one.stub for one in asked(fresh)}
        self.targets = {one.name: one.targets for one in asked(fresh)}
        self.until = time.monotonic() + SECONDS_OF_A_COPY
        self.left_out, self.confined = {}, []
        self.steps = self._steps(notebook)

    def verdicts(self):
        open_ = [one for one in self.asked if not self._is_stub(one)]
        for one in self.asked:
            if one not in open_:
                self.found[one.name] = not_attempted()
        while any(one.name not in self.found for one in open_):
            if time.monotonic() > self.until:
                for one in open_:
                    self.found.setdefault(one.name, incorrect("This copy took too long altogether.", "takes too long"))
            else:
                self._pass()
        return [self._verdict(one) for one in self.asked], self.confined

    def _is_stub(self, one):
        source = self._source(one)
        return not source.strip() or lines_of(source) == lines_of(self.stubs[one.name])

    def _source(self, one):
        return one.stub  # of the transplanted notebook: the answer

    def _verdict(self, one):
        result = self.found[one.name]
        points = one.points if result.status == "correct" else 0.0
        text, length = self.printed.get(one.name, ("", 0))
        if length > len(text[:SHOWN]):
            text = f"{text[:SHOWN]}\n… cut here: it printed {length:,} letters."
        return Verdict(one.name, points, one.points, result.status, result.misconception, result.message, text)

    # ------------------------------------------------------------------------------ which cells

    def _steps(self, notebook):
        """Return the cells that have to run: the answers, and those that bind what these use."""
        steps, answers = [], {one.answer: one for one in self.asked}
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and "grade" not in _marks(cell):
                own = cell.metadata.get("descent") == OWN
                steps.append(_Step(f"{cell.get('id') or index}", as_python(cell.source), own, answers.get(index)))
        names = {id(step): names_of(step.source) for step in steps}
        used = {name for one in self.asked for name in names_of(one.argument).used}
        needed = {id(step) for step in steps if step.exercise}
        for step in steps:
            if step.exercise:
                used |= names[id(step)].used
        growing = True
        while growing:
            growing = False
            for step in steps:
                mine = names[id(step)]
                if id(step) not in needed and (mine.bound & used or step.is_own and (mine.star or mine.changed & used)):
                    needed.add(id(step))
                    used |= mine.used
                    growing = True
        kept = [step for step in steps if id(step) in needed]
        for step in kept:
            if not step.is_own and not step.exercise:
                step.source = without_idle_imports(step.source, used)
        return [step for step in kept if step.source.strip()]

    # ------------------------------------------------------------------------------ one process

    def _pass(self):
        """Run the cells in one process, until it ends, or all answers are judged; then what ended it is left out."""
        session = step = self.judging = None
        try:
            session = Session(self.room, self.number, self.until)
            self.confined = session.confined
            late = []
            for step in self.steps:
                if step.name not in self.left_out:
                    self._run(session, step, late)
            for step in late:  # a name may come from a cell further below
                self.found.pop(step.exercise.name)
                self._run(session, step, [])
        except (Ended, ProtocolError) as ended:
            self._ended(step, str(ended))
        finally:
            if session is not None:
                session.close()

    def _ended(self, step, reason):
        if step is None:
            raise RuntimeError(f"no process could be started for the answers: it {reason}")
        if not (step.is_own or step.exercise):
            raise RuntimeError(f"the cell {step.name!r} of the exercise itself {reason}")
        if self.judging is None:
            self.left_out[step.name] = reason
        if step.exercise and step.exercise.name not in self.found:
            if reason == TOO_LONG:
                sentence = f"Your answer takes too long: it was stopped after {SECONDS:g} seconds. Does every loop end?"
                self.found[step.exercise.name] = incorrect(sentence, "takes too long")
            else:
                sentence = f"Your answer {reason}. What in it does that?"
                self.found[step.exercise.name] = incorrect(sentence, "ends the process")

    def _run(self, session, step, late):
        one, is_given = step.exercise, not (step.exercise or step.is_own)
        reply = session.run(step.name, step.source, SECONDS_OF_A_COPY if is_given else SECONDS)
        if one is None:
            return
        self.printed[one.name] = str(reply.get("text", ""))[:SHOWN], int(reply.get("printed", 0))
        if one.name in self.found:
            return
        result = self._stopped(step, reply.get("error")) or self._judged(session, one)
        self.found[one.name] = result
        if result.misconception == "raises an error" and "NameError" in result.message:
            late.append(step)

    def _stopped(self, step, error):
        """Return the verdict on an answer cell that stopped before it had bound its names; None if it had."""
        if error is None:
            return None
        bound = last_line_that_binds(step.source, self.targets[step.exercise.name])
        file, line = error.get("place") or (None, None)
        if bound is not None and isinstance(line, int) and line > bound and error["kind"] != "SyntaxError":
            return None
        if error["kind"] == "NotImplementedError":
            return not_attempted()
        failure = Failure(str(error["kind"]), str(error["text"]), "")
        lines = step.source.splitlines()
        at = []
        if isinstance(line, int) and 0 < line <= len(lines):
            at = [f"at       line {line}: {lines[line - 1].strip()[:100]}"]
        return incorrect(f"Your answer's cell stops with {in_words(failure)}", "raises an error", *at)

    def _judged(self, session, one):
        self.judging = one
        session.begin(SECONDS)
        try:
            answer = session.value(one.argument)
        except (Ended, ProtocolError):
            raise
        except Exception as error:
            self.judging = None
            return incorrect(f"Your answer cannot be found: {type(error).__name__}: {error}.", "raises an error")
        result = diagnose(one.name, answer)
        if session.ended:
            raise Ended(session.ended)
        if session.asking:  # it still works on something, though its check is done
            raise Ended(TOO_LONG)
        if not session.is_alone():  # what it started would read and answer the questions of the next
            self.found[one.name] = result
            raise Ended("left processes behind")
        self.judging = None
        return result


def _marks(cell):
    return {key: True for key, value in cell.metadata.get("nbgrader", {}).items() if value is True}
