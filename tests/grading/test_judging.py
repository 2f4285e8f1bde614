"""The judge asks a process for answers, and says of them what a check in the same process says."""

import inspect
import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.checks import diagnose, exercise_names, find
from jobs.grading import isolation, judging, seeding, session
from jobs.grading.student import protocol

from . import copies


@pytest.fixture(scope="module")
def room():
    with copies.folder_for_all() as folder:
        yield isolation.Room(folder, copies.ROOT, bubblewrap="")


@pytest.fixture(scope="module")
def student(room):
    """A student's process."""
    one = session.Session(room, 7)
    yield one
    one.close()


def asked_for(student, source, name, expression=None):
    """Run a cell in the student's process and return the answer that it defines."""
    student.begin(60)
    reply = student.run("answer", source, 60)
    assert "error" not in reply, reply
    return student.value(expression or name)


# Programs whose verdict depends on everything that has to go through the pipe.
ANSWERS = {
    "right": ("first_step", "def first_step(w, grad, lr):\n    return w - lr * grad"),
    "uphill": ("first_step", "def first_step(w, grad, lr):\n    return w + lr * grad"),
    "in place": ("first_step", "def first_step(w, grad, lr):\n    w -= lr * grad\n    return w"),
    "a lambda": ("first_step", "first_step = lambda w, grad, lr: w - lr * grad"),
    "empty": ("first_step", "def first_step(w, grad, lr):\n    '''Nothing yet.'''"),
    "other arguments": ("first_step", "def first_step(w, lr):\n    return w"),
    "another order": ("first_step", "def first_step(grad, w, lr):\n    return w - lr * grad"),
    "by keyword": ("first_step", "def first_step(*, w, grad, lr):\n    return w - lr * grad"),
    "prints": ("first_step", "def first_step(w, grad, lr):\n    print(w - lr * grad)"),
    "an error": ("first_step", "def first_step(w, grad, lr):\n    a = 1\n    return w @ grad[0] @ lr"),
    "an exit": ("first_step", "def first_step(w, grad, lr):\n    raise SystemExit"),
    "not implemented": ("first_step", "def first_step(w, grad, lr):\n    raise NotImplementedError"),
    "a generator": ("first_step", "def first_step(w, grad, lr):\n    yield w - lr * grad"),
    "text": ("first_step", "def first_step(w, grad, lr):\n    return 'w'"),
    "a list": ("first_step", "def first_step(w, grad, lr):\n    return [a - lr * b for a, b in zip(w, grad)]"),
    "fractions": (
        "first_step",
        "from fractions import Fraction\ndef first_step(w, grad, lr):\n    return Fraction(1, 2)",
    ),
    "one buffer": (
        "first_step",
        "import numpy as np\nheld = {}\ndef first_step(w, grad, lr):\n"
        "    out = held.setdefault(w.shape, np.empty(w.shape))\n    np.subtract(w, lr * grad, out=out)\n    return out",
    ),
    "state": (
        "first_step",
        "seen = []\ndef first_step(w, grad, lr):\n    seen.append(1)\n    return w - lr * grad * len(seen)",
    ),
    "a class": ("first_step", "class first_step:\n    def __init__(self, w, grad, lr):\n        pass"),
    "a number": ("first_step", "first_step = 3"),
    "a method": (
        "first_step",
        "class A:\n    def go(self, w, grad, lr):\n        return w - lr * grad\nfirst_step = A().go",
    ),
    "an error in what it calls": (
        "gradient_descent",
        "def gradient_descent(grad_fn, w0, lr, steps):\n    return grad_fn(w0, w0)",
    ),
    "another exercise": (
        "first_step",
        "def gradient_descent(w, grad, lr):\n    return w - lr * grad\nfirst_step = gradient_descent",
    ),
}


@pytest.mark.parametrize("title", ANSWERS)
def test_a_verdict_through_the_pipe_is_that_of_a_check(student, title):
    name, source = ANSWERS[title]
    here = {}
    exec(compile(source, "<cell answer>", "exec"), here)
    mine, theirs = diagnose(name, here[name]), diagnose(name, asked_for(student, source, name))
    assert (theirs.status, theirs.misconception) == (mine.status, mine.misconception)
    assert theirs.message.split("at   ")[0] == mine.message.split("at   ")[0]


