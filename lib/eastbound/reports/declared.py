"""Read the parameters that a notebook's tagged cell declares.

The cell is parsed as Python, so that every name it assigns is seen. A statement whose value
papermill could not replace is refused: a page must never claim a value its kernel did not get.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize

from eastbound.errors import InputError
from eastbound.reports.parameters import Parameter, injection_fault, read_type

_TYPE = re.compile(r"type:\s*(\S+)\s*(.*)")


def read_declared(source: str, *, where: str) -> dict[str, Parameter]:
    """Return the parameters that the source of a tagged cell declares, by name.

    Parameters
    ----------
    source : str
        Assignments of literals, each with an optional annotation or ``# type:`` comment.
    where : str
        Name of the notebook, for messages.

    Raises
    ------
    InputError
        If a line declares something that cannot be injected; names the line and the reason.

    Examples
    --------
    >>> read_declared("a = 1; until: int | None = 2035  # last year", where="10_trade.ipynb")["until"].help
    'last year'
    """
    try:
        tree = ast.parse(source)
        comments = _comments(source)
    except (SyntaxError, tokenize.TokenError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InputError(_refusal(where, line, "it is not valid Python")) from error
    declared: dict[str, Parameter] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
            continue
        parameter = _parameter(node, comments.get(node.end_lineno or node.lineno, ""), where=where)
        declared[parameter.name] = parameter
    return declared


def _parameter(node: ast.stmt, comment: str, *, where: str) -> Parameter:
    name, value, annotation = _assignment(node, where=where)
    try:
        default = ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        reason = (
            f"parameter `{name}` has the default `{ast.unparse(value)}`; it must be a literal such as 2035, 0.5, "
            "True, None or a text in quotes"
        )
        raise InputError(_refusal(where, value.lineno, reason)) from error
    typed = _TYPE.fullmatch(comment)
    written = (typed[1], typed[2]) if typed and annotation is None else ("None", typed[2] if typed else comment)
    declared = ast.unparse(annotation) if annotation is not None else written[0]
    fault = injection_fault(default)
    try:
        read_type(declared)
    except ValueError as error:
        fault = str(error)
    if fault:
        raise InputError(_refusal(where, node.lineno, f"parameter `{name}` cannot be injected: {fault}"))
    return Parameter(name, default, declared, written[1])


def _assignment(node: ast.stmt, *, where: str) -> tuple[str, ast.expr, ast.expr | None]:
    """Return name, value and annotation of a plain assignment to one name."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        first = ast.unparse(node).splitlines()[0]
        reason = f"`{first}` is not a parameter; this cell may only assign one literal to one name at a time"
        raise InputError(_refusal(where, node.lineno, reason))
    value = node.value  # type: ignore[attr-defined]
    if value is None:
        raise InputError(_refusal(where, node.lineno, f"parameter `{targets[0].id}` has no default; give it one"))
    return targets[0].id, value, getattr(node, "annotation", None)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _comments(source: str) -> dict[int, str]:
    """Return the comment at the end of each line, by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}


def _refusal(where: str, line: int, reason: str) -> str:
    return f"`{where}`, line {line} of the cell tagged `parameters`: {reason}."
