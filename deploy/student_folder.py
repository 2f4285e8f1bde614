"""Put the course into a student's folder, or bring it up to date there: `python student_folder.py HANDOUT FOLDER`.

HANDOUT is what `nox -s handout` makes, unpacked. Notebooks and pictures are copied; the library stays where it is, and
is named in PYTHONPATH. A student's work is never overwritten:

- a file that the folder lacks is copied, so who deletes an exercise gets a fresh one at the next start;
- a file that is still as it was handed out is replaced by the course's new one;
- a file that the student changed stays, and where the course has a new one, that lies in `updated/`, under its name.

It needs Python alone, and nothing of the course: it runs in the hub and in the container.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

FOLDERS = ("notebooks", "exercises")
HANDED_OUT = ".handed_out.json"  # for each file the digest of what was handed out last
UPDATED = "updated"


def bring_up_to_date(handout, folder):
    """Copy the notebooks of `handout` to `folder`; return the names of those that lie in `updated/` now."""
    handout, folder = Path(handout), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder / HANDED_OUT)
    aside = []
    for path in sorted(path for each in FOLDERS for path in (handout / each).rglob("*") if path.is_file()):
        name = path.relative_to(handout).as_posix()
        content = path.read_bytes()
        new, mine = _digest(content), folder / name
        if not mine.exists() or known.get(name) == _digest(mine.read_bytes()):
            _write(mine, content)
        elif known.get(name) != new and _digest(mine.read_bytes()) != new:
            _write(folder / UPDATED / name, content)
            aside.append(name)
        known[name] = new
    _write(folder / HANDED_OUT, json.dumps(known, indent=0).encode())
    return aside


def _known(path):
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # a new folder; or a student's edit, then all files count as changed
        return {}


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _write(path, content):
    """Write a file in one step, so that a full disk or a stop leaves the old one."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    os.replace(beside, path)


if __name__ == "__main__":
    for name in bring_up_to_date(*sys.argv[1:3]):
        print(f"{name} was changed here and has a new version: {UPDATED}/{name}")
