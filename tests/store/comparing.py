"""Do the tables in a database differ from those of the code?"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Identity

from homespun.store import Base

from . import all_tables  # noqa: F401


def differences(connection: Connection) -> list[Any]:
    """What a migration would have to change, types and defaults included."""
    compare = _differ_on_sqlite if connection.dialect.name == "sqlite" else True
    options = {"compare_type": True, "compare_server_default": compare}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def _differ_on_sqlite(
    _: MigrationContext, __: Column[Any], column: Column[Any], in_database: str | None, ___: Any, in_code: str | None
) -> bool:
    """SQLite counts without being told to, and has other quotes around a text."""
    if isinstance(column.server_default, Identity):
        return False
    return _unquoted(in_database) != _unquoted(in_code)


def _unquoted(default: str | None) -> str | None:
    return None if default is None else default.strip("()'")
