"""Shorten a gradient that comes in several arrays to a limit, keeping its direction."""

import numpy as np

from course_lib.checks.exercises import Problem, function
from course_lib.words import counted


def gradients(rng):
    """Arrays and a limit: by hand, short ones, at the limit, zeros, matrices, one dominant, one array, five."""
    yield played([[3.0, 0.0], [[0.0, 4.0]]], 1.0)
    yield played([[6.0, 8.0]], 5.0)
    yield played([[0.3, -0.4], [0.0]], 1.0)
    yield played([[3.0, 0.0], [-4.0]], 5.0)
    yield played([[0.0, 0.0], [[0.0, 0.0]]], 1.0)
    for size, limit in [(1.0, 0.5), (1.0, 20.0), (100.0, 2.5), (1e-5, 1e-5)]:
        yield played([size * rng.normal(size=shape) for shape in ((4, 3), (4,), (2, 4), (2,))], limit)
    yield played([0.1 * rng.normal(size=5), 50.0 * rng.normal(size=(3, 2)), 0.1 * rng.normal(size=2)], 3.0)
    yield played([rng.normal(size=shape) for shape in ((3,), (2, 2), (1,), (4,), (2, 3))], 0.7)


def played(grads, limit):
    """Return a play that has these arrays clipped, and looks at each."""
    grads = [np.array(g) for g in grads]

    def play(clip_by_norm):
        given = [g.copy() for g in grads]
        found = clip_by_norm(given, limit)
        if hasattr(found, "__next__"):
            raise Problem("A generator comes back: it can be gone through once. Return a list.")
        found = list(found)
        if len(found) != len(grads):
            raise Problem(f"{counted(len(grads), 'array')} came in, and {len(found)} came back.")
        for k, (g, new) in enumerate(zip(grads, found, strict=True)):
            if np.shape(new) != g.shape:
                raise Problem(f"grads[{k}] has the shape {g.shape}, and comes back as {np.shape(new)}.")
        kept = all(np.array_equal(old, new) for old, new in zip(grads, given, strict=True))
        facts = {f"new grads[{k}]": np.asarray(g) for k, g in enumerate(found)}
        with np.errstate(all="ignore"):
            facts["their joint length over the limit"] = joint([np.asarray(g) for g in found]) / limit
        return facts | {"the grads that came in": "as they were" if kept else "overwritten"}

    shown = ", ".join(np.array2string(g, precision=3, separator=", ").replace("\n", "") for g in grads[:2])
    more = f" and {len(grads) - 2} more" if len(grads) > 2 else ""
    play.__doc__ = f"clip_by_norm of [{shown}]{more}, with the limit {limit:g}"
    return play


