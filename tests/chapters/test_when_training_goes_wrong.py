"""When training goes wrong: its theory, and its explorer against numbers computed another way."""

from course_lib.chapters.when_training_goes_wrong.explorer import WhenTrainingGoesWrongExplorer


def test_the_explorer_follows_the_factor():
    w = 1.0
    for _ in range(20):
        w -= 0.3 * w
    assert abs(WhenTrainingGoesWrongExplorer(lr=0.3).result[-1] - w) < 1e-12
