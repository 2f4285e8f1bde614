"""Choose a learning rate from many, by training all of them a little and only the better half further."""

import numpy as np

from course_lib.checks.exercises import Problem, function

NAN, INF = np.nan, np.inf


def played(lrs, budget, loss_at, told):
    """Return a play: losses are `loss_at(lr, steps so far)`, and the state is (rate, steps so far)."""

    def a_search(successive_halving):
        made, wrong = {float(lr): [] for lr in lrs}, []

        def train(lr, steps, state):
            """So many more steps with this rate, from this state: the new state, and the loss there."""
            key = float(lr)
            if key not in made:
                raise Problem(f"`train` was called with the rate {key:g}, which is none of `lrs`.")
            if not isinstance(steps, (int, np.integer)) or steps < 0:
                raise Problem(f"`train` was called for {steps} steps. It takes a whole number, an `int`.")
            owner, done = (key, 0) if state is None else (float(state[0]), int(state[1]))
            wrong.append(owner != key)
            made[key].append(int(steps))
            return np.array([owner, done + int(steps)]), float(loss_at(key, done + int(steps)))

        chosen = successive_halving(train, np.array(lrs), budget)
        if np.size(chosen) != 1:
            raise Problem(f"One learning rate should come back, got {chosen}.")
        return {
            "steps of each rate, round by round": {f"{lr:g}": steps for lr, steps in made.items() if steps},
            "a rate went on from the state of another": any(wrong),
            "the rate that is left": float(np.reshape(chosen, ())),
        }

    a_search.__doc__ = f"{told}; lrs = {', '.join(f'{lr:g}' for lr in lrs)}, budget = {budget}"
    return a_search


def falling(best, speed):
    """Return losses whose order changes on the way: a small rate falls slowly, a large one to a high floor."""

    def loss(lr, steps):
        return np.exp(-speed * lr * steps) + 0.3 * (lr / best) ** 2 * (1 - np.exp(-steps / 20)) + 0.01 / (1 + lr)

    return loss


def searches(rng):
    four = [0.01, 0.1, 1.0, 10.0]
    valley = {0.01: 4.0, 0.1: 2.0, 1.0: 1.0, 10.0: 3.0}
    yield played(four, 16, lambda lr, t: valley[lr] + 1 / t, "four rates, whose order never changes")
    yield played([0.1, 1.0], 10, lambda lr, t: lr + 1 / t, "two rates")
    yield played([1.0, 0.1, 0.5], 20, lambda lr, t: (lr - 0.4) ** 2 + 1 / t, "three rates")
    turns = {0.1: (5.0, 1.0), 0.2: (4.0, 2.0), 0.4: (3.0, 6.0), 0.8: (9.0, 0.1)}
    yield played(list(turns), 16, lambda lr, t: turns[lr][t > 3], "four rates, whose order changes")
    odd = list(np.round(np.geomspace(0.01, 10, 7), 4))
    yield played(odd, 100, falling(0.7, 0.2), "seven rates, and a budget that does not divide")
    yield played(odd[::-1], 100, falling(0.1, 0.5), "seven rates, the largest first")
    broken = {0.01: 5.0, 0.1: 3.0, 1.0: NAN, 10.0: NAN, 100.0: INF, 0.5: 2.5}
    yield played([1.0, 0.01, 10.0, 0.1, 100.0, 0.5], 60, lambda lr, t: broken[lr] + 1 / t, "some rates that break")
    yield played([NAN_FIRST, 0.2, 0.3, 0.4], 24, lambda lr, t: NAN if lr == NAN_FIRST else lr, "the first one breaks")
    yield played([0.3, 0.2, 0.1], 12, lambda lr, t: 1.0, "a tie of all")
    many = list(np.round(np.geomspace(0.001, 10, 16), 5))
    yield played(many, 256, falling(0.5, 0.1), "sixteen rates")
    yield played([0.3], 10, lambda lr, t: 1 / t, "a single rate")
    lrs = list(np.round(np.exp(rng.normal(size=11)), 4))
    noise = dict(zip(lrs, rng.normal(size=11)))
    yield played(lrs, 200, lambda lr, t: noise[lr] + 2 * np.cos(lr * t), "eleven rates in any order")


NAN_FIRST = 0.1


