"""The tables' history, one file a step under `versions/`. Run it with `Store.migrate`."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from homespun.core.errors import Conflict


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings the database to a step, the newest by itself, within the connection's transaction.

    Raises `Conflict` for a database that a newer Homespun has brought further than this one knows.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise Conflict(
            "The database is of a newer Homespun. Install that version, or put back a backup from before."
        ) from error


def newest_revision() -> str:
    """The step that `upgrade` ends at."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def knows_revision(revision: str) -> bool:
    """Whether this is one of our steps."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "homespun.store:migrations")
    return config
