"""Put a copy's answers into a fresh exercise: what an instructor does by hand with a broken copy, here for each.

An answer is found by its id. Where that was duplicated, lost or split, or the answer was written elsewhere, it is
found by the name that it defines; where two differ, the one that ran last counts. Nothing is guessed: what fits in
two places is reported.
"""

import copy
import re
from collections import Counter
from dataclasses import dataclass, field

import nbformat

from jobs.grading.asking import asked, lines_of
from jobs.grading.names import names_of
from jobs.grading.reading import LONGEST_CELL

OWN = "own"  # marks the cells that a student added


class NotThisChapter(Exception):
    """None of the answers is there; the message says so."""


@dataclass
class Transplanted:
    """A fresh exercise with a student's answers, and what had to be mended for it, or could not be.

    A repair is a dict: `exercise`, `sentence`, and `mended`.
    """

    notebook: object
    repairs: list = field(default_factory=list)

    def repair(self, exercise, sentence, mended=True):
        self.repairs.append({"exercise": exercise, "sentence": sentence, "mended": mended})


def transplant(cells, fresh):
    """Return a fresh exercise with the answers found among a copy's cells.

    Raises
    ------
    NotThisChapter
        If there is none of its answer cells, and nothing that defines one of the names it asks for.
    """
    return _Transplant(cells, fresh).done


