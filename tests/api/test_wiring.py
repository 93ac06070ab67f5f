"""What a running house does by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

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