@function(
    inputs=gradients,
    returns="the clipped gradients",
    praise="One norm and one factor for all: the direction stays, and what is short stays as it is.",
)
def clip_by_norm(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    factor = limit / norm if norm > limit else 1.0
    return [factor * g for g in grads]


clip_by_norm.equivalent(
    "norm > limit → norm >= limit in `factor = limit / norm if norm > limit else 1.0`", "at the limit the factor is 1"
)


def joint(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


def scaled(grads, factor):
    return [factor * g for g in grads]


@clip_by_norm.mistake(
    "Each array is shortened by its own norm. Then large and small layers come out alike, with another direction. "
    "Which norm do all of them share?"
)
def each_array_alone(grads, limit):
    return [g for one in grads for g in clip_by_norm.reference([one], limit)]


@clip_by_norm.mistake(
    "Each entry is cut at ± the limit. That turns the gradient; asked for is its direction, at a shorter length."
)
def by_value(grads, limit):
    return [np.clip(g, -limit, limit) for g in grads]


@clip_by_norm.mistake(
    "What is shorter than the limit is changed, too: it is made longer. When does nothing have to be done?"
)
def clips_what_is_short(grads, limit):
    with np.errstate(all="ignore"):
        norm = joint(grads)
        return scaled(grads, limit / norm if norm else 1.0)


@clip_by_norm.mistake("A gradient of zeros becomes NaN: 0/0. Its length is below any limit: what should come back?")
def zero_over_zero(grads, limit):
    with np.errstate(all="ignore"):
        return scaled(grads, np.minimum(1.0, limit / np.float64(joint(grads))) if joint(grads) else np.nan)


@clip_by_norm.mistake("What is short is made longer, and zeros become NaN. When does nothing have to be done?")
def always_divides(grads, limit):
    with np.errstate(all="ignore"):
        return scaled(grads, limit / np.float64(joint(grads)))


@clip_by_norm.mistake("The norm is the root of the sum of squares; here the root is missing.")
def no_root(grads, limit):
    return scaled(grads, min(1.0, limit / max(joint(grads) ** 2, 1e-300)))


@clip_by_norm.mistake(
    "The norms of the arrays are added up. Lengths of parts at right angles do not add: their squares do."
)
def sum_of_the_norms(grads, limit):
    return scaled(grads, min(1.0, limit / max(sum(np.linalg.norm(g) for g in grads), 1e-300)))


@clip_by_norm.mistake(
    "Every array is brought to the length of the limit by its own norm, also where it is short. Which norm do all of "
    "them share, and when does nothing have to be done?"
)
def each_to_the_limit(grads, limit):
    with np.errstate(all="ignore"):
        return [g * limit / np.linalg.norm(g) for g in grads]


@clip_by_norm.mistake("The condition is turned round: what is short is made longer, and what is long stays.")
def condition_turned_round(grads, limit):
    norm = joint(grads)
    return scaled(grads, limit / norm if 0 < norm < limit else 1.0)


@clip_by_norm.mistake(
    "The lengths of the arrays are added under the root. Under the root of a joint length stand squares."
)
def root_of_the_sum_of_norms(grads, limit):
    return scaled(grads, min(1.0, limit / max(sum(np.linalg.norm(g) for g in grads) ** 0.5, 1e-300)))


@clip_by_norm.mistake("Entries are cut from above alone, one by one. Asked for is one factor for all, and both signs.")
def cut_from_above(grads, limit):
    return [np.minimum(g, limit) for g in grads]


@clip_by_norm.mistake("Under the root stand means of squares. The norm has sums: it grows with the number of entries.")
def mean_of_the_squares(grads, limit):
    return scaled(grads, min(1.0, limit / max(sum(np.mean(g**2) for g in grads) ** 0.5, 1e-300)))


@clip_by_norm.mistake(
    "`norm(g, 2)` of a matrix is its largest stretch. The length of all its entries is what `norm(g)` gives."
)
def spectral_norm(grads, limit):
    sizes = [np.linalg.norm(g, 2) for g in grads]
    return scaled(grads, min(1.0, limit / max(np.linalg.norm(sizes), 1e-300)))


@clip_by_norm.mistake("Under the root stand absolute values. Under the root of a length stand squares.")
def root_of_the_absolute_values(grads, limit):
    return scaled(grads, min(1.0, limit / max(sum(np.abs(g).sum() for g in grads) ** 0.5, 1e-300)))


@clip_by_norm.mistake(
    "The ratio is turned upside down: what is short gets shorter still, and what is long stays. Which of limit and "
    "norm stands above?"
)
def norm_over_limit(grads, limit):
    return scaled(grads, min(1.0, joint(grads) / limit))


@clip_by_norm.mistake("The norm is that of the longest array. All of them together are longer.")
def longest_array_alone(grads, limit):
    return scaled(grads, min(1.0, limit / max(max(np.linalg.norm(g) for g in grads), 1e-300)))


@clip_by_norm.mistake("The norm is that of the first array alone. The gradient is all of them.")
def first_array_alone(grads, limit):
    return scaled(grads, min(1.0, limit / max(np.linalg.norm(grads[0]), 1e-300)))


@clip_by_norm.mistake("This takes the largest entry for the norm. Asked for is the length: the root of all squares.")
def largest_entry_for_the_norm(grads, limit):
    return scaled(grads, min(1.0, limit / max(max(np.abs(g).max() for g in grads), 1e-300)))


@clip_by_norm.mistake("This takes the sum of absolute values for the norm. Asked for is the root of the squares' sum.")
def sum_of_absolute_values(grads, limit):
    return scaled(grads, min(1.0, limit / max(sum(np.abs(g).sum() for g in grads), 1e-300)))


@clip_by_norm.mistake("A mean of squares does not know how many entries there are. The norm has their sum.")
def root_mean_square(grads, limit):
    entries = sum(g.size for g in grads)
    return scaled(grads, min(1.0, limit / max(joint(grads) / np.sqrt(entries), 1e-300)))


@clip_by_norm.mistake("What is too long is brought to length 1. To which length should it come?")
def to_length_one(grads, limit):
    norm = joint(grads)
    return scaled(grads, 1 / norm if norm > limit else 1.0)


@clip_by_norm.mistake("The factor is turned upside down: what is too long gets longer still, or nothing is shortened.")
def factor_turned_round(grads, limit):
    norm = joint(grads)
    return scaled(grads, norm / limit if norm > limit else 1.0)


@clip_by_norm.mistake(
    "A gradient that is too long is thrown away. Asked for is to keep its direction, at the length of the limit."
)
def thrown_away(grads, limit):
    return scaled(grads, 0.0 if joint(grads) > limit else 1.0)


@clip_by_norm.mistake(
    "A small number is added to the norm, so what comes back is a little too short. A condition avoids 0/0 without it."
)
def eps_in_the_norm(grads, limit):
    return scaled(grads, min(1.0, limit / (joint(grads) + 1e-6)))


@clip_by_norm.mistake("Nothing is shortened: the same gradients come back, however long.")
def nothing_is_clipped(grads, limit):
    return [g + 0.0 for g in grads]


@clip_by_norm.mistake("One long vector comes back. Asked for is a list of arrays in the shapes they came in.")
def one_long_vector(grads, limit):
    return np.concatenate([g.ravel() for g in clip_by_norm.reference(grads, limit)])


@clip_by_norm.mistake(
    "The gradients are overwritten: whoever holds them finds them changed. `*=` writes into the array that was given."
)
def overwrites_what_came_in(grads, limit):
    result = clip_by_norm.reference(grads, limit)
    for g, new in zip(grads, result, strict=True):
        g[...] = new
    return grads


@clip_by_norm.right
def with_minimum(grads, limit):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return [g * np.minimum(1, limit / norm) if norm > 0 else g for g in grads]


@clip_by_norm.right
def in_one_vector(grads, limit):
    flat = np.concatenate([np.ravel(g) for g in grads])
    norm = np.sqrt(flat @ flat)
    if norm <= limit:
        return list(grads)
    return [g / norm * limit for g in grads]


@clip_by_norm.right
def with_loops(grads, limit):
    total = 0.0
    for g in grads:
        for entry in g.flat:
            total += entry**2
    return [g.copy() if total <= limit**2 else limit * g / total**0.5 for g in grads]


@clip_by_norm.right
def as_a_tuple(grads, limit):
    norm = sum((g * g).sum() for g in grads) ** 0.5
    return tuple(g / max(1.0, norm / limit) for g in grads)


@clip_by_norm.right
def by_vdot(grads, limit):
    norm = np.sqrt(np.sum([np.vdot(g, g) for g in grads]))
    clipped = []
    for g in grads:
        clipped.append(np.where(norm > limit, g * limit / (norm or 1.0), g))
    return clipped
