"""Every exercise: its mistakes are named, right answers pass, and whatever else comes gets a sentence."""

import inspect
import os
import random
import subprocess
import sys
import threading
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from checks_mutants import mutants
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.checks import CheckFailed, Result, calling, check, diagnose, every_exercise, find
from course_lib.checks.calling import Stopped, anew, limited
from course_lib.checks.functions import Function
from course_lib.checks.predictions import Value
from course_lib.checks.settings import Setting, number
from course_lib.checks.values import same

EXERCISES = list(every_exercise().values())
FUNCTIONS = [exercise for exercise in EXERCISES if isinstance(exercise, Function)]
RETURNING = [exercise for exercise in FUNCTIONS if not exercise.in_place]
VALUES = [exercise for exercise in EXERCISES if isinstance(exercise, Value)]
SETTINGS = [exercise for exercise in EXERCISES if isinstance(exercise, Setting)]
# Those that are called with plain inputs, and those that give several values.
CALLED = [exercise for exercise in FUNCTIONS if not callable(exercise.cases()[0])]
PAIRS = [exercise for exercise in CALLED if len(exercise.returns) > 1]
CHANGEABLE = [
    exercise for exercise in CALLED if any(isinstance(value, (np.ndarray, list)) for value in exercise.cases()[0])
]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
RIGHT = [(exercise, answer) for exercise in EXERCISES for answer in exercise.right_answers]


def named(exercise):
    return exercise.name


def each(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=named)


def solution(exercise):
    """Return the right answer that the declaration itself holds."""
    if isinstance(exercise, Function):
        return anew(exercise.reference)
    return exercise.reference() if isinstance(exercise, Value) else exercise.right[0]


def answer_with(exercise, mistake):
    """Return an answer that makes a mistake; an open part of a value is filled with a number that no one expects."""
    if isinstance(exercise, Function):
        return anew(mistake.wrong)
    return _filled(mistake.wrong()) if isinstance(exercise, Value) else mistake.example


def _filled(value):
    if isinstance(value, tuple):
        return tuple(_filled(part) for part in value)
    if isinstance(value, dict):
        return {key: _filled(part) for key, part in value.items()}
    return 7.77 if value is ... else value


@pytest.fixture
def hurried(monkeypatch):
    """Stop a loop without end sooner."""
    monkeypatch.setattr(calling, "SECONDS", 0.2)


# ---------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=[f"{exercise.name}-{mistake.name}" for exercise, mistake in MISTAKES]
)
def test_a_mistake_is_met_with_its_own_sentence(exercise, mistake):
    answer = answer_with(exercise, mistake)
    result = diagnose(exercise.name, answer)
    assert (result.status, result.misconception) == ("incorrect", mistake.name)
    if isinstance(exercise, Function):
        assert result.message.startswith(mistake.sentence + "\n")
        details = [line for line in result.message.splitlines() if not line.startswith("where ")]
        assert len(details) in (3, 4)
    # The same answer gets the same verdict each time.
    again = diagnose(exercise.name, answer_with(exercise, mistake))
    assert (again.status, again.misconception) == ("incorrect", mistake.name)


@each(FUNCTIONS)
def test_every_function_knows_at_least_five_mistakes(exercise):
    assert len(exercise.mistakes) >= 5


@each(FUNCTIONS)
def test_an_input_tells_each_mistake_from_the_reference_by_far_more_than_rounding(exercise):
    for mistake, outcomes in zip(exercise.mistakes, exercise.wrong, strict=True):
        far = 1e-3 if exercise.rounding < 1e-4 else 100 * exercise.rounding
        assert any(not want.equals(got, far) for want, got in zip(exercise.expected, outcomes, strict=True)), mistake


@each(VALUES)
def test_the_wrong_values_lie_outside_the_tolerance(exercise):
    for mistake in exercise.mistakes:
        assert not exercise._equal(exercise.expected, _read_filled(mistake)), mistake.name


def _read_filled(mistake):
    return calling.read(_filled(mistake.wrong()))


@each(EXERCISES)
def test_sentences_are_short_and_complete(exercise):
    messages = [diagnose(exercise.name, answer_with(exercise, mistake)).message for mistake in exercise.mistakes]
    messages.append(diagnose(exercise.name, solution(exercise)).message)
    for sentence in (message.splitlines()[0] for message in messages):
        assert 20 <= len(sentence) <= 320
        assert sentence[-1] in ".?!)"
        assert "  " not in sentence
    names = [mistake.name for mistake in exercise.mistakes]
    assert len(set(names)) == len(names)


def test_two_mistakes_at_once_name_the_one_to_mend_first():
    def sum_with_the_sign_turned(w, b, X, y):
        residual = y - X @ w - b
        return 2 * X.T @ residual, 2 * residual.sum()

    result = diagnose("mse_gradient", sum_with_the_sign_turned)
    assert result.misconception == "gradient of the sum"
    assert "Then look at the sign" in result.message

    def signed_and_nothing_returned_without_a_plateau(loss, tol, patience):
        flat = 0
        for i in range(1, len(loss)):
            flat = flat + 1 if loss[i] - loss[i - 1] < tol else 0
            if flat == patience:
                return i

    result = diagnose("stop_step", signed_and_nothing_returned_without_a_plateau)
    assert result.misconception == "signed difference"
    assert "So it looks on" in result.message


