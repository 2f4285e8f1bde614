"""Predict the memory at which Adam turns round."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adam import memory_needed, turning_beta2

C = 3.0
TURN = float(turning_beta2(C))
GRID = np.linspace(0.001, 0.999, 9981)


def _zero(of):
    """Return where the values on the grid of β₂ change their sign."""
    return float(GRID[np.flatnonzero(np.diff(np.sign(of)))[0]])


def _drift(v, first=C):
    return -first / np.sqrt(v[0]) + 1 / np.sqrt(v[1]) + 1 / np.sqrt(v[2])


@value(
    tolerance=0.005,
    praise="With less memory than that, the two −1 are divided by so little that they win over the 3.",
)
def predict_turn():
    """The β₂ at which the drift of Adam on the gradients 3, −1, −1 changes its sign."""
    return TURN


@predict_turn.mistake("{answer} is the chapter's, for C = 4. Here the rare gradient is 3.")
def the_chapters():
    return float(turning_beta2(4.0))


@predict_turn.mistake("{answer} is 1 minus the β₂ wanted, the share of the new square.")
def one_minus_beta2():
    return 1 - float(turning_beta2(C))


@predict_turn.mistake(
    "{answer} is the β₂ with which the game was played, 1/(1 + C²). There Adam goes wrong by far. Where is the drift 0?"
)
def the_games():
    return 1 / (1 + C**2)


@predict_turn.mistake("{answer} is about the usual β₂. There the right way wins clearly; where does it turn?")
def usual_value():
    return 0.999


@predict_turn.mistake(
    "{answer} comes from C² in place of C² − 1 in A. With β₂ = 0, v right after C should be C²: is it?"
)
def square_without_the_one():
    a = (1 - GRID) * C**2 / (1 - GRID**3)
    return _zero(_drift([1 + a, 1 + a * GRID, 1 + a * GRID**2]))


@predict_turn.mistake("{answer} is what the formula for a close decision says. It holds for C near 2; here C is 3.")
def formula_for_a_close_decision():
    return float(1 - 1 / memory_needed(C))


@predict_turn.mistake("{answer} comes from v = 1 + Aβ₂ᵏ with C in place of C² in A. v averages squares.")
def no_square():
    a = (1 - GRID) * (C - 1) / (1 - GRID**3)
    return _zero(_drift([1 + a, 1 + a * GRID, 1 + a * GRID**2]))


@predict_turn.mistake("{answer} leaves the roots out: each gradient is divided by √v.")
def no_root():
    a = (1 - GRID) * (C**2 - 1) / (1 - GRID**3)
    return _zero(-C / (1 + a) + 1 / (1 + a * GRID) + 1 / (1 + a * GRID**2))


@predict_turn.mistake("{answer} is the memory in steps, 1/(1 − β₂). The question is β₂ itself.")
def memory_in_steps():
    return 1 / (1 - float(turning_beta2(C)))


predict_turn.accept(0.4723, 0.47, np.float32(0.4723), [0.4723], 0.47231)
