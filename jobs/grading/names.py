"""What a cell binds and uses, read from its text without running it."""

import ast
import re
import symtable
import warnings
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager


@dataclass(frozen=True)
class Names:
    """The names that a piece of code binds at its top, those it uses from there, and those it changes in place.

    `star` tells that it imports `*`, which may bind anything; `runs` that it is Python at all.
    """

    bound: frozenset = frozenset()
    used: frozenset = frozenset()
    changed: frozenset = frozenset()
    star: bool = False
    runs: bool = False


def as_python(source):
    """Return a cell's text with IPython's own words (`%time`, `!ls`) made Python."""
    source = re.sub(r"\A\s*%%(time|capture)\b.*\n", "", source)  # around a whole cell, which hides its names
    try:
        return TransformerManager().transform_cell(source)
    except Exception:  # what cannot be read stays, and fails as Python
        return source


def parsed(source):
    """Return the syntax tree of a cell, or None if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def names_of(source):
    """Return the `Names` of a cell."""
    tree = parsed(source)
    if tree is None:
        return Names()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(as_python(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
    bound, used = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            bound.add(symbol.get_name())
        if symbol.is_referenced():
            used.add(symbol.get_name())
    waiting = list(table.get_children())
    while waiting:
        inner = waiting.pop()
        waiting += inner.get_children()
        for symbol in inner.get_symbols():
            if symbol.is_global():
                used.add(symbol.get_name())
                if symbol.is_assigned():
                    bound.add(symbol.get_name())
    star = any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names) for node in ast.walk(tree)
    )
    return Names(frozenset(bound), frozenset(used), frozenset(_changed(tree)), star, True)


def _changed(tree):
    """Yield the names whose parts are assigned, as in `a[0] = 1` and `a.b = 1`, or whose methods are called alone."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            yield from _root(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _root(node.value.func)


def _root(node):
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name):
            yield node.id


def last_line_that_binds(source, names):
    """Return the last line of the top statements that bind one of the names, or None."""
    tree = parsed(source)
    lines = [
        statement.end_lineno
        for statement in (tree.body if tree else ())
        if names_of(ast.unparse(statement)).bound & set(names)
    ]
    return max(lines, default=None)


def without_idle_imports(source, used):
    """Return a cell without the imports whose names nobody uses."""
    tree = parsed(source)
    if tree is None:
        return source
    kept = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            statement.names = [
                alias
                for alias in statement.names
                if alias.name == "*" or (alias.asname or alias.name.partition(".")[0]) in used
            ]
            if not statement.names:
                continue
        kept.append(statement)
    return "\n".join(map(ast.unparse, kept))
