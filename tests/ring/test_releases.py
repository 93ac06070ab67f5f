"""Several releases behind one HTTP door: who gets which, by their numbers, and how a bad one is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from homespun.accounts import NewKey, Person, Role
from homespun.engines import Engine, GenerationRequest
from homespun.journal import Thumb
from homespun.releases import Decision, Release, Settings
from tests.api.people import arrived
from tests.patience import PATIENCE_S

from .houses import MODEL, Home, home, turn_ids
from .puppet import Puppet


def saying(word: str) -> Puppet:
    def words(request: GenerationRequest, choice: int) -> list[str]:
        return [word]

    return Puppet(words)


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """The base says `old`, a release `new`."""

    def engine(release: Release) -> Engine:
        return saying("old" if release.is_base else "new")

    async with home(
        tmp_path / "data",
        migrated,
        engine=saying("old"),
        release_engine=engine,
        releases=Settings(asked_for_s=600, shadow_answers=0),
    ) as opened:
        yield opened


async def candidate(at_home: Home, *, card: Mapping[str, Any] | None = None) -> Release:
    folder = at_home.data_dir / "trained"
    folder.mkdir()
    (folder / "model.safetensors").write_text("w")
    releases = at_home.house.releases
    return await releases.register(
        folder, base_digest="b", snapshot_digest="s", recipe={}, card=card or {"passed": True}, parent="1"
    )


async def asked(at_home: Home, key: str | None = None, model: str = MODEL) -> tuple[str, str]:
    """What is answered, and by which release."""
    async with at_home.sdk(key) as client:
        raw = await client.chat.completions.with_raw_response.create(
            model=model, messages=[{"role": "user", "content": "Hello?"}]
        )
    completion = raw.parse()
    assert completion.model == MODEL
    return completion.choices[0].message.content or "", raw.headers["x-homespun-release"]


async def people(at_home: Home, count: int) -> list[tuple[Person, str]]:
    """New members, with a key each."""
    found = []
    for i in range(count):
        person, _ = await arrived(at_home, f"Person {i}")
        _, key = await at_home.house.accounts.keys.create(person, NewKey("k"))
        found.append((person, key))
    return found


async def until(at_home: Home, key: str | None, word: str) -> str:
    """Asks until that is answered; the release."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer, release_id = await asked(at_home, key)
            if answer == word:
                return release_id
            await asyncio.sleep(0.1)


async def test_the_release_is_told_in_a_header_and_written_on_the_turn(at_home: Home) -> None:
    base = await at_home.house.releases.champion()
    assert await asked(at_home) == ("old", base.id)
    turn = await at_home.turn(turn_ids(at_home.data_dir)[-1])
    assert (turn.release_id, turn.arm_probability, turn.model) == (base.id, 1.0, MODEL)


async def test_a_stream_tells_its_release_too(at_home: Home) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}], "stream": True}
    async with at_home.owner() as client, client.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.headers["x-homespun-release"] == (await at_home.house.releases.champion()).id


async def test_a_promoted_release_answers_within_seconds_and_a_rolled_back_one_no_more(at_home: Home) -> None:
    """As the command does it: by a row in the database, which the server follows."""
    made = await candidate(at_home)
    await at_home.house.releases.promote(made.id, by="command")
    assert await until(at_home, None, "new") == made.id
    await at_home.house.releases.rollback(by="command", why="drill")
    assert await until(at_home, None, "old") == (await at_home.house.releases.champion()).id


async def test_no_request_is_dropped_while_the_champion_is_swapped(at_home: Home) -> None:
    made = await candidate(at_home)
    swapping = asyncio.create_task(at_home.house.releases.promote(made.id, by="command"))
    answers = [await asked(at_home)]
    while answers[-1][0] == "old":
        answers += await asyncio.gather(*(asked(at_home) for _ in range(4)))
    await swapping
    assert {answer for answer, _ in answers} == {"old", "new"}


