"""Words that the sentences of several explorers share."""


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
