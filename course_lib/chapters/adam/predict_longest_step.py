"""The longest step."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adam import longest_step

BETA1, BETA2 = 0.8, 0.98
SILENCE = (1 - BETA1) / np.sqrt(1 - BETA2)
RATIO = BETA1**2 / BETA2
LONGEST = float(longest_step(np.inf, BETA1, BETA2))


@value(
    tolerance=0.01,
    parts=("step after the silence", "longest step"),
    praise="One gradient after a silence moves the weight by 1.41 learning rates, which is what the paper gives as the "
    "bound. Growing gradients get 1.7 times as far.",
)
def predict_longest_step():
    """The step of one gradient after a long silence, and the bound, in learning rates, for β₁ = 0.8, β₂ = 0.98."""
    return SILENCE, LONGEST


@predict_longest_step.mistake(
    "The second number is the paper's bound, the step of *one* gradient after a silence. Which gradients before it "
    "would have lengthened the step?"
)
def bound_of_the_paper():
    return SILENCE, SILENCE


@predict_longest_step.mistake(
    "The root over 1 − β₁²/β₂ is missing in the second number: there is one root over the whole product."
)
def no_root():
    return SILENCE, SILENCE / (1 - RATIO)


@predict_longest_step.mistake("Both denominators lack their root: √v divides, not v.")
def no_root_twice():
    return (1 - BETA1) / (1 - BETA2), (1 - BETA1) / ((1 - BETA2) * (1 - RATIO))


@predict_longest_step.mistake(
    "The first number divides by 1 − β₂ without its root: v is (1 − β₂) g² after one gradient, and √v divides."
)
def no_root_in_the_first():
    return (1 - BETA1) / (1 - BETA2), LONGEST


@predict_longest_step.mistake(
    "The ratio of the geometric sum is β₁²/β₂: in the second number β₁ lacks its square. Where does it come from?"
)
def no_square():
    return SILENCE, SILENCE / np.sqrt(1 - BETA1 / BETA2)


@predict_longest_step.mistake(
    "These are the numbers for the usual settings, β₁ = 0.9 and β₂ = 0.999. Here memory is shorter in both."
)
def usual_betas():
    return 0.1 / np.sqrt(0.001), float(longest_step(np.inf))


@predict_longest_step.mistake("The two numbers have changed places: the bound is the longer one.")
def exchanged():
    return LONGEST, SILENCE


@predict_longest_step.mistake(
    "The second number is the longest step of *equal* gradients after a silence. Gradients that grow get further: by "
    "which factor from step to step?"
)
def equal_gradients():
    t = np.arange(1, 200)
    return SILENCE, float(((1 - BETA1**t) / np.sqrt(1 - BETA2**t)).max())


@predict_longest_step.mistake(
    "A step of Adam is one learning rate where gradients agree. After a silence they do not: what is in m, and what in "
    "√v, after one gradient?"
)
def one_learning_rate():
    return 1.0, ...


@predict_longest_step.mistake(
    "The 1/√(1 − β₂) is missing in both: what does one gradient make of √v after the silence?"
)
def no_v():
    return 1 - BETA1, (1 - BETA1) / np.sqrt(1 - RATIO)


@predict_longest_step.mistake("The 1 − β₁ is missing in both: with which weight does one gradient enter m?")
def no_m():
    return 1 / np.sqrt(1 - BETA2), 1 / np.sqrt((1 - BETA2) * (1 - RATIO))


@predict_longest_step.mistake(
    "The first number is right. The second is the root of the geometric sum alone: how does the first number enter?"
)
def sum_alone():
    return SILENCE, 1 / np.sqrt(1 - RATIO)


@predict_longest_step.mistake(
    "The first number is right. In the second the ratio of the geometric sum is β₁² alone. Where has √β₂ come in?"
)
def ratio_without_beta2():
    return SILENCE, SILENCE / np.sqrt(1 - BETA1**2)


predict_longest_step.accept(
    (np.sqrt(2), 2.401),
    (1.414, 2.4),
    [1.41, 2.40],
    np.array([1.4142, 2.401]),
    (0.2 / np.sqrt(0.02), 0.2 / np.sqrt(0.02 * (1 - 0.64 / 0.98))),
)
