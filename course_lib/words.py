"""Numbers as sentences and pictures have them."""

import math


def short(number):
    """Return a number as a picture or a sentence has it: three digits, and whole hundreds and thousands in full."""
    if not math.isfinite(number):
        return "∞"
    return (f"{number:.0f}" if 100 <= abs(number) < 1e5 else f"{number:.3g}").replace("-", "−")


def counted(number, thing):
    """Return a number with its thing, which is one or many.

    Examples
    --------
    >>> counted(1, "step"), counted(0, "step"), counted(2, "pass")
    ('1 step', '0 steps', '2 passes')
    """
    if number == 1:
        return f"{number} {thing}"
    return f"{number} {thing}{'es' if thing.endswith(('s', 'ch')) else 's'}"
