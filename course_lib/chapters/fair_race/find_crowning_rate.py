"""Find one rate for all rules that crowns Adam, for certain, on the network."""

import numpy as np

from course_lib.chapters.fair_race.shared import RATES, Protocol, outcome
from course_lib.checks.exercises import Problem, number, setting
from course_lib.plots import short

PROBLEM = dict(problem="network, digits", budget="long", settings="one rate for all")


def leader(race):
    """Return the best rule, and the upper ends of its intervals against the others."""
    best, *others = race.order
    return best, {other: race.against(best, other)[2] for other in others}


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda race: leader(race)[0] == "Adam" and max(leader(race)[1].values()) < 1,
    right=[0.04, 0.05],
    praise=lambda lr, race: (
        f"At η = {short(lr)} for all, Adam is ahead of all three, and no interval reaches 1. The table is true, and it "
        "says more about the rate than about the rules."
    ),
)
def find_crowning_rate(lr):
    """One learning rate for all four rules with which Adam is ahead of each of the others, interval and all."""
    if not RATES[0] <= lr <= RATES[-1]:
        raise Problem(f"The table holds rates from {RATES[0]:g} to {RATES[-1]:g}; {short(lr)} is outside.")
    with np.errstate(all="ignore"):
        return outcome(Protocol(**PROBLEM, lr=lr))


@find_crowning_rate.progress
def who_leads(lr, race):
    """Say who is crowned, and whether that is certain."""
    best, highest = leader(race)
    unsure = [other for other, high in highest.items() if not high < 1]
    return f"{best} is crowned" + (f", and not for certain ahead of {unsure[0]}" if unsure else "")


@find_crowning_rate.mistake(example=0.01)
def rate_for_rmsprop(lr, race):
    best, highest = leader(race)
    if best == "RMSProp":
        sure = "for certain" if max(highest.values()) < 1 else "but not for certain"
        return (
            f"At η = {short(lr)} RMSProp is crowned, {sure}. Its valley lies beside Adam's, a little to one side. "
            "Which way to go?"
        )


@find_crowning_rate.mistake(example=0.2)
def rate_for_momentum(lr, race):
    if leader(race)[0] == "momentum":
        return (
            f"At η = {short(lr)} momentum is crowned: this rate is already too large for a rule that divides by the "
            "size of the gradient. Which way to go?"
        )


@find_crowning_rate.mistake(example=3.0)
def rate_for_sgd(lr, race):
    if leader(race)[0] == "SGD":
        return f"At η = {short(lr)} SGD is crowned: it has its valley at much larger rates than Adam. Which way to go?"


find_crowning_rate.accept(0.035, 0.045, [0.04], np.float64(0.042), np.array(0.05), {"lr": 0.038})
