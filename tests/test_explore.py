"""The explorers without a browser: settings, sentences, pictures, and what crosses the wire."""

import base64
import gc
import io
import json
import re
import tracemalloc
import weakref

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from course_lib import GradientDescent, Momentum, Nesterov, Quadratic, chapters, minimize, plots
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
from course_lib.chapters.loss_and_gradient.explorer import LossBowlExplorer
from course_lib.chapters.momentum.explorer import MomentumExplorer
from course_lib.chapters.start_here.explorer import FirstStepExplorer
from course_lib.checks import diagnose
from course_lib.explore import Choice, Explorer, Pen, Point, Slider, Toggle, base, pictures
from course_lib.explore.pen import print_on
from course_lib.explore.surfaces import SURFACES, surface_named
from course_lib.optimizers import RULES, register
from course_lib.theory.descent import curvatures, predicted_factors

VIEW = "application/vnd.jupyter.widget-view+json"
EXPLORERS = list(chapters.explorers().values())


@pytest.fixture
def explorer(request):
    """One explorer of each kind."""
    return request.getfixturevalue("made")[request.param]


@pytest.fixture(scope="module")
def made():
    return {kind: kind() for kind in EXPLORERS}


each = pytest.mark.parametrize("explorer", EXPLORERS, indirect=True, ids=lambda kind: kind.__name__)


def ask(explorer, serial=1, values=(), **drag):
    """Send what the browser sends, as JSON, when a control moves."""
    explorer.set_state(json.loads(json.dumps({"_request": {"serial": serial, "values": dict(values), **drag}})))


def messages_of(explorer, monkeypatch):
    """Return the list that collects the messages to the browser, as (state, bytes of its buffers)."""
    sent = []
    keep = lambda message, buffers=None: sent.append((message["state"], sum(map(len, buffers or ()))))  # noqa: E731
    monkeypatch.setattr(explorer, "_send", keep)
    return sent


def marks_of(explorer):
    return explorer._picture["points"], explorer._picture["marks"], explorer._picture["handles"]


def another(control, value):
    """Return another value of a control."""
    match control:
        case Slider():
            return control.low if value != control.low else control.high
        case Choice():
            return next(option for option in control.options if option != value)
        case Toggle():
            return not value
        case Point():
            return (value[0] + 0.5, value[1] - 0.25)


def ends(control):
    """Return the values of a control that are most likely to break something."""
    match control:
        case Slider():
            return control.low, control.high
        case Choice():
            return control.options
        case Toggle():
            return False, True
        case Point():
            return (control.low, control.high), (control.high, control.low), (0.0, 0.0)


@each
def test_every_control_works_at_its_ends_and_resets_no_other(explorer):
    for control in explorer.controls:
        before = explorer.values
        for value in ends(control):
            explorer.set(**{control.name: value})
            assert explorer.values == before | {control.name: value}
            assert np.isfinite(np.frombuffer(marks_of(explorer)[0], "<f4")).any()
            assert not re.search(r"\bnan\b|\binf\b|None", explorer.describe()), explorer.describe()
            assert not re.search(r"(?<![\d.,])1 (steps|passes|runs|rows)\b", explorer.describe()), explorer.describe()
            assert len(explorer.describe()) > 40
        explorer.set(**before)


@each
def test_every_control_changes_what_is_seen_and_said(explorer):
    for control in explorer.controls:
        before, picture, sentence = explorer.values, (marks_of(explorer), explorer._background), explorer.describe()
        shown_with = {name: allowed[0] for name, allowed in (control.only or {}).items()}
        explorer.set(**shown_with)
        shown, said = (marks_of(explorer), explorer._background), explorer.describe()
        explorer.set(**{control.name: another(control, before[control.name])})
        assert (marks_of(explorer), explorer._background) != shown, control.name
        assert explorer.describe() != said, control.name
        explorer.set(**before)
        assert (marks_of(explorer), explorer._background) == picture
        assert explorer.describe() == sentence


@each
def test_the_constructor_takes_what_values_gives(explorer):
    changed = {control.name: another(control, control.value) for control in explorer.controls}
    copy = type(explorer)(**changed)
    assert copy.values == changed
    explorer_values = explorer.values
    explorer.set(**changed)
    assert copy.describe() == explorer.describe()
    explorer.set(**explorer_values)


