"""The longest step."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adam import longest_step

BETA1, BETA2 = 0.8, 0.96
SILENCE = (1 - BETA1) / np.sqrt(1 - BETA2)
LONGEST = float(longest_step(np.inf, BETA1, BETA2))


@value(
    tolerance=0.01,
    parts=("step after the silence", "longest step"),
    praise="One gradient after a silence moves the weight by one learning rate, which is what the paper gives as the "
    "bound. Growing gradients get 1.73 times as far.",
)
def predict_longest_step():
    """The step of one gradient after a long silence, and the bound, in learning rates, for β₁ = 0.8, β₂ = 0.96."""
    return SILENCE, LONGEST


@predict_longest_step.mistake(
    "The second number is the paper's bound, the step of *one* gradient after a silence. Which gradients before it "
    "would have lengthened the step?"
)
def bound_of_the_paper():
    return 1.0, 1.0


@predict_longest_step.mistake(
    "The root over 1 − β₁²/β₂ is missing in the second number: there is one root over the whole product."
)
def no_root():
    return 1.0, 0.2 / (np.sqrt(0.04) * (1 - 0.64 / 0.96))


@predict_longest_step.mistake("Both denominators lack their root: √v divides, not v.")
def no_root_twice():
    return 0.2 / 0.04, 0.2 / (0.04 * (1 - 0.64 / 0.96))


@predict_longest_step.mistake(
    "The first number divides by 1 − β₂ without its root: v is (1 − β₂) g² after one gradient, and √v divides."
)
def no_root_in_the_first():
    return 0.2 / 0.04, LONGEST


@predict_longest_step.mistake(
    "The ratio of the geometric sum is β₁²/β₂: in the second number β₁ lacks its square. Where does it come from?"
)
def no_square():
    return 1.0, 0.2 / np.sqrt(0.04 * (1 - 0.8 / 0.96))


@predict_longest_step.mistake(
    "These are the numbers for the usual settings, β₁ = 0.9 and β₂ = 0.999. Here memory is shorter in both."
)
def usual_betas():
    return 0.1 / np.sqrt(0.001), float(longest_step(np.inf))


@predict_longest_step.mistake("The two numbers have changed places: the bound is the longer one.")
def exchanged():
    return LONGEST, 1.0


@predict_longest_step.mistake(
    "The second number is the longest step of *equal* gradients after a silence. Gradients that grow get further: by "
    "which factor from step to step?"
)
def equal_gradients():
    t = np.arange(1, 200)
    return 1.0, float(((1 - 0.8**t) / np.sqrt(1 - 0.96**t)).max())


predict_longest_step.accept(
    (1.0, np.sqrt(3)),
    (1, 1.732),
    [1, 1.73],
    np.array([1.0, 1.7321]),
    (0.2 / np.sqrt(0.04), 0.2 / np.sqrt(0.04 * (1 - 0.64 / 0.96))),
)
