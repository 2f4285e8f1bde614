"""The tables of names, defaults and formulas, as the installed frameworks gave them."""

import textwrap

from course_lib.optimizers.conventions import BEFORE, DECOUPLED, INSIDE, L2, NO_WARMUP, OUTSIDE, SPOKEN

BEGIN, END = "<!-- made by jobs.frameworks -->", "<!-- until here -->"
STEPS = {
    "GradientDescent": "g",
    "Momentum": "u",
    "Nesterov": "g + βu",
    "AdaGrad": {OUTSIDE: "g / (√G + ε)", INSIDE: "g / √(G + ε)"},
    "RMSProp": {OUTSIDE: "g / (√v + ε)", INSIDE: "g / √(v + ε)"},
    "AdaDelta": {OUTSIDE: "g (√S + ε) / (√v + ε)", INSIDE: "g √(S + ε) / √(v + ε)"},
    "Adam": {OUTSIDE: "m̂ / (√v̂ + ε)", INSIDE: "m̂ / √(v̂ + ε)", BEFORE: "m̂ √(1−β₂ᵗ) / (√v + ε)"},
}
DECAYS = {DECOUPLED: "+ γw", L2: "g with + γw", "none": ""}


def step(rule, form):
    """Return what the learning rate multiplies, in words of one line."""
    steps = STEPS.get(rule, STEPS["Adam"])
    text = steps if isinstance(steps, str) else steps.get(form["place"], form["place"])
    if "momentum_decay" not in form:
        return form["place"]  # another version, whose formula is none of these
    if rule == "AMSGrad":
        largest = "max v̂" if form["maximum_after"] else "max v / (1−β₂ᵗ)"
        text = text.replace("√v̂", f"√({largest})").replace("√v ", "√(max v) ")
    if rule == "NAdam":
        ways = {1.0: ", μ with ψ = 1", NO_WARMUP: ", μ = β₁"}
        text = text.replace("m̂", "m̂ of NAdam") + ways.get(form["momentum_decay"], ", μ with ψ")
    return text


def decay(form):
    """Return what the framework's `weight_decay` adds."""
    return DECAYS[form["decay"]]


def defaults(form):
    """Return a form's settings with their defaults, and the flags that make it this rule, as a call has them."""
    return ", ".join(_setting(name, value) for name, value in (form["defaults"] | form["flags"]).items())


def call(form, width=60):
    """Return the call of a form with its defaults, indented, in lines that a phone can show."""
    text = f"{form['name']}({defaults(form)})"
    return textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def _setting(name, value):
    if value is None and name in ("lr", "learning_rate"):
        return name  # it has no default
    value = tuple(value) if isinstance(value, list) else value
    return f"{name}={value:g}" if type(value) is float else f"{name}={value}"


def with_table(text, recording):
    """Return the text of rules.md with the table of the forms anew."""
    versions = ", ".join(f"{name} {version}" for name, version in recording["versions"].items())
    lines = ["", f"Read from the signatures and the runs of {versions}.", ""]
    lines += ["| rule | in | call, with its defaults | η times | `weight_decay` |", "| --- | --- | --- | --- | --- |"]
    for rule, forms in recording["results"]["forms"].items():
        for framework, form in forms.items():
            call = f"`{form['name']}({defaults(form)})`"
            lines.append(f"| {rule} | {SPOKEN[framework]} | {call} | {step(rule, form)} | {decay(form) or '–'} |")
    before, rest = text.split(BEGIN)
    return "\n".join([before + BEGIN, *lines, "", END + rest.split(END)[1]])


def early(agreements):
    """Return in words which runs have no translation, and which part before the 6th digit, with all numbers too."""
    runs = {(name, rule): row[name] for rule, row in agreements.items() for name in row}
    none = {one: one[1] for one, (_, translated, _) in runs.items() if translated is None}
    parting = [one for one, (default, _, _) in runs.items() if default < 6]
    left = {one: f"{one[1]} {runs[one][2]:.1f}" for one in parting if runs[one][2] < 6}
    late = {one: f"{one[1]} {runs[one][2]:.1f}" for one in parting if one not in left}
    lines = [f"{len(parting)} of {len(runs)} runs part before the 6th digit. With all numbers given,"]
    lines += [f"{len(late)} of them part later, at", *_by_framework(late), f"and {len(left)} do not:"]
    return "\n".join([*lines, *_by_framework(left), f"no translation for {len(none)}:", *_by_framework(none)])


def _by_framework(said):
    """Return a line for each framework: what is said of its runs."""
    names = dict.fromkeys(name for name, _ in said)
    return [
        f"  {SPOKEN[name]}: {', '.join(text for (of, _), text in said.items() if of == name)}"
        for name in SPOKEN
        if name in names
    ]