@each
def test_unknown_and_impossible_settings_are_refused_by_name_and_change_nothing(explorer):
    before = explorer.values
    with pytest.raises(ValueError, match="no control 'colour'.*" + explorer.controls[0].name):
        explorer.set(colour="red")
    for control in explorer.controls:
        for bad in ("no such thing", None, [1, 2, 3], np.nan, 1e9, -1e9, object()):
            with pytest.raises(ValueError, match=control.name):
                explorer.set(**{control.name: bad})
    with pytest.raises(ValueError, match=explorer.controls[0].name):
        explorer.set(**{explorer.controls[-1].name: explorer.controls[-1].value, explorer.controls[0].name: None})
    assert explorer.values == before


@each
def test_the_answer_can_be_run_and_gives_the_settings_back(explorer):
    written = {}
    exec(explorer.answer, written)
    assert {name: written[name] for name in explorer.answers} == {
        name: explorer.values[name] for name in explorer.answers
    }


@each
def test_a_picture_without_a_browser_shows_what_moves(explorer):
    drawn = explorer.drawn
    paper = pictures.printed(explorer.size, drawn["background"], [], b"", [], explorer.describe())
    assert explorer.png() != paper


@each
def test_an_output_holds_the_widget_the_picture_and_the_sentence(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.describe() == metadata["image/png"]["alt"]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    png = base64.b64decode(data["image/png"])
    height, width, _ = image.imread(io.BytesIO(png)).shape
    figure_width, figure_height = (round(100 * inches) for inches in explorer.size)
    assert width == figure_width
    assert 20 < height - figure_height < 120  # a caption of a line or some
    assert len(png) < 250_000
    assert explorer.png() == png  # and drawing leaves nothing behind


@each
def test_nothing_is_drawn_over_the_edge_of_the_figure(explorer):
    figure = explorer._background_now.figure
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    assert box.x0 >= -0.02
    assert box.y0 >= -0.02
    assert (np.array([box.x1, box.y1]) <= np.array(explorer.size) + 0.02).all()


@each
def test_every_frame_lies_in_one_panel_and_no_panel_in_another(explorer):
    panels = explorer.drawn["panels"]
    assert 1 <= len(panels) <= 4
    for mark in (*explorer.drawn["marks"], *explorer.drawn["handles"]):
        left, bottom, right, top = mark.get("clip") or mark["frame"]
        x, y = (left + right) / 2, (bottom + top) / 2
        (panel,) = [one for one in panels if one[0] < x < one[2] and one[1] < y < one[3]]
        assert panel[0] <= left + 1e-3 and right <= panel[2] + 1e-3 and panel[1] <= bottom + 1e-3


@each
def test_an_explorer_is_no_higher_than_a_laptop_shows(explorer):
    # Rows of four controls of 48 pixels, the picture, three lines, a row of buttons; the browser's tests measure it.
    rows = -(-len(explorer.form["controls"]) // 4)
    assert 48 * rows + 100 * explorer.size[1] + 70 + 40 <= 560


@each
def test_every_label_is_said_to_a_screen_reader(explorer):
    form = explorer._form
    assert form["title"]
    assert all(spec["label"] for spec in form["controls"])
    assert len({spec["label"] for spec in form["controls"]}) == len(form["controls"])
    assert all(handle["label"] for handle in explorer._picture["handles"])


@each
def test_a_move_in_the_browser_is_one_message_back_and_no_echo(explorer, monkeypatch):
    slider = next(control for control in explorer.controls if isinstance(control, Slider) and control.name != "kappa")
    before = explorer.values
    sent = messages_of(explorer, monkeypatch)
    ask(explorer, 41, explorer.values | {slider.name: another(slider, explorer.values[slider.name])})
    ((state, _),) = sent
    assert set(state) == {"_picture"}
    assert state["_picture"]["serial"] == 41
    assert state["_picture"]["values"][slider.name] == another(slider, before[slider.name])
    explorer.set(**before)


@each
def test_a_browser_knows_every_color_and_no_text_is_a_formula(explorer):
    for mark in (*explorer._picture["marks"], *explorer._picture["handles"]):
        for color in mark.get("colors") or [mark["color"]]:
            assert re.fullmatch(r"#[0-9a-f]{6}|white|black", color), color
        assert "$" not in mark.get("text", "")  # a canvas has no formulas


@each
def test_the_browser_and_matplotlib_draw_the_same_points(explorer):
    points, marks, _ = marks_of(explorer)
    fractions = np.frombuffer(points, "<f4").reshape(-1, 2)
    assert len(fractions) == sum(mark["n"] for mark in marks)
    for mark, drawn in zip(explorer._pen.marks, marks, strict=True):
        first, fractions = fractions[: drawn["n"]], fractions[drawn["n"] :]
        pixels = mark.ax.transData.transform(mark.points) / mark.ax.figure.bbox.size
        seen = (np.abs(pixels) < 2).all(axis=1)
        np.testing.assert_allclose(first[seen], pixels[seen], atol=1e-6)


def test_a_thousand_updates_leave_nothing_behind(monkeypatch):
    explorer = DescentExplorer(steps=20)
    sent = messages_of(explorer, monkeypatch)
    serial = 0

    def memory_after(updates):
        nonlocal serial
        for _ in range(updates):
            serial += 1
            ask(explorer, serial, {"lr": (0.01, 0.1, 0.5)[serial % 3]})
        gc.collect()
        messages, sizes = len(sent), {size for _, size in sent}
        sent.clear()
        assert messages == updates
        assert len(sizes) == 1
        return tracemalloc.get_traced_memory()[0]

    memory_after(20)
    tracemalloc.start()
    first = memory_after(80)
    last = memory_after(900)
    tracemalloc.stop()
    # A picture that is kept, or a run, would cost 3000 bytes and more; NumPy's own small caches cost a few.
    assert (last - first) / 900 < 500
    artists = len(explorer._background_now.figure.findobj())
    explorer.png()
    assert len(explorer._background_now.figure.findobj()) == artists


def test_a_background_holds_no_pixels_and_no_contours():
    # A renderer of 1880 × 680 pixels is five megabytes, which tracemalloc does not see: Agg's memory is not Python's.
    explorer = DescentExplorer()
    figure = explorer._background_now.figure
    assert not any(text._renderer for text in figure.findobj(Text))
    assert not any(ax.collections or ax.images for ax in figure.axes)


def test_a_cell_that_runs_again_closes_what_only_it_has_shown(monkeypatch):
    now = {}
    monkeypatch.setattr(base.cells, "running", lambda: (now["cell"], now["run"]))

    def show(cell, run, explorer):
        now.update(cell=cell, run=run)
        return explorer._repr_mimebundle_()[0]

    first, shared = Faulty(), Faulty()
    show("a", 1, first)
    show("a", 1, shared)
    show("b", 2, shared)
    for run in range(3, 13):
        show("a", run, Faulty(lr=0.5))
    assert first.comm is None and first._pen is None and not first._backgrounds
    assert shared.comm is not None  # another cell shows it
    alive = [one for one in _instances.values() if isinstance(one, Faulty) and one.values == {"lr": 0.5}]
    assert len(alive) == 1
    show("b", 13, shared)
    assert shared.comm is not None  # the same one again
    assert show("c", 14, first)[VIEW]["model_id"] == first.model_id  # shown again, it lives again
    assert first.result == 1.0


def test_an_explorer_with_many_views_stays_below_ten_megabytes():
    DescentExplorer()  # what everybody shares, such as fonts
    tracemalloc.start()
    explorer = DescentExplorer()
    for kappa in range(2, 8):
        explorer.set(kappa=kappa)
        explorer.png()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    explorer.close()
    gc.collect()
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 5e6
    assert left < 1e6


def test_many_views_keep_few_backgrounds():
    explorer = DescentExplorer()
    for kappa in range(2, 12):
        explorer.set(kappa=kappa)
    assert len(explorer._backgrounds) <= 3


class Faulty(Explorer):
    """Fails on demand."""

    title = "faulty"
    controls = (Slider(name="lr", label="η", low=0, high=2, value=1.0),)

    def background(self, figure):
        return figure.subplots()

    def compute(self, v):
        if v.lr > 1.5:
            raise ZeroDivisionError("the learning rate split")
        return v.lr

    def draw(self, pen, ax, v, result):
        pen.dots(ax, [0.5], [result], color="black")

    def sentence(self, v, result):
        return f"The result is {result:g}."


def test_an_error_in_a_callback_reaches_the_student_and_goes_when_it_is_mended():
    explorer = Faulty()
    ask(explorer, 1, {"lr": 1.75})
    assert explorer._picture["error"] == "ZeroDivisionError: the learning rate split"
    assert explorer._picture["serial"] == 1
    assert explorer.describe() == "The result is 1."
    ask(explorer, 2, {"lr": 0.5})
    assert explorer._picture["error"] == ""
    assert explorer.describe() == "The result is 0.5."


def test_a_bad_request_is_answered_with_the_control_s_name():
    explorer = Faulty()
    ask(explorer, 1, {"lr": 7})
    assert explorer._picture["error"] == "ValueError: lr must be at least 0 and at most 2, got 7"
    assert explorer.values == {"lr": 1.0}


@pytest.mark.parametrize("old, new", [("paper", "background"), ("say", "sentence")])
def test_a_method_of_an_old_name_is_refused(old, new):
    with pytest.raises(TypeError, match=f"Mine.{old} must be called {new}"):
        type("Mine", (Explorer,), {old: lambda self: None})


def test_an_error_in_set_is_raised():
    with pytest.raises(ZeroDivisionError, match="split"):
        Faulty().set(lr=2)


class Faulty2(Faulty):
    """Fails while it draws, while it says what it drew, or while it draws what stands still."""

    controls = (*Faulty.controls, Choice(name="fails", label="fails", value="", options=("", "draw", "say", "view")))

    def view(self, v):
        return (v.fails == "view",)

    def background(self, figure, fails):
        return figure.nonsense if fails else figure.subplots()

    def draw(self, pen, ax, v, result):
        super().draw(pen, ax if v.fails != "draw" else None, v, result)

    def sentence(self, v, result):
        return super().sentence(v, result if v.fails != "say" else None)


@pytest.mark.parametrize("fails", ["draw", "say", "view"])
@pytest.mark.parametrize("way", ["in Python", "in the browser"])
def test_after_an_error_anywhere_everything_is_as_it_was(fails, way):
    explorer = Faulty2(lr=0.25)
    before = explorer.values, explorer.result, explorer.answer, explorer.describe(), explorer.png(), marks_of(explorer)
    if way == "in Python":
        with pytest.raises(Exception, match=r"None|nonsense"):
            explorer.set(lr=0.75, fails=fails)
    else:
        ask(explorer, 1, {"lr": 0.75, "fails": fails})
        assert explorer._picture["error"]
        assert explorer._picture["values"] == before[0]
    after = explorer.values, explorer.result, explorer.answer, explorer.describe(), explorer.png(), marks_of(explorer)
    assert after == before
    explorer.set(lr=0.75)
    assert explorer.result == 0.75


def test_a_closed_explorer_keeps_no_figures_and_still_prints():
    explorer = DescentExplorer()
    png = explorer.png()
    figure = weakref.ref(explorer._background_now.figure)
    explorer.close()
    gc.collect()
    assert figure() is None
    assert explorer.describe()
    assert explorer.png() == png


# ---------------------------------------------------------------------------------- the goal of an exercise


class Exercise:
    """What an explorer needs of an exercise: the settings it asks for, and a verdict on them."""

    name, parameters = "double_it", ("lr",)

    def __init__(self):
        self.asked = []

    def towards(self, lr):
        self.asked.append(lr)
        return lr >= 0.5, "" if lr > 1 else f"{2 * lr:g} of 1"


def test_an_explorer_says_whether_the_goal_is_met():
    explorer = Faulty(goal=Exercise(), lr=0.25)
    assert explorer.describe() == "The result is 0.25. Not there yet: 0.5 of 1."
    assert explorer.met is False
    explorer.set(lr=0.5)
    assert explorer.describe() == "The result is 0.5. Goal met: 1 of 1."
    assert explorer.met is True
    assert explorer.answer == "lr = 0.5"
    explorer.set(lr=1.25)
    assert explorer.describe() == "The result is 1.25. Goal met."
    assert explorer._picture["sentence"] == "The result is 1.25."
    assert Faulty().met is None


def test_a_goal_is_evaluated_once_for_each_setting():
    exercise = Exercise()
    explorer = Faulty(goal=exercise)
    for lr in (0.25, 1.0, 0.25, 1.0):
        explorer.set(lr=lr)
    assert exercise.asked == [1.0, 0.25]


def test_a_goal_is_the_goal_of_the_check():
    bowl = Quadratic([0.3, 6.0])
    explorer = DescentExplorer(objective=bowl, goal="find_learning_rate", lr=0.1, start=(1, 1))
    for lr in (0.001, 0.25, 0.3, 0.314, 0.317, 0.332, 0.34, 0.5):
        explorer.set(lr=lr)
        assert explorer.met == (diagnose("find_learning_rate", lr).status == "correct")
        assert explorer.answer == f"lr = {lr}"
    explorer.set(lr=0.3195)
    needed = minimize(bowl, [1, 1], GradientDescent(0.3195), 1000).steps_to(1e-6)
    words = f"{needed} steps, {needed - 65} too many" if needed > 65 else f"{needed} steps"
    assert explorer.describe().endswith(f": {words}.")


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        ("find_critical_damping_", "did you mean 'find_critical_damping'"),
        ("first_step", "first_step is none"),
        ("find_largest_batch", "asks for batch_size"),
    ],
)
def test_a_goal_that_does_not_fit_is_refused_by_name(goal, message):
    with pytest.raises(ValueError, match=message):
        Faulty(goal=goal)


