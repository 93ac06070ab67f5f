"""The tables' history, one file a step under `versions/`. Run it with `Store.migrate`."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Brings the database to the newest step, within the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", "homespun.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