def test_whole_numbers_that_agree_by_chance_name_no_mistake():
    def window_of_the_first(loss, tol, patience):
        for i in range(len(loss) - patience):
            if abs(loss[i] - loss[i + patience]) < tol:
                return i
        return len(loss) - 1

    assert "So it looks" not in incorrect_as(find("stop_step"), window_of_the_first, None)


# ---------------------------------------------------------------------------------- right answers


@each(EXERCISES)
def test_the_reference_passes_each_time_with_the_same_words(exercise):
    result = diagnose(exercise.name, solution(exercise))
    assert (result.status, result.misconception) == ("correct", None)
    assert diagnose(exercise.name, solution(exercise)) == result


@each(FUNCTIONS)
def test_the_reference_runs_on_every_input(exercise):
    for outcome in exercise.expected:
        assert (outcome.failure, outcome.problem, outcome.changed) == (None, None, exercise.in_place)
        assert outcome.value is not None


@each([exercise for exercise in CALLED if "w" in exercise.parameters])
def test_a_loop_over_the_entries_of_w_is_right_on_every_input(exercise):
    place = exercise.parameters.index("w")
    assert {case[place].ndim for case in exercise.cases() if not callable(case)} == {1}


@each(SETTINGS)
def test_the_settings_declared_right_pass(exercise):
    assert {diagnose(exercise.name, answer).status for answer in exercise.right} == {"correct"}


@pytest.mark.parametrize(
    ("exercise", "answer"),
    RIGHT,
    ids=[f"{exercise.name}-{getattr(answer, '__name__', n)}" for n, (exercise, answer) in enumerate(RIGHT)],
)
def test_a_right_answer_written_otherwise_passes(exercise, answer):
    assert diagnose(exercise.name, answer) == diagnose(exercise.name, solution(exercise)) or isinstance(
        exercise, Setting
    )
    assert diagnose(exercise.name, answer).status == "correct"


@each(EXERCISES)
def test_there_are_at_least_five_right_variants(exercise):
    assert len(exercise.right_answers) >= 5


@each(CALLED)
@pytest.mark.parametrize("form", [np.float32, np.float64, lambda value: np.asarray(value).tolist()])
def test_results_pass_as_single_or_double_precision_and_as_lists(exercise, form):
    def answer(*args):
        result = exercise(*args)
        return tuple(map(form, result)) if isinstance(result, tuple) else form(result)

    assert diagnose(exercise.name, answer).status == "correct"


# A goal is met by a whole region of settings, and numbers that answer another question may lie in it.
COINCIDENCES = {
    ("find_decay", "predict_longest_step"): "1.41 / (1 + t / 2.4) is a falling rate that meets the goal",
    ("find_decay", "find_largest_batch"): "32 / (1 + t / 0.14) falls so soon that its wild first steps are forgotten",
}


@each(EXERCISES)
def test_no_check_is_satisfied_by_the_answer_to_another_exercise(exercise):
    for other in EXERCISES:
        if other is exercise:
            continue
        if isinstance(other, Value) and isinstance(exercise, Value) and same(other.expected, exercise.expected):
            continue  # two predictions may happen to be the same number, two choices the same letter
        passes = diagnose(exercise.name, solution(other)).status == "correct"
        assert passes == ((exercise.name, other.name) in COINCIDENCES), other.name


# ---------------------------------------------------------------------------------- what any function can get wrong


def returning(exercise, change):
    return lambda *args: change(exercise(*args))


def first_part(change):
    """Apply a change to a result, or to the first of several."""
    return lambda result: (change(result[0]), *result[1:]) if isinstance(result, tuple) else change(result)


def incorrect_as(exercise, answer, misconception):
    result = diagnose(exercise.name, answer)
    assert (result.status, result.misconception) == ("incorrect", misconception)
    return result.message


def left_alone(*args):
    """Only a docstring."""


def passed(*args):
    pass


def ellipsis(*args): ...


def not_implemented(*args):
    raise NotImplementedError


@each(FUNCTIONS)
@pytest.mark.parametrize("answer", [None, ..., left_alone, passed, ellipsis, not_implemented])
def test_a_function_that_is_not_attempted(exercise, answer):
    assert diagnose(exercise.name, answer).status == "not attempted"


@each(VALUES + SETTINGS)
@pytest.mark.parametrize("answer", [None, ...])
def test_a_value_that_is_not_attempted(exercise, answer):
    assert diagnose(exercise.name, answer).status == "not attempted"


@each(VALUES)
def test_several_values_of_which_one_is_not_attempted(exercise):
    if isinstance(exercise.reference(), tuple):
        assert diagnose(exercise.name, (..., *exercise.reference()[1:])).status == "not attempted"
    if isinstance(exercise.reference(), dict):
        assert diagnose(exercise.name, dict.fromkeys(exercise.reference(), ...)).status == "not attempted"


