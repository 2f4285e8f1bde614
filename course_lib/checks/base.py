"""What all kinds of exercises share: the registry, the mistakes, the right answers, and the verdict."""

import dis
import inspect
from dataclasses import dataclass

from course_lib.checks.common import derived

REGISTRY = {}  # the exercises declared so far, by name; `finding` loads the others when they are asked for

KEEPS_STATE = (
    "The same input gave two different answers: your function keeps something from the call before "
    "(a global variable, a default argument that is changed), draws random numbers of its own, "
    "or reads an array before it is filled."
)
NOT_ATTEMPTED = "Not attempted yet: write your answer in the cell above, run it, then run this cell again."


@dataclass(frozen=True)
class Result:
    """The verdict on an answer.

    Attributes
    ----------
    status : str
        `"correct"`, `"incorrect"` or `"not attempted"`.
    message : str
        The sentence for the student; further lines show the input, what was expected and what came.
    misconception : str or None
        The name of the mistake, where it was recognized.
    """

    status: str
    message: str
    misconception: str | None = None


def not_attempted(sentence=NOT_ATTEMPTED):
    return Result("not attempted", sentence)


def incorrect(sentence, misconception=None, *details):
    return Result("incorrect", "\n".join([sentence, *details]), misconception)


def correct(praise, *args):
    return Result("correct", praise(*args) if callable(praise) else praise)


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make: its name, the sentence that helps, and how it behaves.

    The mistake of a setting has an example of an answer that makes it; `wrong` then recognizes it.
    """

    name: str
    sentence: str | None
    wrong: object
    example: object = None


class Exercise:
    """A name, the reference, the praise, mistakes by name, right answers, and a place in the registry.

    Attributes
    ----------
    mistakes : list of Mistake
        In the order in which they are looked for.
    right_answers : list
        Answers written otherwise than the reference, which must pass: for the tests.
    equivalents : dict
        Changes of the reference that leave it right, with the reason: for the tests.
    solution_note : str or None
        Why the solution cell is not the reference, where it is not.
    """

    def __init__(self, reference, praise):
        self.reference, self.praise, self.name = reference, praise, reference.__name__
        self.mistakes, self.equivalents, self.solution_note = [], {}, None
        self._right, self._computed = [], []
        if self.name in REGISTRY:
            raise ValueError(f"the exercise {self.name!r} is declared twice")
        REGISTRY[self.name] = self

    @property
    def parameters(self):
        """The names of the reference's arguments."""
        return tuple(inspect.signature(self.reference).parameters)

    def __call__(self, *args):
        return self.reference(*args)

    def mistake(self, sentence=None, **more):
        """Declare a mistake; its name is the decorated function's, with spaces for underscores."""

        def declare(wrong):
            self.mistakes.append(Mistake(wrong.__name__.replace("_", " "), sentence, wrong, **more))
            return wrong

        return declare

    def common(self, *names, sentence=None):
        """Declare mistakes that many functions share, derived from the reference (see `course_lib.checks.common`).

        A `sentence` of one's own replaces the usual one.
        """
        for name in names:
            usual, wrong = derived(name, self.reference, self.parameters)
            self.mistakes.append(Mistake(name, sentence or usual, wrong))

    def right(self, answer):
        """Declare a right answer that is written otherwise than the reference: decorates a function."""
        self._right.append(answer)
        return answer

    def accept(self, *answers):
        """Declare right answers that are no functions of their own: numbers, choices, settings, lambdas."""
        self._right.extend(answers)

    def accept_computed(self, answers):
        """Declare right answers that take long to compute: decorates a function that returns them, for the tests."""
        self._computed.append(answers)
        return answers

    @property
    def right_answers(self):
        """The right answers, computed now where they have to be."""
        return [*self._right, *(answer for answers in self._computed for answer in answers())]

    def solution_differs(self, reason):
        """Declare why the text of the solution cell is not the reference's."""
        self.solution_note = reason

    def equivalent(self, change, reason):
        """Declare that the reference with this change is right as well, and why; a test prints the change so."""
        self.equivalents[change] = reason

    def judge(self, answer):
        """Return the `Result` for an answer. Whatever the answer is, nothing is raised."""
        if answer is None or answer is ...:
            return not_attempted()
        return self._judge(answer)


def signature_of(answer):
    """Return the signature of a function, or None where it has none that can be read."""
    try:
        return inspect.signature(answer)
    except Exception:  # a student's object may do anything when it is looked at
        return None


def binds(signature, *args, **kwargs):
    """Tell whether a function of this signature can be called like that."""
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def code_of(answer):
    """Return the code object of a function written in Python, or None."""
    try:
        code = answer.__code__
    except Exception:
        return None
    return code if inspect.iscode(code) else None


def does_nothing(answer):
    """Tell whether a function's body is empty: a docstring, `pass`, `...` or `return None`."""
    code = code_of(answer)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    returned = {step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")}
    empty = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP"}
    return {step.opname for step in steps} <= empty and returned <= {None, ...}


def unused_arguments(answer):
    """Return the names of a Python function's arguments that its body never reads."""
    code = code_of(answer)
    if code is None:
        return ()
    read = set(code.co_cellvars)  # those that an inner function uses
    for step in dis.get_instructions(code):
        if "LOAD_FAST" in step.opname:
            read.update(step.argval if isinstance(step.argval, tuple) else (step.argval,))
    return tuple(name for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if name not in read)
