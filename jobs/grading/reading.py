"""Read a notebook that somebody handed in, whatever state it is in."""

import json
from dataclasses import dataclass

LARGEST = 400 * 2**20  # bytes; a hundred printed megabytes still are a copy
LONGEST_CELL = 200_000


class Unreadable(Exception):
    """A file is no notebook; the message says why, as a sentence."""


@dataclass
class Cell:
    """A cell as it was handed in: without its outputs.

    `grade_id` is nbgrader's name of it, `count` the number of its last run.
    """

    kind: str
    source: str
    id: str | None = None
    grade_id: str | None = None
    count: int | None = None

    @property
    def is_blank(self):
        return not self.source.strip()


def cells_of(content):
    """Return the cells of a notebook from the bytes of its file.

    Raises
    ------
    Unreadable
        If it is no notebook: cut off, of another format, or too large.
    """
    if len(content) > LARGEST:
        raise Unreadable(f"It is larger than {LARGEST >> 20} MB.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("It is no notebook: its bytes are no text.") from None
    except RecursionError:
        raise Unreadable("It is no notebook: its JSON is nested without end.") from None
    except ValueError as error:
        where = "it is cut off or damaged" if content.lstrip()[:1] == b"{" else "it is another kind of file"
        raise Unreadable(f"It cannot be read, {where} ({error}).") from None
    found = data.get("cells") if isinstance(data, dict) else None
    if found is None and isinstance(data, dict) and isinstance(data.get("worksheets"), list):  # before 2015
        found = [cell for sheet in data["worksheets"] for cell in sheet.get("cells", ())]
    if not isinstance(found, list):
        raise Unreadable("It is no notebook: it has no cells.")
    return [_cell(cell) for cell in found if isinstance(cell, dict)]


def _cell(cell):
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    count, name = cell.get("execution_count", cell.get("prompt_number")), cell.get("id")
    return Cell(
        kind=str(cell.get("cell_type")),
        source=(source if isinstance(source, str) else "").replace("\r\n", "\n").encode(errors="replace").decode(),
        id=name if isinstance(name, str) else None,
        grade_id=grade_id if isinstance(grade_id, str) else None,
        count=count if type(count) is int else None,
    )
