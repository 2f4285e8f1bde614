"""A hub on one machine: ten students log in, run chapter 02 and an exercise, side by side, with files of their own."""

import os
import statistics
from concurrent.futures import ThreadPoolExecutor

import pytest
from traitlets.config.loader import PyFileConfigLoader

from jobs import handout as handouts
from tests.deploy.hub import CONFIG, Hub, Student, settings

CHAPTER = "notebooks/02_gradient_descent.ipynb"
EXERCISES = "exercises/02_gradient_descent/gradient_descent.ipynb"
ANSWER = '''def gradient_descent(grad_fn, w0, lr, steps):
    """Return the points of a run of gradient descent: shape (steps + 1, d), w0 first."""
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)
'''
VIEW = "application/vnd.jupyter.widget-view+json"
EXPLORER = {
    "output_type": "display_data",
    "metadata": {},
    "data": {VIEW: {"model_id": "an explorer"}, "image/png": "iVBORw0KGgo=", "text/plain": "a sentence"},
}
CELLS = {"setup", "gradient_descent", "check-gradient_descent"}
STEPS = ("log in", "chapter", "exercise")
COUNT = 10
MACHINE, SYSTEM = 16, 2  # GB: a machine, and what its system keeps


@pytest.fixture(scope="session")
def handout(tmp_path_factory):
    path = tmp_path_factory.mktemp("handout") / "handout.zip"
    assert handouts.main(["02_gradient_descent", "-o", str(path)]) == 0
    return path


def work(student):
    """Do what a student does in an hour; return the seconds of each step."""
    seconds = {"log in": student.log_in()}
    outputs, seconds["chapter"] = student.run(CHAPTER, student.open(CHAPTER))
    assert len(outputs) > 5
    assert not [content for cell in outputs for kind, content in cell if kind == "error"]

    exercises = student.open(EXERCISES)
    exercises["cells"] = [cell for cell in exercises["cells"] if cell["id"] in CELLS]
    exercises["cells"][1]["source"] = f"{ANSWER}\n# {student.name}"
    outputs, seconds["exercise"] = student.run(EXERCISES, exercises)
    assert not [content for cell in outputs for kind, content in cell if kind == "error"]
    assert "✔" in str(outputs[-1])
    exercises["cells"][1]["outputs"] = [EXPLORER]
    student.save(EXERCISES, exercises)
    return seconds


def side_by_side(folder, handout, count):
    """Let students work in a hub; return it, stopped, what they measured, and which processes are left."""
    hub = Hub(folder, handout)
    students = [Student(hub, f"student{number}") for number in range(count)]
    try:
        with ThreadPoolExecutor(count) as pool:
            seconds = list(pool.map(work, students))
        memory = hub.memory()
        files_are_apart(hub, students)
    finally:
        left = hub.stop()
    return seconds, memory, left


def files_are_apart(hub, students):
    """Each folder has its student's answer; through the hub nobody reads another's files, nor asks their server."""
    for student in students:
        saved = (hub.students / student.name / EXERCISES).read_text(encoding="utf-8")
        assert [each.name for each in students if f'# {each.name}"' in saved] == [student.name]
        assert VIEW not in saved and "image/png" in saved  # the course's extension of the server is on
    for student, other in zip(students, students[1:]):
        assert student.api("GET", f"contents/{EXERCISES}", base=other.base).status_code in (403, 404)
        assert student.api("POST", "kernels", base=other.base).status_code in (403, 404)
        for path in (f"contents/../{other.name}", f"contents/%2e%2e/{other.name}"):
            assert not student.api("GET", path).ok


def table(rows):
    """Return the measured table as lines, and how many students fit a machine."""
    most = 0
    lines = [f"{'side by side':>12} {'MB a student':>13}" + "".join(f"{step + ', s':>12}" for step in STEPS)]
    for count, seconds, memory in rows:
        each = statistics.mean(value for name, value in memory.items() if name) / 1e6
        most = max(most, each)
        times = "".join(f"{statistics.median(one[step] for one in seconds):12.1f}" for step in STEPS)
        lines.append(f"{count:12} {each:13.0f}{times}")
    fit = int((MACHINE * 1000 - SYSTEM * 1000 - memory[""] / 1e6) / most)
    lines.append(f"hub and proxy {memory[''] / 1e6:.0f} MB; {SYSTEM} GB for the system: {fit} students on {MACHINE} GB")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return [*lines, f"{os.cpu_count()} cores, {load} at the end"]


def test_ten_students_work_side_by_side(tmp_path, handout, capsys):
    rows = []
    for count in (1, COUNT):
        folder = tmp_path / str(count)
        folder.mkdir()
        seconds, memory, left = side_by_side(folder, handout, count)
        assert not left, "processes are left behind"
        assert len(memory) == 1 + count
        rows.append((count, seconds, memory))
        with capsys.disabled():
            print("", *table(rows), sep="\n", flush=True)


@pytest.mark.parametrize(
    "chosen, words",
    [
        ({}, "Choose who may log in"),
        ({"DESCENT_TRIAL": "1", "DESCENT_AUTHENTICATOR": "pam"}, "Choose who may log in"),
        ({"DESCENT_AUTHENTICATOR": "dummy"}, "lets everybody in"),
        ({"DESCENT_TRIAL": "1", "DESCENT_ADDRESS": "http://0.0.0.0:8000"}, "127.0.0.1"),
        ({"DESCENT_TRIAL": "1", "DESCENT_HANDOUT": "nowhere.zip"}, "nox -s handout"),
        ({"DESCENT_AUTHENTICATOR": "pam", "DESCENT_ROSTER": "nowhere.csv"}, "who is not in it cannot log in"),
    ],
)
def test_an_unsafe_choice_starts_nothing(tmp_path, handout, monkeypatch, chosen, words):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(SystemExit, match=words):
        read_config(monkeypatch, settings(tmp_path, handout) | chosen)


def test_only_who_is_in_the_roster_can_log_in(tmp_path, handout, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    roster = tmp_path / "roster.csv"
    roster.write_text("student,name\nanna,Anna A.\n bo ,Bo B.\n", encoding="utf-8-sig")
    chosen = {"DESCENT_AUTHENTICATOR": "pam", "DESCENT_ROSTER": str(roster)}
    config = read_config(monkeypatch, settings(tmp_path, handout) | chosen)
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.Authenticator.allowed_users == {"anna", "bo"}
    assert "allow_all" not in config.Authenticator


def test_root_starts_no_hub_for_a_class(tmp_path, handout, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    with pytest.raises(SystemExit, match="not as root"):
        read_config(monkeypatch, settings(tmp_path, handout, DESCENT_AUTHENTICATOR="pam"))


def read_config(monkeypatch, env):
    for key in [key for key in os.environ if key.startswith("DESCENT_")]:
        monkeypatch.delenv(key)
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    return PyFileConfigLoader(str(CONFIG)).load_config()
