"""Run a rule on a surface, train a model on data, or feed a rule gradients; return what happened."""

from course_lib.training.fitting import fit
from course_lib.training.minimizing import minimize
from course_lib.training.replaying import replay
from course_lib.training.runs import History, Replay, Trajectory, first_step_to, mark_diverged

__all__ = ["History", "Replay", "Trajectory", "first_step_to", "fit", "mark_diverged", "minimize", "replay"]
