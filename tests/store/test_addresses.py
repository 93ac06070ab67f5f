"""Addresses of databases: which are understood, and that no password gets out."""

from __future__ import annotations

import pytest

from homespun.core.errors import Invalid
from homespun.store import Store, shown
from homespun.store.addresses import parsed


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "homespun.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///a.db",
        "mysql://root:s3cret@db/homespun",
        "postgresql://root:s3cret@db",
        "postgresql://root:s3cret@db:port/homespun",
        "postgresql+psycopg://root:s3cret@db/homespun",
        "postgresql://root:s3cret@db/homespun?sslcert=a.pem",
    ],
)
def test_refuses_what_is_no_database_of_ours_without_repeating_the_password(wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        Store(wrong)
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "postgresql", "postgres"])
def test_takes_postgresql_by_any_of_its_names(scheme: str) -> None:
    address = parsed(f"{scheme}://ann:s3cret@db:5433/homespun?sslmode=require")
    assert address.drivername == "postgresql+asyncpg"
    assert (address.host, address.port, dict(address.query)) == ("db", 5433, {"ssl": "require"})


def test_is_shown_without_its_password() -> None:
    assert shown("postgresql://ann:s3cret@db/homespun") == "postgresql+asyncpg://ann:***@db/homespun"
    assert shown("sqlite+aiosqlite:////a/homespun.db") == "sqlite+aiosqlite:////a/homespun.db"
