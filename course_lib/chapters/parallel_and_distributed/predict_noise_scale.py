"""Predict what a larger batch saves, from the noise scale."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.01,
    praise="From 16 to 64 rows, four times the work of a step, the steps fall to two fifths; from 64 to 1024, sixteen "
    "times the work, they do not even halve.",
)
def predict_noise_scale():
    """The noise scale, and the steps with 64 and with 1024 rows."""
    return {"scale": 64, "B = 64": 2000, "B = 1024": 1062.5}


@predict_noise_scale.mistake("`scale` divides by the length of the gradient. σ² is a squared length, too.")
def length_not_squared():
    return {"scale": 320, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` is a ratio of lengths: the root of the right one.")
def ratio_of_lengths():
    return {"scale": 8, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` takes the square of the sum of the sizes. What is ‖g‖²?")
def sum_of_the_coordinates():
    return {"scale": 1600 / 49, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` takes the sum of the coordinates, sign and all. What is ‖g‖²?")
def sum_with_signs():
    return {"scale": 1600, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` is the ratio upside down. Much noise means that a large batch helps.")
def upside_down():
    return {"scale": 25 / 1600, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` divides by the rows of a batch. σ² belongs to a single row: take it as it is.")
def noise_of_a_batch():
    return {"scale": 4, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` divides by 16 rows. σ² belongs to a single row: with what is it compared?")
def divided_by_the_batch():
    return {"scale": 100, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`scale` divides by the sum of the sizes. What is ‖g‖²?")
def sum_of_sizes():
    return {"scale": 1600 / 7, "B = 64": ..., "B = 1024": ...}


@predict_noise_scale.mistake("`B = 64` has the steps of 16 rows. A larger batch has less noise: what does that save?")
def nothing_saved():
    return {"scale": ..., "B = 64": 5000, "B = 1024": ...}


@predict_noise_scale.mistake("`B = 1024` has the steps of 16 rows. A larger batch has less noise: what does it save?")
def nothing_saved_at_1024():
    return {"scale": ..., "B = 64": ..., "B = 1024": 5000}


@predict_noise_scale.mistake("`B = 64` scales linearly: a quarter of the steps. That holds far below the noise scale.")
def linear_to_the_scale():
    return {"scale": ..., "B = 64": 1250, "B = 1024": ...}


@predict_noise_scale.mistake("`B = 1024` scales linearly. Far above the noise scale more rows hardly help.")
def linear_for_ever():
    return {"scale": ..., "B = 64": ..., "B = 1024": 5000 / 64}


@predict_noise_scale.mistake(
    "`B = 64` is half of 5000: 1/√B, or one of two factors. Which do they have at 16, which at 64?"
)
def root_of_the_batch():
    return {"scale": ..., "B = 64": 2500, "B = 1024": ...}


@predict_noise_scale.mistake("`B = 1024` goes like 1/√B. Which factor do the steps have at B = 16, which at 1024?")
def root_of_the_large_batch():
    return {"scale": ..., "B = 64": ..., "B = 1024": 625}


@predict_noise_scale.mistake(
    "`B = 64` takes 5000 as the steps without noise. With 16 rows they hold the factor of that batch already."
)
def least_steps_taken_for_given():
    return {"scale": ..., "B = 64": 10000, "B = 1024": ...}


@predict_noise_scale.mistake("`B = 1024` takes 5000 as the steps without noise. They hold the factor of 16 rows.")
def least_steps_taken_for_given_at_1024():
    return {"scale": ..., "B = 64": ..., "B = 1024": 5312.5}


@predict_noise_scale.mistake("`B = 1024` has the steps of 64 rows. Above the noise scale they still fall, by less.")
def nothing_saved_above_the_scale():
    return {"scale": ..., "B = 64": ..., "B = 1024": 2000}


@predict_noise_scale.mistake("`B = 64` has more steps than 16 rows. Which of B and scale stands below in the factor?")
def factor_upside_down():
    return {"scale": ..., "B = 64": 8000, "B = 1024": ...}


@predict_noise_scale.mistake("`B = 1024` is the number of steps without any noise. A little is left at 1024 rows.")
def no_noise_left():
    return {"scale": ..., "B = 64": ..., "B = 1024": 1000}


_RETURN = "`return {'scale': 64, 'B = 64': 2000, 'B = 1024': 1062.5}`"
for _steps in (1999, 2001):
    predict_noise_scale.equivalent(f"2000 → {_steps} in {_RETURN}", "one step more or less is within the tolerance")

predict_noise_scale.accept(
    {"scale": 64.0, "B = 64": 2000.0, "B = 1024": 1062},
    {"B = 1024": 1062.5, "B = 64": 2000, "scale": 64},
    {"scale": 1600 / 25, "B = 64": 5000 / 5 * 2, "B = 1024": 1000 * (1 + 1 / 16)},
    {"scale": np.int64(64), "B = 64": np.float64(2000), "B = 1024": [1062.5]},
    {"scale": np.float32(64), "B = 64": 2001, "B = 1024": 1063},
)
