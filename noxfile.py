"""Every job of the course, by name: `nox -s course` opens it, `nox --list` shows the others."""

import ast
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests"]
nox.options.reuse_existing_virtualenvs = True

ROOT = Path(__file__).parent
TESTED_VERSIONS = "constraints.txt"
PROXY = "configurable-http-proxy@5.3.0"


def install(session, *extras):
    """Install the course and its extras at the tested versions, unless that was done already.

    The environment remembers what it was made from, so a second start needs neither time nor network.
    """
    if session.venv_backend == "none":  # nox --no-venv: the caller answers for the environment
        return
    made_from = hashlib.sha256(repr((ROOT, sys.version, extras)).encode())
    for name in ("pyproject.toml", TESTED_VERSIONS):
        made_from.update((ROOT / name).read_bytes())
    stamp = Path(session.virtualenv.location, "made-from.txt")
    if stamp.exists() and stamp.read_text() == made_from.hexdigest():
        return
    session.install("--constraint", TESTED_VERSIONS, "--editable", f".[{','.join(extras)}]" if extras else ".")
    stamp.write_text(made_from.hexdigest())


def set_up_lab(session):
    """Let JupyterLab open without its two pop-ups."""
    if session.venv_backend == "none":
        return
    overrides = Path(session.virtualenv.location, "share", "jupyter", "lab", "settings", "overrides.json")
    overrides.parent.mkdir(parents=True, exist_ok=True)
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    overrides.write_text(json.dumps(settings))


@nox.session
def course(session):
    """Open the course in JupyterLab; arguments after -- go to JupyterLab."""
    install(session)
    set_up_lab(session)
    # As an address, not as a file: JupyterLab would make the file's folder the root of its file browser.
    options = ("--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb",)
    session.run("python", "-m", "jupyterlab", *options, *session.posargs)


@nox.session
def tests(session):
    """Run the tests, then every notebook and solution; with arguments after --, pytest with these."""
    install(session, "tests")
    # Each worker owns one core; a matrix product that takes them all would only make the others wait.
    session.env["OMP_NUM_THREADS"] = "1"
    if session.posargs:
        session.run("python", "-m", "pytest", *session.posargs)
        return
    # loadfile: what the tests of a file share, such as the generated exercises, is made once.
    pytest = ("python", "-m", "pytest", "--numprocesses", "logical", "--dist", "loadfile", "--durations", "10")
    elsewhere = ("--ignore", "tests/browser", "--ignore", "tests/parity", "--ignore", "tests/deploy")
    session.run(*pytest, *elsewhere, "--doctest-modules", "course_lib", "tests")
    # The cells of a notebook share a kernel, so one worker runs them all, in order.
    session.run(*pytest, "--nbval", "--nbval-current-env", "notebooks", "solutions")


@nox.session
def parity(session):
    """Compare the update rules with PyTorch, Keras and Optax, live, and run the code of chapter 16 on them."""
    install(session, "parity")
    session.run("python", "-m", "pytest", "tests/parity", *session.posargs)


@nox.session
def browser(session):
    """Drive the chapters in JupyterLab, and the book, in a real Chromium; CHROMIUM names it where it is elsewhere."""
    install(session, "browser")
    if session.posargs:
        session.run("python", "-m", "pytest", "tests/browser", *session.posargs)
        return
    site = Path(session.create_tmp(), "site")  # made once, for all workers; each of them has a JupyterLab of its own
    session.run("python", "-m", "jobs.book", str(site))
    options = ("--numprocesses", "logical", "--dist", "worksteal", "--durations", "10")
    session.run("python", "-m", "pytest", *options, "tests/browser", env={"BOOK": str(site.absolute())})


@nox.session
def book(session):
    """Make the reader's edition, a website in book/ that works from the folder, too; it needs node and npm."""
    install(session, "book")
    session.run("python", "-m", "jobs.book", *session.posargs)


@nox.session
def deploy(session):
    """Start a hub here, as in deploy/, and let ten students work in it; it needs node and npm."""
    install(session, "deploy")
    proxy = Path(session.virtualenv.location, "node_modules", ".bin", "configurable-http-proxy")
    if session.venv_backend != "none" and not proxy.exists():
        prefix = ("--prefix", session.virtualenv.location)
        session.run("npm", "install", "--silent", "--no-audit", "--no-fund", *prefix, PROXY, external=True)
    if proxy.exists():
        session.env["DESCENT_PROXY"] = str(proxy)
    session.run("python", "-m", "pytest", "tests/deploy", *session.posargs)


