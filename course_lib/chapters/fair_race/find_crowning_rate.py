"""Find one rate for all rules that crowns momentum, for certain, on the network."""

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
    goal=lambda race: leader(race)[0] == "momentum" and max(leader(race)[1].values()) < 1,
    right=[0.3, 0.35],
    praise=lambda lr, race: (
        f"At η = {short(lr)} for all, momentum is ahead of all three, and no interval reaches 1. The table is true, "
        "and it says more about the rate than about the rules."
    ),
)
def find_crowning_rate(lr):
    """One learning rate for all four rules with which momentum is ahead of each of the others, interval and all."""
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
def rate_for_adam(lr, race):
    best, _ = leader(race)
    if best in ("Adam", "RMSProp"):
        return (
            f"At η = {short(lr)} {best} is crowned: a rule that divides by the size of the gradient takes long steps at "
            "such a rate, and momentum short ones. Which way to go?"
        )


@find_crowning_rate.mistake(example=3.0)
def rate_for_sgd(lr, race):
    best, _ = leader(race)
    if best == "SGD":
        return (
            f"At η = {short(lr)} SGD is crowned. Momentum with β = 0.9 goes ten times as far with the same rate. So its "
            "best lies at a smaller one."
        )