@function(
    inputs=searches,
    returns="lr",
    praise="Every rate gets a little, the better half goes on from where it stands, and the steps add up to the "
    "budget, or just below.",
)
def successive_halving(train, lrs, budget):
    left = [(lr, None) for lr in lrs]
    rounds = int(np.ceil(np.log2(len(left))))
    while len(left) > 1:
        steps = budget // (rounds * len(left))
        trained = [(lr, *train(lr, steps, state)) for lr, state in left]
        trained.sort(key=lambda one: np.nan_to_num(one[2], nan=np.inf))
        left = [(lr, state) for lr, state, loss in trained[: (len(left) + 1) // 2]]
    return left[0][0]


successive_halving.equivalent("0 → -1 in `return left[0][0]`", "one rate is left: the first is the last")


def _search(train, lrs, budget, order=None, steps=None, keep=None, state=lambda old, new: new, rounds=None, until=1):
    """Return what is left; each part of the search can be replaced by a wrong one."""
    order = order or (lambda losses: np.argsort(np.nan_to_num(losses, nan=np.inf, posinf=np.inf), kind="stable"))
    left = [(lr, None) for lr in lrs]
    first = len(left)
    number = int(np.ceil(np.log2(first))) if rounds is None else rounds(first)
    while len(left) > until:
        share = (steps or (lambda b, r, n, k: b // (r * n)))(budget, max(number, 1), len(left), first)
        trained = [(lr, old, *train(lr, share, old)) for lr, old in left]
        places = order(np.array([one[3] for one in trained], dtype=float))
        kept = (keep or (lambda n: (n + 1) // 2))(len(left))
        left = [(trained[k][0], state(trained[k][1], trained[k][2])) for k in places[: max(kept, 1)]]
    return left[0][0]


@successive_halving.mistake("The half with the larger losses goes on. Which half should be trained further?")
def keeps_the_worst(train, lrs, budget):
    return _search(
        train, lrs, budget, order=lambda losses: np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")
    )


@successive_halving.mistake(
    "Every round starts from zero again (`None` as the state), so the steps of the rounds before are paid for and "
    "lost. What does `train` return beside the loss?"
)
def restarts_from_zero(train, lrs, budget):
    return _search(train, lrs, budget, state=lambda old, new: None)


@successive_halving.mistake(
    "Each round spends the whole budget, so several rounds spend several of them. How much of it belongs to one round?"
)
def overspends(train, lrs, budget):
    return _search(train, lrs, budget, steps=lambda b, r, n, k: b // n)


@successive_halving.mistake(
    "Every rate gets the steps of a whole round, so the budget is overspent many times. Among how many rates is a "
    "round's part shared?"
)
def round_not_shared(train, lrs, budget):
    return _search(train, lrs, budget, steps=lambda b, r, n, k: b // r)


@successive_halving.mistake(
    "Every round gives a rate as many steps as the first one did, so most of the budget is left over. Fewer rates are "
    "left: what does each of them get?"
)
def same_steps_in_every_round(train, lrs, budget):
    return _search(train, lrs, budget, steps=lambda b, r, n, k: b // (r * k))


@successive_halving.mistake(
    "Every rate gets the budget over the number of rates in a single round, and the search ends there. Halve more than "
    "once: what is it good for that some rates leave early?"
)
def a_single_round(train, lrs, budget):
    return _search(train, lrs, budget, steps=lambda b, r, n, k: b // n, keep=lambda n: 1)


@successive_halving.mistake(
    "Of an odd number this keeps the smaller half: of three rates one. Which way is it to be rounded?"
)
def rounds_down(train, lrs, budget):
    return _search(train, lrs, budget, keep=lambda n: n // 2)


@successive_halving.mistake(
    "A loss of NaN disturbs the order (NaN is neither smaller nor larger than anything), so that a rate which broke "
    "may stay. Make it infinite before you sort."
)
def nan_disturbs_the_order(train, lrs, budget):
    return _search(train, lrs, budget, order=lambda losses: sorted(range(len(losses)), key=lambda k: losses[k]))


@successive_halving.mistake(
    "`np.nan_to_num` makes a NaN 0, the least loss of all, so rates that broke win. What should a NaN count as?"
)
def nan_wins(train, lrs, budget):
    return _search(train, lrs, budget, order=lambda losses: np.argsort(np.nan_to_num(losses), kind="stable"))


@successive_halving.mistake(
    "The rates are put in order and the states are not, so rates go on from the states of others. Sort them together."
)
def states_of_others(train, lrs, budget):
    rates, states = list(lrs), [None] * len(lrs)
    rounds = int(np.ceil(np.log2(len(rates))))
    while len(rates) > 1:
        steps = budget // (rounds * len(rates))
        done = [train(lr, steps, state) for lr, state in zip(rates, states)]
        losses = np.nan_to_num([loss for _, loss in done], nan=np.inf)
        kept = np.argsort(losses, kind="stable")[: (len(rates) + 1) // 2]
        rates, states = [rates[k] for k in kept], [state for state, _ in done][: len(kept)]
    return rates[0]


@successive_halving.mistake(
    "The steps of a rate are rounded to the nearest number, so a round can cost more than its part. Which way should "
    "it be rounded?"
)
def rounds_to_the_nearest(train, lrs, budget):
    return _search(train, lrs, budget, steps=lambda b, r, n, k: round(b / (r * n)))


@successive_halving.mistake(
    "The rates are sorted by something other than the loss (a sorted list of tuples goes by their first entry, the "
    "rate). By which entry should they be sorted?"
)
def sorted_by_the_rate(train, lrs, budget):
    left = [(lr, None) for lr in lrs]
    rounds = int(np.ceil(np.log2(len(left))))
    while len(left) > 1:
        steps = budget // (rounds * len(left))
        trained = sorted(((lr, train(lr, steps, state)[0]) for lr, state in left), key=lambda one: one[0])
        left = trained[: (len(left) + 1) // 2]
    return left[0][0]


@successive_halving.mistake(
    "All rates are trained to the end, and the best is returned: that is a grid. Which rates should leave early?"
)
def a_grid(train, lrs, budget):
    losses = [train(lr, budget // len(lrs), None)[1] for lr in lrs]
    return lrs[int(np.argmin(np.nan_to_num(losses, nan=np.inf, posinf=np.inf)))]


@successive_halving.mistake(
    "It stops while two rates are left, and takes the better of the last round that it saw. How many shall be left?"
)
def stops_at_two(train, lrs, budget):
    return _search(train, lrs, budget, until=2)


@successive_halving.mistake(
    "The number of rounds is rounded down, so with a number of rates that is no power of two the budget is overspent. "
    "How many rounds do three rates need?"
)
def rounds_rounded_down(train, lrs, budget):
    return _search(train, lrs, budget, rounds=lambda n: int(np.log2(n)))


@successive_halving.mistake("This is the place of the rate in `lrs`. The rate itself is wanted.")
def returns_the_index(train, lrs, budget):
    return list(lrs).index(successive_halving.reference(train, lrs, budget))


@successive_halving.mistake("This is the largest of the rates, whatever they do. Which loss is the least?")
def largest_rate(train, lrs, budget):
    successive_halving.reference(train, lrs, budget)
    return max(lrs)


@successive_halving.right
def with_arrays(train, lrs, budget):
    lrs, states = np.asarray(lrs, dtype=float), [None] * len(lrs)
    rounds = int(np.ceil(np.log2(len(lrs))))
    for _ in range(rounds):
        steps = budget // (rounds * len(lrs))
        done = [train(lr, steps, state) for lr, state in zip(lrs, states)]
        losses = np.array([loss for _, loss in done])
        losses[np.isnan(losses)] = np.inf
        kept = np.argsort(losses, kind="stable")[: -(-len(lrs) // 2)]
        lrs, states = lrs[kept], [done[k][0] for k in kept]
    return lrs[0]


@successive_halving.right
def with_dicts(train, lrs, budget):
    import math

    states = {lr: None for lr in lrs}
    rounds = math.ceil(math.log2(len(lrs)))
    while len(states) > 1:
        losses = {}
        steps = int(budget / rounds / len(states) + 1e-9)
        for lr in states:
            states[lr], losses[lr] = train(lr, steps, states[lr])
        good = sorted(states, key=lambda lr: math.inf if math.isnan(losses[lr]) else losses[lr])
        states = {lr: states[lr] for lr in good[: math.ceil(len(states) / 2)]}
    return next(iter(states))


@successive_halving.right
def by_recursion(train, lrs, budget):
    def half(left, part):
        if len(left) == 1:
            return left[0][0]
        done = []
        for lr, state in left:
            state, loss = train(lr, part // len(left), state)
            done.append((lr, state, loss))
        done = sorted(done, key=lambda one: (one[2] != one[2], one[2] if one[2] == one[2] else 0))
        return half([one[:2] for one in done[: (len(done) + 1) // 2]], part)

    rounds = (len(lrs) - 1).bit_length()
    return half([(lr, None) for lr in lrs], budget // rounds if rounds else 0)


@successive_halving.right
def drops_the_worst(train, lrs, budget):
    left, states = list(lrs), {lr: None for lr in lrs}
    rounds = len(bin(len(left) - 1)) - 2 if len(left) > 1 else 0
    while len(left) > 1:
        steps, losses = budget // (rounds * len(left)), {}
        for lr in left:
            states[lr], loss = train(lr, steps, states[lr])
            losses[lr] = np.inf if np.isnan(loss) else loss
        left = sorted(left, key=losses.get)
        for _ in range(len(left) // 2):
            left.pop()
    return float(left[0])


@successive_halving.right
def with_a_for_loop(train, lrs, budget):
    left, count = [[lr, None, 0.0] for lr in lrs], 0
    size = len(left)
    while size > 1:
        size, count = (size + 1) // 2, count + 1
    for _ in range(count):
        steps = budget // (count * len(left))
        for one in left:
            one[1], one[2] = train(one[0], steps, one[1])
            if not one[2] < np.inf:
                one[2] = np.inf
        left.sort(key=lambda one: one[2])
        left = left[: (len(left) + 1) // 2]
    return left[0][0]
