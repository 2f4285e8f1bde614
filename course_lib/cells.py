"""The notebook's cell that runs now, where there is one: JupyterLab and VS Code tell the kernel its id."""

import sys


def running():
    """Return the id of the cell that runs now and that of this run; None twice where no page asked for it.

    Examples
    --------
    >>> running()
    (None, None)
    """
    shell = active_shell()
    message = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = message.get("metadata", {}).get("cellId")
    return (cell, message["header"]["msg_id"]) if cell else (None, None)


def active_shell():
    """Return IPython's shell, or None: IPython is not loaded for that."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
