"""When to stop: the loss has been flat for some steps in a row."""

import numpy as np

from course_lib.checks.exercises import function


def losses(rng):
    yield [5.0, 3.0, 2.0, 2.0, 2.0, 2.0], 0.5, 1
    yield [5.0, 3.0, 2.0, 2.0, 2.0, 2.0], 0.5, 2
    yield [8.0, 4.0, 3.9, 2.0, 1.95, 1.9, 1.88, 1.0], 0.25, 2
    yield [8.0, 4.0, 3.9, 3.8, 1.0, 0.98, 0.97, 0.96, 0.2], 0.25, 3
    yield [4.0, 2.0, 3.0, 2.0, 3.0, 2.9, 2.95, 1.0], 0.5, 2
    yield [4.0, 3.0, 2.0, 1.0], 0.25, 2
    yield [0.3, 0.2, 0.9, 0.1, 0.15, 0.12, 0.1], 0.25, 2
    yield list(3.0 * 0.7 ** np.arange(30)), 1e-2, 3
    yield list(100 * 0.9 ** np.arange(40) * (1 + 0.3 * rng.normal(size=40))), 4.0, 4
    yield [6.0, 5.9], 0.5, 3
    yield [6.0, 5.9, 3.0, 1.0], 0.5, 1
    yield [2.0, 1.5, 1.0, 0.5], 0.5, 2
    yield [2.0, 5.0, 3.5, 2.1], 0.5, 1
    yield [7.0, 5.0, 4.9, 4.7, 3.0, 2.9, 2.8, 2.6, 2.5], 0.25, 3
    yield [5.0, 4.9, 4.8, 4.7, 4.6, 3.0, 2.0], 0.25, 3
    yield [4.0, 3.9, 3.0, 2.0, 1.95, 1.9, 1.85, 1.8, 1.75], 0.25, 4
    yield list(0.999 ** np.arange(1500)), 1e-6, 2


@function(
    inputs=losses,
    returns="the step",
    praise=(
        "A rise counts as a change too, and one flat step alone is not enough: the run stops when it has been flat for "
        "`patience` steps in a row."
    ),
)
def stop_step(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        if abs(loss[i] - loss[i - 1]) < tol:
            flat = flat + 1
        else:
            flat = 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The difference has a sign: while the loss falls, `loss[i] - loss[i-1]` is negative, so it is always below `tol`. "
    "What does flat mean for a number?"
)
def signed_difference(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if loss[i] - loss[i - 1] < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "A loss that rises is counted as flat here (`loss[i-1] - loss[i]` is then negative). A rise is a change, too."
)
def rises_count_as_flat(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if loss[i - 1] - loss[i] < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The loop starts at 0, and `loss[-1]` is the last loss: the first change compares the start with the end. Which "
    "index has the first loss that has one before it?"
)
def first_with_last(loss, tol, patience):
    flat = 0
    for i in range(len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The condition is turned round: this counts the steps on which the loss still moves. When is a step flat?"
)
def condition_turned_round(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) > tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The condition is turned round: this counts the steps on which the loss changes by `tol` or more. When is a step "
    "flat?"
)
def condition_turned_round_completely(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) >= tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The first flat step starts a countdown here that nothing ends: `patience` is added to it. What if the loss moves "
    "again meanwhile?"
)
def patience_added(loss, tol, patience):
    for i in range(1, len(loss)):
        if abs(loss[i] - loss[i - 1]) < tol:
            return i + patience
    return len(loss) - 1


@stop_step.mistake(
    "This waits for `patience` steps without a new best loss, and `tol` has no effect. The task asks for small changes."
)
def no_new_best(loss, tol, patience):
    best, waited = loss[0], 0
    for i in range(1, len(loss)):
        if loss[i] < best:
            best, waited = loss[i], 0
        else:
            waited += 1
        if waited >= patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This stops at the first flat step, whatever `patience` is. One flat step may be chance: how many are wanted?"
)
def stops_at_the_first_flat_step(loss, tol, patience):
    return stop_step(loss, tol, 1)


