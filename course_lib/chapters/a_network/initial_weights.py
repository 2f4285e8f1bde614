"""First weights of a layer that keep the mean square."""

import numpy as np

from course_lib.checks.exercises import Problem, function


def drawn(initial_weights, n_in, n_out, gain, rng):
    """Return what came back, as an array of two axes."""
    W = np.asarray(initial_weights(n_in, n_out, gain, rng), dtype=float)
    if W.ndim != 2:
        raise Problem(f"One table of weights should come back, with two axes; got the shape {W.shape}.")
    return W


def facts(W, n_in, gain):
    """Return what all right weights have in common: sizes in quarters of a doubling, and how they are spread."""
    sd, right = W.std(), gain / n_in**0.5
    around = np.abs(W - W.mean())
    return {
        "shape": W.shape,
        "doublings from the right standard deviation": float(np.round(4 * np.log2(sd / right)) / 4 + 0.0)
        if sd
        else None,
        "mean over the standard deviation": float(np.round(W.mean() / sd, 1) + 0.0) if sd else None,
        "share farther than one standard deviation from the mean": float(np.round(np.mean(around > sd), 1)),
        "some lie farther than three": bool(np.any(around > 3 * sd)),
        "all units have weights of one length": bool(np.ptp(np.sum(W**2, axis=1)) < 1e-6 * np.sum(W**2)),
    }


def layers(rng):
    def wide(initial_weights):
        """a layer of 100 units with 400 inputs, gain 3"""
        return facts(drawn(initial_weights, 400, 100, 3.0, np.random.default_rng(1)), 400, 3.0)

    def narrow(initial_weights):
        """a layer of 700 units with 50 inputs, gain 0.5"""
        return facts(drawn(initial_weights, 50, 700, 0.5, np.random.default_rng(2)), 50, 0.5)

    def two_layers(initial_weights):
        """two layers of 4 units with 3 inputs from one generator, and the first again with the seed anew"""
        rng = np.random.default_rng(3)
        first, second = (drawn(initial_weights, 3, 4, 1.0, rng) for _ in range(2))
        again = drawn(initial_weights, 3, 4, 1.0, np.random.default_rng(3))
        return {"shape": first.shape, "two layers are equal": np.array_equal(first, second),
                "the same seed gives the same weights": np.array_equal(first, again)}  # fmt: skip

    yield wide
    yield narrow
    yield two_layers


@function(
    inputs=layers,
    returns="W",
    praise="Normal, of the right size for its inputs, and from the generator that came in: with gain √2 a relu network "
    "keeps its mean square.",
)
def initial_weights(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "W has the shape (n_in, n_out). In this course a layer has a row for each of its units: which number comes first?"
)
def transposed(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * rng.normal(size=(n_in, n_out))


@initial_weights.mistake(
    "The size follows the number of units. A score is a sum over something else: how many terms does it have?"
)
def root_of_the_outputs(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_out) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "The gain is divided by the number of inputs. Squares add up, so it is the variance that goes like "
    "1/n_in; how does the standard deviation go?"
)
def no_root(n_in, n_out, gain, rng):
    return gain / n_in * rng.normal(size=(n_out, n_in))


@initial_weights.mistake("This takes the variance for the standard deviation: `normal` scales by the latter.")
def variance_for_the_standard_deviation(n_in, n_out, gain, rng):
    return rng.normal(0, gain**2 / n_in, size=(n_out, n_in))


@initial_weights.mistake(
    "The weights do not depend on the number of inputs. What does a sum of 400 such terms come to?"
)
def no_division(n_in, n_out, gain, rng):
    return gain * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "The root of the number of inputs multiplies. Do more inputs call for larger weights, or smaller?"
)
def times_the_root(n_in, n_out, gain, rng):
    return gain * np.sqrt(n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake("The gain is the mean of these weights. It should scale them, around a mean of 0.")
def gain_as_the_mean(n_in, n_out, gain, rng):
    return rng.normal(gain, 1 / np.sqrt(n_in), size=(n_out, n_in))


@initial_weights.mistake(
    "0.01 is a habit. It fits a layer of one certain size; what should the size of the weights depend on?"
)
def one_hundredth(n_in, n_out, gain, rng):
    return 0.01 * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "Both sizes are under the root. A score is a sum over the inputs; does it know how many other units there are?"
)
def both_sizes(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in * n_out) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake("The gain has no effect. By how much should it stretch all weights?")
def no_gain(n_in, n_out, gain, rng):
    return rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)


