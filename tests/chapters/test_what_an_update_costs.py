"""Chapter 19: bytes, memory and rounding against independent computation, and the explorer."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest

import course_lib
from course_lib import diagnose
from course_lib.chapters.what_an_update_costs import shared
from course_lib.chapters.what_an_update_costs.explorer import RULES, CostExplorer
from course_lib.chapters.what_an_update_costs.find_fit import fewest, gigabytes, lowest
from course_lib.checks import find
from course_lib.theory import costs, rounding

rules = pytest.mark.parametrize("name", RULES)


# ------------------------------------------------------------------------------------------ bytes


def bytes_of_a_step(name, n, dtype):
    """Count the arrays that a step of the rule reads and writes, on the arrays themselves."""
    rule = getattr(course_lib, name)(lr=0.1)
    w, grad = np.ones(n), np.ones(n)
    before = rule.init(w)
    after, state = rule.step(w, grad, before, 1)
    leaves = [part for part in (state if isinstance(state, tuple) else [state]) if part is not None]
    long = [part for part in leaves if np.size(part) == n]
    return (w.size + after.size + grad.size + 2 * sum(part.size for part in long)) * np.dtype(dtype).itemsize


@rules
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_bytes_moved_are_those_of_the_arrays_of_a_step(name, dtype):
    assert 7 * costs.bytes_moved(getattr(course_lib, name), dtype) == bytes_of_a_step(name, 7, dtype)


def test_bytes_of_three_rules_in_float32():
    sizes = [costs.bytes_moved(getattr(course_lib, name)) for name in ("GradientDescent", "Momentum", "Adam")]
    assert sizes == [12, 20, 28]


@rules
def test_the_exercise_and_the_theory_count_alike(name):
    for dtype in ("float32", "float64"):
        counted = find("bytes_per_step").reference(name, 10, dtype)
        assert counted == 10 * costs.bytes_moved(getattr(course_lib, name), dtype)


@rules
def test_mixed_traffic_writes_the_short_weights_and_reads_the_short_gradients(name):
    parts = costs.traffic(getattr(course_lib, name), "mixed")
    assert (parts["weights"], parts["gradients"], parts["extra"]) == (2, 2, 8)
    assert sum(costs.traffic(getattr(course_lib, name), "float32").values()) == costs.bytes_moved(
        getattr(course_lib, name)
    )


# ------------------------------------------------------------------------------------------ memory


@pytest.mark.parametrize("devices", [1, 2, 7, 64, 1000])
def test_zero_for_adam_in_mixed_precision(devices):
    totals = [sum(costs.memory(course_lib.Adam, "mixed", devices, stage).values()) for stage in costs.STAGES]
    exact = [Fraction(16), 4 + Fraction(12, devices), 2 + Fraction(14, devices), Fraction(16, devices)]
    assert totals == pytest.approx([float(one) for one in exact], rel=1e-14)


@rules
@pytest.mark.parametrize("precision", costs.PRECISIONS)
def test_memory_falls_with_the_stage_and_with_devices(name, precision):
    rule = getattr(course_lib, name)
    held = [[sum(costs.memory(rule, precision, p, stage).values()) for stage in costs.STAGES] for p in (1, 2, 16)]
    assert np.ptp(held[0]) == 0
    assert all(np.all(np.diff(row) <= 0) for row in held)
    assert all(later <= earlier for later, earlier in zip(held[2], held[1], strict=True))
    assert held[2][3] == pytest.approx(held[0][0] / 16)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: costs.memory(course_lib.Adam, "float8"), "precision"),
        (lambda: costs.memory(course_lib.Adam, stage=4), "stage"),
        (lambda: costs.memory(course_lib.Adam, devices=0), "devices"),
        (lambda: costs.bytes_moved(course_lib.Adam, "int4"), "dtype"),
        (lambda: costs.attainable(-1, 1, 1), "intensity"),
        (lambda: costs.attainable(1, -5, 10), "bandwidth"),
        (lambda: costs.attainable(1, 5, np.nan), "peak"),
        (lambda: shared.ways(0), "n"),
        (lambda: rounding.rounded(1.0, "float8"), "form"),
        (lambda: rounding.standstill(-1.0, 0.1, "float16"), "minimum"),
        (lambda: rounding.standstill(1.0, 1.5, "float16"), "factor"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name} "):
        call()


@pytest.mark.parametrize("rule", [course_lib.Adam(lr=0.1), "Adam", course_lib.Lookahead, course_lib.Clip, None])
@pytest.mark.parametrize("count", [costs.memory, costs.bytes_moved, costs.traffic, costs.state_arrays])
def test_what_is_no_class_of_rules_is_said(count, rule):
    with pytest.raises(TypeError, match="^rule must be the class of a rule that takes a learning rate, such as"):
        count(rule)


# ------------------------------------------------------------------------------------------ ways to take a step


@pytest.mark.parametrize("n", [1, 63, 64, 65, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_ways_take_the_same_step(n, dtype):
    settings = dict(lr=0.01, beta1=0.8, beta2=0.95, eps=1e-3)
    start = shared.arrays(n, dtype)
    expected = shared.as_written(*start, 3, **settings)
    step = find("adam_in_place").reference
    for size in (None, 1, 64, 5000):
        w, grad, m, v = (array.copy() for array in start)
        if size is None:
            step(w, grad, m, v, np.full_like(w, np.nan), 3, **settings)
        else:
            shared.in_blocks(step, w, grad, m, v, np.full(size, np.nan, dtype=dtype), 3, **settings)
        for got, wanted in zip((w, m, v), expected, strict=True):
            assert got.dtype == dtype
            np.testing.assert_allclose(got, wanted, rtol=1e-5 if dtype == np.float32 else 1e-13)
        np.testing.assert_array_equal(grad, start[1])


def test_blocks_leave_the_same_numbers(monkeypatch):
    assert shared.same_numbers(1000, 64)
    monkeypatch.setattr(shared, "in_blocks", lambda *given, **settings: None)
    assert not shared.same_numbers(1000, 64)


def test_as_written_is_the_rule_of_the_library():
    w, grad, m, v = shared.arrays(20, np.float64)
    rule = course_lib.Adam(**shared.SETTINGS)
    ours = shared.as_written(w, grad, m, v, 5, **shared.SETTINGS)
    theirs = rule.step(w, grad, rule.init(w)._replace(m=m, v=v), 5)
    for one, other in zip(ours, (theirs[0], *theirs[1]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


@pytest.mark.parametrize("n", [1, 10, 1001])
def test_scaling_moves_the_bytes_of_a_step_of_adam(n):
    x = shared.scaling(n).__closure__
    (array,) = [cell.cell_contents for cell in x if isinstance(cell.cell_contents, np.ndarray)]
    assert abs(2 * array.nbytes - n * costs.bytes_moved(course_lib.Adam)) <= 4


def test_the_recorded_table_supports_what_the_chapter_says():
    table = json.loads(shared.FILE.read_text(encoding="utf-8"))
    middle = {name: quartiles[1] for name, quartiles in table["ways"]["ratios"].items()}
    assert all(low <= mid <= high for low, mid, high in table["ways"]["ratios"].values())
    assert middle["PyTorch, fused"] < middle["in blocks"] < middle["in place"] < middle["as written"]
    assert middle["in blocks"] < middle["PyTorch, foreach"]
    fresh, kept = (table["as written, in turns"][kind] for kind in ("fresh", "kept"))
    assert kept[2] < fresh[0] / 1.5
    assert middle["passes in the cache"] > middle["in blocks"] / 2
    assert 10 / 7 < middle["the library's rule, jitted"] < middle["in blocks"]
    for name, row in table["sizes"]["10000000"].items():  # two measurements of one thing
        assert row == pytest.approx(middle[name], rel=0.2)
    speeds = table["products"]
    assert speeds["16"] < speeds["64"] / 5 and min(speeds[n] for n in ("256", "1024", "2048")) > 0.9 * max(
        speeds.values()
    )
    assert 1 < middle["passes in the cache"] < middle["in blocks"]
    assert all(2 * n**3 / (12 * n**2) == pytest.approx(n / 6) for n in map(int, table["products"]))
    names = {"SGD": "Momentum", "Adagrad": "AdaGrad", "RMSprop": "RMSProp", "Adadelta": "AdaDelta"}
    for name, held in table["allocated"].items():
        assert held == sum(costs.memory(getattr(course_lib, names.get(name, name)), "float32").values())


# ------------------------------------------------------------------------------------------ rounding


def by_bits(x):
    """Round float32 to bfloat16 through its bits: to nearest, a tie to even."""
    bits = np.asarray(x, dtype=np.float32).view(np.uint32).astype(np.uint64)
    short = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16
    return short.astype(np.uint32).view(np.float32).astype(float)


def test_every_bfloat16_and_what_lies_between_by_bits():
    bits = np.arange(2**16, dtype=np.uint32) << 16
    x = np.concatenate([bits | np.uint32(rest) for rest in (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF)]).view(np.float32)
    x = x[np.isfinite(x)]
    np.testing.assert_array_equal(rounding.rounded(x, "bfloat16"), by_bits(x))
    assert np.isnan(rounding.rounded(np.nan, "bfloat16"))
    np.testing.assert_array_equal(rounding.rounded([np.inf, -np.inf], "bfloat16"), [np.inf, -np.inf])


@pytest.mark.parametrize(("form", "dtype"), [("float16", np.float16), ("float32", np.float32)])
def test_rounding_is_that_of_numpy(form, dtype):
    rng = np.random.default_rng(1)
    x = rng.normal(size=50_000) * 10.0 ** rng.uniform(-48, 40, size=50_000)
    if form == "float16":
        every = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(float)
        every = every[np.isfinite(every)]
        gaps = rounding.spacing(every, form)
        x = np.concatenate([x, every, every + gaps / 2, every - gaps / 2, every + gaps * 0.499, [65519.99, 65520.0]])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(rounding.rounded(x, form), x.astype(dtype).astype(float))
    inside = np.append(x[np.abs(x) < 0.9 * np.finfo(dtype).max].astype(dtype), dtype(0))
    ours = rounding.spacing(inside.astype(float), form)
    np.testing.assert_array_equal(ours, np.spacing(np.abs(inside)).astype(float))


@pytest.mark.parametrize("form", ["float16", "bfloat16"])
@pytest.mark.parametrize("x", [1.0001, -3.3, 1000.3, -1e-7])
def test_stochastic_rounding_is_right_on_average(form, x):
    drawn = rounding.stochastically_rounded(np.full(200_000, x), form, np.random.default_rng(2))
    ulp = float(rounding.spacing(x, form))
    assert len(np.unique(drawn)) <= 2 and np.abs(drawn - x).max() < ulp
    assert abs(drawn.mean() - x) < 4 * ulp / 2 / np.sqrt(200_000)
    np.testing.assert_array_equal(rounding.rounded(drawn, form), drawn)


def test_a_change_below_half_an_ulp_is_lost_and_one_above_is_not():
    rng = np.random.default_rng(3)
    w = rng.uniform(1, 60_000, size=20_000).astype(np.float16)
    w = w[np.log2(w.astype(float)) % 1 != 0]  # at a power of two the numbers below lie closer
    ulp = rounding.spacing(w.astype(float), "float16")
    for sign in (-1, 1):
        np.testing.assert_array_equal(rounding.rounded(w + sign * 0.499 * ulp, "float16"), w)
        assert np.all(rounding.rounded(w + sign * 0.501 * ulp, "float16") != w)
    powers = 2.0 ** np.arange(-3, 15)
    ulp = rounding.spacing(powers, "float16")
    assert np.all(rounding.rounded(powers - 0.251 * ulp, "float16") < powers)
    np.testing.assert_array_equal(rounding.rounded(powers - 0.249 * ulp, "float16"), powers)


@pytest.mark.parametrize("form", ["float16", "bfloat16"])
@pytest.mark.parametrize("factor", [0.011, 0.037, 0.23])
def test_runs_stand_still_where_predicted(form, factor):
    least = rounding.rounded(np.geomspace(0.3, 300, 400), form)
    w = rounding.rounded(8 * least, form)
    for _ in range(int(40 / factor)):
        w = rounding.rounded(w - factor * (w - least), form)
    off = np.abs(w - rounding.standstill(least, factor, form)) / rounding.spacing(w, form)
    assert off.max() <= 1


@pytest.mark.parametrize("factor", [0.02, 0.03, 0.0041])
@pytest.mark.parametrize("form", ["float16", "bfloat16"])
def test_at_every_place_between_one_and_four_the_prediction_is_met_to_within_a_spacing(form, factor):
    ulp = float(rounding.spacing(1.0, form))
    least = np.concatenate([np.arange(1, 2, ulp), np.arange(2, 4, 2 * ulp)])
    w = rounding.rounded(np.full(least.shape, 10_000.0), form)
    for _ in range(int(40 / factor)):
        w = rounding.rounded(w - factor * (w - least), form)
    assert (np.abs(w - rounding.standstill(least, factor, form)) / rounding.spacing(w, form)).max() <= 1


@pytest.mark.parametrize("form", ["float16", "bfloat16"])
def test_a_relative_change_below_a_quarter_of_the_lowest_spacing_is_always_lost(form):
    bits = rounding.FORMATS[form].fraction
    w = rounding.rounded(10 ** np.random.default_rng(5).uniform(-3, 4, size=3000), form)
    for sign in (-1, 1):
        np.testing.assert_array_equal(rounding.rounded(w * (1 + sign * 2.0 ** -(bits + 2)), form), w)
    assert np.all(rounding.rounded(w * (1 - 1.01 * 2.0 ** -(bits + 1)), form) < w)
    goals = rounding.rounded(w * np.random.default_rng(6).uniform(0.01, 0.99, size=w.shape), form)
    np.testing.assert_array_equal(rounding.rounded(w - 2.0 ** -(bits + 2) * (w - goals), form), w)


@pytest.mark.parametrize(("form", "factor"), [("bfloat16", 0.003), ("bfloat16", 0.0038), ("float16", 0.0004)])
def test_below_that_rate_a_run_from_far_above_stays_in_its_power_of_two(form, factor):
    w = start = rounding.rounded(np.array([150.0, 200.0, 500.0, 1000.0, 10_000.0, 60_000.0]), form)
    for _ in range(20_000):
        w = rounding.rounded(w - factor * (w - 1.5), form)
    np.testing.assert_array_equal(np.frexp(w)[1], np.frexp(start)[1])
    assert np.isinf(rounding.standstill(1.5, factor, form))


def test_just_above_it_runs_from_far_above_arrive_where_predicted():
    for form, factor in (("bfloat16", 0.0039), ("bfloat16", 2.0**-8), ("float16", 0.0005)):
        w = rounding.rounded(np.array([2000.0, 60_000.0]), form)
        for _ in range(40_000):
            w = rounding.rounded(w - factor * (w - 1.5), form)
        predicted = rounding.standstill(1.5, factor, form)
        assert np.all(np.abs(w - predicted) <= rounding.spacing(w, form)), (form, factor, w, predicted)


def test_steps_of_a_thousandth_are_lost_above_a_half_in_bfloat16():
    w = np.unique(rounding.rounded(np.geomspace(1e-3, 100, 50_000), "bfloat16"))
    lost = rounding.rounded(w - 0.001, "bfloat16") == w
    assert w[~lost].max() == 0.5


def test_no_run_stands_where_the_format_has_no_number():
    assert np.isinf(rounding.standstill([1e6, 60_000.0], [0.1, 0.001], "float16")).all()
    assert rounding.standstill(60_000.0, 0.1, "float16") < 65_504 < rounding.standstill(1e6, 0.1, "bfloat16") < np.inf


@pytest.mark.parametrize("form", ["float16", "bfloat16"])
def test_a_smaller_rate_stands_further_away_and_the_distance_goes_in_stairs(form):
    near, far = (rounding.standstill(1.5, factor, form) - 1.5 for factor in (0.2, 0.1))
    assert far == pytest.approx(2 * near)
    stairs = rounding.standstill(np.array([1.1, 1.6, 2.2, 3.2]), 0.2, form) - [1.1, 1.6, 2.2, 3.2]
    assert stairs[0] == pytest.approx(stairs[1])
    assert stairs[2:] == pytest.approx(2 * stairs[:2])


@pytest.mark.parametrize(
    ("form", "factor", "goal", "start"), [("bfloat16", 0.05, 5.0, 6.5), ("float16", 0.01, 0.75, 1.2)]
)
def test_the_cures_arrive_and_the_mean_of_stochastic_runs_is_the_exact_one(form, factor, goal, start):
    rng, steps, near = np.random.default_rng(4), int(30 / factor), rounding.rounded
    start = float(near(start, form))
    plain, total, lost, master, random = start, start, 0.0, start, np.full(4000, start)
    for t in range(1, steps + 1):
        plain = near(plain - near(factor * (plain - goal), form), form)
        y = near(near(-factor * (total - goal), form) - lost, form)
        new = near(total + y, form)
        total, lost = new, near(near(new - total, form) - y, form)
        master = near(master - factor * (near(master, form) - goal), "float32")
        random = rounding.stochastically_rounded(random - factor * (random - goal), form, rng)
        if t in (20, 60):
            exact = (start - goal) * (1 - factor) ** t
            assert random.mean() - goal == pytest.approx(exact, abs=5 * random.std() / np.sqrt(4000) + 1e-12)
    ulp = float(rounding.spacing(goal, form))
    assert plain - goal > 5 * ulp
    assert abs(total - goal) <= ulp and abs(near(master, form) - goal) <= ulp
    assert abs(random.mean() - goal) < 0.1 * (plain - goal)


def test_what_is_said_of_small_numbers():
    assert np.float16(2.0**-24) > 0 and np.float16(2.0**-25) == 0 and np.float16(1e-8) == 0
    assert rounding.rounded(0.999, "bfloat16") == 1
    for v in rounding.rounded(10.0 ** np.random.default_rng(0).uniform(-20, 2, size=2000), "bfloat16"):
        assert rounding.rounded(v - 0.001 * v, "bfloat16") == v
    assert np.float16(1.5) - np.float16(0.001) * np.float16(1.5) < 1.5


# ------------------------------------------------------------------------------------------ explorer


@pytest.mark.parametrize("name", ["Momentum", "Adam", "AMSGrad"])
@pytest.mark.parametrize("precision", costs.PRECISIONS)
def test_the_explorer_adds_up_to_bytes_counted_another_way(name, precision):
    explorer = CostExplorer(billions=2, rule=name, precision=precision, devices=6, stage=2, rest=3, bandwidth=500)
    arrays = {"Momentum": 1, "Adam": 2, "AMSGrad": 3}[name]
    w, g, s, extra = {"float32": (4, 4, 4, 0), "mixed": (2, 2, 4, 4), "bfloat16": (2, 2, 2, 0),
                      "bfloat16 with Kahan": (2, 2, 2, 2)}[precision]  # fmt: skip
    held = w + (g + extra + s * arrays) / 6
    moved = (w if precision == "mixed" else 2 * w) + g + 2 * extra + 2 * s * arrays
    assert explorer.result.total(2) == pytest.approx(2e9 * held + 3e9)
    assert sum(explorer.result.seconds[0].values()) == pytest.approx(2e9 * moved / 500e9)
    assert sum(explorer.result.seconds[2].values()) == pytest.approx(2e9 * moved / 500e9 / 6)


def test_what_the_chapter_answers_to_its_tasks():
    def fit(devices):
        explorer = CostExplorer(billions=7, devices=devices, memory="80", rest=15)
        fits = []
        for stage in costs.STAGES:
            explorer.set(stage=stage)
            fits.append(explorer.result.fits)
        return fits

    assert fit(8) == [False, True, True, True]
    assert fit(2) == [False, False, True, True]
    mixed, single = (CostExplorer(precision=precision).result for precision in ("mixed", "float32"))
    assert mixed.total(0) == single.total(0)
    assert sum(mixed.seconds[0].values()) == pytest.approx(sum(single.seconds[0].values()))


def test_the_bars_are_drawn_where_the_numbers_are():
    explorer = CostExplorer(billions=1, devices=4, stage=3, rest=2, memory="24")
    bars = [mark for mark in explorer._pen.marks if mark.kind == "bars"]
    left = [mark for mark in bars if mark.ax is bars[0].ax]
    tops = {round(float(m.points[:, 0].mean())): 0.0 for m in left}
    for mark in left:
        place = round(float(mark.points[:, 0].mean()))
        tops[place] = max(tops[place], mark.points[:, 1].max())
    assert tops == pytest.approx({0: 18, 1: 4 + 3 + 2, 2: 2 + 3.5 + 2, 3: 4 + 2})
    assert re.search(r"6 GB on a device, 2 GB of them activations", explorer.describe())


def test_the_goal_of_the_exercise():
    assert lowest() == 2 and fewest(2) == 31 and fewest(3) == 7 and fewest(1) is None
    assert gigabytes(31, 2) == pytest.approx(13 * (2 + 14 / 31) + 8)
    explorer = CostExplorer(goal="find_fit", billions=13, rule="AdamW", memory="40", rest=8, devices=31, stage=2)
    assert explorer.met
    explorer.set(devices=30)
    assert not explorer.met


@pytest.mark.parametrize(
    ("name", "answer", "mistake"),
    [
        ("find_fit", (7, 3), "highest stage"),
        ("find_fit", (31, 4), "unusable answer"),
        ("find_fit", (13, 2), "forgets the rest"),
        ("find_fit", (6, 3), "forgets the rest"),
        ("find_fit", (20, 2), "too few devices"),
        ("find_fit", (22, 2), "master not counted"),
        ("find_fit", (27, 2), "gradients not counted"),
        ("predict_standstill", (0.03125, 0.25, 0.0625), "the ulp"),
        ("predict_standstill", (1.04, 8.33, 2.08), "a whole ulp"),
        ("predict_standstill", (0.52, 4.2, 0.52), "no power between"),
    ],
)
def test_likely_wrong_answers_are_named(name, answer, mistake):
    assert diagnose(name, answer).misconception == mistake


@pytest.mark.parametrize(("devices", "more"), [(7, True), (30, True), (31, False), (100, False)])
def test_a_lower_stage_needs_more_devices_only_where_it_does(devices, more):
    assert ("with more devices" in diagnose("find_fit", (devices, 3)).message) is more


def test_two_casts_and_two_roundings_are_not_taken_for_a_run_or_a_loss():
    def cast_twice(total, small, compensation):
        exact = total.astype(float) + small - compensation
        t = exact.astype(total.dtype)
        return t, (t.astype(float) - exact).astype(total.dtype)

    def always_short(total, small, compensation):
        return find("kahan_add").reference(*(array.astype(np.float16) for array in (total, small, compensation)))

    assert diagnose("kahan_add", cast_twice).misconception == "sum made in another format"
    assert "its dtype is float16, here it should be float64." in diagnose("kahan_add", always_short).message


def test_gradients_asked_for_at_the_start_are_named_though_the_start_comes_back():
    def never_renewed(grad_fn, w, lr, steps):
        short, master = w.astype(np.float16), w.astype(np.float32)
        for _ in range(steps):
            master = master - lr * grad_fn(short).astype(np.float32)
        return short

    assert diagnose("mend_standstill", never_renewed).misconception == "gradients at the start"


def test_what_goes_wrong_first_is_shown_first():
    def square_of_m(w, grad, m, v, work, t, lr, beta1, beta2, eps):
        m *= beta1
        m += (1 - beta1) * grad
        v *= beta2
        v += (1 - beta2) * np.abs(m) ** 3
        w -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)

    assert "expected v = " in diagnose("adam_in_place", square_of_m).message


def test_the_sum_of_the_exercise_is_cast_to_float16_in_the_notebook_too():
    def longer(total, small, compensation):
        y = small.astype(float) - compensation
        t = total.astype(float) + y
        return t, (t - total) - y

    file = next(shared.FILE.parents[3].glob("solutions/*/what_an_update_costs.ipynb"))
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    cell = next("".join(cell["source"]) for cell in cells if cell["id"] == "training")
    names = {"np": np} | vars(course_lib)
    exec(cell, names)
    said = diagnose("train_in_float16", (longer, 0.0012)).message
    assert f"Your sum ends {names['excess'](longer, 0.0012):.0f} above" in said
