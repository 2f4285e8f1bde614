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
