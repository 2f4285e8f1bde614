"""From a key press on a slider to the new picture, in JupyterLab in Chromium: the explorer of chapter 02 and two peers.

One peer is what other courses do, `interact` with `plt.show()`. The other is a label that repeats its
slider's value: nothing that asks the kernel can be faster.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Error

from benchmarks.jupyterlab import Lab, NotebookPage, chromium

PRESSES, WARMING = 30, 3
SETTLED = 250  # milliseconds; what a press started is over by then

EXPLORER, INTERACT, ECHO = "the explorer of chapter 02", "interact and plt.show()", "a label that echoes the slider"
CELLS = {
    EXPLORER: """
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
DescentExplorer(lr=0.05, steps=100)""",
    INTERACT: """
import matplotlib.pyplot as plt
from ipywidgets import FloatLogSlider, Label, VBox, interact
import course_lib as cl
from course_lib import plots

objective = cl.Quadratic([1.0, 10.0])

def show(lr):
    run = cl.minimize(objective, (-2.5, 2.0), cl.GradientDescent(lr=lr), 100)
    figure, (left, right) = plots.figure(ncols=2)
    plots.surface(left, objective)
    plots.path(left, run)
    plots.loss_curve(right, run)
    plt.show()

interact(show, lr=FloatLogSlider(0.05, min=-4, max=1, step=5 / 400));""",
    ECHO: """
slider, label = FloatLogSlider(0.05, min=-4, max=1, step=5 / 400), Label(".", layout={"width": "20em"})
slider.observe(lambda change: setattr(label, "value", f"{change.new:.3g}"), "value")
VBox([slider, label])""",
}
SLIDERS = {
    EXPLORER: "input[type=range][aria-label^='learning rate']",
    INTERACT: ".noUi-handle",
    ECHO: ".noUi-handle",
}
PICTURES = {EXPLORER: "canvas", INTERACT: "img", ECHO: ".widget-vbox > .widget-label"}

# Waits in the page, not here: the way to this process and back would count. A canvas is painted anew
# when its width is set, an image when it has loaded.
WATCH = """([cell, selector]) => {
  const picture = () => cell.querySelector(selector);
  const shown = () => picture() && (picture().src || picture().ariaLabel || picture().textContent);
  const before = shown();
  window.answer = new Promise((resolve, reject) => {
    let pressed = Infinity;
    addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
    const look = () => {
      if (!shown() || shown() === before) return;
      if (picture().complete === false) return picture().addEventListener("load", look, { once: true });
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - pressed));
    };
    const observer = new MutationObserver(look);
    observer.observe(cell, { subtree: true, childList: true, characterData: true, attributeFilter: ["width", "src"] });
    setTimeout(() => reject(new Error(`${selector} did not change within 30 seconds`)), 30000);
  });
}"""


def press(page, cell, way, key="ArrowRight"):
    """Press a key on a slider; return the milliseconds until the first frame with the new picture."""
    cell.evaluate("cell => cell.scrollIntoView({ block: 'center' })")
    cell.locator(SLIDERS[way]).evaluate("slider => slider.focus({ preventScroll: true })")
    page.wait_for_timeout(SETTLED)
    page.evaluate(WATCH, [cell.element_handle(), PICTURES[way]])
    page.keyboard.press(key)
    return page.evaluate("() => window.answer")


def measure(lab, browser):
    """Return, for each way, its milliseconds and the lists of messages, in bytes, that the kernel sent for a press."""
    page = browser.new_page(viewport={"width": 1400, "height": 1100})
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket))
    NotebookPage(lab, page, lab.write("explorers", *CELLS.values())).run_all()
    cells = {way: page.locator(".jp-CodeCell").nth(place) for place, way in enumerate(CELLS)}
    for way, cell in cells.items():
        cell.locator(PICTURES[way]).wait_for()
    # The ways take turns, so that a busy machine slows all of them.
    times = {way: [] for way in cells}
    for _ in range(WARMING + PRESSES):
        for way, cell in cells.items():
            times[way].append(press(page, cell, way))
    # Counted after the clock has stopped: to count is work, too.
    sent = {way: [] for way in cells}
    now = []
    for socket in sockets:
        socket.on("framereceived", lambda frame: now.append(len(frame)))
    for _ in range(WARMING):
        for way, cell in cells.items():
            page.wait_for_timeout(SETTLED)
            now.clear()
            press(page, cell, way)
            page.wait_for_timeout(SETTLED)
            sent[way].append(list(now))
    return {way: taken[WARMING:] for way, taken in times.items()}, sent


def main():
    """Print the table and the bytes."""
    try:
        with chromium() as browser, tempfile.TemporaryDirectory() as folder:
            lab = Lab(Path(folder))
            try:
                times, sent = measure(lab, browser)
                lab.end_kernels()
            finally:
                lab.stop()
    except Error as error:
        if "executable doesn't exist" not in str(error).lower():
            raise
        sys.exit("not run: there is no Chromium. Install one, or name one with CHROMIUM=/where/it/is")
    median = {way: statistics.median(taken) for way, taken in times.items()}
    late = {way: np.percentile(taken, 95) for way, taken in times.items()}
    print(f"{f'from key press to picture, {PRESSES} times':38}{'median':>10}{'p95':>10}", end="   ")
    print(f"{'peer':32}{'median':>10}{'p95':>10}{'ratio':>8}{'target':>8}")
    for peer, target in ((INTERACT, 1 / 5), (ECHO, 1.5)):
        ratio = median[EXPLORER] / median[peer]
        verdict = "" if ratio <= target else "   missed"
        print(f"{EXPLORER:38}{median[EXPLORER]:7.1f} ms{late[EXPLORER]:7.1f} ms", end="   ")
        print(f"{peer:32}{median[peer]:7.1f} ms{late[peer]:7.1f} ms{ratio:8.3g}{target:8.3g}{verdict}")
    print(f"\n{'what the kernel sends for a key press':38}{'all messages':>16}{'the largest':>16}")
    for way, messages in sent.items():
        print(f"{way:38}{statistics.median(map(sum, messages)):10,.0f} bytes", end="")
        print(f"{statistics.median(map(max, messages)):10,.0f} bytes")


if __name__ == "__main__":
    main()
