"""Inserts that meet a row with the same primary key: both databases can do it, each with a construct of its own."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def insert_or_leave(session: AsyncSession, table: Table) -> Insert:
    """An insert that leaves the row alone which is there already."""
    return _insert_or_leave(session.get_bind().dialect.name, table)


def insert_or_add(session: AsyncSession, table: Table) -> Insert:
    """An insert that adds its numbers to the row which is there already: to all columns outside the primary key."""
    return _insert_or_add(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@lru_cache
def _insert_or_leave(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@lru_cache
def _insert_or_add(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    sums = {column.name: column + statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=sums)
