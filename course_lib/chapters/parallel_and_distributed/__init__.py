"""Parallel and distributed SGD: what several workers change, the result, the time, or both."""