@each(FUNCTIONS)
def test_a_result_in_place_of_the_function(exercise):
    assert exercise.name in incorrect_as(exercise, np.zeros(3), "not a function")


@each(FUNCTIONS)
def test_a_wrong_number_of_arguments(exercise):
    names = [*exercise.parameters, "one_more"]
    answer = eval(f"lambda {', '.join(names)}: {names[0]}")
    message = incorrect_as(exercise, answer, "wrong number of arguments")
    assert f"({', '.join(exercise.parameters)})" in message
    assert "one_more" in message


@each([exercise for exercise in FUNCTIONS if len(exercise.parameters) > 1])
def test_arguments_in_another_order(exercise):
    names = exercise.parameters[::-1]
    answer = eval(f"lambda {', '.join(names)}: {names[0]}")
    assert f"({', '.join(names)})" in incorrect_as(exercise, answer, "arguments in another order")


@each(RETURNING)
def test_a_missing_return(exercise):
    def answer(*args):
        exercise(*args)

    assert "`return`" in incorrect_as(exercise, answer, "returns nothing")


def test_an_error_that_a_play_catches_is_not_taken_for_a_missing_return():
    translate = find("translate_settings").reference

    def refuses_momentum(rule, settings, source, target):
        if rule == "Momentum" and source == "optax":
            raise ValueError("not this one")
        return translate(rule, settings, source, target)

    message = incorrect_as(find("translate_settings"), refuses_momentum, "raises where it should return")
    assert "stops with ValueError: not this one, where it should return the settings" in message
    assert 'raise ValueError("not this one")' in message and "`return`" not in message


@pytest.mark.parametrize("prints", [False, True])
def test_nothing_returned_where_an_error_is_expected(prints):
    translate = find("translate_settings").reference

    def silent_for_adam(rule, settings, source, target):
        try:
            return translate(rule, settings, source, target)
        except ValueError:
            if rule != "Adam":
                raise
        if prints:
            print("no translation")

    message = incorrect_as(find("translate_settings"), silent_for_adam, "returns where it should raise")
    assert "should `raise ValueError`, and it returns None" in message


def test_a_result_where_an_error_is_expected():
    translate = find("translate_settings").reference

    def guesses(rule, settings, source, target):
        try:
            return translate(rule, settings, source, target)
        except ValueError:
            return translate(rule, dict.fromkeys(settings, 0.0) | {"betas": (0.1, 0.2)}, source, target)

    message = incorrect_as(find("translate_settings"), guesses, "returns where it should raise")
    assert "should `raise ValueError`, and it returns a result" in message


def test_three_digits_are_no_complaint_where_they_are_expected():
    def one_part_wrong(total, small, compensation):
        moved = total + (small - compensation)
        return moved, 3 * ((moved - total) - (small - compensation))

    result = diagnose("kahan_add", one_part_wrong)
    assert result.misconception != "wrong dtype" and "`total` is right" in result.message
    loss = find("mse_loss").reference
    assert "three digits" in diagnose("mse_loss", lambda *args: np.asarray(loss(*args)).astype(np.float16)).message


IN_PLACE = [exercise for exercise in FUNCTIONS if exercise.in_place]


@pytest.mark.parametrize(
    ("exercise", "name"),
    [pytest.param(each, name, id=f"{each.name}-{name}") for each in IN_PLACE for name in each.in_place],
)
def test_an_argument_that_is_not_changed_in_place_is_named(exercise, name):
    def answer(*args):
        args = [np.array(arg) if at == name else arg for at, arg in zip(exercise.parameters, args, strict=True)]
        exercise.reference(*args)

    message = incorrect_as(exercise, answer, "leaves an argument as it was")
    assert f"After your function `{name}` is as before" in message and f"`out={name}`" in message


@each(IN_PLACE)
def test_what_is_to_be_changed_in_place_is_no_complaint(exercise):
    """An answer that no mistake explains is told the difference, and not to make new arrays."""

    def answer(*args):
        exercise.reference(*args)
        args[exercise.parameters.index(exercise.in_place[0])][...] += 0.123

    message = incorrect_as(exercise, answer, None)
    assert "differs" in message and "expected" in message and "copy" not in message


@each(IN_PLACE)
def test_an_input_that_must_stay_is_named_alone(exercise):
    name = next(name for name in exercise.parameters if name not in exercise.in_place + exercise.scratch)

    def answer(*args):
        exercise.reference(*args)
        for changed in (name, exercise.in_place[0]):
            args[exercise.parameters.index(changed)][...] -= 0.123

    message = incorrect_as(exercise, answer, "changes its input")
    assert f"changes `{name}` in place" in message and f"Write into `{exercise.scratch[0]}` instead" in message


@each(RETURNING)
def test_a_result_that_is_printed(exercise):
    def answer(*args):
        print(exercise(*args))

    assert "print" in incorrect_as(exercise, answer, "prints and returns nothing")


@each(FUNCTIONS)
def test_an_error_is_shown_with_its_line_and_its_input(exercise):
    def answer(*args):
        exercise(*args)
        return {}["missing"]

    message = incorrect_as(exercise, answer, "raises an error")
    assert "KeyError: 'missing'" in message
    assert 'return {}["missing"]' in message
    assert "Traceback" not in message
    assert message.splitlines()[2].startswith("for ")


