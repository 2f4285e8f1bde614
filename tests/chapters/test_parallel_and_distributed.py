"""Parallel and distributed: its theory, and its explorer against numbers computed another way."""

from course_lib.chapters.parallel_and_distributed.explorer import ParallelAndDistributedExplorer


def test_the_explorer_follows_the_factor():
    w = 1.0
    for _ in range(20):
        w -= 0.3 * w
    assert abs(ParallelAndDistributedExplorer(lr=0.3).result[-1] - w) < 1e-12
