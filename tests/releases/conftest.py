"""Releases in a fresh database of either kind, and models to make some of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from homespun.core.clock import FakeClock
from homespun.releases import Release, Releases, Settings
from homespun.store import Store

MODEL = "smol"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def releases(store: Store, clock: FakeClock, tmp_path: Path) -> Releases:
    return Releases(
        store,
        clock,
        tmp_path / "releases",
        tmp_path / "release.key",
        model=MODEL,
        settings=Settings(rolls_out=True, shadow_answers=0),
    )


@pytest.fixture
async def base(releases: Releases) -> Release:
    """The first champion."""
    return await releases.ensure_base("base-1")


Make = Callable[..., Awaitable[Release]]


@pytest.fixture
def make(releases: Releases, base: Release, tmp_path: Path) -> Make:
    """Makes candidates that differ by their weights."""

    async def made(weights: str = "w", *, card: dict[str, Any] | None = None) -> Release:
        folder = tmp_path / f"trained-{weights}"
        folder.mkdir(exist_ok=True)
        (folder / "model.safetensors").write_text(weights)
        (folder / "config.json").write_text("{}")
        return await releases.register(
            folder,
            base_digest=base.base_digest,
            snapshot_digest="snapshot-1",
            recipe={"method": "sft", "seed": 1},
            card={"passed": True} if card is None else card,
            parent=base.id,
        )

    return made