@pytest.mark.parametrize("name", ["gradient_descent", "minibatches", "sgd_epoch", "mend_restarted_sum", "mend_race"])
def test_functions_generators_and_states_go_through_the_pipe(student, name):
    """The reference passes, and mistakes are named, where functions or generators are among the inputs."""
    exercise = find(name)
    student.begin(120)
    file = inspect.getsource(inspect.getmodule(exercise.reference))
    assert "error" not in student.run("file", file, 120)
    assert diagnose(name, student.value(f"{name}.reference")).status == "correct"
    for mistake in exercise.mistakes[:2]:
        answer = student.value(f"next(m.wrong for m in {name}.mistakes if m.name == {mistake.name!r})")
        assert diagnose(name, answer).misconception == mistake.name


def test_other_random_inputs_tell_right_from_wrong_as_well():
    """A grader judges on another seed than a student's checks, which is tried on what the exercise declares."""
    assert all(seeding.is_fair(20261121, name) for name in exercise_names())


plain = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(
    plain
    | arrays(st.sampled_from(["f8", "f4", "i8", "?", "c16", "u1"]), array_shapes(min_dims=0, max_dims=3, max_side=3)),
    lambda some: (
        st.lists(some, max_size=3) | st.tuples(some, some) | st.dictionaries(st.text(max_size=3), some, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_a_value_comes_over_as_it_is(value):
    stream = io.BytesIO()
    coder = protocol.Coder()
    protocol.write(stream, {"value": protocol.Value(value)}, coder.encode)
    stream.seek(0)
    message, blob = protocol.read(stream)
    assert alike(coder.decode(message["value"], blob), value)


def alike(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return one == other


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*"nebifstldazr", "<f8", "O", "mine"]),
    lambda some: st.lists(some, max_size=5) | st.dictionaries(st.sampled_from(["number", "kind", "iterator"]), some),
    max_leaves=20,
)


@settings(max_examples=300)
@given(anything, st.binary(max_size=64))
def test_whatever_comes_is_decoded_or_refused(tree, blob):
    try:
        protocol.Coder().decode(tree, blob)
    except protocol.ProtocolError:
        pass


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(content):
    try:
        while protocol.read(io.BytesIO(content)) is not None:
            break
    except protocol.ProtocolError:
        pass


@pytest.mark.parametrize(
    "tree",
    [
        ["a", "O", [1], 0],
        ["a", "<f8", [-1], 0],
        ["a", "<f8", [2**40], 0],
        ["a", "<f8", [4], -8],
        ["a", "<f8", [4], 2**63],
        ["t", [["a", "<f8", [4], 0]] * 40],
    ],
    ids=["objects", "negative", "huge", "before", "after", "many times the same"],
)
def test_arrays_that_lie_about_themselves_are_refused(tree, monkeypatch):
    monkeypatch.setattr(protocol, "MOST_BYTES", 1000)
    with pytest.raises(protocol.ProtocolError):
        protocol.Coder().decode(tree, bytes(32))


def judged(room, **written):
    fresh, copy = copies.read("exercises"), copies.Copy(solved=False)
    for name, source in written.items():
        copy.write(name, source)
    from jobs.grading.reading import cells_of
    from jobs.grading.transplanting import transplant

    verdicts, _ = judging.judge(transplant(cells_of(copy.content), fresh).notebook, fresh, room)
    return {verdict.exercise: verdict for verdict in verdicts}


def test_what_an_answer_needs_of_the_exercise_is_there(room):
    solved = copies.solutions()
    found = judged(room, gradient_descent=solved["gradient_descent"], train_diabetes=solved["train_diabetes"])
    right = {name for name, verdict in found.items() if verdict.is_right}
    assert right == {"gradient_descent", "train_diabetes"}
    assert {verdict.status for name, verdict in found.items() if name not in right} == {"not attempted"}


def test_a_cell_that_stops_after_its_answer_counts_and_one_before_does_not(room):
    found = judged(
        room, predict_height="height = 0.01**2 / (2 * 0.002)\nprint(heigth)", predict_steps="1 / 0\nsteps = 5"
    )
    assert found["predict_height"].is_right
    assert "ZeroDivisionError" in found["predict_steps"].message and "line 1: 1 / 0" in found["predict_steps"].message


def test_the_course_of_a_student_holds_no_reference(room):
    rooms = room.course / "course_lib" / "chapters"
    assert not [path for path in rooms.rglob("*.py") if path.stem in exercise_names()]
    assert not [
        path for path in rooms.rglob("*.py") if re.search(r"^@(function|value|setting)\(", path.read_text(), re.M)
    ]