def test_the_line_to_copy_holds_what_the_exercise_asks_for():
    explorer = MomentumExplorer(eigenvalues=[4.0], goal="find_critical_damping", hide="lr", lr=0.04, momentum=0.36)
    assert explorer.answer == "momentum = 0.36"
    assert explorer.met


# ---------------------------------------------------------------------------------- controls that are not shown


def test_a_hidden_control_keeps_its_value_and_is_not_dragged():
    explorer = MomentumExplorer(hide=("lr", "rule"), lr=0.1)
    assert [spec["name"] for spec in explorer._form["controls"]] == ["momentum", "steps"]
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    ask(explorer, drag={"handle": 0, "at": [right, top]})
    assert (explorer.values["lr"], explorer.values["momentum"]) == (0.1, 0.99)
    explorer.set(lr=0.2)
    assert explorer.values["lr"] == 0.2


def test_a_handle_whose_controls_are_all_hidden_is_not_there():
    assert DescentExplorer(hide="start")._picture["handles"] == []
    assert MomentumExplorer(hide=("lr", "momentum"))._picture["handles"] == []


def test_an_unknown_control_cannot_be_hidden():
    with pytest.raises(ValueError, match="no control 'rate'; this explorer has lr"):
        Faulty(hide="rate")


def test_the_last_request_wins():
    explorer = FirstStepExplorer()
    for serial, lr in enumerate((0.2, 0.5, 0.9), start=1):
        ask(explorer, serial, {"lr": lr})
    assert explorer.values["lr"] == 0.9
    assert explorer._picture["serial"] == 3


