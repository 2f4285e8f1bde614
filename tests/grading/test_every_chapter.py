"""A solution gets all points of its chapter, and an exercise left alone none, judged in another process."""

import pytest

from jobs.grading import isolation, judging
from jobs.grading.reading import cells_of
from jobs.grading.transplanting import transplant

from . import copies

CHAPTERS = sorted(path.name for path in (copies.ROOT / "solutions").iterdir() if any(path.glob("*.ipynb")))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_solution_is_right_and_a_blank_is_not_begun(chapter, room):
    fresh = copies.read("exercises", chapter)
    for folder, status in (("solutions", "correct"), ("exercises", "not attempted")):
        (path,) = (copies.ROOT / folder / chapter).glob("*.ipynb")
        done = transplant(cells_of(path.read_bytes()), fresh)
        verdicts, _confined = judging.judge(done.notebook, fresh, room)
        assert not done.repairs
        assert [verdict for verdict in verdicts if verdict.status != status] == []
        assert sum(verdict.points for verdict in verdicts) == (status == "correct") * sum(v.most for v in verdicts)


@pytest.fixture(scope="module")
def room():
    with copies.folder_for_all() as folder:
        yield isolation.Room(folder, copies.ROOT, bubblewrap="")
