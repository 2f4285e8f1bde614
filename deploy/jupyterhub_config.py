"""A hub on one machine: every student logs in and has a JupyterLab and a folder of their own.

    nox -s handout -- 02_gradient_descent 06_momentum
    DESCENT_TRIAL=1 jupyterhub -f deploy/jupyterhub_config.py

What is read from the environment:

- DESCENT_AUTHENTICATOR: who may log in is asked of this class; "pam" for the machine's own users, or the name of an
  installed one, such as "github". It has no default: choose it. DESCENT_TRIAL=1 instead lets everybody in under any
  name without a password, and the hub is then reached from this machine alone.
- DESCENT_ROSTER: who takes the course, a table with a column `student`; by default roster.csv, as for grading.
- DESCENT_HANDOUT: what `nox -s handout` made; by default handout.zip.
- DESCENT_HUB: the folder for the students' folders and the hub's own files; by default hub/. Back it up.
- DESCENT_ADDRESS: where the hub listens, by default http://127.0.0.1:8000. Put a server with TLS before it.
- DESCENT_PROXY: the program configurable-http-proxy, where it is not found by that name.

All servers run as the user who starts the hub. A student's code can therefore read what that user can read, the other
students' folders too: for a class whose members trust one another. Else take Kubernetes, deploy/values.yaml.
"""

import csv
import hashlib
import importlib.util
import os
import shutil
import sys
import zipfile
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
GIGABYTE = 2**30
MEMORY = 2 * GIGABYTE  # of data in one process; a student's server and two kernels take a quarter of it together
IDLE = 3600  # seconds until a server or a kernel ends that nobody uses

trial = os.environ.get("DESCENT_TRIAL") == "1"
authenticator = os.environ.get("DESCENT_AUTHENTICATOR")
hub = Path(os.environ.get("DESCENT_HUB", ROOT / "hub")).resolve()
handout = Path(os.environ.get("DESCENT_HANDOUT", ROOT / "handout.zip")).resolve()
roster = Path(os.environ.get("DESCENT_ROSTER", ROOT / "roster.csv"))
address = os.environ.get("DESCENT_ADDRESS", "http://127.0.0.1:8000")

if trial == bool(authenticator):
    sys.exit('Choose who may log in: DESCENT_AUTHENTICATOR, such as "pam"; or DESCENT_TRIAL=1 to try the hub out here.')
if authenticator == "dummy":
    sys.exit('"dummy" lets everybody in under any name. To try the hub out, set DESCENT_TRIAL=1 instead.')
if trial and not address.startswith("http://127.0.0.1:"):
    sys.exit("A trial lets everybody in, so it listens at http://127.0.0.1:PORT alone.")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0
if is_root and not trial:
    sys.exit("Start the hub as a user of its own, not as root: students' code has all rights of who starts it.")
if not handout.exists():
    sys.exit(f"There is no {handout}. Make it: nox -s handout -- CHAPTER …")

spec = importlib.util.spec_from_file_location("student_folder", HERE / "student_folder.py")
student_folder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(student_folder)


def unpacked(handout):
    """Return the folder of the handout's files, named by their digest: a running server keeps its own."""
    folder = hub / "course" / hashlib.sha256(handout.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        beside = folder.with_suffix(".new")
        shutil.rmtree(beside, ignore_errors=True)
        with zipfile.ZipFile(handout) as archive:
            archive.extractall(beside)
        beside.rename(folder)
    return folder / "descent"


def students():
    """Return the names in the roster."""
    if not roster.exists():
        sys.exit(f"There is no {roster}. Write one, a table with a column `student`: who is not in it cannot log in.")
    with roster.open(encoding="utf-8-sig", newline="") as table:
        return {row["student"].strip() for row in csv.DictReader(table)}


class StudentSpawner(SimpleLocalProcessSpawner):
    """A server as the hub's user, in the student's folder, with limits that the system keeps."""

    def make_preexec_fn(self, name):
        enter = super().make_preexec_fn(name)

        def preexec():
            import resource

            enter()
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (GIGABYTE, GIGABYTE))

        return preexec


def prepare(spawner):
    """Put the course into the student's folder, without touching what the student did."""
    student_folder.bring_up_to_date(course, spawner.home_dir)


def switched_on(course):
    """Return a folder of configuration that switches on what the course adds to Jupyter's server and to nbconvert."""
    file = hub / "config" / "jupyter_server_config.d" / "course_lib.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(course / "course_lib" / "jupyter_server.json", file)
    name = "jupyter_nbconvert_config.json"
    shutil.copyfile(course / "course_lib" / name, file.parents[1] / name)
    return file.parents[1]


course = unpacked(handout)
hub.mkdir(parents=True, exist_ok=True)

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = address
c.JupyterHub.hub_bind_url = os.environ.get("DESCENT_INNER_ADDRESS", "http://127.0.0.1:8081")
c.JupyterHub.db_url = f"sqlite:///{(hub / 'jupyterhub.sqlite').as_posix()}"
c.JupyterHub.cookie_secret_file = str(hub / "jupyterhub_cookie_secret")
c.ConfigurableHTTPProxy.command = [os.environ.get("DESCENT_PROXY", "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = os.environ.get("DESCENT_PROXY_API", "http://127.0.0.1:8001")
c.ConfigurableHTTPProxy.pid_file = str(hub / "jupyterhub-proxy.pid")

c.Authenticator.username_pattern = r"\w[\w.@+-]*"  # a name is a folder's name, too
if trial:
    c.JupyterHub.authenticator_class = "dummy"
    c.Authenticator.allow_all = True
else:
    c.JupyterHub.authenticator_class = authenticator
    c.Authenticator.allowed_users = students()

c.JupyterHub.spawner_class = StudentSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(hub / "students" / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.pre_spawn_hook = prepare
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120
c.Spawner.environment = {
    "PYTHONPATH": str(course),  # the library as handed out, before any other
    "JUPYTER_CONFIG_PATH": str(switched_on(course)),
    "OMP_NUM_THREADS": "1",  # a core for each student
    "OPENBLAS_NUM_THREADS": "1",
}
c.Spawner.args = [
    f"--ServerApp.shutdown_no_activity_timeout={IDLE}",
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
]
if is_root:
    c.Spawner.args.append("--allow-root")
