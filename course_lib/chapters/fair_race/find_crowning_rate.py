"""Find one rate for all rules that crowns Adam on the network, for certain and with few seeds."""

import numpy as np

from course_lib.chapters.fair_race.shared import FRESH, RATES, Protocol, nearest_rate, outcome
from course_lib.checks.exercises import Problem, at_most, number, setting
from course_lib.words import short

PROBLEM = dict(problem="network, digits", budget="long", settings="one rate for all")
MOST_SEEDS = 8


def leader(race):
    """Return the best rule, and the upper ends of its intervals against the others."""
    best, *others = race.order
    return best, {other: race.against(best, other)[2] for other in others}


def ran(lr):
    """Name the rate that ran: the table holds 24."""
    return f"η = {short(RATES[nearest_rate(lr)])}"


def seeds_of(race):
    """Return how many seeds judged."""
    return len(race.logs["Adam"])


@setting(
    kinds=[number("learning rate", low=0), number("number of seeds", low=1)],
    goal=lambda race: leader(race)[0] == "Adam" and max(leader(race)[1].values()) < 1 and seeds_of(race) <= MOST_SEEDS,
    right=[(0.04, 6), (0.05, 8)],
    praise=lambda lr, seeds, race: (
        f"At {ran(lr)} for all, with {seeds:.0f} seeds, Adam is ahead of all three, and no interval reaches 1. "
        "The table is true, and it says more about the rate than about the rules."
    ),
)
def find_crowning_rate(lr, seeds):
    """One rate for all, and at most eight seeds, with which Adam is ahead of each of the others, interval and all."""
    if not RATES[0] <= lr <= RATES[-1]:
        raise Problem(f"The table holds rates from {RATES[0]:g} to {RATES[-1]:g}; {short(lr)} is outside.")
    if seeds != int(seeds) or seeds > len(FRESH):
        raise Problem(f"The number of seeds should be a whole number from 2 to {len(FRESH)}, got {short(seeds)}.")
    with np.errstate(all="ignore"):
        return outcome(Protocol(**PROBLEM, lr=lr, seeds=int(seeds)))


@find_crowning_rate.progress
def who_leads(lr, seeds, race):
    """Say who is crowned, and whether that is certain."""
    best, highest = leader(race)
    unsure = [other for other, high in highest.items() if not high < 1]
    certain = f", and not for certain ahead of {unsure[0]}" if unsure else ""
    return f"{best} is crowned{certain}; {at_most(seeds_of(race), MOST_SEEDS, 'seeds')}"


@find_crowning_rate.mistake(example=(0.01, 5))
def rate_for_rmsprop(lr, seeds, race):
    best, highest = leader(race)
    if best == "RMSProp":
        sure = "for certain" if max(highest.values()) < 1 else "but not for certain"
        return (
            f"At {ran(lr)} RMSProp is crowned, {sure}. Its valley lies beside Adam's, a little to one side. "
            "Which way to go?"
        )


@find_crowning_rate.mistake(example=(0.2, 5))
def rate_for_momentum(lr, seeds, race):
    if leader(race)[0] == "momentum":
        return (
            f"At {ran(lr)} momentum is crowned: this rate is already too large for a rule that divides by the "
            "size of the gradient. Which way to go?"
        )


@find_crowning_rate.mistake(example=(3.0, 5))
def rate_for_sgd(lr, seeds, race):
    if leader(race)[0] == "SGD":
        return f"At {ran(lr)} SGD is crowned: it has its valley at much larger rates than Adam. Which way to go?"


@find_crowning_rate.mistake(example=(0.02, 8))
def rate_too_near_another_valley(lr, seeds, race):
    unsure = [other for other, high in leader(race)[1].items() if not high < 1]
    if unsure and seeds >= MOST_SEEDS:
        return (
            f"Adam is crowned at {ran(lr)}, but even with {seeds:.0f} seeds its lead on {unsure[0]} is not certain. "
            "Here the curves of the two lie close. Which way do they part?"
        )


@find_crowning_rate.mistake(example=(0.04, 2))
def too_few_seeds(lr, seeds, race):
    unsure = [other for other, high in leader(race)[1].items() if not high < 1]
    if unsure:
        return (
            f"Adam is crowned, but with {seeds:.0f} seeds its interval against {unsure[0]} reaches 1. What do more "
            "seeds do to it?"
        )


@find_crowning_rate.mistake(example=(0.04, 20))
def more_seeds_than_needed(lr, seeds, race):
    return (
        f"Adam is ahead for certain, with {seeds:.0f} seeds. An effect as large as this one shows with {MOST_SEEDS} or "
        "fewer."
    )


find_crowning_rate.accept(
    (0.035, 6), (0.045, 7), [0.04, 8], (np.float64(0.042), np.int64(7)), np.array([0.05, 6]), {"lr": 0.038, "seeds": 8}
)
