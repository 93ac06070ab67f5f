"""Several server processes and several releases on the real engine: each release has one engine, which all share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from homespun.models import ModelStore
from homespun.releases import Release, ReleaseState
from homespun.settings import Settings
from homespun.wiring import open_releases
from tests.engines.openvino.tiny_llama import tiny_weights, write_folder
from tests.patience import PATIENCE_S

from .test_server_process import ServerProcess, serving
from .test_shared_engine import engines

MODEL = "tiny"


async def release_that_answers(server: ServerProcess, key: str, model: str = MODEL) -> str:
    """By a connection of its own, and so by whichever worker took it."""
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE_S, verify=False) as client:
        body = {"model": model, "prompt": "hello w", "max_tokens": 2}
        response = await client.post("/v1/completions", json=body)
    assert response.status_code == 200, response.text
    return response.headers["x-homespun-release"]


async def until_all_answer_by(server: ServerProcess, key: str, release: Release) -> None:
    """Returns when eight requests in a row are answered by this release; none may be dropped meanwhile."""
    async with asyncio.timeout(PATIENCE_S):
        in_a_row = 0
        while in_a_row < 8:
            in_a_row = in_a_row + 1 if await release_that_answers(server, key) == release.id else 0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """By a short path: there are sockets in it."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


async def test_workers_share_the_engines_of_releases_that_come_and_go(tmp_path: Path, data_dir: Path) -> None:
    trained = write_folder(tmp_path / "trained", tiny_weights())
    await ModelStore(data_dir / "models").pull(f"file:{trained}", name=MODEL)
    async with (
        serving(data_dir, "--workers", "2", "--model", MODEL, engine="openvino") as server,
        open_releases(Settings(data_dir=data_dir, model=MODEL)) as (releases, _),
    ):
        key, base = await server.key(), await releases.champion()
        assert len(engines(server)) == 1
        made, damaged = [
            await releases.register(
                trained,
                base_digest=base.base_digest,
                snapshot_digest="s",
                recipe={"seed": seed},
                card={"passed": True},
                parent=base.id,
            )
            for seed in (1, 2)
        ]
        assert await release_that_answers(server, key, made.name) == made.id
        assert await release_that_answers(server, key) == base.id
        assert len(engines(server)) == 2
        await releases.promote(made.id, by="command")
        await until_all_answer_by(server, key, made)
        (damaged.weights / "config.json").write_text("{}")
        await releases.begin_rollout(damaged.id, by="command")
        async with asyncio.timeout(PATIENCE_S):
            while (await releases.one(damaged.id)).state is not ReleaseState.RETIRED:
                await asyncio.sleep(0.2)
        assert "isn't what was signed" in (await releases.one(damaged.id)).problem
        await releases.rollback(by="command", why="drill")
        await until_all_answer_by(server, key, base)
