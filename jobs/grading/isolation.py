"""The room in which a student's code runs: a course without references, a folder of its own, and what holds it there.

A copy's process is started by `Room.start`. Around it is bubblewrap, where that is installed and works; within it
`student.confining` takes what the system lets it take. `Room.probe` tries from inside what must not be possible, so
that the summary says what was seen to hold, not what should.
"""

import contextlib
import ctypes
import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import psutil

from course_lib.checks.finding import NO_EXERCISES

HERE = Path(__file__).parent
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/bin",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
LOOKED_AT = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
GIGABYTE = 2**30
FIRST_USER, USERS = 61184, 4000  # numbers that systemd keeps for users who come and go


def course_for_students(root, to):
    """Copy what an answer may import to a folder: course_lib without its exercises' references, and `student`."""
    skipped = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(root / "course_lib", to / "course_lib", ignore=skipped)
    shutil.copytree(HERE / "student", to / "student", ignore=skipped)
    for path in (to / "course_lib" / "chapters").glob("*/*.py"):
        if path.stem not in NO_EXERCISES:
            path.unlink()
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def folders_of_python():
    """Return the folders that this Python needs, without the real course where that is installed in place."""
    paths = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *map(str, _site_folders())}
    return sorted(os.path.realpath(path) for path in paths if os.path.isdir(path))


def _site_folders():
    return {sysconfig.get_path(name) for name in ("purelib", "platlib")}


def _lists_of_fonts():
    """Return Matplotlib's lists of fonts, where it keeps them."""
    places = (".cache/matplotlib", ".matplotlib", "Library/Caches/matplotlib")
    return [path for place in places for path in (Path.home() / place).glob("fontlist-*.json")]


def readable_by_all(path):
    """Tell whether any user may read in a folder."""
    parts = [Path(path), *Path(path).parents]
    return all(part.stat().st_mode & 0o001 for part in parts)


class Room:
    """Where students' processes are started: one for all copies of a run.

    Parameters
    ----------
    folder : path
        An empty folder for the course's copy and the students' folders; any user may enter it.
    root : path
        The course, whose `course_lib` is copied.
    bubblewrap : str, optional
        The program, or "" to do without; by default it is looked for.
    reaps : bool
        Whether every process below this one is a student's, as in a judge that is a process of its own.
    """

    def __init__(self, folder, root, bubblewrap=None, reaps=False):
        self.reaps, self.is_plain = reaps, False
        self.folder, self.root, self.course = Path(folder), Path(root), Path(folder) / "course"
        self.python = folders_of_python()
        self.is_root = os.name == "posix" and os.geteuid() == 0
        self.hidden_python = self.is_root and not all(map(readable_by_all, self.python))
        self.first_user = secrets.randbelow(USERS)  # two runs on one machine must not end each other's processes
        self.bubblewrap = shutil.which("bwrap") if bubblewrap is None else bubblewrap
        if not self.course.exists():
            course_for_students(self.root, self.course)
            if self.bubblewrap and not self._bubblewrap_works():
                self.bubblewrap = ""

    def start(self, number, seconds=120, memory=4 * GIGABYTE):
        """Start a process for a student's code; return it and its folder. `number` tells apart those that run now."""
        home = Path(tempfile.mkdtemp(prefix="copy-", dir=self.folder))
        for fonts in _lists_of_fonts():  # else Matplotlib looks for fonts anew, for seconds
            shutil.copy(fonts, home)
        user = _free_user(self.first_user + number) if self.is_root and not self.is_plain else None
        if user is not None:
            for path in (home, *home.iterdir()):
                os.chown(path, user, user)
        limits = {
            "user": user,
            "fence": not self.is_plain,
            "memory": memory,
            "seconds": seconds,
            "file": 2**24,
            "processes": 32,
            "read": [*SYSTEM, *LOOKED_AT, *self.python, str(self.course)],
            "write": [*DEVICES, str(home)],
            "hidden_python": self.hidden_python and not self.bubblewrap,
        }
        command = [sys.executable, "-B", "-m", "student.running", json.dumps(limits)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*self._around(home), *command],
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env=self._environment(home),
            start_new_session=True,
        )
        return process, home, user

    def end(self, process, user):
        """End a process and all that it started, also what hid from it."""
        for _ in range(50):
            alive = False
            for one in _below(process.pid, user, self.reaps):
                with contextlib.suppress(psutil.Error):
                    if one.status() != psutil.STATUS_ZOMBIE:
                        one.kill()
                        alive = True
            process.kill()
            if not alive:
                break
        process.wait()

    def _environment(self, home):
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ") if name in os.environ}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), str(home))
        return kept | threads | own | {"PYTHONPATH": str(self.course), "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}

    def _around(self, home):
        """Return what stands before the command: bubblewrap shows these folders, and nothing else of the machine."""
        if not self.bubblewrap:
            return []
        seen = [option for path in SYSTEM if os.path.exists(path) for option in ("--ro-bind", path, path)]
        for path in [*self.python, str(self.course)]:
            seen += ["--ro-bind", path, path]
        if self.is_root:  # it stays root, to become a user without rights of its own
            alone = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
            alone += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            alone = ["--unshare-all"]
        above = sorted({str(part) for path in (*self.python, home, self.course) for part in Path(path).parents} - {"/"})
        enter = [option for part in above for option in ("--perms", "0755", "--dir", part)]
        place = ["--bind", str(home), str(home), "--chdir", str(home)]
        order = ["--proc", "/proc", "--dev", "/dev", *enter, *seen, *place]
        return [self.bubblewrap, "--die-with-parent", "--new-session", *alone, *order, "--"]

    def _bubblewrap_works(self):
        home = Path(tempfile.mkdtemp(prefix="try-", dir=self.folder))
        tried = subprocess.run([*self._around(home), sys.executable, "-c", "import numpy"], capture_output=True)
        shutil.rmtree(home)
        return tried.returncode == 0


def adopt_orphans():
    """Let processes whose parent ended become children of this one, where Linux does that, so that they are found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _free_user(number):
    """Return the first user from a number on, counted around, who has no process."""
    busy = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            busy.add(process.uids().real)
    return next(user for step in range(USERS) if (user := FIRST_USER + (number + step) % USERS) not in busy)


def _below(pid, user, reaps):
    """Yield the processes below a process, those of its own user, and what else this process is the parent of."""
    for top in (pid, *([os.getpid()] if reaps else ())):
        with contextlib.suppress(psutil.Error):
            yield from psutil.Process(top).children(recursive=True)
    if user is not None:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.uids().real == user:
                    yield process