@each(FUNCTIONS)
def test_an_exit_is_an_error_like_any_other(exercise):
    assert "SystemExit" in incorrect_as(exercise, lambda *args: sys.exit(len(args)), "raises an error")


@each(PAIRS)
def test_a_tuple_in_the_wrong_order(exercise):
    message = incorrect_as(exercise, returning(exercise, lambda result: result[::-1]), "wrong order")
    assert f"({', '.join(exercise.returns)})" in message


@each(PAIRS)
def test_too_many_values(exercise):
    message = incorrect_as(exercise, returning(exercise, lambda result: (*result, 1.0)), "wrong number of values")
    assert f"{len(exercise.returns) + 1} values" in message


@each(PAIRS)
def test_an_array_where_several_values_are_wanted_is_called_one_array(exercise):
    message = incorrect_as(exercise, returning(exercise, lambda result: np.ones(5)), "wrong number of values")
    assert "returns one array" in message and "got      [1, 1, 1, 1, 1]" in message


@each(CALLED)
def test_a_wrong_shape_is_said_beside_the_right_one(exercise):
    message = incorrect_as(
        exercise, returning(exercise, first_part(lambda part: np.asarray(part)[None, None])), "wrong shape"
    )
    assert "shape (1, 1" in message
    assert "expected" in message


@each(CALLED)
def test_a_wrong_dtype(exercise):
    answer = returning(exercise, first_part(lambda part: np.asarray(part) + 0j))
    assert "complex" in incorrect_as(exercise, answer, "wrong dtype")


@each(CALLED)
def test_texts_where_numbers_belong(exercise):
    answer = returning(exercise, first_part(lambda part: np.asarray(part).astype(str)))
    assert diagnose(exercise.name, answer).misconception == "wrong type"


@each(CALLED)
def test_a_result_that_is_not_a_number(exercise):
    answer = returning(exercise, first_part(lambda part: np.asarray(part) * np.nan))
    assert "NaN" in incorrect_as(exercise, answer, "not a number")


@each(CHANGEABLE)
def test_a_changed_input(exercise):
    def answer(*args):
        result = exercise(*args)
        victim = next(value for value in args if isinstance(value, (np.ndarray, list)))
        victim[0] = 99.0
        return result

    result = diagnose(exercise.name, answer)
    # Some exercises declare it as a mistake of their own.
    assert result.misconception in {"changes its input"} | {mistake.name for mistake in exercise.mistakes}
    assert any(f"`{name}`" in result.message for name in exercise.parameters)


@each(CALLED)
def test_state_that_is_kept_between_calls(exercise):
    calls = []

    def answer(*args):
        calls.append(args)
        return first_part(lambda part: part if len(calls) <= 3 else np.asarray(part) + 1.0)(exercise(*args))

    assert "from the call before" in incorrect_as(exercise, answer, "keeps state")


@each(CALLED)
def test_random_numbers_of_its_own(exercise):
    rng = np.random.default_rng(0)
    answer = returning(exercise, first_part(lambda part: np.asarray(part) + rng.normal()))
    assert diagnose(exercise.name, answer).misconception == "keeps state"


@each(CALLED)
def test_a_generator_where_a_result_belongs(exercise):
    def answer(*args):
        yield exercise(*args)

    form = "wrong number of values" if exercise in PAIRS else "yields instead of returning"
    assert diagnose(exercise.name, answer).misconception == form


def loops(*args):
    while True:
        pass


def swallows(*args):
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def sleeps(*args):
    time.sleep(30)


def waits_in_a_generator(*args):
    while True:
        yield from ()


@each(FUNCTIONS)
def test_a_function_that_never_ends_is_stopped(exercise, hurried):
    assert "was stopped after 0.2 seconds" in incorrect_as(exercise, loops, "takes too long")


@pytest.mark.parametrize("answer", [swallows, sleeps])
def test_no_end_can_hide(answer, hurried, monkeypatch):
    monkeypatch.setattr(calling, "GRACE", 0.1)
    assert diagnose("first_step", answer).misconception == "takes too long"
    assert diagnose("mend_zigzag", answer).misconception == "takes too long"


def test_a_thread_that_cannot_be_stopped_is_said(hurried, monkeypatch):
    monkeypatch.setattr(calling, "GRACE", 0.0)
    monkeypatch.setattr(calling, "_end", lambda thread: None)
    message = incorrect_as(find("first_step"), lambda w, grad, lr: time.sleep(0.6), "takes too long")
    assert "restart the kernel" in message


def test_one_buffer_for_all_results_is_noticed():
    buffer = {}

    def answer(w, grad, lr):
        result = buffer.setdefault(w.shape, np.empty(w.shape))
        result[...] = w - lr * grad
        return result

    incorrect_as(find("first_step"), answer, "overwrites its earlier results")


