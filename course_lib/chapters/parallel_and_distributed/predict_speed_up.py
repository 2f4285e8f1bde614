"""Predict speed up: the number that the chapter's result predicts."""

import numpy as np

from course_lib.checks.exercises import value


@value(praise="Say in a sentence where it comes from.")
def predict_speed_up():
    return 1.0


@predict_speed_up.mistake("{answer} is half of it. What was left out?")
def half():
    return 0.5


predict_speed_up.accept(1, 1.0, [1], np.array(1.0), np.float32(1))
