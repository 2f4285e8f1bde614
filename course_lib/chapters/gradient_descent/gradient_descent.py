"""The loop of gradient descent: a path from its start, each point by the gradient of the point before."""

import functools

import numpy as np

from course_lib.checks.exercises import function
from course_lib.objectives import Quadratic, Rosenbrock


def coupled(w):
    """np.array([[3, 1], [1, 1]]) @ w, the gradient of a bowl"""
    return np.array([[3.0, 1.0], [1.0, 1.0]]) @ w


def rosenbrock(w):
    """Rosenbrock().grad(w), the gradient of a valley"""
    return Rosenbrock().grad(w)


def runs(rng):
    yield coupled, np.array([1.0, 2.0]), 0.1, 1
    yield coupled, np.array([1.0, 2.0]), 0.1, 2
    yield coupled, np.array([-2.0, 0.5]), 0.3, 7
    yield Quadratic([2.0]).grad, np.array([4.0]), 0.25, 3
    yield Quadratic([0.5, 1.0, 2.0]).grad, rng.normal(size=3), 0.4, 5
    yield rosenbrock, np.array([-1.0, 1.5]), 0.001, 20
    yield coupled, np.array([1.0, 2.0]), 0.1, 0
    yield coupled, np.float32([1.0, 2.0]), 0.1, 4
    yield coupled, np.array([3e-9, -2e-9]), 0.1, 3
    yield coupled, np.array([0.0, 0.0]), 0.1, 2
    yield Quadratic([1e-3]).grad, np.array([1.0]), 0.5, 1100


@function(
    inputs=runs,
    returns="the path",
    praise=(
        "Start and every point after it: 20 steps down Rosenbrock's valley are 21 points, each with the gradient of "
        "the point before."
    ),
)
def gradient_descent(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "All rows of your path are the same point, the last: the list holds one array many times, and `w -= …` changes "
    "them all. "
    "Make a new array in each step, or append a copy."
)
def one_array_many_times(grad_fn, w0, lr, steps):
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake(
    "All rows of your path are the same point, and the caller's `w0` is overwritten: `w -= …` changes one array, again "
    "and again. "
    "Make a new array in each step."
)
def one_array_many_times_and_it_is_w0(grad_fn, w0, lr, steps):
    w = w0
    path = [w]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake(
    "The path is right, but your function moves the caller's `w0` (`w = w0` gives the same array a second name). Start "
    "from a copy."
)
def moves_w0(grad_fn, w0, lr, steps):
    w = w0
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w.copy())
    return np.array(path)


@gradient_descent.mistake(
    "The start is missing from your path: `w0` is its first row, so there is one row more than there are steps."
)
def no_w0(grad_fn, w0, lr, steps):
    path, w = np.empty((steps, *w0.shape)), w0
    for t in range(steps):
        w = w - lr * grad_fn(w)
        path[t] = w
    return path


@gradient_descent.mistake(
    "The start stands twice in your path, and the last step is missing. When is a point appended, before or after its "
    "step?"
)
def start_stands_twice(grad_fn, w0, lr, steps):
    w, path = w0, [w0]
    for _ in range(steps):
        path.append(w)
        w = w - lr * grad_fn(w)
    return np.array(path)


@gradient_descent.mistake(
    "The last point is missing from your path: each point is appended before its step, and the one after the last step "
    "never is. How many points do `steps` steps make?"
)
def last_point_missing(grad_fn, w0, lr, steps):
    path, w = [], w0
    for _ in range(steps):
        path.append(w)
        w = w - lr * grad_fn(w)
    return np.array(path)


@gradient_descent.mistake(
    "The last row of your path is still 0: it was never filled. Which indices does your loop go through, and which is "
    "the last row's?"
)
def last_row_never_filled(grad_fn, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for t in range(1, steps):
        path[t] = path[t - 1] - lr * grad_fn(path[t - 1])
    return path


@gradient_descent.mistake("One step too few: `steps` steps make `steps + 1` points, and the path ends one early.")
def one_step_too_few(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(1, steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake("One step too many: the start counts as a point, and not as a step.")
def one_step_too_many(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps + 1):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "Every step uses the gradient of the start, so the path is a straight line. The slope changes as you walk: where "
    "should it be measured?"
)
def gradient_taken_once(grad_fn, w0, lr, steps):
    grad, path = grad_fn(w0), [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad)
    return np.array(path)


@gradient_descent.mistake(
    "The coordinates move one after the other, and the second already sees the first one's new value. "
    "Take one gradient at the old point, then move all coordinates together."
)
def one_coordinate_after_the_other(grad_fn, w0, lr, steps):
    w = w0.astype(float)
    path = [w.copy()]
    for _ in range(steps):
        for i in range(w.size):
            w[i] -= lr * grad_fn(w)[i]
        path.append(w.copy())
    return np.array(path)


@gradient_descent.mistake(
    "The start is missing from your path, and there is a step too many: it begins after the first step. Put `w0` first."
)
def begins_after_the_first_step(grad_fn, w0, lr, steps):
    path, w = [], w0
    for _ in range(steps + 1):
        w = w - lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake("Your path starts at 0 instead of `w0`: the first row was never filled in.")
def starts_at_zero(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, np.zeros_like(w0), lr, steps)


@gradient_descent.mistake(
    "Only the start and the end are in your path: append inside the loop. Look at the indentation of `append`."
)
def only_the_start_and_the_end(grad_fn, w0, lr, steps):
    w = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w)
    return np.array([w0, w])


@gradient_descent.mistake("This is where the run ends; the whole path is wanted, the start first, one point a row.")
def only_the_last_point(grad_fn, w0, lr, steps):
    w = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w)
    return w