@nox.session
def bench(session):
    """Print what is fast, and how fast, beside its peers."""
    install(session, "bench")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def lint(session):
    """Check the style of the code."""
    install(session, "lint")
    session.run("ruff", "check", ".")


@nox.session
def new(session):
    """Lay out the room of a new chapter: nox -s new -- 11_a_network EXERCISE …"""
    install(session, "tests")
    session.run("python", "-m", "jobs.new", *session.posargs)


@nox.session
def notebooks(session):
    """Run chapters and solutions and store their outputs, all or those that begin like what follows --: 06."""
    install(session, "tests")
    session.env["OMP_NUM_THREADS"] = "1"  # as in the tests, which compare the outputs
    session.run("python", "-m", "jobs.notebooks", *session.posargs)


@nox.session
def exercises(session):
    """Write exercises/ from solutions/; it refuses to overwrite answers, unless -- --force."""
    install(session, "instructors")
    generated = Path(session.create_tmp(), "generated")
    shutil.rmtree(generated, ignore_errors=True)
    release = f"--CourseDirectory.release_directory={generated}"
    # --no-db: the gradebook lists what was assigned, and that is known when a chapter is graded.
    session.run("python", "-m", "nbgrader", "generate_assignment", "*", "--no-db", release)
    for notebook in generated.rglob("*.ipynb"):  # the same bytes on Windows
        notebook.write_bytes(notebook.read_bytes().replace(b"\r\n", b"\n"))
    new = sorted(path.relative_to(generated) for path in generated.rglob("*.ipynb"))
    answered = [name for name in new if has_answers(name)]
    if answered and "--force" not in session.posargs:
        names = "\n".join(f"  exercises/{name.as_posix()}" for name in answered)
        session.error(
            f"nothing was written, because these hold answers:\n{names}\n"
            "Commit or copy them and run this again, or lose them with: nox -s exercises -- --force"
        )
    shutil.copytree(generated, ROOT / "exercises", dirs_exist_ok=True)


@nox.session
def handout(session):
    """Zip what students get for the chapters named after --, without solutions: nox -s handout -- 06_momentum"""
    install(session)
    session.run("python", "-m", "jobs.handout", *session.posargs)


@nox.session
def grade(session):
    """Grade submitted/ for the chapters named after --: points in feedback/grades.csv, and a page for each student."""
    if not session.posargs:
        session.error("name a chapter, as in: nox -s grade -- 02_gradient_descent")
    install(session, "instructors")
    session.env["OMP_NUM_THREADS"] = "1"  # a core for each copy
    session.run("python", "-m", "jobs.grading", *session.posargs)


def has_answers(name):
    """Tell whether somebody answered in an exercise, and git does not keep it."""
    mine = ROOT / "exercises" / name
    if not mine.exists():
        return False
    committed = None
    if (ROOT / ".git").exists():
        show = ["git", "show", f"HEAD:exercises/{name.as_posix()}"]
        committed = subprocess.run(show, cwd=ROOT, capture_output=True, check=False).stdout
    try:
        return bool(answers(mine.read_bytes()) - (answers(committed) if committed else set()))
    except (ValueError, KeyError, TypeError):  # no notebook any more: it is somebody's
        return True


def answers(notebook):
    """Return the texts of the answer cells in which something was written, whatever the course's stubs were then."""
    cells = [cell for cell in json.loads(notebook)["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    return {text for text in ("".join(cell["source"]) for cell in cells) if not is_stub(text)}


def is_stub(text):
    """Tell whether code only waits for an answer: functions with a docstring alone, and `name = ...`."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return all(
        isinstance(one, ast.Assign)
        and waits(one.value)
        or isinstance(one, ast.FunctionDef)
        and all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in one.body)
        for one in statements
    )


def waits(value):
    """Tell whether an expression is `...`, or a tuple or dict of them."""
    if isinstance(value, (ast.Tuple, ast.Dict)):
        return all(map(waits, value.elts if isinstance(value, ast.Tuple) else value.values))
    return isinstance(value, ast.Constant) and value.value is ...
