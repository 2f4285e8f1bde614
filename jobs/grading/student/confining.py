"""Take from this process what a student's code has no need of, as far as the system lets us; say what was taken.

Limits of time, memory and files everywhere but on Windows; on Linux also Landlock (only some folders can be seen),
and for root another user and no network. Nothing here can be undone by the process itself.
"""

import ctypes
import os
import sys

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the numbers of the system calls, on every machine
READ_FILE, FOLDER_TOO, ALL_OF_A_FILE = 1 << 0 | 1 << 2, 1 << 3, 1 << 0 | 1 << 1 | 1 << 2
SINCE = {13: 2, 14: 3, 15: 5}  # rights to files that came later: the bit, and the version of Landlock
KEEP_CAPABILITIES, NO_NEW_PRIVILEGES, DIE_WITH_PARENT, NEW_NETWORK = 8, 38, 1, 0x40000000
READ_ANYTHING = 1 << 2  # the capability CAP_DAC_READ_SEARCH
SIGKILL = 9


def confine(limits):
    """Confine this process for good; return what was done, in words.

    Parameters
    ----------
    limits : dict
        `user` (a number, or None), `memory`, `file` and `seconds` (the most of each), `processes`, `read` and
        `write` (lists of folders), `fence` (whether Landlock is wanted),
        `hidden_python` (whether only root may read the folders of Python).
    """
    done = [_limit(limits)] if os.name == "posix" else []
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        fence = _fence(libc, limits["read"], limits["write"]) if limits["fence"] else None
        if os.geteuid() == 0 and limits["user"] is not None:
            if libc.unshare(NEW_NETWORK) == 0:
                done.append("no network")
            done += _other_user(libc, limits)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)  # a program with more rights than this one does not get them here
        if fence is not None and libc.syscall(LANDLOCK_RESTRICT, fence, 0) == 0:
            done.append("Landlock")
        libc.prctl(DIE_WITH_PARENT, SIGKILL, 0, 0, 0)
    return done


def _limit(limits):
    import resource

    wanted = {
        "RLIMIT_CPU": limits["seconds"],
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_FSIZE": limits["file"],
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": limits["processes"] + (0 if limits["user"] is not None else _tasks_of_mine()),
    }
    for name, most in wanted.items():
        try:
            _soft, hard = resource.getrlimit(getattr(resource, name))
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):  # not every system has each of them
            pass
    return "limited time, memory, files and processes"


def _tasks_of_mine():
    """Return how many threads this user has, which count as processes."""
    count, me = 0, os.getuid()
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == me:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return count or 1000


def _fence(libc, readable, writable):
    """Return a ruleset that allows these folders alone, or None where there is no Landlock."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return None
    rights = sum(1 << bit for bit in range(16) if SINCE.get(bit, 1) <= version)
    # files; from version 4 on TCP; from version 6 on sockets without a file, and signals, to others
    fields = [rights, 3, 3][: 1 + (version >= 4) + (version >= 6)]
    attributes = (ctypes.c_uint64 * len(fields))(*fields)
    ruleset = libc.syscall(LANDLOCK_CREATE, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    if ruleset < 0:
        return None
    for paths, allowed in ((readable, READ_FILE | FOLDER_TOO), (writable, rights)):
        for path in paths:
            _allow(libc, ruleset, path, allowed)
    return ruleset


def _allow(libc, ruleset, path, allowed):
    class Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]

    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        allowed &= ALL_OF_A_FILE
    rule = Beneath(allowed, folder)
    libc.syscall(LANDLOCK_ADD, ruleset, 1, ctypes.byref(rule), 0)
    os.close(folder)


def _other_user(libc, limits):
    """Become a user who owns nothing. Where only root may read Python, this one may too, within the fence."""
    keeps_reading = limits["hidden_python"]
    try:
        os.setgroups([])
        os.setresgid(limits["user"], limits["user"], limits["user"])
        libc.prctl(KEEP_CAPABILITIES, int(keeps_reading), 0, 0, 0)
        os.setresuid(limits["user"], limits["user"], limits["user"])
    except OSError:
        return []
    if keeps_reading:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        held = (ctypes.c_uint32 * 6)(READ_ANYTHING, READ_ANYTHING, 0, 0, 0, 0)
        libc.capset(header, held)
    return ["a user without rights"]