@each
def test_handles_are_dragged_to_where_they_are_dropped(explorer):
    before = explorer.values
    for number, handle in enumerate(explorer._picture["handles"]):
        left, bottom, right, top = handle["frame"]
        for x, y in ((0.3, 0.7), (0, 0), (1, 1)):
            at = [left + x * (right - left), bottom + y * (top - bottom)]
            ask(explorer, 5, drag={"handle": number, "at": at})
            now = explorer._picture["handles"][number]
            assert explorer._picture["error"] == ""
            assert explorer.values != before
            moved = [c for c in explorer.controls if explorer.values[c.name] != before[c.name]]
            ended = any(isinstance(c, Slider) and explorer.values[c.name] in (c.low, c.high) for c in moved)
            assert now["at"][0] == pytest.approx(at[0], abs=0.02 if ended else 0.006)  # axes may go on behind the end
            explorer.set(**before)


def test_a_drag_sets_round_numbers():
    explorer = DescentExplorer()
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    ask(explorer, drag={"handle": 0, "at": [left + (right - left) * 0.6123, bottom + (top - bottom) * 0.5]})
    assert explorer.values["start"] == (0.67, 0.0)


def test_dragging_the_dot_of_the_loss_bowl_moves_both_sliders():
    explorer = LossBowlExplorer()
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    ask(explorer, drag={"handle": 0, "at": [right, (bottom + top) / 2]})
    assert explorer.values == {"slope": 150, "intercept": 155}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rule", RULES)