@initial_weights.mistake(
    "The root is taken of the gain, too. The standard deviation is proportional to the gain itself."
)
def root_of_the_gain(n_in, n_out, gain, rng):
    return np.sqrt(gain / n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "The gain is squared in the standard deviation. The squares of the scores have gain²: what do the scores have?"
)
def gain_squared(n_in, n_out, gain, rng):
    return gain**2 / np.sqrt(n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "These are He's weights, for one certain gain. Here the gain comes as an argument: where does it go?"
)
def he_without_the_gain(n_in, n_out, gain, rng):
    return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "A 2 divides under the root. The half belongs to relu, and comes after the scores; asked for are the scores alone."
)
def half_of_relu(n_in, n_out, gain, rng):
    return gain / np.sqrt(2 * n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "These are uniform between −½ and ½ times the size. Asked for are normal ones: which method of `rng` draws them?"
)
def uniform_half(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * (rng.random(size=(n_out, n_in)) - 0.5)


@initial_weights.mistake(
    "All units have weights of the same length: each row was scaled after it was drawn, or is a copy. Draw all weights "
    "independently, and scale them by a number that does not depend on the draw."
)
def rows_of_one_length(n_in, n_out, gain, rng):
    W = rng.normal(size=(n_out, n_in))
    return gain * W / np.linalg.norm(W, axis=1, keepdims=True)


@initial_weights.mistake("He's √2 is in the formula already. Here the gain comes as an argument: whose job is the 2?")
def he_twice(n_in, n_out, gain, rng):
    return gain * np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "This is Glorot's compromise between inputs and outputs. Asked for is the one that keeps the scores."
)
def glorots_compromise(n_in, n_out, gain, rng):
    return gain * np.sqrt(2 / (n_in + n_out)) * rng.normal(size=(n_out, n_in))


@initial_weights.mistake(
    "These are uniform between −gain/√n_in and gain/√n_in. Asked for are normal ones; and the standard deviation of "
    "such uniform numbers is smaller: by which factor?"
)
def uniform(n_in, n_out, gain, rng):
    return rng.uniform(-gain / np.sqrt(n_in), gain / np.sqrt(n_in), size=(n_out, n_in))


@initial_weights.mistake("The standard deviation is right, but these numbers are uniform. Asked for are normal ones.")
def uniform_of_the_right_size(n_in, n_out, gain, rng):
    return gain * np.sqrt(3 / n_in) * rng.uniform(-1, 1, size=(n_out, n_in))


@initial_weights.mistake(
    "All weights are positive, with a mean far from 0, so mixed products do not vanish. Which draw has the mean 0?"
)
def uniform_from_zero(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * rng.random(size=(n_out, n_in))


@initial_weights.mistake("All weights are 0, so all units are alike, and get the same gradient for ever.")
def zeros(n_in, n_out, gain, rng):
    return np.zeros((n_out, n_in))


@initial_weights.mistake(
    "A new generator is made inside, so every layer of this shape gets the same weights. Draw from the `rng` "
    "that comes in."
)
def seed_inside(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * np.random.default_rng(0).normal(size=(n_out, n_in))


@initial_weights.mistake(
    "The numbers do not come from `rng`: with the same seed they are others. A run that nobody can "
    "repeat is hard to mend."
)
def not_from_rng(n_in, n_out, gain, rng):
    return gain / np.sqrt(n_in) * np.random.default_rng().normal(size=(n_out, n_in))


@initial_weights.right
def with_scale(n_in, n_out, gain, rng):
    return rng.normal(loc=0.0, scale=gain / n_in**0.5, size=(n_out, n_in))


@initial_weights.right
def standard_normal(n_in, n_out, gain, rng):
    return rng.standard_normal((n_out, n_in)) * np.sqrt(gain**2 / n_in)


@initial_weights.right
def drawn_the_other_way_round(n_in, n_out, gain, rng):
    return (gain / np.sqrt(n_in) * rng.normal(size=(n_in, n_out))).T


@initial_weights.right
def unit_by_unit(n_in, n_out, gain, rng):
    return [list(rng.normal(size=n_in) * gain / np.sqrt(n_in)) for _ in range(n_out)]


@initial_weights.right
def flat_and_reshaped(n_in, n_out, gain, rng):
    return np.reshape(gain * rng.normal(size=n_in * n_out) / np.sqrt(n_in), (n_out, n_in))
