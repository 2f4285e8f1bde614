'''Judge an answer, and name the mistake.

A student calls `check(name, answer)`, and `progress()` to see what is done; tests and graders may call
`diagnose(name, answer)`.

How to declare an exercise
--------------------------
All that is needed comes from one place::

    from course_lib.checks.exercises import Problem, code, function, number, setting, take, value

An exercise is one file, `course_lib/chapters/ROOM/EXERCISE.py`, found by its name, without being listed
anywhere; a check loads the one it was asked for. The file holds the inputs, the reference, the mistakes, and
right answers written otherwise. The reference is decorated, has the name of the file, and is the text of the
solution cell. A mistake is one more function, decorated; its name is the name of that function, with spaces
for underscores. A file is a namespace: give a mistake the name it has in the other exercises (`uphill`, `eps
inside the root`), so that an instructor can count it. A mistake's sentence helps without giving the answer
away, in 20 to 320 letters: it says what the student did, and asks the question that leads on.

What several exercises of a chapter use stands in its `shared.py`, what a figure of an exercise shows in its
`figures.py`: neither holds an answer.

**A function to be written**: `function`::

    def steps(rng):                                   # the inputs, the smallest first; rng is seeded
        yield np.array([2.0]), np.array([4.0]), 0.25  # a tuple is one call
        yield rng.normal(size=5), rng.normal(size=5), 0.7

        def three_steps(step):                        # a function plays with the answer: several steps,
            """three steps from w = [1, 1]"""         # a state handed on; its docstring says what it did
            w = np.ones(2)
            for _ in range(3):
                w = step(w, 2 * w, 0.1)
            return w

        yield three_steps

    @function(inputs=steps, returns="the new w", praise="Downhill, by lr times the gradient.")
    def first_step(w, grad, lr):
        return w - lr * grad

    first_step.common("uphill", "returns the step", "changes w in place")   # made from the reference

    @first_step.mistake("This divides by the learning rate. What makes a step longer?")
    def divides_by_the_learning_rate(w, grad, lr):
        return w - grad / lr

    @first_step.right                                 # at least five: for the tests
    def entry_by_entry(w, grad, lr):
        return np.array([x - lr * g for x, g in zip(w, grad)])

- `common` names mistakes that many functions share, derived from the reference: the list, and what they
  mean, stands in `course_lib.checks.common`. `sentence="…"` says one of them better.

- `returns` names what comes back; several values are a tuple: `returns=("w", "velocity")`.
- An answer is right when it equals the reference on all inputs within rounding, and it is a mistake
  when it equals that one on all inputs (errors, changed inputs and missing results count as well).
  So choose inputs on which the mistakes differ from the reference and from each other. Where two
  fit, the one declared first is named: put first what is to be mended first.
- An answer that makes two mistakes is met with the one that explains most of its wrong cases, and is told on
  how many it looks so; a few inputs on which a mistake stands alone (b = 0, t = 1, one step) help.
- Every call gets fresh copies of arrays and lists; random generators and functions are handed on.
- A function that is to change its arguments names them, `in_place=("w", "m")`, and those that it may write into,
  `scratch=("work",)`. Its inputs are plays, which look at `answer.left`, the inputs as the last call left them.
- `rounding` (1e-6) is relative to the largest number expected; float32 answers get 1e-4.
- A function among the inputs needs a docstring: it is shown, since the student cannot call that function.
- `praise` may be a function of no arguments that computes the sentence.
- The failures that any function can have (no `return`, another shape, NaN, a changed input, state
  that is kept, a loop without end, …) have their sentences already. `instead={"keeps state": "…"}` says one of
  them better.
- State in a mistake lives in a default argument: `def wrong(w, grad, seen=[])`; every use starts with a fresh one.

**A generator, or anything random**: a `function` whose inputs are all plays. A play turns what
came into facts that a right answer shares whatever its random numbers are, and returns them as a
dict; the message shows the first that differs::

    def one_epoch(minibatches):
        """one pass over 10 rows in batches of 4"""
        X, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
        batches = take(minibatches(X, y, 4, np.random.default_rng(0)), at_most=10)
        return {"sizes of the batches": sorted(len(yb) for Xb, yb in batches), …}

`take` gets at most so many items, from a generator or a list.
A play may raise `Problem("a sentence")` when it cannot go on; an error in the answer is met with
its line in any case. A **schedule** is a function of the step: yield tuples, or play it over many steps.

**A broken program to mend** is a `function` as well: what the student finds broken is one of its
mistakes. Where many repairs are right and a goal decides, it is a `setting` with `code` (below).

**A number, a choice, or several of them**: `value`. The reference returns the right value, a
mistake the value that comes from thinking wrongly; `{answer}` stands for what the student wrote::

    @value(unit="", tolerance=0.01, praise="2/λ_max: the steepest direction decides.")
    def predict_divergence():
        return 2 / 10

    @predict_divergence.mistake("At {answer} the steep error vanishes in one step. How much further may it go?")
    def one_over_the_curvature():
        return 1 / 10

Several predictions are a tuple or a dict, each part a number or text; in a mistake, `...` stands
for any value of a part. A choice is a text in lower case: `@value(options=("a", "b", "c"), praise=…)`;
each wrong option wants its mistake. With `once=True` each option belongs to one of several parts.

**Settings to be found**: `setting`. The reference replays them and returns what happened, `goal`
says whether that will do, and a mistake looks at both and returns its sentence, or nothing::

    @setting(
        kinds=[number("learning rate", low=0)],       # one for each argument: number(…), or code(…) for a function
        goal=lambda run: run.steps_to(1e-6) <= 80,
        right=[0.317, 0.30],                          # answers that must pass, for the tests
        praise=lambda lr, run: f"It took {run.steps_to(1e-6)} steps to 1e-6.",
    )
    def find_learning_rate(lr):
        return minimize(bowl, [1.0, 1.0], GradientDescent(lr), steps=1000)

    @find_learning_rate.mistake(example=0.4)          # an answer that makes it, for the tests
    def diverges(lr, run):
        if run.diverged:
            return f"A learning rate of {lr:.4g} diverges. Which direction decides?"

    @find_learning_rate.progress                      # what an explorer says beside the goal while one drags
    def steps_needed(lr, run):
        return at_most(run.steps_to(1e-6), 80)        # "79 steps", "81 steps, 1 too many"

Several settings are given as a tuple in the order of the arguments, or as a dict by their names. An explorer that
gets `goal="find_learning_rate"` says whether its settings meet the goal, by the replay and the goal declared here.
`code("X")` takes a function of these arguments, a preparation of data or a schedule; the replay
calls it like any function, and gets arrays back.

Right answers that are no functions of their own are declared by `accept`::

    predict_divergence.accept(0.2, 1 / 5, np.float32(0.2))

Nothing is computed when a file loads, since a check shall answer at once: what takes long waits in a function
(`@exercise.accept_computed` for right answers, `right=lambda: [...]`, `functools.cache` for what mistakes share).

`tests/test_checks.py` then tries every mistake of every exercise, the right answers, odd answers, and each
reference changed by one operator or constant. A changed reference that is right as well is declared, with the
reason: `first_step.equivalent("lr → lr in `…`", "why")`, in the words the test prints.
'''

from course_lib.checks.base import Result
from course_lib.checks.finding import every_exercise, exercise_names, find
from course_lib.checks.progress import progress
from course_lib.checks.verdict import CheckFailed, check, diagnose

__all__ = ["CheckFailed", "Result", "check", "diagnose", "every_exercise", "exercise_names", "find", "progress"]
