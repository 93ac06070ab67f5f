"""One number from several, by a formula that somebody wrote: `0.7 * exact + 0.3 * max(alike, 0.5)`.

Python's own parser takes it apart, and only what stands here is calculated: nothing in it is ever run.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

_LONGEST = 1000
"""In characters."""
_DEEPEST = 50
"""How far it may be nested: the formula comes from outside, and the stack is ours."""
_LARGEST = 1e100
"""Of the numbers in it."""
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_SIGNS: Mapping[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
}
_OF_SEVERAL = frozenset({"max", "min"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was found good."""

    _tree: ast.expr

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, text: str, names: frozenset[str]) -> Self:
        """Raises `ValueError` for what isn't a formula of these names."""
        if len(text) > _LONGEST:
            raise ValueError(f"the formula is longer than {_LONGEST} characters")
        try:
            tree = ast.parse(text.replace("^", "**").strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(f"{text[:100]!r} can't be read as a formula") from None
        _check(tree, names, _DEEPEST)
        return cls(tree)

    def value(self, given: Mapping[str, float]) -> float:
        """What comes out; 0 where that is no number, as after a division by zero."""
        try:
            value = float(_value(self._tree, given))
        except (ArithmeticError, ValueError):
            return 0.0
        return value if math.isfinite(value) else 0.0


def _check(node: ast.expr, names: Collection[str], deepest: int) -> None:
    if deepest == 0:
        raise ValueError("the formula is nested too deeply")
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool) and abs(number) < _LARGEST:
            parts: list[ast.expr] = []
        case ast.Name(name) if name in names:
            parts = []
        case ast.Name(name):
            raise ValueError(f"there is no grader {name[:100]!r} in it; there are {', '.join(sorted(names))}")
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            parts = [left, right]
        case ast.UnaryOp(sign, operand) if type(sign) in _SIGNS:
            parts = [operand]
        case ast.Call(ast.Name(function), parts, []) if _takes(function, len(parts)):
            pass
        case _:
            raise ValueError(
                "a formula has graders' names, numbers, + - * / ^, parentheses, "
                f"and {', '.join(sorted(_FUNCTIONS))}, and nothing else"
            )
    for part in parts:
        _check(part, names, deepest - 1)


def _takes(function: str, count: int) -> bool:
    return count > 1 if function in _OF_SEVERAL else function in _FUNCTIONS and count == 1


def _value(node: ast.expr, given: Mapping[str, float]) -> float:
    """Of a node that was checked."""
    match node:
        case ast.Constant(value):
            return float(value)  # type: ignore[arg-type]  # `_check` has let nothing else pass
        case ast.Name(name):
            return given[name]
        case ast.BinOp(left, sign, right):
            return _OPERATORS[type(sign)](_value(left, given), _value(right, given))
        case ast.UnaryOp(sign, operand):
            return _SIGNS[type(sign)](_value(operand, given))
        case ast.Call(ast.Name(function), parts):
            return _FUNCTIONS[function](*(_value(part, given) for part in parts))
    raise AssertionError(node)