def test_the_descent_explorer_shows_the_run_of_minimize(surface, rule):
    explorer = DescentExplorer(surface=surface, rule=rule, lr=0.01, steps=30, start=(0.5, 0.25))
    run = minimize(surface_named(surface, 10), (0.5, 0.25), RULES[rule](lr=0.01), 30)
    np.testing.assert_array_equal(explorer.result.w, run.w)
    reached = "diverges" if run.diverged else plots.short(run.loss[-1] - run.objective.minimum_value)
    assert reached in explorer.describe()


def test_a_diverging_run_is_drawn_to_the_edge_and_said():
    explorer = DescentExplorer(lr=0.5, steps=200)
    assert explorer.result.loss[-1] > 1e100
    assert "diverges" in explorer.describe()
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    path = np.frombuffer(explorer._picture["points"], "<f4").reshape(-1, 2)[: explorer._picture["marks"][0]["n"]]
    drawn = path[np.isfinite(path).all(axis=1)]
    assert drawn[-1, 1] > top or drawn[-1, 1] < bottom


def test_a_start_outside_of_the_box_widens_the_box():
    explorer = DescentExplorer(surface="saddle", start=(5, -6))
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    x, y = explorer._picture["handles"][0]["at"]
    assert left < x < right
    assert bottom < y < top
    assert explorer.values["start"] == (5, -6)


