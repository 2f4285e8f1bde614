"""Run a rule on a surface, train a model on data once or in a sweep, feed a rule gradients; return what happened."""

from course_lib.training.fitting import fit
from course_lib.training.grids import rate_grid
from course_lib.training.minimizing import minimize
from course_lib.training.parallel import ClusterLost, ParallelRun, data_parallel
from course_lib.training.replaying import replay
from course_lib.training.runs import History, Replay, Trajectory, first_step_to, mark_diverged
from course_lib.training.sweeping import sweep
from course_lib.training.sweeps import Sweep, SweepWarning

__all__ = [
    "ClusterLost",
    "History",
    "ParallelRun",
    "Replay",
    "Sweep",
    "SweepWarning",
    "Trajectory",
    "data_parallel",
    "first_step_to",
    "fit",
    "mark_diverged",
    "minimize",
    "rate_grid",
    "replay",
    "sweep",
]
