"""Show how far something is, where somebody looks, and leave nothing behind."""

import sys
import time
from contextlib import suppress

PATIENCE = 0.5  # seconds before a bar appears: what is quick needs none
PAUSE = 0.1  # seconds between two looks
WIDTH = 30


class Bar:
    """A bar in a terminal or at the foot of JupyterLab's window; `progress` as in `sweep`.

    In a notebook it is no output of the cell: it floats over the page and goes when it is done. So nothing of it is
    in what is saved, nor in what a run without a window stores.
    """

    def __init__(self, total, progress=None):
        self._total, self._tell = total, progress
        self._began = self._last = time.monotonic()
        self._show = None if callable(progress) or progress is False else _display()

    def update(self, done, share=0):
        """Say that so many parts are done, and which share of the next one."""
        if callable(self._tell):
            if share == 0:
                self._tell(done, self._total)
        elif self._show is not None:
            now = time.monotonic()
            if now - self._began > PATIENCE and now - self._last > PAUSE:
                self._last = now
                self._show((done + share) / self._total, f"sweep: {done} of {self._total} parts")

    def close(self):
        """Take the bar away."""
        if self._show is not None:
            self._show(None, "")


def _display():
    """Return what shows a share and a text, and takes both away again; None where nobody looks."""
    if sys.stderr is not None and sys.stderr.isatty():
        return _in_terminal
    with suppress(Exception):  # a bar is never worth an error
        return _in_notebook()
    return None


def _in_terminal(share, text):
    full = 0 if share is None else round(share * WIDTH)
    line = "" if share is None else f"{'█' * full}{'░' * (WIDTH - full)} {text}"
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()


def _in_notebook():
    """Return a bar at the foot of the window that runs this cell; None where a program runs it, without a window."""
    kernel = sys.modules["IPython"].get_ipython().kernel
    if "cellId" not in kernel.get_parent()["metadata"]:  # as JupyterLab's cells have; nbclient's and nbval's have not
        return None
    bar = None

    def show(share, text):
        nonlocal bar
        if share is None:
            if bar is not None:
                bar.layout.close()
                bar.close()
        elif bar is None:
            bar = _floating_bar(share, text)
        else:
            bar.now = [share, text]

    return show


def _floating_bar(share, text):
    import anywidget
    import traitlets

    class FloatingBar(anywidget.AnyWidget):
        _esm = FLOATING
        now = traitlets.List([share, text]).tag(sync=True)

    return FloatingBar()


# The model alone shows the bar: it has no view, so the cell gets no output.
FLOATING = """
function initialize({ model }) {
  const box = document.createElement("div"), bar = document.createElement("progress");
  const text = document.createElement("span");
  box.style.cssText = "position:fixed;bottom:2rem;right:1.5rem;z-index:1000;padding:.4rem .8rem;border-radius:4px;" +
    "font:13px sans-serif;background:#fff;color:#222;border:1px solid #888;display:flex;gap:.6rem;align-items:center";
  bar.setAttribute("aria-label", "progress of the sweep");
  box.append(bar, text);
  const show = () => { [bar.value, text.textContent] = model.get("now"); };
  model.on("change:now", show);
  show();
  document.body.append(box);
  return () => box.remove();
}
export default { initialize };
"""
