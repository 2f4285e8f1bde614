"""Predict what becomes of a tuned rate in another setting, and what a search finds."""

from course_lib.checks.exercises import value


@value(
    tolerance=0.01,
    parts=("SGD, larger batches", "Adam, larger batches", "SGD, other unit", "Adam, other unit", "grid", "random"),
    praise="Linear for SGD, the root for Adam; the unit of y leaves SGD's rate alone and multiplies Adam's. The grid "
    "is just certain with ten rates, and ten random ones still miss in a third of all searches.",
)
def predict_new_rates():
    """The rates of SGD and Adam at 9 times the batch, with y times 1000; rates of a grid, and the chance at random."""
    return 0.18, 0.009, 0.02, 3, 10, 1 - (1 - 0.5 / 5) ** 10


@predict_new_rates.mistake(
    "For Adam's batches you took the rule of SGD. Where noise dominates, by how much does a larger batch shrink what "
    "Adam divides by?"
)
def linear_rule_for_adam():
    return ..., 0.027, ..., ..., ..., ...


@predict_new_rates.mistake(
    "For SGD's batches you took the rule of Adam. In one pass there are a ninth of the steps. How long must each be, "
    "so that the drift stays?"
)
def root_rule_for_sgd():
    return 0.06, ..., ..., ..., ..., ...


@predict_new_rates.mistake("SGD's rate is divided. With larger batches there are fewer steps: longer or shorter ones?")
def divided_by_the_batch():
    return 0.02 / 9, ..., ..., ..., ..., ...


@predict_new_rates.mistake(
    "One of the rates for larger batches is left as it was. There are fewer steps in the same passes: does a step of "
    "the old length arrive?"
)
def batch_changes_nothing():
    return 0.02, ..., ..., ..., ..., ...


@predict_new_rates.mistake(
    "Adam's rate for larger batches is left as it was. There are fewer steps in the same passes: does a step of the "
    "old length arrive?"
)
def batch_changes_nothing_for_adam():
    return ..., 0.003, ..., ..., ..., ...


@predict_new_rates.mistake(
    "Units: the weights grow a thousandfold, and so does SGD's gradient. What does its step need beside that?"
)
def unit_counted_twice():
    return ..., ..., 20, ..., ..., ...


@predict_new_rates.mistake(
    "Units: you scale SGD's rate down, as if the loss alone had another unit. The weights have further to go as well: "
    "compare the step with the distance."
)
def unit_of_the_loss_alone():
    return ..., ..., 0.02 / 1000, ..., ..., ...


@predict_new_rates.mistake(
    "Units: Adam's step is about its rate, in the unit of the weights, whatever the gradient is. How far do the "
    "weights have to go now?"
)
def unit_changes_nothing_for_adam():
    return ..., ..., ..., 0.003, ..., ...


@predict_new_rates.mistake("Units: Adam's rate is divided. Do the weights have further to go now, or less far?")
def adam_divided_by_the_unit():
    return ..., ..., ..., 0.003 / 1000, ..., ...


@predict_new_rates.mistake(
    "The grid: with five rates, one in each factor of ten, the valley is half as wide as the gap between two of them. "
    "Is it hit for certain?"
)
def one_rate_for_each_factor_of_ten():
    return ..., ..., ..., ..., 5, ...


@predict_new_rates.mistake(
    "Random rates: adding up the ten chances counts a double hit twice. How likely is it that all ten miss?"
)
def chances_added_up():
    return 0.18, 0.009, 0.02, 3, 10, 1


@predict_new_rates.mistake("Random rates: this is the chance that all of them miss. And that one hits?")
def chance_of_a_miss():
    return 0.18, 0.009, 0.02, 3, 10, 0.9**10


@predict_new_rates.mistake("Random rates: this is the chance of a single one. How likely is it that all ten miss?")
def chance_of_one():
    return 0.18, 0.009, 0.02, 3, 10, 0.1


predict_new_rates.accept(
    (0.18, 0.009, 0.02, 3, 10, 0.651),
    [0.02 * 9, 0.003 * 9**0.5, 0.02, 0.003 * 1000, 10, 0.65132],
    (0.18, 0.009, 0.02, 3.0, 10.0, 1 - 0.9**10),
    (0.02 * 144 / 16, 0.009, 0.02, 3, 10, 0.65),
    (18e-2, 9e-3, 2e-2, 3, 5 / 0.5, 0.6513),
)