def test_an_answers_own_interrupt_is_an_error_and_no_end():
    def answer(w, grad, lr):
        raise KeyboardInterrupt

    assert "KeyboardInterrupt" in incorrect_as(find("first_step"), answer, "raises an error")


def test_what_an_answer_changes_outside_is_restored(tmp_path):
    def answer(w, grad, lr):
        os.chdir(tmp_path)
        np.random.seed(0)
        random.seed(0)
        sys.setrecursionlimit(5000)
        return w - lr * grad

    def outside():
        return os.getcwd(), sys.getrecursionlimit(), random.getstate(), np.random.get_state()[1].tolist()

    before = outside()
    assert diagnose("first_step", answer).status == "correct"
    assert outside() == before


def test_a_flood_of_prints_is_not_kept():
    prints = calling.Prints()
    for _ in range(1000):
        assert prints.write("x" * 1000) == 1000
    assert prints.tell() <= calling.Prints.KEPT


class Endless:
    """Says that it is long, and has an item for every index."""

    def __len__(self):
        return 10**9

    def __getitem__(self, index):
        return 0.0


class Exits:
    def __array__(self, dtype=None, copy=None):
        raise SystemExit


@pytest.mark.parametrize("strange", [Endless(), Exits()])
def test_results_that_must_not_be_looked_at_closely_get_a_sentence(strange):
    assert diagnose("first_step", lambda w, grad, lr: strange).status == "incorrect"
    assert diagnose("predict_divergence", strange).status == "incorrect"


@pytest.mark.parametrize("number", [Fraction(1, 5), Decimal("0.2"), Fraction(2, 10)])
def test_any_real_number_is_a_number(number):
    assert diagnose("predict_divergence", number).status == "correct"


def test_an_answer_that_ends_just_when_it_is_stopped_leaves_nothing_behind():
    def work(prints):
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass
        return "done"

    before = threading.active_count()
    results = []
    for _ in range(100):
        try:
            results.append(limited(work, seconds=0.002))
        except Stopped:
            results.append("stopped")
    assert set(results) <= {"done", "stopped"}
    assert threading.active_count() == before


def test_checks_run_in_any_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(diagnose("first_step", solution(find("first_step")))))
    thread.start()
    thread.join()
    assert results[0].status == "correct"


def test_an_argument_that_is_never_used():
    outside = 0.1
    message = incorrect_as(find("first_step"), lambda w, grad, rate: w - outside * grad, "ignores an argument")
    assert "`rate`" in message


def test_no_argument_is_used_at_all():
    message = incorrect_as(find("first_step"), lambda w, grad, lr: 2 - 0.25 * 4, "ignores its arguments")
    assert "`w`, `grad`, `lr`" in message
    incorrect_as(find("first_step"), lambda *args, spare=1: args[0] + args[1] ** 3, "ignores an argument")


def test_a_function_among_the_inputs_is_described():
    message = diagnose("check_gradient", lambda loss, grad, w, h: h * loss(w) + grad(w)[0]).message
    assert "\nwhere    waves: 0.5 * w[0]**2" in message
    assert "\nwhere    half_the_slope: half of the gradient of waves" in message
    for exercise in CALLED:
        for value in (value for case in exercise.cases() if not callable(case) for value in case):
            assert not inspect.isfunction(value) or inspect.getdoc(value)


def test_an_array_that_is_called_is_no_function():
    message = incorrect_as(find("first_step"), lambda w, grad, lr: w - lr * grad(w), "raises an error")
    assert "An array takes no parentheses" in message


def test_more_values_than_the_one_that_is_wanted():
    answer = returning(find("first_step"), lambda result: (result, result))
    message = incorrect_as(find("first_step"), answer, "wrong number of values")
    assert "returns 2 values" in message


def test_which_of_two_results_is_right():
    def with_db(change):
        return returning(find("mse_gradient"), lambda result: (result[0], change(result[1])))

    assert "`dw` is right." in diagnose("mse_gradient", with_db(lambda db: db**2)).message
    message = diagnose("mse_gradient", with_db(lambda db: 3 * db)).message
    assert "`dw` is right. `db` is always 3 times" in message
    both = returning(find("mse_gradient"), lambda result: (result[0] ** 2, 0 * result[1]))
    assert "`db` is always 0." in diagnose("mse_gradient", both).message
    both = returning(find("mse_gradient"), lambda result: (result[0] ** 2, -result[1]))
    assert "`db` has the wrong sign." in diagnose("mse_gradient", both).message


def test_a_path_without_points_is_a_path_of_too_few_points():
    def filled(grad_fn, w0, lr, steps):
        path, w = np.zeros((steps, len(w0))), w0
        for t in range(steps):
            path[t], w = w, w - lr * grad_fn(w)
        return path

    incorrect_as(find("gradient_descent"), filled, "last point missing")


def test_results_that_are_a_multiple_of_what_is_expected():
    message = incorrect_as(find("first_step"), lambda w, grad, lr: w - 3 * lr * grad, "constant factor")
    assert "step is always 3 times" in message
    message = incorrect_as(find("mse_loss"), lambda w, b, X, y: -np.mean((X @ w + b - y) ** 2), "wrong sign")
    assert "sign of the result" in message


