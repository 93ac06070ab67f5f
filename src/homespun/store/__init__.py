"""The database: one unit of work, the base of all tables, migrations. It knows no table's meaning."""

from homespun.store.addresses import shown
from homespun.store.condition import Condition
from homespun.store.database import CONNECTIONS, Store
from homespun.store.groups import Groups
from homespun.store.locks import alone
from homespun.store.migrations import newest_revision
from homespun.store.search import contains
from homespun.store.sweeping import delete_in_batches, swept_hourly
from homespun.store.tables import Base, RowNumber, UtcDateTime
from homespun.store.text import scrubbed_text, storable_text
from homespun.store.upserts import insert_or_add, insert_or_leave

__all__ = [
    "CONNECTIONS",
    "Base",
    "Condition",
    "Groups",
    "RowNumber",
    "Store",
    "UtcDateTime",
    "alone",
    "contains",
    "delete_in_batches",
    "insert_or_add",
    "insert_or_leave",
    "newest_revision",
    "scrubbed_text",
    "shown",
    "storable_text",
    "swept_hourly",
]
