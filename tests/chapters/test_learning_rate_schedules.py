"""Learning rate schedules: its theory, and its explorer against numbers computed another way."""

from course_lib.chapters.learning_rate_schedules.explorer import LearningRateSchedulesExplorer


def test_the_explorer_follows_the_factor():
    w = 1.0
    for _ in range(20):
        w -= 0.3 * w
    assert abs(LearningRateSchedulesExplorer(lr=0.3).result[-1] - w) < 1e-12
