"""Where ε acts in three conventions."""

import numpy as np

from course_lib.checks.exercises import value

EPS, BETA2 = 1e-6, 0.99
BEFORE = EPS / np.sqrt(1 - BETA2)
INSIDE = np.sqrt(EPS / 3)


@value(
    tolerance=0.02,
    parts=("gradient for ε outside the root", "gradient for ε before the correction", "gradient for ε inside the root"),
    praise="A millionth, a hundred-thousandth, and more than half a thousandth: the same ε, and the last place acts on "
    "gradients almost six hundred times as large as the first.",
)
def predict_eps_places():
    """The gradient that a first step halves, for ε = 1e-6 and β₂ = 0.99: outside, before the correction, inside."""
    return EPS, BEFORE, INSIDE


@predict_eps_places.mistake(
    "√ε is where g² and ε are equal inside the root. The step is then 1/√2 of the learning rate. Which g halves it?"
)
def half_of_the_square():
    return EPS, BEFORE, np.sqrt(EPS)


@predict_eps_places.mistake(
    "Inside the root ε competes with g², a square. Is a root, or a square, still missing in the third number?"
)
def a_third_without_the_root():
    return EPS, BEFORE, EPS / 3


@predict_eps_places.mistake(
    "All three alike would mean that the place does not matter. What is added to ε in each: √v̂, √v, or v̂?"
)
def place_without_effect():
    return EPS, EPS, EPS


@predict_eps_places.mistake(
    "The second number is ε itself, as if v were g² before its correction. How large is v after the first step?"
)
def before_without_effect():
    return EPS, EPS, ...


@predict_eps_places.mistake(
    "These are right for ε = 1e-8 and β₂ = 0.999, the chapter's own numbers. The task has others."
)
def usual_settings():
    return 1e-8, 1e-8 / np.sqrt(0.001), np.sqrt(1e-8 / 3)


@predict_eps_places.mistake("The first and the second number have changed places. Which convention adds ε to √v?")
def first_two_exchanged():
    return BEFORE, EPS, INSIDE


@predict_eps_places.mistake(
    "In the third number the 3 is outside the root, or on the wrong side. Set g/√(g² + ε) = ½ and square both sides."
)
def three_outside_the_root():
    return EPS, BEFORE, np.sqrt(EPS) / 3


@predict_eps_places.mistake(
    "In the third number the 3 is outside the root, or on the wrong side. Set g/√(g² + ε) = ½ and square both sides."
)
def three_on_the_wrong_side():
    return EPS, BEFORE, np.sqrt(3 * EPS)


@predict_eps_places.mistake(
    "Inside the root ε is added to v̂ = g², not to |g|. Write the step of the third convention, and set it to ½."
)
def root_forgotten():
    return EPS, BEFORE, EPS


@predict_eps_places.mistake(
    "The second ε is added to √v, and at the first step √v is *smaller* than |g|. Must the gradient be larger or "
    "smaller than ε to match it?"
)
def divided_the_wrong_way():
    return EPS, EPS * np.sqrt(1 - BETA2), INSIDE


@predict_eps_places.mistake(
    "At the first step v is (1 − β₂) g², so √v is √(1 − β₂) |g|. The second number lacks the root."
)
def no_root():
    return EPS, EPS / (1 - BETA2), INSIDE


@predict_eps_places.mistake(
    "These are right for β₂ = 0.999, the usual setting. Here β₂ is 0.99: how large is v at the first step?"
)
def usual_beta2():
    return EPS, EPS / np.sqrt(0.001), INSIDE


@predict_eps_places.mistake("The second and the third number have changed places. Which convention adds ε to v̂?")
def places_exchanged():
    return EPS, INSIDE, BEFORE


predict_eps_places.accept(
    (1e-6, 1e-5, 5.77e-4),
    [1e-6, 1e-5, 0.000577],
    (1e-6, 1e-6 / np.sqrt(0.01), np.sqrt(1e-6 / 3)),
    np.array([1e-6, 1e-5, 5.774e-4]),
    (1e-6, 1.0e-5, 5.8e-4),
)
