"""One rule object on arrays of NumPy, PyTorch and JAX, also inside `jit` and `lax.scan`: the same run to rounding."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch

import course_lib as cl
from course_lib import Averaged, Clip, Lookahead, own_rule
from course_lib.schedules import Cosine

from . import cases

jax.config.update("jax_enable_x64", True)

STEPS = 30


def momentum_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


RATES = np.array([[0.001], [0.03], [0.1]])
BETAS = np.array([[0.5], [0.9], [0.99]])
RULES = {case.name: case.optimizer() for case in cases.CASES} | {
    "rates": cl.Adam(lr=RATES),
    "decays": cl.Momentum(lr=RATES, weight_decay=0.1),
    "lanes of NAdam": cl.NAdam(lr=0.01, beta1=BETAS, beta2=BETAS),
    "a rate for each coordinate": cl.AdaGrad(lr=np.array([0.1, 0.2, 0.3, 0.4])),
    "clip": Clip(cl.Adam(lr=0.01), norm=0.5),
    "clip in lanes": Clip(cl.GradientDescent(lr=0.01), norm=np.array([[0.1], [1.0], [9.0]])),
    "averaged": Averaged(cl.Momentum(lr=0.01), after=5),
    "averaged in lanes": Averaged(cl.Momentum(lr=0.01), after=np.array([[0], [2], [100]])),
    "lookahead": Lookahead(cl.NAdam(lr=0.01), every=4),
    "lookahead in lanes": Lookahead(cl.AMSGrad(lr=RATES), every=np.array([[1], [2], [7]])),
    "nested": Averaged(Lookahead(Clip(cl.RMSProp(lr=0.01), norm=1.0)), after=3),
    "own": own_rule(momentum_step, "velocity", lr=RATES, momentum=0.9),
    "own, clipped": Clip(own_rule(momentum_step, "velocity", lr=0.1, momentum=0.9), norm=1.0),
}


def given(seed=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(STEPS, 4)) * np.geomspace(1, 1e3, 4), rng.normal(size=4)


def start_of(rule, w):
    return np.broadcast_to(w, np.broadcast_shapes(rule.lanes(), w.shape)).copy()


def path_of(rule, w, gradients, step=None):
    """Return every point that is reported, as NumPy arrays."""
    step, state, path = step or rule.step, rule.init(w), [w]
    for t, grad in enumerate(gradients, start=1):
        w, state = step(w, grad, state, t)
        path.append(rule.reported(w, state))
    return np.array([np.asarray(point) for point in path])


def scanned(rule, w, gradients):
    """Return every point that is reported, all steps compiled into one loop."""

    def body(carry, given):
        t, grad = given
        w, state = rule.step(*carry[:1], grad, carry[1], t)
        return (w, state), rule.reported(w, state)

    def run(w, gradients):
        return jax.lax.scan(body, (w, rule.init(w)), (jnp.arange(1, len(gradients) + 1), gradients))[1]

    return np.concatenate([w[None], jax.jit(run)(jnp.asarray(w), jnp.asarray(gradients))])


@pytest.mark.parametrize("name", RULES)
def test_a_tensor_of_pytorch_takes_the_same_steps(name):
    gradients, w = given()
    rule = RULES[name]
    w = start_of(rule, w)
    theirs = path_of(rule, torch.tensor(w), torch.tensor(gradients))
    cases.assert_same_path(path_of(rule, w, gradients), theirs)


@pytest.mark.parametrize("name", RULES)
def test_a_tensor_stays_on_its_device(name):
    """PyTorch's device `meta` computes no numbers, and refuses tensors of another device as a GPU does."""
    gradients, w = given()
    rule = RULES[name]
    w, gradients = (torch.tensor(part, device="meta") for part in (start_of(rule, w), gradients))
    state = rule.init(w)
    for t in range(1, 4):
        w, state = rule.step(w, gradients[t - 1], state, t)
    assert w.device.type == "meta" and rule.reported(w, state).device.type == "meta"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
@pytest.mark.parametrize("name", RULES)
def test_a_tensor_on_a_gpu_takes_the_same_steps(name):
    gradients, w = given()
    rule = RULES[name]
    w = start_of(rule, w)
    state, theirs, path = rule.init(torch.tensor(w, device="cuda")), torch.tensor(w, device="cuda"), [w]
    for t, grad in enumerate(torch.tensor(gradients, device="cuda"), start=1):
        theirs, state = rule.step(theirs, grad, state, t)
        path.append(rule.reported(theirs, state).cpu().numpy())
    cases.assert_same_path(path_of(rule, w, gradients), np.array(path))


@pytest.mark.parametrize("jitted", [False, True])
@pytest.mark.parametrize("name", RULES)
def test_an_array_of_jax_takes_the_same_steps(name, jitted):
    gradients, w = given()
    rule = RULES[name]
    w = start_of(rule, w)
    theirs = path_of(rule, jnp.asarray(w), jnp.asarray(gradients), jax.jit(rule.step) if jitted else rule.step)
    cases.assert_same_path(path_of(rule, w, gradients), theirs)


@pytest.mark.parametrize("name", RULES)
def test_all_steps_in_one_scan_are_the_same_steps(name):
    gradients, w = given()
    rule = RULES[name]
    w = start_of(rule, w)
    cases.assert_same_path(path_of(rule, w, gradients), scanned(rule, w, gradients))


