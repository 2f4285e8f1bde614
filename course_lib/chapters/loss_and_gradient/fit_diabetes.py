"""Use one's own functions: fit some patients, and judge on the others."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.data import load_diabetes
from course_lib.models import LinearRegression

TRAIN = 300
DATA = load_diabetes()
MODEL = LinearRegression(n_features=10)
FIRST, OTHERS = slice(None, TRAIN), slice(TRAIN, None)
FITTED, ALL = MODEL.solve(DATA.X[:TRAIN], DATA.y[:TRAIN]), MODEL.solve(DATA.X, DATA.y)
CONSTANT = np.append(np.zeros(10), DATA.y[:TRAIN].mean())


def _loss(w, rows):
    return float(MODEL.loss(w, DATA.X[rows], DATA.y[rows]))


@value(
    tolerance=3e-4,
    praise=lambda: (
        f"{_loss(FITTED, OTHERS):.0f} on patients that the fit has not seen, {_loss(FITTED, FIRST):.0f} on its own. "
        f"One constant, the mean of the first 300, has {_loss(CONSTANT, OTHERS):.0f}."
    ),
)
def fit_diabetes():
    """The mean squared error on the last 142 patients of the line fitted to the first 300, raw units."""
    return _loss(FITTED, OTHERS)


@fit_diabetes.mistake("{answer} is the loss on the 300 patients of the fit. The question is about the others.")
def loss_on_the_training_rows():
    return _loss(FITTED, FIRST)


@fit_diabetes.mistake("{answer} is the loss on all patients together. Judge on those that the fit has not seen.")
def loss_on_all_rows():
    return _loss(FITTED, slice(None))


@fit_diabetes.mistake("{answer} comes from a fit to all patients, so it has seen the ones it is judged on.")
def fitted_to_all_rows():
    return _loss(ALL, OTHERS)


@fit_diabetes.mistake("{answer} comes from a fit to all patients, and is the loss on all. Which 300 should it see?")
def never_split():
    return _loss(ALL, slice(None))


@fit_diabetes.mistake("{answer} is the sum of the squares over the 142 patients. What does your `mse_loss` divide by?")
def sum_instead_of_mean():
    return _loss(FITTED, OTHERS) * (len(DATA.y) - TRAIN)


@fit_diabetes.mistake("{answer} is half of the mean squared error. Has your loss a ½ that the task does not have?")
def half():
    return _loss(FITTED, OTHERS) / 2


@fit_diabetes.mistake("{answer} is the root of the mean squared error; the loss has no root.")
def root():
    return np.sqrt(_loss(FITTED, OTHERS))


@fit_diabetes.mistake("{answer} comes from predictions without the bias. What did your `normal_equations` return as b?")
def no_bias():
    return _loss(np.append(FITTED[:-1], 0.0), OTHERS)


@fit_diabetes.mistake("{answer} is the loss of one constant, the mean of the 300 targets. Where are the features?")
def constant():
    return _loss(CONSTANT, OTHERS)


@fit_diabetes.mistake(
    "{answer} comes from a plane through the origin. Does your `normal_equations` have a column of ones?"
)
def no_column_of_ones():
    through_zero = np.linalg.lstsq(DATA.X[FIRST], DATA.y[FIRST], rcond=None)[0]
    return _loss(np.append(through_zero, 0.0), OTHERS)


def _split(fitted, judged):
    """Return the loss on rows from `judged` on, of a fit to the first `fitted` rows."""
    return _loss(MODEL.solve(DATA.X[:fitted], DATA.y[:fitted]), slice(judged, None))


@fit_diabetes.mistake("{answer} leaves out the first of the others. At which index do the others begin?")
def one_patient_lost():
    return _split(TRAIN, TRAIN + 1)


@fit_diabetes.mistake("{answer} comes from a fit to 299 patients. How many rows does `[:299]` hold?")
def fitted_to_one_less():
    return _split(TRAIN - 1, TRAIN)


@fit_diabetes.mistake("{answer} comes from a fit to 301 patients, and one of them is judged, too. Split at one place.")
def fitted_to_one_more():
    return _split(TRAIN + 1, TRAIN)


@fit_diabetes.mistake("{answer} splits after 299 patients. How many rows does `[:299]` hold?")
def split_one_early():
    return _split(TRAIN - 1, TRAIN - 1)


@fit_diabetes.mistake("{answer} splits after 301 patients. How many rows does `[:301]` hold?")
def split_one_late():
    return _split(TRAIN + 1, TRAIN + 1)


@fit_diabetes.mistake("{answer} is the mean of the absolute residuals. Which power has the loss?")
def absolute_instead_of_square():
    return np.mean(np.abs(MODEL.predict(FITTED, DATA.X[OTHERS]) - DATA.y[OTHERS]))


fit_diabetes.accept(
    _loss(FITTED, OTHERS),
    round(_loss(FITTED, OTHERS)),
    np.float32(_loss(FITTED, OTHERS)),
    np.array([_loss(FITTED, OTHERS)]),
    2794.6,
)
