"""The pages to look something up: all rules in one table, and the library from its docstrings."""

import inspect
import re

import numpy as np

import course_lib

# What the three frameworks call a rule; "–" where there is none. A test looks each name up where it is installed.
NAMES = {
    "GradientDescent": ("SGD", "SGD", "sgd"),
    "Momentum": ("SGD(momentum=…)", "SGD(momentum=…)", "sgd(momentum=…)"),
    "Nesterov": ("SGD(nesterov=True)", "SGD(nesterov=True)", "sgd(nesterov=True)"),
    "AdaGrad": ("Adagrad", "Adagrad", "adagrad"),
    "RMSProp": ("RMSprop", "RMSprop", "rmsprop"),
    "AdaDelta": ("Adadelta", "Adadelta", "adadelta"),
    "Adam": ("Adam", "Adam", "adam"),
    "AdamW": ("AdamW", "AdamW", "adamw"),
    "AMSGrad": ("Adam(amsgrad=True)", "Adam(amsgrad=True)", "amsgrad"),
    "NAdam": ("NAdam", "Nadam", "nadam"),
}
MODULES = (
    "optimizers", "training", "schedules", "objectives", "models", "data", "plots", "checks", "explore",
    "theory.descent", "theory.local_models", "theory.minibatch", "theory.noise", "theory.momentum", "theory.adaptive",
    "theory.adam", "theory.comparing",
)  # fmt: skip
PACKAGES = ("optimizers", "training", "checks", "explore")  # whose names come from their files


def rules():
    """Return the page with all rules: formula, numbers kept for each parameter, names in the frameworks."""
    lines = [
        "# All update rules",
        "",
        "Each rule moves the parameters $w$ by its own function of the gradient $g$; the letters are those of",
        "[Symbols and terms](symbols.md). *Kept* is how many numbers a rule keeps for each parameter between two steps.",
        "The names are those of PyTorch's `torch.optim`, of Keras' `keras.optimizers` and of Optax. What differs behind",
        "the same name, and the defaults, stands with each rule in [the library](api/optimizers.md).",
        "",
        "| rule | formula | kept | PyTorch | Keras | Optax |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, (pytorch, keras, optax) in NAMES.items():
        rule = getattr(course_lib, name)
        cells = (_formula(rule), str(_kept(rule)), f"`{pytorch}`", f"`{keras}`", f"`{optax}`")
        lines.append(f"| {{py:class}}`~course_lib.optimizers.{name}` | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _formula(rule):
    """Return the formula of a rule's docstring, a line each."""
    block = re.search(r"::\n\n((?:    .+\n|\n)+)", f"{inspect.getdoc(rule)}\n")[1]
    lines = [" ".join(line.split()) for line in block.splitlines() if line.strip()]
    return "<br>".join(f"`{line}`" for line in lines)


def _kept(rule):
    """Return how many numbers a rule keeps for each parameter: the arrays in its state."""

    def arrays(state):
        if isinstance(state, tuple):
            return sum(map(arrays, state))
        return int(state is not None and np.ndim(state) > 0)

    required = {"lr": 0.1} | ({"momentum": 0.9} if "momentum" in inspect.signature(rule).parameters else {})
    return arrays(rule(**required).init(np.zeros(3)))


def library():
    """Return the pages of the library, by name: an index, and one for each module, from its docstrings."""
    index = ["# The library", "", "What the chapters call, from the docstrings of `course_lib`.", ""]
    index += ["```{toctree}", ":maxdepth: 1", "", *MODULES, "```", ""]
    written = {"index": "\n".join(index)}
    for module in MODULES:
        full = f"course_lib.{module}"
        lines = [f"# {full}", "", "```{eval-rst}", f".. automodule:: {full}", "   :members:"]
        lines += ["   :imported-members:"] if module in PACKAGES else []
        written[module] = "\n".join([*lines, "```", ""])
    return written
