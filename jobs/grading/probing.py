"""Try from inside what a student's process must not be able to do, so that the summary tells what holds here."""

import json
import shutil
import socket
import tempfile
from pathlib import Path

from jobs.grading.isolation import Room
from jobs.grading.session import Ended, Session
from jobs.grading.student.protocol import ProtocolError

TRIED = """
import json, os, socket, sqlite3, statistics
import IPython.core.logger, numpy.fft
def tried(work):
    try:
        work()
    except (OSError, AttributeError):
        return False
    return True
def write():
    with open(os.path.join({root!r}, ".written-by-an-answer"), "x"):
        pass
def connect():
    socket.create_connection(("127.0.0.1", {port}), timeout=5).close()
print(json.dumps({{
    "read the solutions": tried(lambda: os.listdir(os.path.join({root!r}, "solutions"))),
    "write into the course": tried(write),
    "use the network": tried(connect),
    "end the grader": tried(lambda: os.kill({pid}, 0)),
}}))
"""


def best_room(root, folder, pid, plain=False):
    """Return the `Room` that holds best of those that work here, and a sentence on what holds.

    `plain` takes one without bubblewrap, without another user and without Landlock.

    Raises
    ------
    RuntimeError
        If no process for answers can be started at all.
    """
    problem = ""
    for bubblewrap in ("",) if plain else (None, ""):
        place = Path(tempfile.mkdtemp(prefix="room-", dir=folder))
        place.chmod(0o755)
        room = Room(place, root, bubblewrap)
        room.is_plain = plain
        if bubblewrap is None and not room.bubblewrap:
            shutil.rmtree(place)
            continue
        try:
            return room, _sentence(room, *_tried(room, root, pid))
        except (Ended, ProtocolError, RuntimeError) as error:
            problem = str(error)
            shutil.rmtree(place)
    raise RuntimeError(f"no process can be started for the answers here: {problem}")


def _tried(room, root, pid):
    session, listener = Session(room, 0), socket.create_server(("127.0.0.1", 0))
    try:
        tried = TRIED.format(root=str(root), pid=pid, port=listener.getsockname()[1])
        reply = session.run("probe", tried, 60)
        if "error" in reply:
            raise RuntimeError(f"{reply['error']['kind']}: {reply['error']['text']}")
        (Path(root) / ".written-by-an-answer").unlink(missing_ok=True)
        return session.confined, json.loads(reply["text"])
    finally:
        session.close()
        listener.close()


def _sentence(room, confined, possible):
    means = (["bubblewrap"] if room.bubblewrap else []) + confined
    open_ = [what for what, can in possible.items() if can]
    cannot = [what for what, can in possible.items() if not can]
    parts = ["a process of its own for each copy", *means]
    sentence = f"{', '.join(parts)}."
    if cannot:
        sentence += f" An answer cannot {_listed(cannot, 'or')}."
    if open_:
        sentence += f" Beware: it CAN {_listed(open_, 'and')}."
    return sentence


def _listed(parts, word):
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
