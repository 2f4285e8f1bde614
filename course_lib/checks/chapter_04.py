"""The exercises of chapter 04: momentum, Nesterov's look-ahead, three conventions, critical damping, and a leak."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import function, number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import Momentum
from course_lib.training import minimize

# ---------------------------------------------------------------------------------- one step with a velocity


def moving(rng):
    """Points, gradients and velocities: a fresh start, no momentum, then a run under way."""
    yield np.array([2.0]), np.array([4.0]), np.array([0.0]), 0.25, 0.5
    yield np.array([2.0]), np.array([4.0]), np.array([6.0]), 0.25, 0.5
    yield np.array([1.0, 2.0]), np.array([0.5, -1.5]), np.array([-2.0, 1.0]), 0.1, 0.9
    yield np.array([1.0, -1.0]), np.array([3.0, 2.0]), np.array([5.0, -4.0]), 0.2, 0.0
    yield rng.normal(size=5), rng.normal(size=5), rng.normal(size=5), 0.7, 0.8
    yield rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), 1.5, 0.3

    def six_steps(step):
        """six steps on a bowl, from w = [3, −1] at rest, with lr = 0.15 and momentum = 0.8"""
        bowl, w, velocity = Quadratic([0.5, 4.0]), np.array([3.0, -1.0]), np.zeros(2)
        for _ in range(6):
            w, velocity = step(w, bowl.grad(w), velocity, 0.15, 0.8)
        return w, velocity

    yield six_steps


@function(
    inputs=moving,
    returns=("w", "velocity"),
    praise="The velocity first, then the step along it: six steps on a bowl agree, and with momentum 0 it is gradient "
    "descent.",
)
def momentum_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "This averages: the gradient is scaled by 1 − momentum. That is another convention, with a learning rate 1 − β "
    "times smaller. Here the velocity adds the whole gradient."
)
def average_of_gradients(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "This climbs: the velocity is a sum of gradients, and gradients point uphill. Which sign goes down?"
)
def uphill(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w + lr * velocity, velocity


@momentum_step.mistake(
    "The velocity subtracts the new gradient and adds the old ones, so they pull against each other. Which sign has "
    "the gradient in v ← β v + g?"
)
def gradient_subtracted_from_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "Your velocity points downhill, with the minus in it. That is a convention too, but here v is a sum of gradients "
    "with a plus, and the minus stands in the step."
)
def velocity_downhill(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - grad
    return w + lr * velocity, velocity


@momentum_step.mistake(
    "The step still uses the velocity of the step before. Update it first: a ball at rest would not move in its first "
    "step."
)
def moves_before_updating(w, grad, velocity, lr, momentum):
    return w - lr * velocity, momentum * velocity + grad


@momentum_step.mistake(
    "The learning rate is inside the velocity, as in Keras. The point is the same while lr stays constant, but here "
    "the velocity is a sum of plain gradients: scale the step, not the memory."
)
def learning_rate_in_the_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - velocity, velocity


@momentum_step.mistake(
    "This is the convention of Keras, v ← β v − η g and w ← w + v. The task wants v ← β v + g, and the learning rate "
    "in the step."
)
def convention_of_keras(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity


@momentum_step.mistake("The learning rate acts twice: once in the velocity and once in the step. Where does it belong?")
def learning_rate_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The velocity averages, with lr and 1 − momentum inside it: that mixes two other conventions. Here the velocity is "
    "a sum of plain gradients, v ← β v + g."
)
def average_with_the_learning_rate_inside(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * (1 - momentum) * grad
    return w - velocity, velocity


@momentum_step.mistake(
    "One number, the squared length of the gradient, is added in every coordinate (`g @ g`). Each coordinate adds its "
    "own gradient."
)
def g_dot_g(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + np.sum(grad * grad)
    return w - lr * velocity, velocity


@momentum_step.mistake("The learning rate has no effect: the step is as long as the whole velocity.")
def no_learning_rate(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - velocity, velocity


@momentum_step.mistake(
    "The point is right, but the old velocity comes back, so the next step knows nothing of this gradient. Which "
    "velocity should be handed on?"
)
def returns_the_old_velocity(w, grad, velocity, lr, momentum):
    return w - lr * (momentum * velocity + grad), velocity


@momentum_step.mistake(
    "The velocity that comes in is forgotten: this is gradient descent. What is kept of it in each step?"
)
def velocity_forgotten(w, grad, velocity, lr, momentum):
    return w - lr * grad, grad


@momentum_step.mistake(
    "The velocity is updated, and then the step goes along the gradient alone: this is still gradient descent. What "
    "should `w` follow?"
)
def velocity_not_used(w, grad, velocity, lr, momentum):
    return w - lr * grad, momentum * velocity + grad


@momentum_step.mistake(
    "The point is right, but the gradient comes back as the velocity, so the next step knows nothing of the past. "
    "Which array holds it?"
)
def returns_the_gradient(w, grad, velocity, lr, momentum):
    return w - lr * (momentum * velocity + grad), grad


@momentum_step.mistake(
    "The velocity is right, but the step is scaled by 1 − momentum: that is the averaging convention again, in another "
    "place. The step is lr times the velocity."
)
def step_of_an_average(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (1 - momentum) * velocity, velocity


@momentum_step.mistake("The old velocity is kept whole, so nothing ever slows down. Which number is the friction?")
def no_friction(w, grad, velocity, lr, momentum):
    velocity = velocity + grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The momentum scales the new gradient, and the old velocity is kept whole. It is the other way round: which of the "
    "two should fade?"
)
def momentum_on_the_gradient(w, grad, velocity, lr, momentum):
    velocity = velocity + momentum * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The momentum scales the new gradient as well as the old velocity. Parentheses: only what is old fades."
)
def momentum_on_both(w, grad, velocity, lr, momentum):
    velocity = momentum * (velocity + grad)
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "β and 1 − β have changed places: with momentum 0.9 a tenth of the velocity is left. And this convention has no 1 "
    "− β at all."
)
def beta_and_one_minus_beta_swapped(w, grad, velocity, lr, momentum):
    velocity = (1 - momentum) * velocity + momentum * grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "Only the new gradient is scaled by the learning rate, the remembered part is not. The step is lr times the whole "
    "velocity."
)
def memory_without_learning_rate(w, grad, velocity, lr, momentum):
    return w - lr * grad - momentum * velocity, momentum * velocity + grad


@momentum_step.mistake("This is Nesterov's step, which looks ahead. Here the step goes along the velocity itself.")
def looks_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@momentum_step.mistake(
    "The second value is how far `w` moved. The velocity is wanted: what the step is made of, before the learning rate."
)
def returns_the_step(w, grad, velocity, lr, momentum):
    step = lr * (momentum * velocity + grad)
    return w - step, step


@momentum_step.mistake(
    "The values are right, but your function changes the caller's velocity in place (`*=`, `+=`), so the next run "
    "would start with it. Make a new array."
)
def changes_the_velocity_in_place(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return w - lr * velocity, velocity


@momentum_step.mistake(
    "The values are right, but your function moves the caller's `w` (`w -= …` changes the array itself). Make a new "
    "one."
)
def changes_w_in_place(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    w -= lr * velocity
    return w, velocity


@momentum_step.mistake(
    "Your function changes both arrays of the caller, `w` and the velocity, in place. Make new ones: "
    "`velocity = …`, and a new point."
)
def changes_both_in_place(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    w -= lr * velocity
    return w, velocity


# ---------------------------------------------------------------------------------- Nesterov's step


@function(
    inputs=moving,
    returns=("w", "velocity"),
    praise="The step goes along the velocity that the next step is about to have, and the velocity itself is the same "
    "as in plain momentum.",
)
def nesterov_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is plain momentum. (g + β times the *old* velocity is the new velocity.) The look-ahead uses the velocity a "
    "second time: which one?"
)
def plain_momentum(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


@nesterov_step.mistake(
    "This climbs. The direction is made of gradients, and gradients point uphill: which sign goes down?"
)
def uphill_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w + lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The gradient is scaled by 1 − momentum in the velocity: that is the averaging convention. Here the velocity adds "
    "the whole gradient."
)
def average_of_gradients_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "Both the velocity and the direction are averaged with 1 − momentum. In this course's form neither is."
)
def average_of_both_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "The velocity is right, but in the direction the gradient is scaled by 1 − momentum. It counts whole there, too."
)
def average_in_the_direction(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This looks ahead and stays there: the old velocity moves `w`, and the gradient has no part in it. What is stored "
    "as `w` looks ahead already; its step is lr · (g + β v), with the new v."
)
def looks_ahead_only(w, grad, velocity, lr, momentum):
    return w - lr * momentum * velocity, momentum * velocity + grad


@nesterov_step.mistake(
    "The new gradient is missing from the direction: only β v is left. The step has two parts, the gradient and what "
    "is kept of the velocity."
)
def gradient_missing(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * momentum * velocity, velocity


@nesterov_step.mistake(
    "The velocity enters the direction whole; the look-ahead uses what the *next* step will keep of it. Which factor "
    "is missing?"
)
def whole_velocity_in_the_direction(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad + velocity), velocity


@nesterov_step.mistake(
    "Gradient and velocity have changed places in the direction: momentum scales the gradient. Which of the two is old "
    "and should fade?"
)
def momentum_on_the_gradient_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * grad), velocity


@nesterov_step.mistake(
    "The direction is (1 + β) times the velocity, so old gradients count too much. The gradient itself stands beside "
    "β v."
)
def velocity_twice(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (velocity + momentum * velocity), velocity


@nesterov_step.mistake(
    "The point is right, but the direction comes back as the velocity. Two different arrays: one for the step, one to "
    "be remembered."
)
def direction_as_the_velocity(w, grad, velocity, lr, momentum):
    direction = grad + momentum * (momentum * velocity + grad)
    return w - lr * direction, direction


@nesterov_step.mistake(
    "The point is right, but the old velocity comes back, so the next step knows nothing of this gradient."
)
def returns_the_old_velocity_ahead(w, grad, velocity, lr, momentum):
    return w - lr * (grad + momentum * (momentum * velocity + grad)), velocity


@nesterov_step.mistake(
    "The velocity that comes in is forgotten: it is built from this gradient alone. What is kept of the old one?"
)
def velocity_forgotten_ahead(w, grad, velocity, lr, momentum):
    return w - lr * (grad + momentum * grad), grad


@nesterov_step.mistake("This is gradient descent: the velocity takes no part in the step.")
def gradient_descent_ahead(w, grad, velocity, lr, momentum):
    return w - lr * grad, momentum * velocity + grad


@nesterov_step.mistake(
    "The learning rate is inside the velocity, as in Keras. Here the velocity is a sum of plain gradients, and lr "
    "scales the step."
)
def learning_rate_in_the_velocity_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + lr * grad
    return w - (lr * grad + momentum * velocity), velocity


@nesterov_step.mistake(
    "This is the convention of Keras, with −η g in the velocity. The task wants v ← β v + g, and the learning rate in "
    "the step."
)
def convention_of_keras_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity - lr * grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "The look-ahead and a full momentum step are both taken, so the old velocity moves `w` twice. What is stored as "
    "`w` looks ahead already: the step is lr · (g + β v), with the new v."
)
def looks_ahead_and_steps(w, grad, velocity, lr, momentum):
    ahead = w - lr * momentum * velocity
    velocity = momentum * velocity + grad
    return ahead - lr * velocity, velocity


@nesterov_step.mistake(
    "The velocity pushes back here: with v a sum of gradients, both parts of the direction have the same sign."
)
def looks_behind(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * (grad - momentum * velocity), velocity


@nesterov_step.mistake(
    "The step is `− lr g + β v`, which fits a velocity with −lr g inside, as in Keras. Here v is a sum of plain "
    "gradients: check the sign of its part, and its learning rate."
)
def step_of_keras_with_a_plain_velocity(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad + momentum * velocity, velocity


@nesterov_step.mistake(
    "Only the gradient is scaled by the learning rate, the look-ahead is not. Parentheses: lr times the whole "
    "direction."
)
def look_ahead_without_learning_rate(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * grad - momentum * velocity, velocity


@nesterov_step.mistake(
    "The values are right, but your function changes the caller's velocity in place (`*=`, `+=`). Make a new array."
)
def changes_the_velocity_in_place_ahead(w, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return w - lr * (grad + momentum * velocity), velocity


@nesterov_step.mistake("The values are right, but your function moves the caller's `w` in place. Make a new array.")
def changes_w_in_place_ahead(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    w -= lr * (grad + momentum * velocity)
    return w, velocity


# ---------------------------------------------------------------------------------- three conventions

CONVENTIONS = ("accumulate", "average", "keras")


def translations(rng):
    """Every pair of conventions, the two that differ first."""
    yield 0.1, 0.9, "accumulate", "average"
    yield 0.5, 0.75, "average", "accumulate"
    yield 0.1, 0.9, "accumulate", "keras"
    yield 0.2, 0.8, "keras", "accumulate"
    yield 0.3, 0.6, "average", "keras"
    yield 0.02, 0.95, "keras", "average"
    for name in CONVENTIONS:
        yield 0.4, 0.7, name, name
    yield 0.4, 0.0, "accumulate", "average"


@function(
    inputs=translations,
    returns=("lr", "momentum"),
    praise="All nine pairs. Only averaging scales the gradient, so only it needs another learning rate; β is the same "
    "in all three.",
)
def translate_momentum(lr, momentum, source, target):
    if source == "average":
        lr = lr * (1 - momentum)
    if target == "average":
        lr = lr / (1 - momentum)
    return lr, momentum


@translate_momentum.mistake(
    "The numbers come back as they were. One of the three conventions scales the gradient by 1 − β: what must its "
    "learning rate do to make up for that?"
)
def nothing_translated(lr, momentum, source, target):
    return lr, momentum


@translate_momentum.mistake(
    "The factor stands on the wrong side. An average is 1 − β times as long as a sum: does its learning rate have to "
    "be larger or smaller for the same step?"
)
def other_way_round(lr, momentum, source, target):
    return translate_momentum(lr, momentum, target, source)


@translate_momentum.mistake(
    "Into `average` is right; out of it the learning rate should change back by the same factor."
)
def only_into_the_average(lr, momentum, source, target):
    return (lr / (1 - momentum) if target == "average" != source else lr), momentum


@translate_momentum.mistake("Out of `average` is right; into it the learning rate should change by the same factor.")
def only_out_of_the_average(lr, momentum, source, target):
    return (lr * (1 - momentum) if source == "average" != target else lr), momentum


@translate_momentum.mistake(
    "The learning rate is divided by 1 − β whichever way the translation goes. There and back should give the number "
    "that you started with."
)
def always_divided(lr, momentum, source, target):
    changes = (source == "average") != (target == "average")
    return (lr / (1 - momentum) if changes else lr), momentum


@translate_momentum.mistake(
    "The learning rate is multiplied by 1 − β whichever way the translation goes. There and back should give the "
    "number that you started with."
)
def always_multiplied(lr, momentum, source, target):
    changes = (source == "average") != (target == "average")
    return (lr * (1 - momentum) if changes else lr), momentum


@translate_momentum.mistake(
    "The factor is β here, and it should be the one in front of the gradient of an average. Write the velocity of both "
    "for the first step, v = 0."
)
def beta_for_one_minus_beta(lr, momentum, source, target):
    scale = {"average": momentum}
    with np.errstate(all="ignore"):
        return float(np.float64(lr) * scale.get(source, 1) / scale.get(target, 1)), momentum


@translate_momentum.mistake(
    "`keras` is treated like `average`. Its velocity holds −η g, the whole gradient: what is its first step from v = 0?"
)
def keras_as_an_average(lr, momentum, source, target):
    scaled = ("average", "keras")
    return lr * (1 - momentum if source in scaled else 1) / (1 - momentum if target in scaled else 1), momentum


@translate_momentum.mistake(
    "`keras` has the learning rate in its velocity, so here it is scaled by itself. But it acts once there, as in "
    "`accumulate`: how long is the first step of both, from v = 0?"
)
def keras_scaled_by_the_rate(lr, momentum, source, target):
    scale = {"average": 1 - momentum, "keras": 1 / lr}
    return lr * scale.get(source, 1) / scale.get(target, 1), momentum


@translate_momentum.mistake(
    "`keras` gets a negative learning rate. Its minus is part of the rule, v ← β v − η g, and η is positive in all "
    "three."
)
def keras_negative(lr, momentum, source, target):
    lr, momentum = translate_momentum(lr, momentum, source, target)
    return (-lr if (source == "keras") != (target == "keras") else lr), momentum


@translate_momentum.mistake(
    "`keras` is translated like `accumulate` into an average, but between `keras` and `average` nothing changes. Go by "
    "way of `accumulate`: which of the two steps does something?"
)
def keras_and_average_alike(lr, momentum, source, target):
    if {source, target} == {"keras", "average"}:
        return lr, momentum
    return translate_momentum(lr, momentum, source, target)


@translate_momentum.mistake(
    "The learning rate is right, but the momentum changes too. How fast the past fades is the same in all three "
    "conventions."
)
def momentum_becomes_one_minus(lr, momentum, source, target):
    lr, kept = translate_momentum(lr, momentum, source, target)
    return lr, (1 - kept if (source == "average") != (target == "average") else kept)


@translate_momentum.mistake(
    "Whenever `average` appears the learning rate is scaled, even from `average` to `average`. Nothing should change "
    "there."
)
def average_to_average_scaled(lr, momentum, source, target):
    if target == "average":
        return lr / (1 - momentum), momentum
    return translate_momentum(lr, momentum, source, target)


@translate_momentum.mistake(
    "Whenever `average` is the source the learning rate is scaled, even from `average` to `average`. Nothing should "
    "change there."
)
def average_from_average_scaled(lr, momentum, source, target):
    if source == "average":
        return lr * (1 - momentum), momentum
    return translate_momentum(lr, momentum, source, target)


# ---------------------------------------------------------------------------------- find critical damping

CURVATURE, RATE = 4.0, 0.04
CRITICAL = (1 - np.sqrt(RATE * CURVATURE)) ** 2


@dataclass(frozen=True)
class Damping:
    """What a momentum does to one direction: the spectral radius, whether it rings, and the steps to 1e-6."""

    momentum: float
    radius: float
    rings: bool
    steps: float


@setting(
    kinds=[number("momentum", low=0, high=1)],
    goal=lambda damping: abs(damping.momentum - CRITICAL) <= 0.01 + 1e-9,  # 0.37 − 0.36 is a little above 0.01
    right=[0.36, 0.35, 0.37, 0.355, (1 - np.sqrt(0.16)) ** 2, np.float32(0.36)],
    praise=lambda momentum, damping: (
        f"At β = {CRITICAL:.2f} both roots are √β = {np.sqrt(CRITICAL):.1f}: in the long run each step multiplies the "
        "error by about that, and it never swings. "
        f"With yours the error is below a millionth after {damping.steps:.0f} steps."
    ),
)
def find_critical_damping(momentum):
    """The momentum that damps the direction λ = 4 critically at the learning rate 0.04."""
    roots = np.roots([1, -(1 + momentum - RATE * CURVATURE), momentum])
    run = minimize(Quadratic([CURVATURE]), [1.0], Momentum(RATE, momentum=momentum), steps=3000)
    size = np.abs(run.w[:, 0])
    above = np.flatnonzero(size > 1e-6)
    steps = above[-1] + 1.0 if above[-1] < run.steps else np.inf
    return Damping(momentum, float(np.abs(roots).max()), bool(abs(roots[0].imag) > 1e-9), steps)


def _pace(damping):
    steps = f"{damping.steps:.0f} steps" if np.isfinite(damping.steps) else "more than 3000 steps"
    return f"the factor per step is {damping.radius:.2f}, and it takes {steps} to a millionth of the error"


@find_critical_damping.mistake(example=1 - np.sqrt(RATE * CURVATURE))
def not_squared(momentum, damping):
    if abs(momentum - np.sqrt(CRITICAL)) <= 0.01:
        return f"{momentum:.3g} is √β, the factor per step at critical damping. Which β has this root?"


@find_critical_damping.mistake(example=1 - RATE * CURVATURE)
def no_root(momentum, damping):
    if abs(momentum - (1 - RATE * CURVATURE)) <= 0.01:
        return (
            f"{momentum:.3g} is 1 − ηλ, the factor of plain gradient descent. With momentum the border is where the "
            "two roots become equal: (1 + β − ηλ)² = 4β."
        )


@find_critical_damping.mistake(example=(1 - RATE * CURVATURE) ** 2)
def square_without_the_root(momentum, damping):
    if abs(momentum - (1 - RATE * CURVATURE) ** 2) <= 0.01:
        return f"{momentum:.3g} is (1 − ηλ)². The square is right; look again at what stands inside."


@find_critical_damping.mistake(example=(1 - np.sqrt(RATE)) ** 2)
def curvature_left_out(momentum, damping):
    if abs(momentum - (1 - np.sqrt(RATE)) ** 2) <= 0.01:
        return f"{momentum:.3g} leaves the curvature out. The learning rate and λ act together, as their product."


@find_critical_damping.mistake(example=RATE * CURVATURE)
def product_itself(momentum, damping):
    if abs(momentum - RATE * CURVATURE) <= 0.005:
        return f"{momentum:.3g} is ηλ itself. For which β are the roots of z² − (1 + β − ηλ) z + β equal?"


@find_critical_damping.mistake(example=0.9)
def rings(momentum, damping):
    if damping.rings:
        return f"{momentum:.3g} rings: the error swings around 0, {_pace(damping)}. More friction?"


@find_critical_damping.mistake(example=0.2)
def overdamped(momentum, damping):
    return f"{momentum:.3g} is overdamped: the error creeps, {_pace(damping)}. Less friction?"


# ---------------------------------------------------------------------------------- mend the velocity that survives


def bowl_gradient(w):
    """The gradient of a bowl with the curvatures 1 and 10."""
    return np.array([1.0, 10.0]) * w


def turned_gradient(w):
    """The gradient of a bowl whose coordinates depend on each other."""
    return np.array([[3.0, 1.0], [1.0, 1.0]]) @ w


def starts(rng):
    """Runs one after the other: what is left of one would show in the next."""
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 1
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 2
    yield bowl_gradient, np.array([1.0, 1.0]), 0.1, 0.5, 3
    yield turned_gradient, np.array([1.0, 2.0]), 0.2, 0.8, 5
    yield bowl_gradient, np.array([-2.0, 0.5]), 0.05, 0.9, 12
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.0, 4
    yield turned_gradient, np.array([3.0, -1.0]), 0.1, 0.7, 0


@function(
    inputs=starts,
    returns="the last w",
    praise="Every run starts at rest: the same call gives the same point, whatever ran before it.",
    instead={
        "keeps state": "The same call gave two different points: your loop keeps the velocity from the call before. "
        "Where is it made, and how often does that line run?"
    },
)
def mend_velocity(grad_fn, w0, lr, momentum, steps):
    w = w0
    velocity = np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity still survives: every run goes on with the one that the run before has left. It is made outside of "
    "the run (a default argument, too, is made only once). Where should it be made?"
)
def velocity_survives(grad_fn, w0, lr, momentum, steps, velocity=np.zeros(2)):  # noqa: B008
    w = w0
    for _ in range(steps):
        velocity *= momentum
        velocity += grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity is made anew in every *step*, so nothing is remembered at all: this is gradient descent. It should "
    "be made once for each run."
)
def velocity_made_in_every_step(grad_fn, w0, lr, momentum, steps):
    w = w0
    for _ in range(steps):
        velocity = np.zeros_like(w0)
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The points are right, but now `w0` is changed: `w -= …` moves the caller's array, and the next run starts where "
    "this one ended."
)
def moves_w0(grad_fn, w0, lr, momentum, steps):
    w = w0
    velocity = np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w -= lr * velocity
    return w


@mend_velocity.mistake(
    "The run starts with the first gradient as its velocity, and then adds it again. A ball at rest has the velocity 0."
)
def starts_with_the_gradient(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, grad_fn(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("The run starts with `w0` as its velocity: a copy of the place. A ball at rest has velocity 0.")
def starts_with_the_place(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, w0.copy()
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("The run starts with a velocity of 1 in every coordinate. A ball at rest has the velocity 0.")
def starts_with_ones(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.ones_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake(
    "The velocity no longer survives, but the gradient is now scaled by 1 − momentum. Mend one thing, and leave the "
    "rule as it was."
)
def became_an_average(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + (1 - momentum) * grad_fn(w)
        w = w - lr * velocity
    return w


@mend_velocity.mistake("All steps use the gradient at the start. The slope changes on the way: measure it where w is.")
def gradient_taken_once(grad_fn, w0, lr, momentum, steps):
    w, velocity, grad = w0, np.zeros_like(w0), grad_fn(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad
        w = w - lr * velocity
    return w


@mend_velocity.mistake("This is the velocity at the end; the point is wanted.")
def returns_the_velocity(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
    return velocity


@mend_velocity.mistake(
    "Your function returns from inside the loop, after one step. Look at the indentation of `return`."
)
def returns_inside_the_loop(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(w)
        w = w - lr * velocity
        return w
    return w


@mend_velocity.mistake("This is the whole path; the last point alone is wanted.")
def returns_the_path(grad_fn, w0, lr, momentum, steps):
    path, velocity = [w0], np.zeros_like(w0)
    for _ in range(steps):
        velocity = momentum * velocity + grad_fn(path[-1])
        path.append(path[-1] - lr * velocity)
    return np.array(path)


@mend_velocity.mistake("The last step is missing: `steps` steps are wanted.")
def one_step_too_few(grad_fn, w0, lr, momentum, steps):
    return mend_velocity(grad_fn, w0, lr, momentum, max(steps - 1, 0))


@mend_velocity.mistake("One step too many: `range(steps)` has `steps` values.")
def one_step_too_many(grad_fn, w0, lr, momentum, steps):
    return mend_velocity(grad_fn, w0, lr, momentum, steps + 1)


@mend_velocity.mistake(
    "Each step moves along the velocity of the step before, so the first does nothing. Update first."
)
def moves_first(grad_fn, w0, lr, momentum, steps):
    w, velocity = w0, np.zeros_like(w0)
    for _ in range(steps):
        w, velocity = w - lr * velocity, momentum * velocity + grad_fn(w)
    return w
