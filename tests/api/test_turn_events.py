"""Attaching to a running answer: nothing is lost, nothing comes twice, and the answer waits for nobody."""

from __future__ import annotations

import asyncio
import random

import httpx

from homespun.api import Settings as ApiSettings
from homespun.journal import TurnState
from tests.ring.houses import Home, home

from .talks import asked, begun, events, started

WORDS = " ".join(f"word{number}" for number in range(60))
ANSWER = "".join(f"{word} " for word in WORDS.split())


async def read(browser: httpx.AsyncClient, turn_id: str) -> tuple[str, str]:
    """What one reader puts together from snapshot and deltas, and the state that it hears at the end."""
    text = ""
    async with events(browser, turn_id) as stream:
        async for name, data in stream:
            match name:
                case "snapshot":
                    text = data["turn"]["answer"]
                case "delta":
                    text += data["text"]
                case "done":
                    return text, data["turn"]["state"]
    raise AssertionError("the stream ended before it was done")


async def test_a_snapshot_comes_first_then_deltas_then_the_closed_turn(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one two three")
    async with events(browser, turn["id"]) as stream:
        name, data = await anext(stream)
        assert (name, data["turn"]["state"], data["turn"]["answer"]) == ("snapshot", "open", "")
        for word in ("one ", "two ", "three "):
            at_home.puppet.let()
            assert await anext(stream) == ("delta", {"text": word})
        name, data = await anext(stream)
        assert (name, data["turn"]["state"], data["turn"]["answer"]) == ("done", "complete", "one two three ")
        assert [event async for event in stream] == []


async def test_a_late_reader_starts_with_what_was_said(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one two three")
    async with events(browser, turn["id"]) as early:
        await anext(early)
        at_home.puppet.let(2)
        heard = ""
        while heard != "one two ":
            heard += (await anext(early))[1]["text"]
        async with events(browser, turn["id"]) as late:
            assert (await anext(late))[1]["turn"]["answer"] == "one two "
            at_home.puppet.let(1)
            assert await anext(late) == await anext(early) == ("delta", {"text": "three "})


async def test_readers_that_come_and_go_at_random_all_put_the_same_answer_together(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question=WORDS)
    chance = random.Random(7)

    async def pull() -> None:
        for _ in range(60):
            at_home.puppet.let()
            await asyncio.sleep(chance.uniform(0, 0.004))

    async def attach() -> tuple[str, str]:
        await asyncio.sleep(chance.uniform(0, 0.15))
        return await read(browser, turn["id"])

    async def leave_early() -> None:
        await asyncio.sleep(chance.uniform(0, 0.1))
        async with events(browser, turn["id"]) as stream:
            await anext(stream)

    heard, *_ = await asyncio.gather(
        asyncio.gather(*(attach() for _ in range(12))), pull(), *(leave_early() for _ in range(12))
    )
    assert heard == [(ANSWER, "complete")] * 12


async def test_an_answer_goes_on_without_any_reader(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one two three")
    async with events(browser, turn["id"]) as stream:
        await anext(stream)
    at_home.puppet.let(3)
    assert await at_home.settled() == [TurnState.COMPLETE]
    assert await read(browser, turn["id"]) == ("one two three ", "complete")


async def test_a_closed_turn_is_a_snapshot_and_done(browser: httpx.AsyncClient) -> None:
    turn = await asked(browser, (await started(browser))["id"], question="one")
    async with events(browser, turn["id"]) as stream:
        assert [name async for name, _ in stream] == ["snapshot", "done"]


async def test_a_quiet_stream_shows_that_it_is_there(tmp_path: object, migrated: object) -> None:
    async with (
        home(tmp_path, migrated, api=ApiSettings(heartbeat_s=0.01)) as quiet,  # type: ignore[arg-type]
        quiet.browser() as browser,
    ):
        quiet.puppet.hold()
        turn = await begun(browser, (await started(browser))["id"], question="one")
        async with events(browser, turn["id"]) as stream:
            assert (await anext(stream))[0] == "snapshot"
            assert (await anext(stream))[0] == "still here"
            assert (await anext(stream))[0] == "still here"
            quiet.puppet.let(1)
            names = [name async for name, _ in stream]
        assert [name for name in names if name != "still here"] == ["delta", "done"]


async def test_signing_out_ends_the_session_s_streams_but_not_the_answer(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one")
    async with events(browser, turn["id"]) as stream:
        await anext(stream)
        await browser.delete("/api/session")
        assert [name async for name, _ in stream] == []
    assert at_home.puppet.running
    at_home.puppet.let(1)
    assert await at_home.settled() == [TurnState.COMPLETE]


async def test_a_server_that_stops_closes_the_turn_as_interrupted(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one two")
    async with events(browser, turn["id"]) as stream:
        await anext(stream)
        at_home.puppet.let(1)
        await anext(stream)
        await at_home.house.close_answers()
        name, data = await anext(stream)
    assert (name, data["turn"]["state"], data["turn"]["answer"]) == ("done", "interrupted", "one ")
    conversation = await started(browser)
    response = await browser.post(f"/api/conversations/{conversation['id']}/turns", json={"question": "more"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")