def test_a_result_in_other_units_is_not_called_zero():
    def answer(factor):
        return returning(find("bytes_per_step"), lambda result: factor * result)

    assert "always 1e−09 times" in incorrect_as(find("bytes_per_step"), answer(1e-9), "constant factor")
    assert "always 0: nothing moves" in incorrect_as(find("bytes_per_step"), answer(0), "nothing moves")
    dust = returning(find("bytes_per_step"), lambda result: 1e-15 * (result % 7))
    assert "always 0" in incorrect_as(find("bytes_per_step"), dust, "nothing moves")


def test_a_play_of_a_single_call_is_not_called_a_run():
    def off_where_tiny(total, small, compensation):
        t, lost = find("kahan_add").reference(total, small, compensation)
        return t, lost * (1 if total.dtype == np.float16 or np.abs(lost).max() > 1e-15 else 0.7)

    message = incorrect_as(find("kahan_add"), off_where_tiny, None)
    assert message.startswith("This call is not right") and "single call" not in message


def test_digits_that_are_lost():
    answer = returning(find("first_step"), lambda result: result.astype(int))
    assert "digits after the point" in incorrect_as(find("first_step"), answer, "wrong dtype")
    answer = returning(find("first_step"), np.float16)
    assert "float16" in incorrect_as(find("first_step"), answer, "wrong dtype")


def test_otherwise_the_first_input_that_differs_is_shown_with_what_is_expected_and_what_came():
    result = diagnose("first_step", lambda w, grad, lr: w - lr * grad + 1e-3 * w**2 * grad)
    assert result == Result(
        "incorrect",
        "This differs from what is expected.\n"
        "for      first_step(w=[2], grad=[4], lr=0.25)\n"
        "expected [1]\n"
        "got      [1.016]",
    )


# ---------------------------------------------------------------------------------- numbers and settings


@pytest.mark.parametrize(
    ("answer", "misconception", "said"),
    [
        ("0.2", "wrong kind of answer", "without quotes"),
        ([1, 2], "wrong kind of answer", "A single number is wanted"),
        (np.nan, "wrong kind of answer", "finite"),
        (1j, "wrong kind of answer", "A single number is wanted"),
        (-0.2, "wrong sign", "wrong sign"),
        (0.207, "close", "computed exactly"),
        (20, "power of ten", "point"),
        (0.3, None, "too large"),
        (0.01, None, "too small"),
        (0, None, "too small"),
    ],
)
def test_wrong_numbers_get_a_sentence(answer, misconception, said):
    result = diagnose("predict_divergence", answer)
    assert (result.status, result.misconception) == ("incorrect", misconception)
    assert said in result.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((3, 33, 6.6), "None of them is right yet."),
        ((0.52, 33, 6.6), "look again at the bfloat16 at 48 and the float16 at 70."),
    ],
)
def test_which_of_several_numbers_are_wrong(answer, said):
    assert said in diagnose("predict_standstill", answer).message


def test_a_text_that_is_called_is_no_missing_star():
    message = diagnose("bytes_per_step", lambda rule, n, dtype: rule(lr=0.1).init(np.zeros(n))).message
    assert "A text is no function" in message and "`*`" not in message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("0.3", "without quotes"),
        (0, "above 0"),
        (-0.3, "above 0"),
        (np.inf, "above 0"),
        (np.nan, "above 0"),
        ([0.3, 0.3], "one number"),
        ({"rate": 0.3}, "'lr'"),
        (lambda: 0.3, "one number"),
    ],
)
def test_wrong_kinds_of_settings_get_a_sentence(answer, said):
    result = diagnose("find_learning_rate", answer)
    assert (result.status, result.misconception) == ("incorrect", "unusable answer")
    assert said in result.message


def test_a_learning_rate_is_judged_with_computed_numbers():
    assert "0.3 needs 64 steps" in diagnose("find_learning_rate", 0.3).message
    for lr in (0.3, 0.31):
        assert "that needs 75. The steep direction weighs 20 times more" in diagnose("find_learning_rate", lr).message
    assert diagnose("find_learning_rate", 1e-9).misconception == "too slow"
    assert "6e300 times larger" in diagnose("find_learning_rate", 1e300).message
    assert "by −1.00040" in diagnose("find_learning_rate", 0.3334).message


