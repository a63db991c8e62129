"""Small faults put into code: comparisons, operators, constants and conditions, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOMS = ("fitting", "tracking", "shorts", "quality", "readers")

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
OPERATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv,
}  # fmt: skip
UNSEEN = ("strict", "frozen", "slots", "eq", "repr", "maxsize", "stacklevel")
"""Arguments that change no result: guards against faults of the program itself, sizes of caches."""
GUARD = 1e-100
"""Numbers below this stand where a division by nothing must be avoided; twice as much does the same."""


class Mutant(NamedTuple):
    """One fault: the module, lines and columns (in bytes) of what is replaced, by what, and the function it is in."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    new: str
    kind: str
    function: int
    """First line of the function around it (of its decorators, where it has some), 0 outside of functions."""

    def applied(self, text: str) -> str:
        """The text of the module with this fault."""
        lines = text.encode().splitlines(keepends=True)
        before = b"".join(lines[: self.line - 1]) + lines[self.line - 1][: self.column]
        after = lines[self.end_line - 1][self.end_column :] + b"".join(lines[self.end_line :])
        return (before + b"(" + self.new.encode() + b")" + after).decode()

    def shown(self, text: str) -> str:
        """What it changes, in a line."""
        lines = text.splitlines()
        return f"{self.path}:{self.line} [{self.kind}] {lines[self.line - 1].strip()[:90]}  =>  {self.new[:90]}"


def mutants_of(root: Path) -> list[Mutant]:
    """Every fault that is known here, in the modules of the rooms, in their order."""
    paths = sorted(path for room in ROOMS for path in (root / "eisfit" / room).rglob("*.py"))
    out = []
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        out += list(_in(tree, path.relative_to(root).as_posix(), 0))
    return out


def _in(node: ast.AST, path: str, function: int) -> Iterator[Mutant]:
    if isinstance(node, ast.FunctionDef):
        function = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        children: list[ast.AST] = [*node.body, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
    elif isinstance(node, ast.AnnAssign):
        children = [node.value] if node.value else []
    elif isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Assert | ast.Raise):
        return  # the words of a sentence
    elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        return
    else:
        children = [child for child in ast.iter_child_nodes(node) if getattr(child, "arg", "") not in UNSEEN]
    for kind, new in _changes(node):
        end_line, end_column = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
        place = node.lineno, node.col_offset, end_line, end_column  # type: ignore[attr-defined]
        yield Mutant(path, *place, ast.unparse(new), kind, function)
    for child in children:
        yield from _in(child, path, function)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for kind in {COMPARED[type(op)], OPPOSITE.get(type(op), COMPARED[type(op)])}:
                new = copy.deepcopy(node)
                new.ops[i] = kind()
                yield "comparison", new
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATED and not isinstance(node.left, ast.JoinedStr):
        yield "operator", ast.BinOp(node.left, OPERATED[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield "condition", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "operator", node.operand
    elif isinstance(node, ast.IfExp):
        yield "condition", ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _constants(node: ast.Constant) -> Iterator[tuple[str, ast.expr]]:
    match node.value:
        case bool() as value:
            yield "constant", ast.Constant(not value)
        case int() as value:
            yield "constant", ast.Constant(value + 1)
        case float() as value if value == 0 or abs(value) > GUARD:
            yield "constant", ast.Constant(2 * value if value else 1.0)