def test_an_objective_of_one_s_own_takes_the_place_of_the_menu():
    bowl = Quadratic([0.3, 6.0])
    explorer = DescentExplorer(objective=bowl, lr=0.31, steps=73, start=(1, 1))
    assert set(explorer.values) == {"rule", "lr", "momentum", "steps", "start"}
    assert explorer.answer == "lr = 0.31"
    np.testing.assert_array_equal(explorer.result.w, minimize(bowl, (1, 1), GradientDescent(0.31), 73).w)
    assert "κ = 20" in explorer.describe()


@pytest.fixture
def my_rule():
    """A rule of a reader's own, in the menus."""

    class HalfStep(GradientDescent):
        def direction(self, grad, state, t):
            return grad / 2, state

    register("my half step", HalfStep)
    yield HalfStep
    del RULES["my half step"]


def test_a_rule_of_one_s_own_is_in_the_menus_and_runs(my_rule):
    explorer = DescentExplorer(rule="my half step", lr=0.1, steps=5)
    run = minimize(surface_named("bowl", 10), (-2.5, 2.0), GradientDescent(0.05), 5)
    np.testing.assert_allclose(explorer.result.w, run.w)
    assert explorer.describe().startswith("My half step on")


@pytest.mark.parametrize("rule", [GradientDescent(0.05), Momentum(0.05, momentum=0.5), Nesterov(0.05, momentum=0.5)])
def test_predicted_factors_are_the_measured_ones(rule):
    bowl = Quadratic([1.0, 9.0])
    run = minimize(bowl, (1.0, 1.0), rule, 300)
    for axis, factor in enumerate(predicted_factors(rule, bowl.eigenvalues)):
        # Complex factors ring, so the rate is measured over many steps.
        errors = np.abs(run.w[100:301, axis])
        measured = (errors[-40:].max() / errors[:40].max()) ** (1 / 160)
        assert measured == pytest.approx(abs(factor), rel=0.02)


@pytest.mark.parametrize("surface", SURFACES)
def test_curvatures_are_the_second_derivatives_at_the_minimum(surface):
    objective = surface_named(surface, 7.0)
    at = objective.minimum
    h = 1e-3

    def along(direction):
        around = objective.value(at + h * np.outer([-1, 0, 1], direction))
        return (around[0] - 2 * around[1] + around[2]) / h**2

    trace = along([1, 0]) + along([0, 1])
    assert curvatures(objective).sum() == pytest.approx(trace, rel=1e-3)
    assert (curvatures(objective) > 0).all()


