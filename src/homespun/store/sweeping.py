"""Deleting what is over, a few rows at a time: nobody who writes waits long for it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from .database import Store

_AT_ONCE = 500


async def delete_in_batches(store: Store, table: Table, *over: ColumnElement[bool]) -> int:
    """Deletes the rows of which all of this is true, five hundred in a unit of work; returns how many there were.

    Safe in several processes at once: each takes rows that no other is at.
    """
    key = tuple(table.primary_key)
    batch = select(*key).where(*over).limit(_AT_ONCE).with_for_update(skip_locked=True)
    deleted = 0
    while True:
        async with store.write() as session:
            gone = len((await session.execute(delete(table).where(tuple_(*key).in_(batch)).returning(key[0]))).all())
        deleted += gone
        if gone < _AT_ONCE:
            return deleted
