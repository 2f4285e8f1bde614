"""A folder that keeps finished parts, each in a file named by what determines it."""

import os
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np

FORMAT = 1  # counts up when the same settings give other numbers


class KeptParts:
    """The parts of a plan in a folder; nowhere if `folder` is None. A file is whole or absent, never half written."""

    def __init__(self, plan, folder):
        self._plan, self._folder = plan, None if folder is None else Path(folder)
        if self._folder is not None:
            if self._folder.exists() and not self._folder.is_dir():
                raise ValueError(f"store must be a folder, but {str(folder)!r} is a file")
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files = [self._folder / f"{key}.npz" for key in plan.keys(FORMAT)]

    def found(self):
        """Return the numbers of the parts that are kept, by the parts' places in the plan."""
        if self._folder is None:
            return {}
        read = {i: _read(file, self._plan.arguments(part)) for i, (file, part) in enumerate(self._pairs())}
        return {i: numbers for i, numbers in read.items() if numbers}

    def keep(self, i, numbers):
        """Keep the numbers of a part, with its rates and seeds for whoever looks into the file; return them."""
        if self._folder is not None:
            lrs, seeds = self._plan.arguments(self._plan.parts[i])
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".unfinished")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, **numbers, lrs=lrs, seeds=seeds)
                os.replace(name, self._files[i])
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        return numbers

    def _pairs(self):
        return zip(self._files, self._plan.parts, strict=True)


def _read(file, arguments):
    """Return the numbers in a file; None if there is no file, or one that is damaged."""
    try:
        with file.open("rb") as opened, np.load(opened) as kept:
            numbers = dict(kept)
        asked = zip((numbers.pop("lrs"), numbers.pop("seeds")), arguments)
        return numbers if all(np.array_equal(one, other) for one, other in asked) else None
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error):
        return None
