"""Ties as formulas: `2 * R_GB + 5`, in the notation of lmfit, with the exact derivative.

The text is parsed, never evaluated as code: numbers, names of parameters, + - * / **, parentheses, the functions
below, pi and e. The derivative follows by the chain rule, node by node (forward mode; Griewank & Walther, Evaluating
Derivatives, 2nd ed. (2008), section 3.1).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.errors import ConstraintError
from eisfit.regular import regex
from eisfit.spectrum import Floats

Dual = tuple[Floats, dict[str, Floats]]
"""A value (N,) and its derivative (N,) by every parameter that it hangs on."""

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda x: 1 / x),
    "log10": (np.log10, lambda x: 1 / (x * math.log(10))),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "tan": (np.tan, lambda x: 1 + np.tan(x) ** 2),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "abs": (np.abs, np.sign),
}
"""Functions of one argument with their derivatives, by the names that lmfit has for them."""

LONGEST, DEEPEST = 500, 50
_NAME = regex(r"(?<![\w.])[A-Za-z_]\w*(?!\w)(?!\s*\()")


class Expression(NamedTuple):
    """A formula over parameters: its text and their names."""

    text: str
    names: tuple[str, ...]

    def at(self, values: Mapping[str, Floats]) -> Dual:
        """Value (N,) and derivatives by its parameters, whose values (N,) are given."""
        with np.errstate(all="ignore"):
            return _dual(ast.parse(self.text, mode="eval").body, values)


def is_name(text: str) -> bool:
    """Is a tie the name of a parameter alone?"""
    return text.strip().isidentifier()


def names_in(text: str) -> tuple[str, ...]:
    """The parameters that the target of a tie speaks of."""
    return tuple(name for name in dict.fromkeys(_NAME.findall(text)) if name not in CONSTANTS)


def renamed(text: str, meant: Callable[[str], str]) -> str:
    """The same with other names of its parameters."""
    return _NAME.sub(lambda m: m[0] if m[0] in CONSTANTS else meant(m[0]), text)


def expression(name: str, text: str) -> Expression:
    """The formula that parameter `name` is tied to. Raises FitError, which says what is wrong with it."""
    if len(text) > LONGEST:
        raise ConstraintError(
            f"{name} is tied to a formula of {len(text)} characters: at most {LONGEST} can be handled"
        )
    if "^" in text:
        raise ConstraintError(f"{name} is tied to {text!r}: a power is written **, not ^")
    try:
        _check(name, ast.parse(text.strip(), mode="eval").body, 0)
    except ConstraintError:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConstraintError(f"{name} is tied to {text!r}, which is no formula such as 2 * R_GB + 5") from None
    return Expression(text.strip(), names_in(text))


def _check(name: str, node: ast.expr, depth: int) -> None:
    """Raises FitError for anything but arithmetic."""
    if depth > DEEPEST:
        raise ConstraintError(f"{name} is tied to a formula that is nested more than {DEEPEST} deep")
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, float) and math.isfinite(node.value):
        return
    if isinstance(node, ast.Name):
        return
    parts: Sequence[ast.expr]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        parts = [node.operand]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords:
        if node.func.id not in FUNCTIONS:
            raise ConstraintError(
                f"{name} is tied to a formula with {node.func.id}(): known are {', '.join(FUNCTIONS)}"
            )
        parts = node.args
    else:
        raise ConstraintError(
            f"{name} is tied to a formula with {ast.unparse(node)!r}: it is made of numbers, parameters, "
            f"+ - * / ** and {', '.join(FUNCTIONS)}"
        )
    for part in parts:
        _check(name, part, depth + 1)


def _dual(node: ast.expr, values: Mapping[str, Floats]) -> Dual:
    if isinstance(node, ast.Constant):
        return np.asarray(float(node.value)), {}  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        if node.id in CONSTANTS and node.id not in values:
            return np.asarray(CONSTANTS[node.id]), {}
        value = values[node.id]
        return value, {node.id: np.ones_like(value)}
    if isinstance(node, ast.UnaryOp):
        value, slopes = _dual(node.operand, values)
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        return sign * value, {name: sign * slope for name, slope in slopes.items()}
    if isinstance(node, ast.Call):
        function, slope_of = FUNCTIONS[node.func.id]  # type: ignore[attr-defined]
        value, slopes = _dual(node.args[0], values)
        return function(value), {name: slope_of(value) * slope for name, slope in slopes.items()}
    assert isinstance(node, ast.BinOp)
    return _binary(node.op, _dual(node.left, values), _dual(node.right, values))


def _binary(op: ast.operator, left: Dual, right: Dual) -> Dual:
    (a, da), (b, db) = left, right
    if isinstance(op, ast.Add):
        return a + b, _sum(da, 1.0, db, 1.0)
    if isinstance(op, ast.Sub):
        return a - b, _sum(da, 1.0, db, -1.0)
    if isinstance(op, ast.Mult):
        return a * b, _sum(da, b, db, a)
    if isinstance(op, ast.Div):
        return a / b, _sum(da, 1 / b, db, -a / b**2)
    # a constant exponent asks for no logarithm of what may be negative
    return a**b, _sum(da, b * a ** (b - 1), db, a**b * np.log(a) if db else 0.0)


def _sum(
    one: dict[str, Floats], by: Floats | float, other: dict[str, Floats], times: Floats | float
) -> dict[str, Floats]:
    """by * one + times * other."""
    out = {name: by * slope for name, slope in one.items()}
    for name, slope in other.items():
        out[name] = out[name] + times * slope if name in out else times * slope
    return out
