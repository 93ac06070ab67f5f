"""Where a database is, as a URL: understood, or shown without its password."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from homespun.core.errors import Invalid

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"

_DRIVERS = {SQLITE: SQLITE, POSTGRESQL: POSTGRESQL, "postgresql": POSTGRESQL, "postgres": POSTGRESQL}
_POSTGRESQL_OPTIONS = frozenset({"host", "port", "ssl"})
_WRONG = (
    "The database is given as postgresql://USER:PASSWORD@HOST/NAME, or a file as sqlite+aiosqlite:////PATH/homespun.db."
)


def parsed(url: str) -> URL:
    """The URL, with the driver that we use. Raises `Invalid`, which never repeats what may be a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise Invalid(_WRONG, param="database_url") from None
    driver = _DRIVERS.get(address.drivername)
    if driver is None or address.database in (None, "", ":memory:"):
        raise Invalid(_WRONG, param="database_url")
    return _with_known_options(address.set(drivername=driver)) if driver == POSTGRESQL else address


def shown(url: str) -> str:
    """The URL for people and logs, the password masked."""
    return parsed(url).render_as_string(hide_password=True)


def _with_known_options(address: URL) -> URL:
    """`sslmode`, as PostgreSQL's own programs call it, counts as `ssl`, which is the driver's word."""
    options = {"ssl" if name == "sslmode" else name: value for name, value in address.query.items()}
    if unknown := sorted(options.keys() - _POSTGRESQL_OPTIONS):
        raise Invalid(f"database_url has an unknown option: {unknown[0]}. There are sslmode, host and port.")
    return address.set(query=options)