@pytest.mark.parametrize("rule", [cl.Adam, cl.NAdam, cl.AdaDelta, cl.Nesterov], ids=lambda rule: rule.__name__)
def test_settings_may_be_traced(rule):
    gradients, w = given()
    rates, decays = np.geomspace(1e-3, 0.1, 4), np.linspace(0, 0.2, 4)

    def end(lr, weight_decay):
        optimizer = rule(lr=lr, weight_decay=weight_decay)
        state, point = optimizer.init(jnp.asarray(w)), jnp.asarray(w)
        for t, grad in enumerate(jnp.asarray(gradients[:10]), start=1):
            point, state = optimizer.step(point, grad, state, t)
        return point

    ends = jax.jit(jax.vmap(end))(rates, decays)
    lanes = rule(lr=rates[:, None], weight_decay=decays[:, None])
    ours = path_of(lanes, start_of(lanes, w), gradients[:10])[-1]
    np.testing.assert_allclose(ends, ours, rtol=1e-12)


def test_rates_of_a_schedule_go_into_a_scan_as_numbers():
    gradients, w = given()
    schedule = Cosine(0.1, total_steps=STEPS)
    rule = cl.Adam(lr=schedule)
    with pytest.raises(TypeError, match=r"^the schedule lr cannot count with a traced step.*: Adam\(lr=rate\)"):
        scanned(rule, w, gradients)

    def body(carry, given):
        t, grad, rate = given
        w, state = cl.Adam(lr=rate).step(*carry[:1], grad, carry[1], t)
        return (w, state), w

    steps = (jnp.arange(1, STEPS + 1), jnp.asarray(gradients), jnp.asarray(schedule(np.arange(STEPS))))
    _, path = jax.jit(lambda w: jax.lax.scan(body, (w, rule.init(w)), steps))(jnp.asarray(w))
    cases.assert_same_path(path_of(rule, w, gradients)[1:], path)


def test_a_gradient_flows_through_a_step():
    def loss_after(lr):
        rule = cl.GradientDescent(lr=lr)
        w = jnp.array([1.0, 2.0])
        return (rule.step(w, 2 * w, None, 1)[0] ** 2).sum()

    # Σ (1 − 2η)² wᵢ² has the derivative −4 (1 − 2η) Σ wᵢ².
    assert jax.grad(loss_after)(0.1) == pytest.approx(-4 * 0.8 * 5, rel=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_single_precision_stays_single_precision(name):
    rule = RULES[name]
    gradients, w = (array.astype(np.float32) for array in given())
    w = start_of(rule, w)
    for array in (torch.tensor, jnp.asarray):
        points = array(w)
        state = rule.init(points)
        for t in (1, 2):
            points, state = rule.step(points, array(gradients[t]), state, t)
        parts = jax.tree.leaves((points, state))
        assert {str(part.dtype).removeprefix("torch.") for part in parts} == {"float32"}


@pytest.mark.parametrize("array", [torch.tensor, jnp.asarray], ids=["PyTorch", "JAX"])
def test_a_gradient_of_another_length_is_named(array):
    rule = cl.Adam(lr=0.1)
    w = array(np.ones(2))
    with pytest.raises(ValueError, match=r"grad must have an entry for each coordinate of w: w has shape \(2,\), grad"):
        rule.step(w, array(np.ones(3)), rule.init(w), 1)
    with pytest.raises(TypeError, match="state must be what init"):
        rule.step(w, w, None, 1)


# Wrappers beside the frameworks' own


def test_clip_follows_optax_and_pytorch():
    gradients, w = given()
    ours = path_of(Clip(cl.Adam(lr=0.1), norm=30.0), w, gradients)
    chain = optax.chain(optax.clip_by_global_norm(30.0), optax.adam(0.1))
    state, point, theirs = chain.init(w), w, [w]
    parameter = torch.nn.Parameter(torch.tensor(w))
    optimizer = torch.optim.Adam([parameter], lr=0.1)
    torchs = [w]
    for grad in gradients:
        update, state = chain.update(grad, state, point)
        point = optax.apply_updates(point, update)
        theirs.append(np.asarray(point))
        parameter.grad = torch.tensor(grad)
        torch.nn.utils.clip_grad_norm_([parameter], 30.0)
        optimizer.step()
        torchs.append(parameter.detach().numpy().copy())
    cases.assert_same_path(ours, np.array(theirs))
    np.testing.assert_allclose(ours, torchs, rtol=1e-6)  # it divides by the length + 1e-6


def test_averaged_follows_pytorch():
    gradients, w = given()
    ours = path_of(Averaged(cl.Momentum(lr=0.01)), w, gradients)
    model = torch.nn.Linear(4, 1, bias=False)
    model.weight.data = torch.tensor(w)[None]
    averaged = torch.optim.swa_utils.AveragedModel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    theirs = [w]
    for grad in gradients:
        model.weight.grad = torch.tensor(grad)[None]
        optimizer.step()
        averaged.update_parameters(model)
        theirs.append(averaged.module.weight.detach().numpy()[0].copy())
    cases.assert_same_path(ours, np.array(theirs))


def test_lookahead_follows_optax():
    gradients, w = given()
    ours = path_of(Lookahead(cl.Adam(lr=0.1), every=4, alpha=0.3), w, gradients)
    rule = optax.lookahead(optax.adam(0.1), sync_period=4, slow_step_size=0.3)
    params = optax.LookaheadParams.init_synced(jnp.asarray(w))
    state, theirs = rule.init(params), [w]
    for grad in gradients:
        update, state = rule.update(jnp.asarray(grad), state, params)
        params = optax.apply_updates(params, update)
        theirs.append(np.asarray(params.slow))
    cases.assert_same_path(ours, np.array(theirs))
