"""The pictures: what they draw, that they stay in their axes, and that every reader can tell the rules apart."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

from matplotlib import colors
from matplotlib import pyplot as plt

from course_lib import GradientDescent, Momentum, Quadratic, Rosenbrock, minimize, optimizers, plots
from course_lib.objectives import SURFACES

# Machado, Oliveira, Fernandes (2009): what remains of a linear RGB color in the three kinds of color blindness.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.fixture(autouse=True)
def close_figures():
    with plots.style():
        yield
    plt.close("all")


def linear(color):
    rgb = np.array(colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    root = np.cbrt(xyz / [0.95047, 1, 1.08883])
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("kind", BLINDNESS)
def test_every_two_rules_differ_in_color_for_every_reader(kind):
    shown = plots.COLORS | {"a rule of one's own": plots.OWN}
    seen = {rule: lab(np.clip(BLINDNESS[kind] @ linear(color), 0, 1)) for rule, color in shown.items()}
    for one, other in itertools.combinations(seen, 2):
        # About 2 is what the eye just notices side by side.
        assert np.linalg.norm(seen[one] - seen[other]) > 20, (one, other)


@pytest.mark.parametrize("color", [*plots.COLORS.values(), plots.OWN])
def test_every_color_stands_out_from_the_paper(color):
    luminance = linear(color) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3  # WCAG 2.1, 1.4.11: graphics


def test_every_rule_has_a_look():
    rules = set(optimizers.__all__) - {"Optimizer"}
    assert rules == set(plots.COLORS) == set(plots.LINES)
    assert plots.color_of("Momentum") == plots.color_of(Momentum) == plots.color_of(Momentum(0.1))


def test_a_rule_of_ones_own_looks_like_the_one_it_derives_from():
    class Mine(optimizers.NAdam):
        pass

    class MineAgain(Mine):
        pass

    class FromScratch(optimizers.Optimizer):
        pass

    assert plots.look(MineAgain(0.1)) == plots.look(Mine) == plots.look("NAdam")
    assert plots.look(FromScratch(0.1)) == dict(color=plots.OWN, linestyle=plots.OWN_LINE)
    assert str(plots.OWN_LINE) not in map(str, plots.LINES.values())
    with pytest.raises(ValueError, match="^rule must be one of GradientDescent, Momentum, .*, got 'Mine'$"):
        plots.look("Mine")


def test_rules_of_like_color_differ_in_line_style():
    looks = [str(style) for style in plots.LINES.values()]
    assert sorted(style for style in looks if looks.count(style) > 1) == ["-", "-"]  # only the first and Adam


@pytest.mark.parametrize("kind", SURFACES)
def test_a_surface_shows_its_whole_box_and_its_minimum(kind):
    objective = kind()
    _fig, ax = plots.figure()
    plots.surface(ax, objective)
    assert (ax.get_xlim(), ax.get_ylim()) == tuple(map(tuple, objective.box))
    star = next(line for line in ax.lines if line.get_marker() == "*")
    assert star.get_xydata().tolist() == [objective.minimum.tolist()]
    assert ax.get_title(loc="left") == objective.name


def test_a_path_has_one_line_a_lane_in_the_color_of_its_rule():
    bowl = Quadratic()
    _fig, ax = plots.figure()
    plots.surface(ax, bowl)
    lines = plots.path(ax, minimize(bowl, bowl.start, Momentum(np.array([[0.01], [0.02]])), 5))
    assert len(lines) == 2
    assert {line.get_color() for line in lines} == {plots.color_of("Momentum")}


def test_a_diverging_path_leaves_the_axes_in_the_true_direction_and_keeps_their_limits():
    valley = Rosenbrock()
    fig, ax = plots.figure()
    plots.surface(ax, valley)
    run = minimize(valley, valley.start, GradientDescent(0.05), 50)
    (line,) = plots.path(ax, run)
    drawn = np.array(line.get_xydata())
    last = np.isfinite(drawn).all(axis=1).sum() - 1
    assert run.diverged
    assert 0 < last < 50
    assert 10 < np.abs(drawn[last]).max() < 1000
    assert np.allclose(drawn[last] / np.linalg.norm(drawn[last]), run.w[last] / np.linalg.norm(run.w[last]))
    assert (ax.get_xlim(), ax.get_ylim()) == tuple(map(tuple, valley.box))
    fig.canvas.draw()


def test_a_loss_curve_shows_the_height_above_the_minimum_and_cuts_off_what_blew_up():
    bowl = Quadratic()
    fig, ax = plots.figure()
    (line,) = plots.loss_curve(ax, minimize(bowl, bowl.start, GradientDescent(0.1), 30))
    (wild,) = plots.loss_curve(ax, minimize(bowl, bowl.start, GradientDescent(5.0), 900))
    assert ax.get_yscale() == "log"
    assert line.get_ydata()[0] == bowl.value(bowl.start)
    assert wild.get_ydata().max() == pytest.approx(1e4 * bowl.value(bowl.start))
    fig.canvas.draw()


def test_contraction_bars_are_the_factors_of_one_step():
    _fig, ax = plots.figure()
    bars = plots.contraction(ax, [0.5, 4.0], 0.55)
    assert [bar.get_height() for bar in bars] == pytest.approx([0.725, 1.2])
    assert bars[0].get_facecolor() != bars[1].get_facecolor()


def test_a_prediction_lies_below_the_measurement():
    _fig, ax = plots.figure()
    (measured,) = ax.plot([1, 2], [1, 2])
    assert plots.prediction(ax, [1, 2], [1, 2]).get_zorder() < measured.get_zorder()


# ---------------------------------------------------------------------------------- figures and numbers


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        (dict(), (5.5, 3.7)),
        (dict(ncols=2), (9.4, 3.7)),
        (dict(ncols=3), (10.0, 3.7)),
        (dict(ncols=2, nrows=2), (9.4, 7.4)),
        (dict(width=3, height=2), (3, 2)),
        (dict(ncols=3, width=12), (12, 3.7)),
    ],
)
def test_a_figure_fits_a_notebook_unless_told_otherwise(asked, size):
    fig, axes = plots.figure(**asked)
    assert fig.get_size_inches().tolist() == pytest.approx(size)
    assert np.shape(axes) == {(1, 1): (), (2, 1): (2,), (3, 1): (3,), (2, 2): (2, 2)}[
        (asked.get("ncols", 1), asked.get("nrows", 1))
    ]


def test_a_figure_hands_options_on_and_sets_the_style_that_its_context_takes_back():
    with mpl.rc_context():
        mpl.rcParams["axes.grid"] = False
        with plots.style():
            assert mpl.rcParams["axes.grid"]
        assert not mpl.rcParams["axes.grid"]
        _fig, (left, right) = plots.figure(ncols=2, sharey=True)
        assert mpl.rcParams["axes.grid"]
        assert left.get_shared_y_axes().joined(left, right)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.31415926, "0.314"),
        (-0.5, "−0.5"),
        (99.96, "100"),
        (99.94, "99.9"),
        (100, "100"),
        (1234.5, "1234"),
        (-1234.6, "−1235"),
        (99999, "99999"),
        (100_000, "1e+05"),
        (1e-8, "1e−08"),
        (np.inf, "∞"),
        (-np.inf, "∞"),
        (np.nan, "∞"),
    ],
)
def test_short_numbers(number, text):
    assert plots.short(number) == text


# ---------------------------------------------------------------------------------- surfaces


def test_each_band_of_a_surface_covers_its_share_and_the_lowest_is_the_darkest():
    valley = Rosenbrock()
    _fig, ax = plots.figure()
    lines = plots.surface(ax, valley, levels=8)
    rng = np.random.default_rng(0)
    (x, X), (y, Y) = valley.box
    heights = valley.value(rng.uniform((x, y), (X, Y), size=(40_000, 2)))
    # Drawn are the levels between the lowest and the highest; below the k-th lie (k/8)^1.5 of the box.
    below = [(heights < level).mean() for level in lines.levels]
    assert below == pytest.approx((np.arange(1, 8) / 8) ** 1.5, abs=0.015)
    bands = next(artist for artist in ax.collections if artist is not lines)
    lightness = [lab(linear(color[:3]))[0] for color in bands.get_facecolor()]
    assert len(lightness) == 8
    assert lightness == sorted(lightness)
    assert colors.to_hex(bands.get_facecolor()[0]) == "#c3d5e6"
    assert colors.to_hex(bands.get_facecolor()[-1]) == "#ffffff"


class Plane:
    """Has no minimum, and no name."""

    box = ((0.0, 2.0), (0.0, 1.0))
    value = staticmethod(lambda w: w[..., 0] + w[..., 1])


def test_a_surface_of_one_s_own_needs_a_value_and_a_box():
    _fig, (left, right) = plots.figure(ncols=2)
    plots.surface(left, Plane)
    assert not [line for line in left.lines if line.get_marker() == "*"]
    assert left.get_title(loc="left") == ""
    assert (left.get_xlabel(), left.get_ylabel()) == ("$w_1$", "$w_2$")
    plots.surface(right, Plane, box=((0, 1), (0, 5)), title="mine")
    assert right.get_title(loc="left") == "mine"
    assert (right.get_xlim(), right.get_ylim()) == ((0, 1), (0, 5))


@pytest.mark.parametrize(
    ("box", "aspect"),
    [
        (((0, 1), (0, 1)), 1.0),
        (((0, 2.4), (0, 1)), 1.0),
        (((0, 2.6), (0, 1)), "auto"),
        (((0, 0.45), (0, 1)), 1.0),
        (((0, 0.39), (0, 1)), "auto"),
    ],
)
def test_a_surface_has_true_proportions_unless_it_is_a_strip(box, aspect):
    _fig, ax = plots.figure()
    plots.surface(ax, Plane, box=box)
    assert ax.get_aspect() == aspect


def test_whatever_is_drawn_next_the_box_of_a_surface_stays():
    fig, ax = plots.figure()
    plots.surface(ax, Plane)
    ax.plot([-50, 50], [-50, 50])
    fig.canvas.draw()
    assert (ax.get_xlim(), ax.get_ylim()) == Plane.box
    assert not any(line.get_visible() for line in ax.get_xgridlines())


# ---------------------------------------------------------------------------------- paths and losses


def marker_lines(ax, *, ring):
    """Return the lines of dots, or of the ring at the start."""
    dotted = [line for line in ax.lines if line.get_marker() == "o"]
    return [line for line in dotted if (line.get_markerfacecolor() == "white") == ring]


def test_a_path_has_a_dot_a_step_and_a_ring_at_the_start():
    bowl = Quadratic([1.0, 10.0])
    run = minimize(bowl, bowl.start, Momentum(0.05), 7)
    _fig, (left, right) = plots.figure(ncols=2)
    (line,) = plots.path(left, run, label="seven steps")
    np.testing.assert_array_equal(line.get_xydata(), run.w)
    assert line.get_label() == "seven steps"
    assert line.get_linestyle() == "--"  # dashes of its own
    (dots,), (ring,) = marker_lines(left, ring=False), marker_lines(left, ring=True)
    np.testing.assert_array_equal(dots.get_xydata(), run.w)
    np.testing.assert_array_equal(ring.get_xydata(), run.w[:1])
    assert dots.get_color() == ring.get_markeredgecolor() == plots.COLORS["Momentum"]
    (line,) = plots.path(right, run, dots=False, color="green", linestyle=":")
    assert not marker_lines(right, ring=False)
    assert (line.get_color(), line.get_linestyle()) == ("green", ":")
    assert marker_lines(right, ring=True)[0].get_markeredgecolor() == "green"


def test_points_out_of_sight_keep_their_direction_and_what_follows_is_not_drawn():
    _fig, ax = plots.figure()
    ax.set(xlim=(-1, 2), ylim=(-0.5, 0.5))  # the farthest edge is 2 away, so 40 is out of sight
    w = np.array([[1.0, 1.0], [-40.0, 3.0], [30.0, -80.0], [1.0, 1.0], [np.nan, 0.0]])
    shown = plots.until_out_of_sight(ax, w)
    np.testing.assert_allclose(shown[:3], [[1, 1], [-40, 3], [15, -40]])
    assert np.isnan(shown[3:]).all()
    lanes = plots.until_out_of_sight(ax, np.stack([w, np.ones_like(w)], axis=1))
    np.testing.assert_allclose(lanes[:, 0], shown)
    assert (lanes[:, 1] == 1).all()  # each lane is lost by itself


def test_a_loss_curve_has_one_line_a_lane_and_one_height_to_cut_at():
    bowl = Quadratic([1.0, 10.0])
    run = minimize(bowl, np.array([[0.1, 0.1], [2.0, 2.0]]), GradientDescent(np.array([[0.05], [5.0]])), 60)
    _fig, ax = plots.figure()
    tame, wild = plots.loss_curve(ax, run, color="green")
    np.testing.assert_array_equal(tame.get_xydata(), np.column_stack([np.arange(61), run.loss[:, 0]]))
    assert wild.get_ydata().max() == pytest.approx(1e4 * run.loss[0].max())
    assert tame.get_color() == "green"
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "loss", "log")


class Run:
    """A loss without an objective."""

    optimizer = GradientDescent(0.1)
    loss = np.array([5.0, 4.0, 3.0, 2.0, np.nan, np.inf])


def test_a_loss_curve_may_be_drawn_above_any_height():
    _fig, (left, right) = plots.figure(ncols=2)
    (line,) = plots.loss_curve(left, Run, above=3.0, label="mine")
    # At the height itself and below it a logarithmic axis has no place; what is infinite lies at the cut.
    np.testing.assert_allclose(line.get_ydata(), [2, 1, np.nan, np.nan, np.nan, 2e4])
    assert left.get_ylabel() == "loss − its minimum"
    assert line.get_label() == "mine"
    (line,) = plots.loss_curve(right, Run)
    np.testing.assert_allclose(line.get_ydata()[:4], Run.loss[:4])


def test_a_loss_curve_is_above_the_minimum_of_its_objective():
    class Lifted(Quadratic):
        minimum_value = 1.0

        def value(self, w):
            return super().value(w) + 1

    bowl = Lifted([1.0, 4.0])
    run = minimize(bowl, [1.0, 1.0], GradientDescent(0.1), 5)
    _fig, ax = plots.figure()
    (line,) = plots.loss_curve(ax, run)
    np.testing.assert_allclose(line.get_ydata(), run.loss - 1)


# ---------------------------------------------------------------------------------- contraction, prediction


@pytest.mark.parametrize(("lr", "top"), [(0.1, 1.25), (0.6, 1.54), (2.0, 3.0)])
def test_contraction_axes_hold_the_bars_the_line_at_one_and_a_name_for_each(lr, top):
    _fig, ax = plots.figure()
    bars = plots.contraction(ax, [0.5, 1.0, 4.0], lr)
    np.testing.assert_allclose([bar.get_height() for bar in bars], np.abs(1 - lr * np.array([0.5, 1.0, 4.0])))
    np.testing.assert_allclose([bar.get_x() + bar.get_width() / 2 for bar in bars], [0, 1, 2], atol=1e-12)
    assert all(0.3 < bar.get_width() < 1 for bar in bars)
    assert ax.get_xlim() == (-0.6, 2.6)
    assert ax.get_ylim() == pytest.approx((0, top))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["λ = 0.5", "λ = 1", "λ = 4"]
    assert ax.get_xticks().tolist() == [0, 1, 2]
    (line,) = ax.lines
    assert list(line.get_ydata()) == [1, 1]
    assert ax.get_title(loc="left") == "|1 − ηλ|"


def test_contraction_takes_a_single_curvature():
    _fig, ax = plots.figure()
    assert [bar.get_height() for bar in plots.contraction(ax, 2.0, 0.25)] == [0.5]


def test_only_what_shrinks_is_blue():
    blue, red = plots.COLORS["Momentum"], plots.COLORS["Adam"]
    assert [plots.shrinks(factor) for factor in (0.0, 0.99, -0.99, 1.0, -1.0, 1.2)] == 3 * [blue] + 3 * [red]


def test_a_prediction_is_broad_and_pale_and_takes_a_look_of_its_own():
    _fig, ax = plots.figure()
    line = plots.prediction(ax, [1, 2], [3, 4])
    assert line.get_xydata().tolist() == [[1, 3], [2, 4]]
    assert line.get_label() == "predicted"
    assert line.get_linewidth() > 2 * mpl.rcParams["lines.linewidth"]
    assert line.get_alpha() < 0.6
    other = plots.prediction(ax, [1, 2], [3, 4], label="theory", color="green", linewidth=9)
    assert (other.get_label(), other.get_color(), other.get_linewidth()) == ("theory", "green", 9)