class _Transplant:
    def __init__(self, cells, fresh):
        self.cells, self.fresh, self.asked = cells, fresh, asked(fresh)
        self.done = Transplanted(copy.deepcopy(fresh))
        self.names = [names_of(cell.source) if cell.kind == "code" else None for cell in cells]
        self._recognize()
        self.taken, self.chosen = set(), {}
        others = {cell.grade_id for cell in cells if cell.grade_id} and not any(self.by_id.values())
        found = [] if others else [self._find(one) for one in self.asked]
        if not any(found) and not any(self.by_id.values()):
            raise NotThisChapter("None of this chapter's exercises is in it.")
        self._report_checks()
        self._insert_own_cells()

    # ------------------------------------------------------------------------------ what is what

    def _recognize(self):
        """Find out which cell of the fresh exercise each cell of the copy is, if any, and after which one it stands."""
        fresh = self.fresh.cells
        by_grade = {cell.metadata.nbgrader.grade_id: k for k, cell in enumerate(fresh) if "nbgrader" in cell.metadata}
        by_name = {cell.get("id"): k for k, cell in enumerate(fresh)}
        by_text = {cell.source.strip(): k for k, cell in enumerate(fresh)}
        checks = {f'check("{one.name}"': one.check for one in self.asked}
        self.known, self.place, last = [], [], -1
        for cell in self.cells:
            index = by_grade.get(cell.grade_id)
            if index is None and cell.grade_id is None:
                index = by_name.get(cell.id)
            if index is None:
                index = by_text.get(cell.source.strip()) if not cell.is_blank else None
            if index is None and cell.kind == "code":
                called = re.match(r"""check\(\s*["']\w+["']""", cell.source.strip())
                index = checks.get(called.group().replace("'", '"').replace(" ", "")) if called else None
            self.known.append(index)
            last = last if index is None else index
            self.place.append(last)
        self.by_id = {one.name: [k for k, index in enumerate(self.known) if index == one.answer] for one in self.asked}

    def _section(self, one):
        """Return the fresh cells after which a cell belongs to this exercise and no other."""
        others = [other for other in self.asked if other is not one]
        before = max((other.check for other in others if other.check < one.answer), default=-1)
        after = min((other.answer for other in others if other.answer > one.answer), default=len(self.fresh.cells))
        return range(before, after)

    # ------------------------------------------------------------------------------ one answer

    def _find(self, one):
        """Put one answer into its place; return whether there is one."""
        candidates = self._glued(one, self.by_id[one.name])
        written = [text for text in candidates if not self._is_stub(one, text[0])]
        fitting = [text for text in written if names_of(text[0]).bound & one.targets]
        if not fitting:
            elsewhere = self._elsewhere(one)
            if elsewhere:
                fitting, candidates = elsewhere, candidates + elsewhere
                if not self.by_id[one.name]:
                    self.done.repair(one.name, "Its cell was lost or retyped; the answer was found by its name.")
                else:
                    self.done.repair(one.name, "The answer stands in another cell; it was found by its name.")
        else:
            later = [text for text in self._elsewhere(one) if self._ran_between(one, text, fitting)]
            fitting += later
            candidates = candidates + later
        chosen = self._last(one, fitting or written)
        for text, cells in candidates:  # what is no version of the answer stays, as a cell of one's own
            if (text, cells) == chosen or self._is_stub(one, text) or names_of(text).bound & one.targets:
                self.taken.update(cells)
        if chosen is None:
            if not self.by_id[one.name]:
                self.done.repair(one.name, "There is no answer to it in this copy: its cell was removed.", mended=False)
            return False
        text, cells = chosen
        if any(self.cells[k].kind != "code" for k in cells):
            self.done.repair(one.name, "Its cell had become text; it was made code again.")
        if len(text) > LONGEST_CELL:
            self.done.repair(one.name, f"The answer is longer than {LONGEST_CELL} letters; it was cut.")
        self.done.notebook.cells[one.answer].source = text[:LONGEST_CELL]
        return True

    def _is_stub(self, one, text):
        return not text.strip() or lines_of(text) == lines_of(one.stub)

    def _glued(self, one, indices):
        """Return the texts of an answer's cells, each with the cells it is made of; the parts of a split cell are one.

        A part is what is no Python, or binds none of the names; it belongs to the cell before it or after it if both
        together are Python and bind a name. A part's neighbour may have lost its id.
        """
        texts = []
        for k in indices:
            if any(k in cells for _text, cells in texts):
                continue
            if not self.cells[k].is_blank or len(indices) == 1:
                texts.append(self._grown(one, k, indices))
        merged = []
        for text, cells in texts:
            whole = f"{merged[-1][0]}\n{text}" if merged else None
            is_part = merged and not (names_of(text).runs and names_of(text).bound & one.targets)
            was_part = merged and not names_of(merged[-1][0]).bound & one.targets
            if (is_part or was_part) and names_of(whole).runs and names_of(whole).bound & one.targets:
                merged[-1] = whole, merged[-1][1] + cells
            else:
                merged.append((text, cells))
        if any(len(cells) > 1 for _text, cells in merged):
            self.done.repair(one.name, "Its cell was split; the parts were put together again.")
        return merged

    def _grown(self, one, k, indices):
        """Return a cell's text with those below that continue it: indented or no Python alone, Python with it."""
        text, cells = self.cells[k].source, [k]
        for n in range(k + 1, len(self.cells)):
            cell = self.cells[n]
            if cell.is_blank and (self.known[n] is None or n in indices):
                continue
            indented = cell.source.strip("\n")[:1].isspace()
            if cell.kind != "code" or not (self.known[n] is None or n in indices):
                break
            if self.names[n].runs and not indented:
                break
            whole = f"{text}\n{cell.source}"
            if not names_of(whole).runs:
                break
            text, cells = whole, [*cells, n]
        return text, cells

    def _elsewhere(self, one):
        """Return answers in cells of the student's own: in its section, or anywhere if no other asks the name."""
        asked_by = Counter(name for other in self.asked for name in other.targets)
        unique = one.targets and all(asked_by[name] == 1 for name in one.targets)
        section = self._section(one)
        own = [
            k
            for k, cell in enumerate(self.cells)
            if self.known[k] is None
            and cell.kind == "code"
            and k not in self.taken
            and one.targets <= self.names[k].bound
        ]
        near = [k for k in own if self.place[k] in section]
        found = near or (own if unique and one.is_function else [])
        if not found and unique and not self.by_id[one.name]:  # merged with the answer to another exercise
            found = [k for k, bound in enumerate(self.names) if bound and one.targets <= bound.bound]
        return [text for k in found if not self._is_stub(one, (text := self._grown(one, k, []))[0])]

    def _ran_between(self, one, text, answers):
        """Tell whether a cell of one's own ran between the answer cells and the check, so that the check saw it."""
        counts = [self.cells[k].count for k, index in enumerate(self.known) if index == one.check]
        mine = self._count(text)
        before = [self._count(answer) for answer in answers]
        return bool(mine and all(counts) and counts and max(before) and max(before) < mine < max(counts))

    def _count(self, text):
        return max((self.cells[k].count or 0 for k in text[1]), default=0)

    def _last(self, one, texts):
        """Return the text that ran last; without any run, the one that stands last."""
        if not texts:
            return None
        chosen = max(texts, key=lambda text: (self._count(text), max(text[1])))
        if len({lines_of(text) for text, _cells in texts}) > 1:
            said = "the one that ran last counts" if self._count(chosen) else "none was run, the last one counts"
            self.done.repair(one.name, f"It was answered in {len(texts)} cells that differ; {said}.")
        elif len(texts) > 1:
            self.done.repair(one.name, "Its cell was duplicated; both say the same.")
        return chosen

    # ------------------------------------------------------------------------------ everything else

    def _report_checks(self):
        lost = [one for one in self.asked if one.check not in self.known]
        changed = {
            self.known[k]
            for k, cell in enumerate(self.cells)
            if self.known[k] is not None and lines_of(cell.source) != lines_of(self.fresh.cells[self.known[k]].source)
        }
        for one in self.asked:
            if one in lost:
                self.done.repair(one.name, "Its check cell was deleted; it was put back.")
            elif one.check in changed:
                self.done.repair(one.name, "Its check cell was changed; it was put back.")

    def _insert_own_cells(self):
        """Put the student's own cells where they stood; a given cell that was changed is one of theirs, before ours."""
        checks = {one.check for one in self.asked}
        after = {}
        for k, cell in enumerate(self.cells):
            index = self.known[k]
            if k in self.taken or cell.is_blank or index in checks:
                continue
            if index is not None:
                if cell.kind != "code" or lines_of(cell.source) == lines_of(self.fresh.cells[index].source):
                    continue
                after.setdefault(index - 1, []).append(cell)
            else:
                after.setdefault(self.place[k], []).append(cell)
        cells = []
        for index in range(-1, len(self.fresh.cells)):
            if index >= 0:
                cells.append(self.done.notebook.cells[index])
            cells += [_own(cell, index, n) for n, cell in enumerate(after.get(index, ()))]
        self.done.notebook.cells = cells


def _own(cell, index, number):
    make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
    source = cell.source[:LONGEST_CELL]
    if cell.kind != "code":  # an invisible space, so that no page takes a student's text for HTML, scripts among it
        source = re.sub(r"<(?=[A-Za-z/!?])", "<\u200b", source)
    return make(source, metadata={"descent": OWN}, id=f"own-{index + 1}-{number}")
