"""The pages of the library, from its docstrings."""

MODULES = (
    "optimizers", "training", "schedules", "objectives", "models", "data", "plots", "checks", "explore",
    "theory.descent", "theory.local_models", "theory.minibatch", "theory.noise", "theory.momentum", "theory.adaptive",
    "theory.adam", "theory.comparing",
)  # fmt: skip
PACKAGES = ("optimizers", "training", "checks", "explore")  # whose names come from their files


def library():
    """Return the pages of the library, by name: an index, and one for each module, from its docstrings."""
    index = ["# The library", "", "What the chapters call, from the docstrings of `course_lib`.", ""]
    index += ["```{toctree}", ":maxdepth: 1", "", *MODULES, "```", ""]
    written = {"index": "\n".join(index)}
    for module in MODULES:
        full = f"course_lib.{module}"
        lines = [f"# {module}", "", "```{eval-rst}", f".. automodule:: {full}", "   :members:"]
        lines += ["   :imported-members:"] if module in PACKAGES else []
        written[module] = "\n".join([*lines, "```", ""])
    return written