def test_a_pen_draws_the_same_for_the_browser_and_for_matplotlib():
    figure = Figure(figsize=(4, 2), layout="none")  # whatever style another figure has set
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.25, 0.5, 0.5, 0.25))
    ax.set(xlim=(0, 10), ylim=(1, 100), yscale="log")
    pen = Pen()
    pen.line(ax, [0, 10], [1, 100], color="red", style="--")
    pen.bars(ax, [5], [10], color="blue", width=2, base=1)
    pen.text(ax, 5, 10, "ten")
    pen.arrow(ax, (0, 1), (10, 10), color="green")
    pen.area(ax, [0, 10, 10], [1, 1, 10], color="gray")
    pen.curve(ax, [0, 5, 10], [10, np.inf, 0.0], color="black")
    pen.handle(ax, "start", (5, 10), label="start")
    marks, points, handles = pen.packed()
    fractions = np.frombuffer(points, "<f4").reshape(-1, 2)
    np.testing.assert_allclose(fractions[:2], [[0.25, 0.5], [0.75, 0.75]], atol=1e-6)
    np.testing.assert_allclose(fractions[2:4], [[0.45, 0.5], [0.55, 0.625]], atol=1e-6)
    assert [mark["kind"] for mark in marks] == ["line", "bars", "text", "arrow", "area", "line"]
    assert marks[0]["clip"] == [0.25, 0.5, 0.75, 0.75]
    assert fractions[-2, 1] > 0.75  # what is infinite leaves through the top,
    assert fractions[-1, 1] < 0.5  # what is 0 on a logarithmic axis through the bottom
    assert handles == [
        {"frame": [0.25, 0.5, 0.75, 0.75], "at": [0.5, 0.625], "color": plots.INK, "label": "start"}
    ]
    assert len(print_on(figure, marks, points, handles)) == len(marks) + len(handles)
    figure.canvas.draw()


def test_on_a_linear_axis_what_is_infinite_leaves_through_its_edge():
    figure = Figure(figsize=(4, 2), layout="none")
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 1), ylim=(-1, 3))
    pen = Pen()
    pen.curve(ax, [0, 0.2, 0.4, 0.6, 0.8, 1], [0, np.inf, np.nan, -np.inf, 43, -41], color="black")
    assert pen.marks[0].points[:, 1].tolist() == [0, 43, 43, -41, 43, -41]
    pen.line(ax, [0, np.nan, 1], [0, 1, 2], color="black", style=":")
    pen.dots(ax, 0.5, 1.0, color="black", size=3)
    assert pen.marks[1].style["dashes"] == [1, 1.65]
    assert np.isnan(pen.marks[1].points[1, 0])
    line, dashed, dots = print_on(figure, *pen.packed())
    assert (line.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert (dots.get_marker(), dots.get_markersize(), dots.get_xydata().tolist()) == ("o", 3, [[0.5, 0.5]])


def test_a_slider_stops_at_round_numbers_and_takes_every_other():
    log = Slider(name="lr", label="η", low=1e-3, high=1, value=0.1, log=True)
    assert log.snapped(0.123456) == 0.123
    assert log.snapped(7) == 1
    assert log.checked(0.123456) == 0.123456
    linear = Slider(name="beta", label="β", low=0, high=0.99, value=0.9, step=0.01)
    assert linear.snapped(0.3049) == 0.3
    whole = Slider(name="steps", label="steps", low=0, high=20, value=4, whole=True)
    assert whole.snapped(3.6) == 4
    assert type(whole.checked(np.int64(3))) is int


def test_every_value_that_a_control_stops_at_is_one_that_it_takes():
    for kind in EXPLORERS:
        for control in kind.controls:
            if not isinstance(control, Point):
                stops = control.stops(50)
                assert [control.checked(value) for value in stops] == stops == list(dict.fromkeys(stops)), control.name


def test_whole_numbers_on_a_logarithmic_scale_are_told_one_by_one():
    workers = Slider(name="workers", label="workers", value=16, low=1, high=1024, log=True, whole=True)
    stops = workers.spec()["stops"]
    assert stops[:5] == [1, 2, 3, 4, 5] and stops[-1] == 1024 and all(isinstance(stop, int) for stop in stops)
