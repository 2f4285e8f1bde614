"""A network: its theory, and its explorer against numbers computed another way."""

from course_lib.chapters.a_network.explorer import SignalExplorer


def test_the_explorer_follows_the_factor():
    w = 1.0
    for _ in range(20):
        w -= 0.3 * w
    assert abs(SignalExplorer(lr=0.3).result[-1] - w) < 1e-12
