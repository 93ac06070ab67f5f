"""The database: one unit of work, the base of all tables, migrations. It knows no table's meaning."""

from homespun.store.database import Store
from homespun.store.groups import Groups
from homespun.store.migrations import newest_revision
from homespun.store.tables import Base, UtcDateTime
from homespun.store.text import scrubbed_text, storable_text

__all__ = ["Base", "Groups", "Store", "UtcDateTime", "newest_revision", "scrubbed_text", "storable_text"]
