"""Whoever was signed in, or had a key, before there were teams stays so."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import text

from homespun.accounts import USUAL_SCOPES, Accounts, Credentials
from homespun.core.clock import FakeClock
from homespun.store import Store
from homespun.store.migrations import upgrade

KEY = "sk-homespun-abcdefghijklmnop"
MADE, EXPIRES = "2025-12-31 00:00:00.000000", "2026-01-30 00:00:00.000000"


async def test_sessions_and_keys_go_on(empty_url: str) -> None:
    store = Store(empty_url)
    await store.backend.migrate(partial(upgrade, revision="0001"))
    await _fill(store)
    await store.migrate()
    accounts = Accounts(store, FakeClock())
    by_key = await accounts.identify(Credentials(bearer=KEY))
    by_session = await accounts.identify(Credentials(session="old"))
    assert by_key.person == by_session.person == await accounts.ensure_owner()
    assert by_key.key is not None
    assert (by_key.key.scopes, by_key.key.networks, by_key.key.models) == (USUAL_SCOPES, (), ())
    [session] = await accounts.sessions.list(by_key.person.id)
    assert session.created_at == datetime(2025, 12, 31, tzinfo=UTC)
    assert [profile.person for profile in (await accounts.people.list(by_key.person, search="own")).values]
    await store.close()


async def _fill(store: Store) -> None:
    """As the first version would have written it."""
    async with store.write() as session:
        for statement in (
            f"INSERT INTO people (id, name, role, created_at) VALUES ('person_1', 'Owner', 'owner', '{MADE}')",
            "INSERT INTO sessions (digest, person_id, created_at, expires_at)"
            f" VALUES ('{_digest('old')}', 'person_1', '{MADE}', '{EXPIRES}')",
            "INSERT INTO api_keys (id, owner_id, name, prefix, digest, created_at)"
            f" VALUES ('key_1', 'person_1', 'mine', '{KEY[:18]}', '{_digest(KEY)}', '{MADE}')",
        ):
            await session.execute(text(statement))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