def in_place(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


@pytest.mark.parametrize(
    ("answer", "misconception", "said"),
    [
        (np.eye(2), "unusable answer", "A function of (X)"),
        (lambda: 0, "unusable answer", "should take (X)"),
        (lambda X: None, "not attempted", ""),
        (lambda X: print(X), "unusable answer", "returns nothing"),
        (lambda X: X.T, "unusable answer", "(200, 2) went in, (2, 200) came out"),
        (lambda X: X / 0, "unusable answer", "NaN"),
        (lambda X: X.scale(), "raises an error", "X.scale()"),
        (in_place, "changes its input", "`X`"),
        (lambda X, seen=[]: seen.append(X.mean(axis=0)) or X / len(seen), "keeps state", "the call before"),  # noqa: B006
        (lambda X: np.zeros_like(X), "a column became constant", "constant"),
        (lambda X: X[:, :1] * np.ones(X.shape[1]), "bends the features", "shift and scale"),
    ],
)
def test_functions_as_settings_get_a_sentence(answer, misconception, said):
    result = diagnose("mend_zigzag", answer)
    assert misconception in (result.misconception, result.status)
    assert said in result.message


# ---------------------------------------------------------------------------------- mutants


@each(FUNCTIONS + VALUES)
def test_a_reference_changed_by_one_operator_or_constant_is_rejected(exercise, monkeypatch):
    survivors = set()
    for what, answer in _mutant_answers(exercise):
        # Only a mutant that should be rejected may be stopped early: the others get a student's time, since a busy
        # machine can take a fifth of a second from any of them.
        with monkeypatch.context() as hurry:
            if what not in exercise.equivalents:
                hurry.setattr(calling, "SECONDS", 0.2)
            if diagnose(exercise.name, answer).status == "correct":
                survivors.add(what)
    assert survivors == set(exercise.equivalents)


def _mutant_answers(exercise):
    for what, mutant in mutants(exercise.reference):
        yield what, mutant if isinstance(exercise, Function) else mutant()


# ---------------------------------------------------------------------------------- odd answers


class Hostile:
    """Raises whatever is asked of it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("array")

    def __eq__(self, other):
        raise RuntimeError("eq")

    def __bool__(self):
        raise RuntimeError("bool")

    def __len__(self):
        raise RuntimeError("len")

    def __iter__(self):
        raise RuntimeError("iter")

    def __float__(self):
        raise RuntimeError("float")

    def __repr__(self):
        raise RuntimeError("repr")

    __hash__ = None


class HostileDict(dict):
    def __iter__(self):
        raise RuntimeError("iter")

    keys = items = values = __len__ = __getitem__ = __iter__


class HostileTuple(tuple):
    def __iter__(self):
        raise RuntimeError("iter")

    __len__ = __getitem__ = __iter__


class HostileText(str):
    def __iter__(self):
        raise RuntimeError("iter")

    strip = casefold = __len__ = __eq__ = __str__ = __iter__
    __hash__ = None


class HostileNumber(float):
    def __float__(self):
        raise RuntimeError("float")

    __eq__ = __lt__ = __format__ = __repr__ = __array__ = __float__
    __hash__ = None


class HostileFunction:
    """Can be called, and raises whatever else is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __call__(self, *args):
        raise SystemExit


class HostileType(type):
    @property
    def __name__(cls):
        raise RuntimeError("name")


class OfHostileType(metaclass=HostileType):
    pass


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("str")


HOSTILE = [
    lambda: Hostile(),
    lambda: HostileFunction(),
    lambda: OfHostileType(),
    lambda: HostileDict(lr=0.3),
    lambda: HostileTuple((1, 2)),
    lambda: HostileText("a"),
    lambda: HostileNumber(-77.7),
    lambda: Hostile,
    lambda: OfHostileType,
]


def raises_the_unspeakable(*args):
    raise Unspeakable


def recurses(*args):
    return recurses(*args)


def endless_items():
    while True:
        yield 1.0


def its_own_part():
    part = [1.0]
    part.append(part)
    return part


simple = st.one_of(
    st.none(),
    st.just(...),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.decimals(),
    st.fractions(),
    st.dates(),
)
made = st.sampled_from(
    [
        object,
        its_own_part,
        endless_items,
        lambda: np.array([None, "x", 1.0], dtype=object),
        lambda: np.array(["a", "b"]),
        lambda: np.array([], dtype=float),
        lambda: np.zeros((2, 0, 3)),
        lambda: np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        lambda: np.zeros(2, dtype=[("a", float)]),
        lambda: np.datetime64("2020-01-01"),
        lambda: range(3),
        lambda: iter([1.0, 2.0]),
        lambda: (number for number in range(3)),
        lambda: {1, 2},
        lambda: memoryview(b"ab"),
        lambda: NotImplemented,
        lambda: np,
        lambda: int,
        lambda: np.add,
        lambda: max,
        lambda: dict,
        lambda: RuntimeError("no"),
        lambda: raises_the_unspeakable,
        lambda: recurses,
        lambda: endless_items,
        lambda: sys.exit,
    ]
).map(lambda make: make())
odd = st.one_of(
    simple,
    made,
    st.recursive(
        st.one_of(simple, made),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.tuples(inner, inner),
            st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), inner, max_size=3),
        ),
        max_leaves=6,
    ),
)


@settings(max_examples=300)
@given(exercise=st.sampled_from(EXERCISES), answer=odd, returned=st.booleans())
def test_whatever_the_answer_is_nothing_is_raised(exercise, answer, returned):
    result = diagnose(exercise.name, (lambda *args: answer) if returned else answer)
    assert result.status in ("correct", "incorrect", "not attempted")
    assert isinstance(result.message, str)
    assert result.message
    assert "Traceback" not in result.message


