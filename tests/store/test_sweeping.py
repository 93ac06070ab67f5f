"""What is swept every hour goes on being swept, whatever goes wrong once."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import StorageFull
from homespun.store import sweeping, swept_hourly
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("problem", [StorageFull(), PermissionError(13, "Permission denied", "note.json")])
async def test_a_sweep_that_fails_is_told_of_and_comes_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    monkeypatch.setattr(sweeping, "_EVERY_S", 0.01)
    again = asyncio.Event()
    tries: list[datetime] = []

    async def sweep(now: datetime) -> None:
        tries.append(now)
        if len(tries) == 1:
            raise problem
        again.set()

    with caplog.at_level(logging.WARNING):
        async with swept_hourly(FakeClock(), sweep, "Old threads"), asyncio.timeout(PATIENCE_S):
            await again.wait()
    assert "Old threads could not be deleted" in caplog.text