async def test_a_canary_answers_half_of_the_people_each_always_by_the_same(at_home: Home) -> None:
    made = await candidate(at_home)
    everybody = await people(at_home, 12)
    await at_home.house.releases.begin_rollout(made.id, by="owner")
    rollout = await at_home.house.releases.widen(0.5)
    await at_home.house.engines.keep_up()
    async with asyncio.timeout(PATIENCE_S):
        while not any([(await asked(at_home, key))[0] == "new" for _, key in everybody]):
            await at_home.house.engines.keep_up()
    first = [await asked(at_home, key) for _, key in everybody]
    assert {answer for answer, _ in first} == {"old", "new"}
    assert [await asked(at_home, key) for _, key in everybody] == first
    turn_id = turn_ids(at_home.data_dir)[-1]
    turn = await at_home.house.journal.turn(everybody[-1][0].id, turn_id)
    assert (turn.release_id, turn.arm_probability) == (first[-1][1], rollout.share)


async def test_a_rude_canary_takes_itself_back_and_everybody_has_the_champion_again(at_home: Home) -> None:
    made = await candidate(at_home)
    everybody = await people(at_home, 10)
    house = at_home.house
    await house.releases.begin_rollout(made.id, by="owner")
    await house.releases.widen(0.5)
    decision = None
    async with asyncio.timeout(PATIENCE_S):
        while decision is not Decision.ROLL_BACK:
            await house.engines.keep_up()
            for person, key in everybody:
                answer, _ = await asked(at_home, key)
                thumb = Thumb.DOWN if answer == "new" else Thumb.UP
                turn_id = turn_ids(at_home.data_dir)[-1]
                await house.journal.record_feedback(person.id, turn_id, thumb=thumb)
            decision = await house.rollouts.decide() or Decision.ROLL_BACK  # the server itself may have looked first
    await house.engines.keep_up()
    assert {(await asked(at_home, key))[0] for _, key in everybody} == {"old"}
    assert "of harm" in (await house.releases.one(made.id)).problem


async def test_strangers_and_members_do_not_know_of_releases_by_number(at_home: Home) -> None:
    made = await candidate(at_home)
    async with at_home.client() as nobody:
        response = await nobody.post("/v1/chat/completions", json={"model": made.name, "messages": []})
        assert response.status_code == 401
    [(_, key)] = await people(at_home, 1)
    with pytest.raises(openai.NotFoundError) as caught:
        await asked(at_home, key, made.name)
    assert caught.value.code == "model_not_found"


async def test_owners_and_admins_ask_for_a_release_by_its_number(at_home: Home) -> None:
    made = await candidate(at_home)
    assert await asked(at_home, None, made.name) == ("new", made.id)
    admin, _ = await arrived(at_home, "Ada", Role.ADMIN)
    _, key = await at_home.house.accounts.keys.create(admin, NewKey("k"))
    assert await asked(at_home, key, made.name) == ("new", made.id)
    turn = await at_home.house.journal.turn(admin.id, turn_ids(at_home.data_dir)[-1])
    assert (turn.release_id, turn.arm_probability) == (made.id, None)
    assert (await asked(at_home))[0] == "old"
    for name in (f"{MODEL}@9", f"{MODEL}@", "other@2", "@2"):
        with pytest.raises(openai.NotFoundError):
            await asked(at_home, None, name)


async def test_a_repeated_request_gets_its_answer_though_another_release_answers_by_now(at_home: Home) -> None:
    made = await candidate(at_home)
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}]}
    headers = {"authorization": f"Bearer {at_home.key}", "idempotency-key": "once"}
    async with httpx.AsyncClient(base_url=at_home.url, timeout=PATIENCE_S, headers=headers) as client:
        first = await client.post("/v1/chat/completions", json=body)
        await at_home.house.releases.promote(made.id, by="command")
        await until(at_home, None, "new")
        again = await client.post("/v1/chat/completions", json=body)
        other = await client.post("/v1/chat/completions", json={**body, "model": made.name})
    assert again.json()["choices"] == first.json()["choices"]
    assert again.headers["x-homespun-release"] == first.headers["x-homespun-release"] != made.id
    assert other.json()["error"]["code"] == "idempotency_key_reused"


async def test_the_list_of_models_stays_as_it_is(at_home: Home) -> None:
    await candidate(at_home)
    async with at_home.sdk() as client:
        assert [model.id async for model in client.models.list()] == [MODEL]


async def test_figures_tell_of_each_release(at_home: Home) -> None:
    made = await candidate(at_home)
    await asked(at_home, None, made.name)
    async with at_home.owner() as client:
        figures = (await client.get("/metrics")).text
    assert f'homespun_engine_ready{{model="{MODEL}",release="1"}} 1.0' in figures
    assert f'homespun_engine_ready{{model="{MODEL}",release="2"}} 1.0' in figures