@gradient_descent.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] + lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "Here every step has the length `lr`, on steep ground and on flat. A step should be longer where the slope is "
    "steeper: keep the length of the gradient."
)
def unit_step(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        grad = grad_fn(path[-1])
        path.append(path[-1] - lr * grad / np.linalg.norm(grad))
    return np.array(path)


@gradient_descent.mistake("Every step starts again from `w0`. Where should the next step start?")
def every_step_from_w0(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(w0 - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "All rows after the first are the same point: the step is made, and the next one starts from `w0` again. Where "
    "should it start?"
)
def never_moves_on(grad_fn, w0, lr, steps):
    return np.array([w0] + [w0 - lr * grad_fn(w0)] * steps)


@gradient_descent.mistake(
    "Each step uses the gradient of the point before the last, one point back. At which point do you stand when you "
    "step?"
)
def gradient_one_point_back(grad_fn, w0, lr, steps):
    path = [w0]
    for i in range(steps):
        path.append(path[i] - lr * grad_fn(path[max(i - 1, 0)]))
    return np.array(path)


@gradient_descent.mistake(
    "Each step uses the gradient of the point before the last: for the first step `path[i - 1]` is the last row of "
    "your table. At which point do you stand when you step?"
)
def gradient_one_row_back(grad_fn, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for i in range(steps):
        path[i + 1] = path[i] - lr * grad_fn(path[i - 1])
    return path


@gradient_descent.mistake("These are the gradients along the way; the points themselves are wanted.")
def path_of_gradients(grad_fn, w0, lr, steps):
    return np.array([grad_fn(w) for w in gradient_descent(grad_fn, w0, lr, steps)])


@gradient_descent.mistake(
    "The points stand in columns; give them one a row, so that `path[t]` is the point after step t."
)
def points_in_columns(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, w0, lr, steps).T


@gradient_descent.mistake(
    "Your function returns from inside the loop: one step is made, whatever `steps` says. Look at the indentation of "
    "`return`."
)
def returns_inside_the_loop(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
        return np.array(path)


@gradient_descent.mistake(
    "This stops before `steps` steps are made, when the slope or the change has become small. How long shall the path "
    "be?"
)
def stops_when_flat(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        grad = grad_fn(path[-1])
        if np.linalg.norm(grad) < 1e-6:
            break
        path.append(path[-1] - lr * grad)
    return np.array(path)


@gradient_descent.mistake(
    "This stops before `steps` steps are made, when the slope is exactly 0. The point then stays; the path goes on."
)
def stops_at_a_slope_of_0(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        if not grad_fn(path[-1]).any():
            break
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake("This never makes more than 1000 steps. How many were asked for?")
def at_most_1000_steps(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, w0, lr, min(steps, 1000))


@gradient_descent.mistake("This never makes more than 100 steps. How many were asked for?")
def at_most_100_steps(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, w0, lr, min(steps, 100))


@gradient_descent.mistake(
    "With `steps = 0` a point of shape (d,) comes back. A path of one point is a table, too: which shape has it?"
)
def no_row_for_0_steps(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, w0, lr, steps) if steps else w0


gradient_descent.common("no lr", "lr twice")


@gradient_descent.right
def path_filled_in(grad_fn, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad_fn(path[t])
    return path


@gradient_descent.right
def path_in_place_on_a_copy(grad_fn, w0, lr, steps):
    w = w0.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w.copy())
    return path


@gradient_descent.right
def path_of_a_while_loop(slope, start, rate, count):
    points = [list(start)]
    while len(points) <= count:
        last = np.array(points[-1])
        points.append((last - rate * slope(last)).tolist())
    return points


@gradient_descent.right
def path_stacked(grad_fn, w0, lr, steps):
    path = w0[None]
    for _ in range(steps):
        path = np.vstack([path, path[-1] - lr * grad_fn(path[-1])])
    return path


@gradient_descent.right
def path_by_reduction(*, grad_fn, w0, lr, steps):
    return np.array(functools.reduce(lambda path, _: [*path, path[-1] - lr * grad_fn(path[-1])], range(steps), [w0]))


@gradient_descent.right
def path_of_singles(grad_fn, w0, lr, steps):
    w = w0.astype(np.float32)
    path = [w]
    for _ in range(steps):
        w = w - np.float32(lr) * grad_fn(w).astype(np.float32)
        path.append(w)
    return np.array(path)


gradient_descent.accept(
    lambda grad_fn, w0, lr, steps: path_filled_in(grad_fn, w0, lr, steps).astype(np.float32),
)


gradient_descent.equivalent("np.array(path) → path in `return np.array(path)`", "a list of points is a path as well")