@stop_step.mistake(
    "The flat steps are counted in total; they are wanted in a row. What happens to the count when the loss moves "
    "again?"
)
def counts_without_starting_again(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + (abs(loss[i] - loss[i - 1]) < tol)
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake("When the loss never becomes flat, nothing is returned. The run ends anyway: at which step?")
def returns_nothing_without_a_plateau(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i


@stop_step.mistake(
    "This never stops early: it always gives the last step. When has the loss been flat for long enough?"
)
def never_stops(loss, tol, patience):
    return len(loss) - 1


@stop_step.mistake(
    "When the loss never becomes flat, this gives the number of losses; the last step has the index one below."
)
def one_past_the_end(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss)


@stop_step.mistake("This waits one flat step too long: stop as soon as there are `patience` of them.")
def one_step_too_patient(loss, tol, patience):
    return stop_step(loss, tol, patience + 1)


@stop_step.mistake(
    "This is one too small: the change number 0 leads from loss 0 to loss 1. Which index has the loss at the end of "
    "the change?"
)
def index_of_the_change(loss, tol, patience):
    flat = 0
    for i in range(len(loss) - 1):
        flat = flat + 1 if abs(loss[i + 1] - loss[i]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This gives where the flat part begins. Nobody knows at that step that it will stay flat: the run stops at its end."
)
def where_the_flat_part_begins(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i - patience
    return len(loss) - 1


@stop_step.mistake(
    "This asks whether the loss itself is below `tol`. A good loss may be far from 0: ask whether it still changes."
)
def loss_below_tol(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This compares with the loss `patience` steps ago; a loss that swings can come back to it. Compare each step with "
    "the one before."
)
def compares_with_long_ago(loss, tol, patience):
    for i in range(patience, len(loss)):
        if abs(loss[i] - loss[i - patience]) < tol:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "When the loss never becomes flat, your loop runs past the end of the list. What should end it then?"
)
def runs_past_the_end(loss, tol, patience):
    i = flat = 0
    while flat < patience:
        i += 1
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
    return i


@stop_step.mistake(
    "This compares with the best loss so far, so a loss that rises and keeps moving counts as standing still. The task "
    "compares each step with the one before."
)
def compares_with_the_best(loss, tol, patience):
    best, waited = loss[0], 0
    for i in range(1, len(loss)):
        if loss[i] < best - tol:
            best, waited = loss[i], 0
        else:
            waited += 1
        if waited >= patience:
            return i
    return len(loss) - 1


@stop_step.mistake("This is the loss at which to stop; the task asks for its index.")
def returns_the_loss(loss, tol, patience):
    return loss[stop_step(loss, tol, patience)]


@stop_step.mistake("This says whether the run stops; the task asks at which index.")
def returns_whether(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return True
    return False


@stop_step.mistake("When the loss never becomes flat, this gives −1; the task asks for the last index.")
def minus_one_without_a_plateau(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return -1


@stop_step.mistake(
    "This asks whether all losses of a window lie within `tol`; the task asks about each change from step to step."
)
def spread_of_a_window(loss, tol, patience):
    for i in range(patience, len(loss)):
        window = loss[i - patience : i + 1]
        if max(window) - min(window) < tol:
            return i
    return len(loss) - 1


@stop_step.mistake("A change of exactly `tol` counts as flat here; the task says below `tol`.")
def exactly_tol_counts_as_flat(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) <= tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake("This measures the change relative to the loss; the task asks for the change itself.")
def relative_change(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol * abs(loss[i - 1]) else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This gives one step too late: when the count reaches `patience` at `i`, the run stops at `i` and not after it."
)
def one_late(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i + 1
    return len(loss) - 1


@stop_step.mistake(
    "The loop starts at `patience`, and the changes before it are not counted. Which is the first change that there is?"
)
def starts_at_patience(loss, tol, patience):
    flat = 0
    for i in range(patience, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The last `return` stands inside the loop, so the first change decides alone. Look at its indentation."
)
def returns_inside_the_loop(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
        return len(loss) - 1


@stop_step.mistake(
    "`np.argmax` gives 0 when nothing is True, so a loss that never becomes flat stops near its start. Ask first "
    "whether there is any."
)
def argmax_of_nothing(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    return int(np.argmax([flat[i - patience : i].all() for i in range(patience, len(loss))])) + patience


@stop_step.mistake("This asks for one change less than `patience`. How many changes lie between `patience + 1` losses?")
def one_change_too_few(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(patience, len(loss)):
        if flat[i - patience : i - 1].all():
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This leaves out the first change of each window. How many changes lie between `patience + 1` losses?"
)
def first_change_left_out(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(patience, len(loss)):
        if flat[i - patience + 1 : i].all():
            return i
    return len(loss) - 1


@stop_step.mistake(
    "One flat step too few: this stops at `patience - 1` of them in a row. Count the changes of your window, not its "
    "losses."
)
def one_flat_step_too_few(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat >= patience - 1:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This gives the end of the first flat change of the row. Nobody knows there that it stays flat: the run stops at "
    "the end of the last one."
)
def end_of_the_first_flat_change(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i - patience + 1
    return len(loss) - 1


@stop_step.mistake(
    "At index 0 there is no change yet, and `all` of nothing is True: this stops before the run has begun. From which "
    "index on are there `patience` changes?"
)
def empty_window(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(len(loss)):
        if flat[max(0, i - patience) : i].all():
            return i
    return len(loss) - 1


@stop_step.mistake(
    "Near the start your window holds fewer than `patience` changes, and they are enough for it. From which index on "
    "are there `patience` of them?"
)
def short_window_at_the_start(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(1, len(loss)):
        if flat[max(0, i - patience) : i].all():
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This asks for the mean of the changes. One large change can hide among small ones: each of them must be below "
    "`tol`."
)
def mean_of_the_changes(loss, tol, patience):
    changes = np.abs(np.diff(loss))
    for i in range(patience, len(loss)):
        if changes[i - patience : i].mean() < tol:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This gives the index of the first flat change, whatever `patience` is. How many are wanted, and which index has "
    "the loss at their end?"
)
def argmax_of_the_first(loss, tol, patience):
    return int(np.argmax(np.abs(np.diff(loss)) < tol))


@stop_step.right
def stop_from_the_differences(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(patience, len(loss)):
        if flat[i - patience : i].all():
            return i
    return len(loss) - 1


@stop_step.right
def stop_counting_down(loss, tol, patience):
    left = patience
    for step, (before, after) in enumerate(zip(loss[:-1], loss[1:], strict=True), start=1):
        left = left - 1 if -tol < after - before < tol else patience
        if not left:
            return step
    return len(loss) - 1


@stop_step.right
def stop_with_a_while_loop(losses, tolerance, how_many):
    i = flat = 0
    while i < len(losses) - 1 and flat < how_many:
        i += 1
        if max(losses[i], losses[i - 1]) - min(losses[i], losses[i - 1]) < tolerance:
            flat += 1
        else:
            flat = 0
    return i


@stop_step.right
def stop_by_windows(*, loss, tol, patience):
    changes = np.abs(np.diff(loss))
    if len(changes) >= patience:
        largest = np.lib.stride_tricks.sliding_window_view(changes, patience).max(axis=1)
        if (largest < tol).any():
            return np.argmax(largest < tol) + patience
    return len(loss) - 1


stop_step.accept(
    lambda loss, tol, patience: float(stop_counting_down(loss, tol, patience)),
    lambda loss, tol, patience: np.int32(stop_counting_down(loss, tol, patience)),
)
