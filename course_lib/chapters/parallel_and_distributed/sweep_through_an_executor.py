"""Sweep the rate of one's own local SGD through an executor, and read the result."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.02,
    praise="Four times the local steps want a quarter of the rate, and come no closer: there the bias depends on the "
    "rate times the local steps. One step a round would have reached the minimum in these 20 rounds.",
)
def sweep_through_an_executor():
    """The best rates with 16 and 64 local steps, and by how many percent the first ends above the least loss."""
    return {"16": 0.0133352, "64": 0.00316228, "percent": 0.115722}


@sweep_through_an_executor.mistake("The two rates have changed places. Which run makes more steps, and has more bias?")
def rates_exchanged():
    return {"16": 0.00316228, "64": 0.0133352, "percent": ...}


@sweep_through_an_executor.mistake("`percent` is nearer to 64 local steps than to 16. Three digits tell them apart.")
def percent_with_64():
    return {"16": ..., "64": ..., "percent": 0.120741}


@sweep_through_an_executor.mistake("`percent` is a share: the hundredth of it. In which unit is it asked for?")
def shares_for_percent():
    return {"16": ..., "64": ..., "percent": 0.00115722}


@sweep_through_an_executor.mistake("`percent` is a hundred times too large. In which unit is what `train` returns?")
def percent_of_percent():
    return {"16": ..., "64": ..., "percent": 11.5722}


@sweep_through_an_executor.mistake("`16` is the least loss with 16 local steps. Which rate has it?")
def loss_for_the_rate():
    return {"16": 0.115722, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`64` is the least loss with 64 local steps. Which rate has it?")
def loss_for_the_rate_with_64():
    return {"16": ..., "64": 0.120741, "percent": ...}


@sweep_through_an_executor.mistake("`16` is rounded to two digits. Three were asked for.")
def rate_in_two_digits():
    return {"16": 0.013, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`64` is rounded to one digit. Three were asked for.")
def rate_in_one_digit():
    return {"16": ..., "64": 0.003, "percent": ...}


@sweep_through_an_executor.mistake(
    "`percent` is what comes of points averaged as if both shards had as many rows. Check `local_sgd`."
)
def percent_of_a_plain_mean():
    return {"16": ..., "64": ..., "percent": 0.240617}


@sweep_through_an_executor.mistake("`16` is the best rate with 4 local steps. Look at the row for 16.")
def rate_of_four_steps():
    return {"16": 0.0421697, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`percent` belongs to 4 local steps. That with 16 was asked for.")
def percent_with_4():
    return {"16": ..., "64": ..., "percent": 0.0875591}


@sweep_through_an_executor.mistake("`64` is the rate of the run with 16 local steps. Do both want the same rate?")
def one_rate_for_both():
    return {"16": ..., "64": 0.0133352, "percent": ...}


@sweep_through_an_executor.mistake("`16` is the rate of the run with 64 local steps. Do both want the same rate?")
def small_rate_for_both():
    return {"16": 0.00316228, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`64` is a quarter of the rate for 16: near, but what does its own row say?")
def quarter_of_the_rate():
    return {"16": ..., "64": 0.0133352 / 4, "percent": ...}


@sweep_through_an_executor.mistake("`64` is the best rate with 4 local steps. Look at the row for 64.")
def rate_of_four_steps_for_64():
    return {"16": ..., "64": 0.0421697, "percent": ...}


@sweep_through_an_executor.mistake("`16` is the smallest of the rates. Which of them has the least loss?")
def smallest_rate():
    return {"16": 0.001, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`16` is the largest of the rates, where the runs leave the finite numbers.")
def largest_rate():
    return {"16": 1.0, "64": ..., "percent": ...}


@sweep_through_an_executor.mistake("`16` is the place of the rate in the list. The rate itself is asked for.")
def returns_the_index():
    return {"16": 9, "64": ..., "percent": ...}


sweep_through_an_executor.accept(
    {"16": 0.0133, "64": 0.00316, "percent": 0.1157},
    {"percent": 0.116, "64": 0.00316, "16": 0.01334},
    {"16": np.float64(0.0133352), "64": np.float32(0.00316228), "percent": [0.11572]},
    {"16": 10 ** (-3 + 9 / 8), "64": 10**-2.5, "percent": 0.1157},
    {"16": np.geomspace(0.001, 1, 25)[9], "64": np.geomspace(0.001, 1, 25)[4], "percent": np.array(0.11572)},
)
