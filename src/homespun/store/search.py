"""Finding texts by a part of them, alike on every database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.sql.functions import FunctionElement

_ESCAPE = "/"
_ASCII_ONLY = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


def contains(column: SQLCoreOperations[str] | SQLCoreOperations[str | None], part: str) -> ColumnElement[bool]:
    """Whether the text has this run of characters in it; ASCII letters in upper and lower case count as one.

    Only those: SQLite knows no others, and what PostgreSQL knows depends on how the database was made.
    """
    pattern = "".join(_ESCAPE + character if character in "%_/" else character for character in part)
    return _Folded(column).like(f"%{pattern.translate(_ASCII_ONLY)}%", escape=_ESCAPE)


class _Folded(FunctionElement[str]):
    """The text with ASCII letters in lower case."""

    type = Text()
    inherit_cache = True


@compiles(_Folded)
def _lower(element: _Folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _lower_by_bytes(element: _Folded, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'