@each(EXERCISES)
@pytest.mark.parametrize("make", HOSTILE, ids=range(len(HOSTILE)))
def test_objects_that_raise_when_looked_at_get_a_sentence(exercise, make):
    thing = make()
    for answer in (thing, lambda *args: thing, [thing], (thing, thing), {"lr": thing}):
        result = diagnose(exercise.name, answer)
        assert result.status in ("incorrect", "not attempted")
        assert result.message


def test_the_answers_own_objects_are_not_changed():
    array, table, pair = np.array([0.2]), {"lr": np.array([0.3])}, [10, 100]
    diagnose("predict_divergence", array)
    diagnose("find_learning_rate", table)
    diagnose("predict_scaling", pair)
    assert array.tolist() == [0.2]
    assert table["lr"].tolist() == [0.3]
    assert pair == [10, 100]

    kept = np.array([1.0, 2.0])
    diagnose("first_step", lambda w, grad, lr: kept)
    diagnose("gradient_descent", lambda grad_fn, w0, lr, steps: kept)
    assert kept.tolist() == [1.0, 2.0]


# ---------------------------------------------------------------------------------- names, and what is shown


def test_an_unknown_name_lists_the_names_like_it():
    with pytest.raises(ValueError, match="there is no exercise 'first_stpe'; did you mean 'first_step'"):
        diagnose("first_stpe", None)
    with pytest.raises(ValueError, match="there is no exercise 'xyzzy'; did you mean .*'mse_loss'"):
        check("xyzzy", None)


def test_a_function_in_place_of_the_name_is_said_clearly():
    with pytest.raises(TypeError, match="name must be the exercise's name in quotes"):
        check(test_a_function_in_place_of_the_name_is_said_clearly, "first_step")


def test_in_a_terminal_the_words_are_printed(capsys):
    assert check("predict_divergence", 0.2) is None
    assert capsys.readouterr().out.startswith("✔ ")
    with pytest.raises(CheckFailed, match="At 0.1 the steep error vanishes") as failed:
        check("predict_divergence", 0.1)
    assert capsys.readouterr().out.startswith("✘ At 0.1 the steep error vanishes")
    assert failed.value._render_traceback_() == ["CheckFailed: predict_divergence is not right yet"]
    with pytest.raises(CheckFailed):
        check("predict_divergence", ...)
    assert capsys.readouterr().out.startswith("○ Not attempted yet")


CELLS = {
    'check("predict_divergence", 0.2)': 1.0,
    'check("predict_divergence", 0.1)': 0.0,
    'check("predict_divergence", ...)': 0.0,
    "def first_step(w, grad, lr):\n    return w + grad.nothing\ncheck('first_step', first_step)": 0.0,
}


def test_in_a_notebook_a_box_is_shown_and_nbgrader_takes_the_points():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    grading = pytest.importorskip("nbgrader.utils")
    grade = {"grade": True, "solution": False, "locked": True, "points": 1}
    cells = [nbformat.v4.new_code_cell("from course_lib import check")]
    for n, source in enumerate(CELLS):
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["nbgrader"] = dict(grade, grade_id=f"cell-{n}")
        cells.append(cell)
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()

    for cell, points in zip(notebook.cells[1:], CELLS.values(), strict=True):
        shown, *error = cell.outputs
        assert shown.output_type == "display_data"
        assert set(shown.data) == {"text/html", "text/plain"}
        assert shown.data["text/plain"][0] in ("✔" if points else "✘○")
        assert shown.data["text/html"].count("<div") == 1
        assert "`" not in shown.data["text/html"]
        assert [len(output.traceback) for output in error] == ([] if points else [1])
        assert grading.determine_grade(cell) == (points, 1.0)
    last = notebook.cells[-1].outputs
    assert "line 2: return w + grad.nothing" in last[0].data["text/plain"]
    assert last[1].traceback == ["CheckFailed: first_step is not right yet"]


def test_importing_the_course_does_not_load_the_checks():
    code = "import sys, course_lib; print('course_lib.checks' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_declaring_an_exercise_twice_is_an_error():
    with pytest.raises(ValueError, match="'first_step' is declared twice"):
        Function(find("first_step").reference, "", None, "w", 1e-6, None)


# ---------------------------------------------------------------------------------- how much was tried


def test_print_how_much_was_tried(capsys):
    changed = sum(1 for exercise in FUNCTIONS + VALUES for _ in mutants(exercise.reference))
    right = len(RIGHT) + 3 * len(CALLED)
    with capsys.disabled():
        print(
            f"\nchecks: {len(EXERCISES)} exercises, {len(MISTAKES)} mistakes, {right} right variants, "
            f"{changed} mutants, of which {sum(len(exercise.equivalents) for exercise in EXERCISES)} are right as well"
        )


@pytest.mark.parametrize("got", [-0.1, 1.0])
def test_a_setting_may_start_at_its_least_and_says_which_ends_are_out(got):
    kind = number("momentum", least=0, high=1)
    assert kind(0, "") == 0.0
    with pytest.raises(calling.Problem, match="should be at least 0 and below 1, got"):
        kind(got, "")
    with pytest.raises(calling.Problem, match="should be above 0 and below 1, got 0"):
        number("momentum", low=0, high=1)(0, "")
