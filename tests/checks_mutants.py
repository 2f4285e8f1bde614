"""A small mutator: each operator, comparison, constant and call of a function, changed by one."""

import ast
import copy
import inspect
import textwrap

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.USub: (ast.UAdd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}


def mutants(function):
    """Yield (what was changed, the changed function), one change at a time."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    definition.decorator_list = []
    if ast.get_docstring(definition):
        del definition.body[0]
    for n, node in enumerate(ast.walk(definition)):
        line = ast.unparse(_statement_of(definition, node)).splitlines()[0]
        for changed in _changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied.body[0]))[n]
            target.__class__, target.__dict__ = changed.__class__, changed.__dict__
            what = f"{ast.unparse(node)} → {ast.unparse(changed)} in `{line}`"
            yield what, _compiled(copied, function)


def _changes(node):
    """Return the changed copies of a node."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.BoolOp)):
        return [_with(node, op=other()) for other in OPERATORS.get(type(node.op), ())]
    if isinstance(node, ast.Compare):
        return [
            _with(node, ops=[*node.ops[:n], other(), *node.ops[n + 1 :]])
            for n, operator in enumerate(node.ops)
            for other in OPERATORS.get(type(operator), ())
        ]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return [_with(node, value=not node.value)]
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return [_with(node, value=node.value + 1), _with(node, value=node.value - 1)]
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return [_with(node, value=node.value * 2 + 1)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [_with(node, value=node.value + "?")]
    if isinstance(node, ast.Call) and len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        return [node.args[0]]  # abs(x) → x
    if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute):
        return [node.func.value]  # x.sum() → x
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        return [_with(node, value=_with(node.value, elts=node.value.elts[::-1]))]
    return []


def _with(node, **fields):
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _statement_of(definition, node):
    """Return the innermost statement that holds a node."""
    statements = [part for part in ast.walk(definition) if isinstance(part, ast.stmt)]
    return [statement for statement in statements if any(part is node for part in ast.walk(statement))][-1]


def _compiled(tree, function):
    ast.fix_missing_locations(tree)
    namespace = dict(function.__globals__)
    exec(compile(tree, "<mutant>", "exec"), namespace)
    return namespace[function.__name__]
