"""Mend a race that favors some: choose each rule's rate on the seeds for it, judge on the others."""

import itertools

import numpy as np

from course_lib.checks.exercises import function


class Table:
    """Losses by rule, rate and seed, to be called like a training run."""

    def __init__(self, rng, rules, rates, seeds, noise=0.4):
        self.losses, self.first = {}, rules[0]
        for k, rule in enumerate(rules):
            for i, lr in enumerate(rates):
                valley = 0.02 * 1.5**k * np.exp(0.4 * (i - len(rates) // 2 - (k % 3) + 1) ** 2)
                for seed in range(seeds):
                    self.losses[rule, lr, seed] = valley * np.exp(noise * rng.normal())

    def __call__(self, rule, lr, seed):
        return self.losses[rule, lr, seed]


def _train(table):
    def train(rule, lr, seed):
        """The final loss of a rule with a rate and a seed, from a table."""
        return table(rule, lr, seed)

    return train


def races(rng):
    two = {("A", 0.1, 0): 4.0, ("A", 0.1, 1): 4.0, ("A", 1.0, 0): 2.0, ("A", 1.0, 1): 9.0}
    two |= {("B", 0.1, 0): 3.0, ("B", 0.1, 1): 1.0, ("B", 1.0, 0): 5.0, ("B", 1.0, 1): 0.5}
    yield _train(lambda *place: two[place]), ["A", "B"], [0.1, 1.0], [0], [1]
    for rules, rates, tuning, fresh in (
        (["SGD", "Adam"], [0.01, 0.1, 1.0], [0, 1, 2], [3, 4, 5, 6]),
        (["Adam", "SGD", "momentum"], [0.003, 0.03, 0.3, 3.0], [5, 6, 7, 8, 9], [0, 1, 2]),
        (["a", "b", "c", "d"], [0.1, 0.2, 0.4, 0.8, 1.6], [0, 1, 2, 3], [4, 5, 6, 7, 8, 9]),
        (["a", "b"], [0.1, 0.2, 0.4, 0.8, 1.6], [9, 8, 7], [0, 1]),
        (["a", "b", "c"], [0.1, 0.3, 1.0], [4, 5], [0, 1, 2, 3]),
    ):
        yield _train(Table(rng, rules, rates, 10)), rules, rates, tuning, fresh
    for _ in range(2):
        rules, rates = ["a", "b", "c"], [0.1, 0.2, 0.4, 0.8, 1.6]
        yield _train(Table(rng, rules, rates, 12, noise=1.2)), rules, rates, [0, 1, 2, 3], [4, 5, 6, 7, 8]


@function(
    inputs=races,
    returns="the typical losses",
    praise="Every rule gets all rates, some seeds choose, others judge, and nobody is judged by its luck.",
)
def mend_race(train, rules, rates, tuning, fresh):
    def typical(rule, lr, seeds):
        return np.exp(np.mean([np.log(train(rule, lr, seed)) for seed in seeds]))

    table = []
    for rule in rules:
        lr = min(rates, key=lambda lr: typical(rule, lr, tuning))
        table.append(typical(rule, lr, fresh))
    return table


def _typical(train, rule, lr, seeds):
    return np.exp(np.mean([np.log(train(rule, lr, seed)) for seed in seeds]))


def _least(train, rule, lr, seeds):
    return min(train(rule, lr, seed) for seed in seeds)


def _mean(train, rule, lr, seeds):
    return np.mean([train(rule, lr, seed) for seed in seeds])


def _race(train, rules, rates, choose, judge):
    table = []
    for rule in rules:
        lr = min(rates, key=lambda lr: choose(rule, lr))
        table.append(judge(rule, lr))
    return table


@mend_race.mistake(
    "This gives what the program gave as it was. Ask of each line: does every rule get the same, and do other seeds "
    "judge than those that chose?"
)
def as_it_was(train, rules, rates, tuning, fresh):
    lr = min(rates, key=lambda lr: _least(train, rules[0], lr, fresh))
    return [_least(train, rule, lr, fresh) for rule in rules]


@mend_race.mistake("All rules run at the rate that is best for the first of them. Each should have its own best one.")
def one_rate_for_all(train, rules, rates, tuning, fresh):
    lr = min(rates, key=lambda lr: _typical(train, rules[0], lr, tuning))
    return [_typical(train, rule, lr, fresh) for rule in rules]


@mend_race.mistake(
    "The rate is chosen on the seeds that judge it, so its luck is in the table. Which seeds are there to choose with?"
)
def chosen_on_the_fresh_seeds(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _typical(train, rule, lr, fresh),
        lambda rule, lr: _typical(train, rule, lr, fresh),
    )  # fmt: skip


@mend_race.mistake(
    "The table shows the losses of the seeds that chose the rate, with all their luck. Which seeds are there to judge?"
)
def judged_on_the_tuning_seeds(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _typical(train, rule, lr, tuning),
        lambda rule, lr: _typical(train, rule, lr, tuning),
    )  # fmt: skip


@mend_race.mistake("The seeds have changed places: those for tuning judge, and the fresh ones choose.")
def tuning_and_fresh_exchanged(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _typical(train, rule, lr, fresh),
        lambda rule, lr: _typical(train, rule, lr, tuning),
    )  # fmt: skip


@mend_race.mistake("A rate is still chosen by its luckiest seed. What is typical of all the seeds that choose?")
def one_lucky_seed(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _least(train, rule, lr, tuning),
        lambda rule, lr: _typical(train, rule, lr, fresh),
    )  # fmt: skip


@mend_race.mistake("The table shows the luckiest seed of each rule. What is typical of all fresh seeds?")
def reports_the_luckiest_seed(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _typical(train, rule, lr, tuning),
        lambda rule, lr: _least(train, rule, lr, fresh),
    )  # fmt: skip


@mend_race.mistake(
    "This takes plain means over the seeds: one bad seed outweighs all others. Which mean treats twice as "
    "good and half "
    "as good alike?"
)
def arithmetic_mean(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _mean(train, rule, lr, tuning),
        lambda rule, lr: _mean(train, rule, lr, fresh),
    )  # fmt: skip


@mend_race.mistake(
    "The table shows plain means over the fresh seeds: one bad seed outweighs all others. Which mean do the logarithms "
    "give?"
)
def judged_by_the_plain_mean(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _typical(train, rule, lr, tuning),
        lambda rule, lr: _mean(train, rule, lr, fresh),
    )  # fmt: skip


@mend_race.mistake(
    "The rates are chosen by plain means over the seeds: one bad seed outweighs all others. Which mean do logarithms "
    "give?"
)
def chosen_by_the_plain_mean(train, rules, rates, tuning, fresh):
    return _race(
        train, rules, rates, lambda rule, lr: _mean(train, rule, lr, tuning),
        lambda rule, lr: _typical(train, rule, lr, fresh),
    )  # fmt: skip


def _left(own, seeds, choose, judge):
    """Return the program with these of its four mistakes left."""

    def race(train, rules, rates, tuning, fresh):
        def best(rule):
            score, looked_at = _least if choose else _typical, fresh if seeds else tuning
            return min(rates, key=lambda lr: score(train, rules[0] if own else rule, lr, looked_at))

        judged = _least if judge else _typical
        return [judged(train, rule, best(rule), fresh) for rule in rules]

    return race


OWN = "all rules run at the best rate of the first"
SEEDS = "the fresh seeds choose the rates"
CHOOSE = "a rate is chosen by its luckiest seed"
JUDGE = "the table shows the luckiest seed"
NAMES = {
    OWN: "one rate for all",
    SEEDS: "fresh seeds choose",
    CHOOSE: "lucky seed chooses",
    JUDGE: "lucky seed is shown",
}


def _declare_pairs_and_triples():
    """Declare what a program does in which two or three of the four mistakes are left."""
    for count in (2, 3):
        for left in itertools.combinations(NAMES, count):
            wrong = _left(*(said in left for said in NAMES))
            wrong.__name__ = " and ".join(NAMES[said] for said in left).replace(" ", "_")
            told = "; ".join(left)
            mend_race.mistake(
                f"{'Two' if count == 2 else 'Three'} things are left: {told}. Which is the first to mend?"
            )(wrong)


_declare_pairs_and_triples()


@mend_race.mistake("These are the logarithms of the typical losses. Undo them.")
def still_logarithms(train, rules, rates, tuning, fresh):
    return np.log(mend_race.reference(train, rules, rates, tuning, fresh))


@mend_race.mistake("This lists the chosen rates. The table should say what loss each rule reaches with its own.")
def returns_the_rates(train, rules, rates, tuning, fresh):
    return _race(train, rules, rates, lambda rule, lr: _typical(train, rule, lr, tuning), lambda rule, lr: lr)


@mend_race.right
def with_arrays(train, rules, rates, tuning, fresh):
    result = []
    for rule in rules:
        logs = np.log([[train(rule, lr, seed) for seed in tuning] for lr in rates])
        best = rates[int(np.argmin(logs.mean(axis=1)))]
        result.append(np.exp(np.log([train(rule, best, seed) for seed in fresh]).mean()))
    return np.array(result)


@mend_race.right
def with_roots_of_products(train, rules, rates, tuning, fresh):
    def mean(values):
        return np.prod(values) ** (1 / len(values))

    table = []
    for rule in rules:
        scores = {lr: mean([train(rule, lr, s) for s in tuning]) for lr in rates}
        best = min(scores, key=scores.get)
        table.append(mean([train(rule, best, s) for s in fresh]))
    return table


@mend_race.right
def with_statistics(train, rules, rates, tuning, fresh):
    from statistics import geometric_mean

    def chosen(rule):
        return sorted((geometric_mean([train(rule, lr, s) for s in tuning]), lr) for lr in rates)[0][1]

    return tuple(geometric_mean([train(rule, chosen(rule), s) for s in fresh]) for rule in rules)


@mend_race.right
def with_sums_of_logarithms(train, rules, rates, tuning, fresh):
    table = []
    for rule in rules:
        best, least = None, float("inf")
        for lr in rates:
            total = sum(np.log(train(rule, lr, seed)) for seed in tuning)
            if total < least:
                best, least = lr, total
        table.append(np.exp(sum(np.log(train(rule, best, seed)) for seed in fresh) / len(fresh)))
    return table


@mend_race.right
def in_one_comprehension(train, rules, rates, tuning, fresh):
    def score(rule, lr, seeds):
        return np.mean(np.log2([train(rule, lr, s) for s in seeds]))

    return [2.0 ** score(rule, min(rates, key=lambda lr: score(rule, lr, tuning)), fresh) for rule in rules]  # noqa: B023
