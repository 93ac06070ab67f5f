"""What a running house does by itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from homespun.accounts import Role
from homespun.billing import Settings as BillingSettings
from homespun.settings import Settings
from homespun.wiring import build
from tests.patience import PATIENCE_S
from tests.ring.houses import MODEL
from tests.ring.puppet import Puppet


async def test_money_is_looked_after_even_where_the_books_are_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(Settings(data_dir=tmp_path, billing=BillingSettings(verify_interval_s=0)), {MODEL: Puppet()})
    begun: asyncio.Queue[float] = asyncio.Queue()
    monkeypatch.setattr(house.billing.watch, "run", begun.put)
    async with house.running():
        assert await asyncio.wait_for(begun.get(), PATIENCE_S) == 0


async def test_whoever_was_removed_is_forgotten_by_what_models_learn_from(tmp_path: Path) -> None:
    house = build(Settings(data_dir=tmp_path), {MODEL: Puppet()})
    async with house.open():
        owner = await house.accounts.people.ensure_owner()
        async with house.store.write() as session:
            ada = house.accounts.people.add(session, "Ada", Role.MEMBER)
        await house.accounts.people.remove(owner, ada.id)
    noted = tmp_path / "learning" / "forgotten.json"
    async with build(Settings(data_dir=tmp_path), {MODEL: Puppet()}).running(), asyncio.timeout(PATIENCE_S):
        while not noted.exists():
            await asyncio.sleep(0.01)
    assert json.loads(noted.read_text()) == [ada.id]
