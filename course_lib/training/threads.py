"""Matrix products on one thread: then a number does not depend on how many cores there are."""

import threading
from contextlib import contextmanager
from functools import cache

_lock = threading.Lock()
_inside = 0
_limit = None


@contextmanager
def one_thread():
    """Let NumPy's matrix products use one thread in here; parts of a sweep that run side by side share the limit."""
    global _inside, _limit
    with _lock:
        _inside += 1
        if _inside == 1:
            _limit = _controller().limit(limits=1)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limit.restore_original_limits()


@cache
def _controller():
    from threadpoolctl import ThreadpoolController  # reading the loaded libraries takes milliseconds

    return ThreadpoolController()
