"""Each bad value and the sentence it gets: it names the argument, says what it got and what it wants."""

import numpy as np
import pytest

import course_lib as cl
from course_lib.arguments import as_numbers, in_range, one_of, whole_number
from course_lib.training import first_step_to

BOWL = cl.Quadratic([1.0, 10.0])
RULE = cl.GradientDescent(lr=0.1)
ADAM = cl.Adam(lr=0.1)
W = np.ones(2)
RUN = cl.minimize(BOWL, W, RULE, 5)
SWEEP = cl.minimize(BOWL, W, cl.GradientDescent(lr=np.full((3, 1), 0.1)), 5)
RAGGED = [[1.0, 2.0], [3.0]]


class WithoutGradient:
    def value(self, w):
        return (w**2).sum(axis=-1)


class SumOfEverything(WithoutGradient):
    def value(self, w):
        return (w**2).sum()

    def grad(self, w):
        return 2 * w


class GradientOfOtherShape(WithoutGradient):
    def grad(self, w):
        return 2 * w[..., :1]


class GradientWithoutLanes(WithoutGradient):
    def grad(self, w):
        return np.ones(2)


class GradientOfWords(WithoutGradient):
    def grad(self, w):
        return np.full(w.shape, "steep")


ROWS = [
    # arguments
    (lambda: as_numbers("x", "0.1"), TypeError, "x must hold real numbers, got '0.1' of type str"),
    (lambda: as_numbers("x", None), TypeError, "x must hold real numbers, got None of type NoneType"),
    (lambda: as_numbers("x", [1, "a"]), TypeError, "x must hold real numbers, got [1, 'a'] of type list"),
    (lambda: as_numbers("x", 1 + 2j), TypeError, "x must hold real numbers, got (1+2j) of type complex"),
    (lambda: as_numbers("x", RAGGED), ValueError, "x has rows of different lengths; it must be a rectangular array"),
    (lambda: as_numbers("x", [1, np.nan]), ValueError, "x must be finite, but it contains nan"),
    (lambda: as_numbers("x", -np.inf), ValueError, "x must be finite, but it contains -inf"),
    (lambda: in_range("x", [1, -2], 0), ValueError, "x must be at least 0, got -2"),
    (lambda: in_range("x", 0, 0, low_open=True), ValueError, "x must be above 0, got 0"),
    (lambda: in_range("x", 1, 0, 1, high_open=True), ValueError, "x must be at least 0 and below 1, got 1"),
    (lambda: whole_number("n", 2.5), TypeError, "n must be a whole number, got 2.5"),
    (lambda: whole_number("n", "3"), TypeError, "n must be a whole number, got '3'"),
    (lambda: whole_number("n", True), TypeError, "n must be a whole number, got True"),
    (lambda: whole_number("n", np.inf), TypeError, "n must be a whole number, got inf"),
    (lambda: whole_number("n", 0, minimum=1), ValueError, "n must be at least 1, got 0"),
    (lambda: one_of("mode", "c", ("a", "b")), ValueError, "mode must be one of 'a', 'b', got 'c'"),
    # objectives
    (lambda: cl.Quadratic([1.0, 0.0]), ValueError, "eigenvalues must be above 0, got 0"),
    (lambda: cl.Quadratic([1.0, -2.0]), ValueError, "eigenvalues must be above 0, got -2"),
    (lambda: cl.Quadratic("1, 2"), TypeError, "eigenvalues must hold real numbers, got '1, 2' of type str"),
    (lambda: cl.Quadratic(3.0), ValueError, "eigenvalues must have shape (d,), got shape ()"),
    (lambda: cl.Quadratic([]), ValueError, "eigenvalues must have shape (d,), got shape (0,)"),
    (lambda: cl.Quadratic([[1.0, 2.0]]), ValueError, "eigenvalues must have shape (d,), got shape (1, 2)"),
    (lambda: cl.Quadratic(angle="30°"), TypeError, "angle must hold real numbers, got '30°' of type str"),
    (lambda: cl.Quadratic(angle=[30, 40]), ValueError, "angle must be one number, got shape (2,)"),
    (lambda: cl.Quadratic([1, 2, 3], angle=30), ValueError, "angle must be 0 unless there are two eigenvalues, got 30"),
    (lambda: cl.Quadratic(angle=np.nan), ValueError, "angle must be finite, but it contains nan"),
    (lambda: cl.Quadratic(center=[1.0]), ValueError, "center must have shape (2,), as eigenvalues, got shape (1,)"),
    (lambda: cl.Quadratic(center=[1.0, np.inf]), ValueError, "center must be finite, but it contains inf"),
    (lambda: BOWL.value([1.0]), ValueError, "w must have 2 coordinates on its last axis, got shape (1,)"),
    (lambda: BOWL.grad(1.0), ValueError, "w must have 2 coordinates on its last axis, got shape ()"),
    (lambda: BOWL.errors(np.ones((2, 3))), ValueError, "w must have 2 coordinates on its last axis, got shape (2, 3)"),
    (lambda: BOWL.value(["a", "b"]), TypeError, "w must hold real numbers, got ['a', 'b'] of type list"),
    (
        lambda: cl.Rosenbrock().value(np.ones(3)),
        ValueError,
        "w must have 2 coordinates on its last axis, got shape (3,)",
    ),
    (lambda: cl.Beale().grad(1.0), ValueError, "w must have 2 coordinates on its last axis, got shape ()"),
    (lambda: cl.Saddle().value(None), TypeError, "w must hold real numbers, got None of type NoneType"),
    (lambda: cl.Ravine().grad(RAGGED), ValueError, "w has rows of different lengths; it must be a rectangular array"),
    # hyper-parameters
    (lambda: cl.GradientDescent(-0.1), ValueError, "lr must be at least 0, got -0.1"),
    (lambda: cl.GradientDescent(lr=[[0.1], [-0.2]]), ValueError, "lr must be at least 0, got -0.2"),
    (lambda: cl.GradientDescent("0.1"), TypeError, "lr must hold real numbers, got '0.1' of type str"),
    (lambda: cl.GradientDescent(None), TypeError, "lr must hold real numbers, got None of type NoneType"),
    (lambda: cl.GradientDescent(np.nan), ValueError, "lr must be finite, but it contains nan"),
    (lambda: cl.GradientDescent(np.inf), ValueError, "lr must be finite, but it contains inf"),
    (lambda: cl.GradientDescent(float), TypeError, "lr must hold real numbers, got <class 'float'> of type type"),
    (lambda: cl.GradientDescent(0.1, weight_decay=-1), ValueError, "weight_decay must be at least 0, got -1"),
    (lambda: cl.Momentum(0.1, momentum=1), ValueError, "momentum must be at least 0 and below 1, got 1"),
    (lambda: cl.Nesterov(0.1, momentum=-0.5), ValueError, "momentum must be at least 0 and below 1, got -0.5"),
    (lambda: cl.AdaGrad(0.1, eps=-1e-8), ValueError, "eps must be at least 0, got -1e-08"),
    (lambda: cl.RMSProp(0.1, beta2=1), ValueError, "beta2 must be at least 0 and below 1, got 1"),
    (lambda: cl.AdaDelta(rho=1.1), ValueError, "rho must be at least 0 and below 1, got 1.1"),
    (lambda: cl.Adam(0.1, beta1=1), ValueError, "beta1 must be at least 0 and below 1, got 1"),
    (lambda: cl.Adam(0.1, beta2=1.0), ValueError, "beta2 must be at least 0 and below 1, got 1"),
    (lambda: cl.Adam(0.1, beta2="0.9"), TypeError, "beta2 must hold real numbers, got '0.9' of type str"),
    (lambda: cl.AdamW(0.1, weight_decay=np.nan), ValueError, "weight_decay must be finite, but it contains nan"),
    (lambda: cl.AMSGrad(0.1, eps=None), TypeError, "eps must hold real numbers, got None of type NoneType"),
    (lambda: cl.NAdam(0.1, momentum_decay=-1), ValueError, "momentum_decay must be at least 0, got -1"),
    (
        lambda: cl.Adam(np.full((3, 1), 0.1), beta1=np.full((2, 1), 0.9)).lanes(),
        ValueError,
        "the shapes of the hyper-parameters do not broadcast: lr (3, 1), beta1 (2, 1)",
    ),
    # a step
    (lambda: RULE.step(W, W, None, 0), ValueError, "t must be at least 1, got 0"),
    (lambda: RULE.step(W, W, None, 1.5), TypeError, "t must be a whole number, got 1.5"),
    (lambda: RULE.step(W, W, None, None), TypeError, "t must be a whole number, got None"),
    (
        lambda: RULE.step(W, np.ones((2, 1)), None, 1),
        ValueError,
        "grad must have an entry for each coordinate of w: w has shape (2,), grad (2, 1)",
    ),
    (
        lambda: RULE.step(W, np.ones(3), None, 1),
        ValueError,
        "grad must have an entry for each coordinate of w: w has shape (2,), grad (3,)",
    ),
    (lambda: RULE.step(["a", "b"], W, None, 1), TypeError, "w must hold real numbers, got ['a', 'b'] of type list"),
    (lambda: RULE.step(W, None, None, 1), TypeError, "grad must hold real numbers, got None of type NoneType"),
    (lambda: ADAM.step(W, W, None, 1), TypeError, "state must be what init(w) or the step before returned, got None"),
    (
        lambda: cl.GradientDescent(lambda step: -0.1).step(W, W, None, 4),
        ValueError,
        "the learning rate that the schedule lr gives for step 3 must be at least 0, got -0.1",
    ),
    (
        lambda: cl.GradientDescent(lambda step: np.nan).step(W, W, None, 1),
        ValueError,
        "the learning rate that the schedule lr gives for step 0 must be finite, but it contains nan",
    ),
    (
        lambda: cl.GradientDescent(lambda step: None).step(W, W, None, 1),
        TypeError,
        "the learning rate that the schedule lr gives for step 0 must hold real numbers, got None of type NoneType",
    ),
    # minimize
    (lambda: cl.minimize(BOWL, W, RULE, -1), ValueError, "steps must be at least 0, got -1"),
    (lambda: cl.minimize(BOWL, W, RULE, 2.5), TypeError, "steps must be a whole number, got 2.5"),
    (lambda: cl.minimize(BOWL, W, RULE, "10"), TypeError, "steps must be a whole number, got '10'"),
    (
        lambda: cl.minimize(BOWL, 1.0, RULE, 5),
        ValueError,
        "w0 must have at least one coordinate on its last axis, got shape ()",
    ),
    (
        lambda: cl.minimize(BOWL, [], RULE, 5),
        ValueError,
        "w0 must have at least one coordinate on its last axis, got shape (0,)",
    ),
    (lambda: cl.minimize(BOWL, [1.0, np.nan], RULE, 5), ValueError, "w0 must be finite, but it contains nan"),
    (
        lambda: cl.minimize(BOWL, ["1", "2"], RULE, 5),
        TypeError,
        "w0 must hold real numbers, got ['1', '2'] of type list",
    ),
    (lambda: cl.minimize(BOWL, None, RULE, 5), TypeError, "w0 must hold real numbers, got None of type NoneType"),
    (
        lambda: cl.minimize(BOWL, np.ones(3), RULE, 5),
        ValueError,
        "w0 must have 2 coordinates on its last axis, got shape (3,)",
    ),
    (
        lambda: cl.minimize(BOWL, np.ones((2, 1)), RULE, 5),
        ValueError,
        "w0 must have 2 coordinates on its last axis, got shape (2, 1)",
    ),
    (
        lambda: cl.minimize(BOWL, W, cl.GradientDescent, 5),
        TypeError,
        "optimizer must be a rule with settings, GradientDescent(lr=0.1), got the class alone",
    ),
    (
        lambda: cl.minimize(BOWL, W, 0.1, 5),
        TypeError,
        "optimizer must be an update rule such as GradientDescent(lr=0.1), got 0.1",
    ),
    (
        lambda: cl.minimize(BOWL, W, cl.GradientDescent(np.full(200, 0.1)), 5),
        ValueError,
        "the hyper-parameters have shape (200,), but w0 has 2 coordinates; "
        "give them a last axis of length 1, as in lr=rates[:, None]",
    ),
    (
        lambda: cl.minimize(BOWL, np.ones((4, 2)), cl.GradientDescent(np.full((3, 1), 0.1)), 5),
        ValueError,
        "w0 of shape (4, 2) does not broadcast with hyper-parameters of shape (3, 1)",
    ),
    (
        lambda: cl.minimize(cl.Saddle, W, RULE, 5),
        TypeError,
        "objective must be an object, Saddle(), got the class alone",
    ),
    (lambda: cl.minimize(WithoutGradient(), W, RULE, 5), TypeError, "objective must have a method 'grad', got "),
    (lambda: cl.minimize(None, W, RULE, 5), TypeError, "objective must have a method 'value', got None"),
    (
        lambda: cl.minimize(SumOfEverything(), np.ones((3, 2)), RULE, 5),
        ValueError,
        "objective.value must return one number for each point, so for w of shape (6, 3, 2) the shape (6, 3), got (); "
        "sum over the last axis alone, with axis=-1",
    ),
    (
        lambda: cl.minimize(GradientOfOtherShape(), W, RULE, 5),
        ValueError,
        "objective.grad must return the shape of w, (2,), got (1,)",
    ),
    (
        lambda: cl.minimize(GradientWithoutLanes(), np.ones((3, 2)), RULE, 5),
        ValueError,
        "objective.grad must return the shape of w, (3, 2), got (2,)",
    ),
    (lambda: cl.minimize(GradientOfWords(), W, RULE, 5), TypeError, "grad must hold real numbers, got array(['steep'"),
    (
        lambda: cl.minimize(BOWL, W, cl.Adam(lambda step: 0.1 - step), 5),
        ValueError,
        "the learning rate that the schedule lr gives for step 1 must be at least 0, got -0.9",
    ),
    # a trajectory
    (lambda: RUN.steps_to("small"), TypeError, "tol must hold real numbers, got 'small' of type str"),
    (lambda: RUN.steps_to(np.nan), ValueError, "tol must be finite, but it contains nan"),
    (
        lambda: SWEEP.steps_to([1e-3, 1e-4]),
        ValueError,
        "tol of shape (2,) does not broadcast with the lanes' shape (3,)",
    ),
    (lambda: first_step_to(np.ones(3), None), TypeError, "tol must hold real numbers, got None of type NoneType"),
    (lambda: RUN[0], IndexError, "there is no lane 0: this is a single run"),
    (lambda: SWEEP[3], IndexError, "there is no lane 3: the lanes have shape (3,)"),
    (lambda: SWEEP[0, 1], IndexError, "there is no lane 0, 1: the lanes have shape (3,)"),
    (lambda: SWEEP["best"], IndexError, "there is no lane 'best': the lanes have shape (3,)"),
]


@pytest.mark.parametrize(("call", "kind", "sentence"), ROWS, ids=[sentence[:60] for _, _, sentence in ROWS])
def test_a_bad_value_gets_its_sentence(call, kind, sentence):
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind
    # An open end ("got ") is followed by an address or a long array.
    assert str(error.value).startswith(sentence)
    if not sentence.endswith(("got ", "'steep'")):
        assert str(error.value) == sentence


@pytest.mark.parametrize("name", [name for name in cl.optimizers.__all__ if name != "Optimizer"])
@pytest.mark.parametrize(
    ("lr", "kind"), [(-0.1, ValueError), (np.nan, ValueError), ("0.1", TypeError), (None, TypeError)]
)
def test_every_rule_refuses_a_bad_learning_rate_by_name(name, lr, kind):
    with pytest.raises(kind, match=r"^lr must "):
        getattr(cl, name)(lr=lr)
