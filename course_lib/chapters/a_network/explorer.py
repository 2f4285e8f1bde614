"""What the chapter drags."""

import numpy as np

from course_lib.explore import Explorer, Slider
from course_lib.words import short


class ANetworkExplorer(Explorer):
    """Say what can be dragged; settings `lr`.

    Examples
    --------
    >>> from course_lib.chapters.a_network.explorer import ANetworkExplorer
    >>> ANetworkExplorer(lr=0.5).answer
    'lr = 0.5'
    """

    title = "A network"
    controls = (Slider(name="lr", label="learning rate η", low=0.01, high=4, value=0.3, log=True),)

    def background(self, figure):
        ax = figure.subplots()
        ax.set(xlim=(0, 20), ylim=(-2, 2), xlabel="step", ylabel="w")
        return ax

    def compute(self, v):
        return (1 - v.lr) ** np.arange(21)

    def draw(self, pen, ax, v, w):
        pen.curve(ax, np.arange(21), w, color="#024cd6")

    def sentence(self, v, w):
        return f"With learning rate {short(v.lr)} the last of 20 steps is at {short(w[-1])}."
