"""The recordings of a book's explorers, made side by side, and kept as long as their code stays the same."""

import base64
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from jobs.digests import digest_of

ROOT = Path(__file__).parents[2]
MOST_BYTES = 290_000  # of one recording: in a script, as base64, it takes a third more


def record_all(codes, folder, kept, meanwhile=lambda: None, report=print):
    """Write NAME.js into a folder for each explorer, given the code that makes it.

    Parameters
    ----------
    codes : dict
        For each name the Python code that leaves the explorer in a variable `explorer`.
    folder, kept : Path
        Where the scripts go, and where recordings are kept for the next time.
    meanwhile : callable, optional
        Is called once while other processes record; it may make the folder.
    report : callable, default print
        Gets a line for each recording that had to be made.
    """
    kept.mkdir(parents=True, exist_ok=True)
    # The tables that explorers read are in the library, too; how the page shows a recording does not change it.
    library = digest_of(ROOT, "course_lib", without=(".js", ".css"))
    files = {name: kept / f"{_hash(library, code)}.gz" for name, code in codes.items()}
    missing = [name for name in codes if not files[name].exists()]
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each process has a core of its own
    with ProcessPoolExecutor() as pool:
        made = [pool.submit(_record, codes[name]) for name in missing]
        try:
            meanwhile()
            for name, recording in zip(missing, made, strict=True):
                files[name].write_bytes(recording.result())
                report(f"recorded {name}: {len(recording.result()) // 1000} kB")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for name, file in files.items():
        text = base64.b64encode(file.read_bytes()).decode()
        folder.joinpath(f"{name}.js").write_text(f'descentPlay("{name}", "{text}");\n', encoding="utf-8")
    for old in set(kept.glob("*.gz")) - set(files.values()):
        old.unlink()


def _record(code):
    from course_lib.explore.recording import record_within

    room = {}
    exec(code, room)  # the course's own notebook
    return record_within(room["explorer"], MOST_BYTES)


def _hash(*texts):
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]
