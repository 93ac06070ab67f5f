"""What is delivered is paid for, and nothing else, however a turn ends; the books say the same as the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from homespun.billing import MachineUse, Money, Range, Tariff
from homespun.core.errors import EngineBusy
from homespun.journal import TurnState
from homespun.wiring import build

from .houses import MODEL, Home, home

MICROS = 1_000_000
TARIFF = Tariff(
    input_micros=1 * MICROS, cached_input_micros=500_000, output_micros=10 * MICROS, prompt_micros=3, request_micros=2
)
"""For a million tokens: 1 micro for a prompt token, half a one from the cache, 10 for a token of an answer."""
PROMPT_MICROS = 6 * 1 + 4 // 2 + 3 + 2
"""The puppet's prompts have ten tokens, four of them cached; then there is the price of a prompt, and of a request."""
ASKED: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "one two three four"}]}


@pytest.fixture
async def shop(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """A house where answers cost something, and whose owner has a thousand micros."""
    async with home(tmp_path / "data", migrated) as opened:
        await opened.house.billing.prices.set(TARIFF)
        await opened.house.billing.adjust((await opened.person()).id, Money(1000, "USD"))
        yield opened


async def balance(home: Home) -> tuple[int, int]:
    """What can be spent, and what is held."""
    has = await home.house.billing.balance((await home.person()).id)
    return has.available.micros, has.held.micros


async def ask(home: Home, **more: Any) -> httpx.Response:
    async with home.owner() as client:
        return await client.post("/v1/chat/completions", json=ASKED | more, headers=more.pop("headers", {}))


async def machine_use(home: Home) -> MachineUse:
    """What all turns of these days took."""
    today = datetime.now(UTC).date()
    report = await home.house.billing.economics.report(Range(today - timedelta(days=1), today))
    return sum((release.use for release in report.releases), MachineUse())


async def assert_books_are_right(home: Home) -> None:
    assert await home.house.billing.audit.verify() == ()


async def test_a_complete_answer_costs_its_tokens(shop: Home) -> None:
    assert (await ask(shop)).status_code == 200
    assert await balance(shop) == (1000 - PROMPT_MICROS - 4 * 10, 0)
    await assert_books_are_right(shop)


async def test_while_it_is_written_the_most_that_it_can_cost_is_held(shop: Home) -> None:
    shop.puppet.hold()
    asking = asyncio.create_task(ask(shop, max_tokens=20))
    await shop.puppet.busy()
    available, held = await balance(shop)
    assert available + held == 1000
    assert 20 * 10 <= held <= 20 * 10 + 40
    shop.puppet.let(4)
    await asking
    assert await balance(shop) == (1000 - PROMPT_MICROS - 4 * 10, 0)


async def test_a_stream_that_is_dropped_is_paid_as_far_as_it_was_delivered(shop: Home) -> None:
    shop.puppet.hold()
    shop.puppet.let(2)
    streamed = ASKED | {"stream": True}
    async with shop.owner() as client, client.stream("POST", "/v1/chat/completions", json=streamed) as response:
        async for line in response.aiter_lines():
            if "two" in line:
                break
    assert await shop.settled() == [TurnState.STOPPED]
    assert await balance(shop) == (1000 - PROMPT_MICROS - 2 * 10, 0)
    await assert_books_are_right(shop)


async def test_a_whole_answer_that_nobody_waits_for_costs_nothing(shop: Home) -> None:
    shop.puppet.hold()
    shop.puppet.let(2)
    async with shop.owner() as client:
        asking = asyncio.create_task(client.post("/v1/chat/completions", json=ASKED))
        await shop.puppet.busy()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert await shop.settled() == [TurnState.STOPPED]
    assert await balance(shop) == (1000, 0)
    await assert_books_are_right(shop)


async def test_the_machines_time_is_the_owners_to_know_however_an_answer_ends(shop: Home) -> None:
    shop.puppet.machine_us = 1000
    await ask(shop)
    assert await machine_use(shop) == MachineUse(1, 1, 6000), "it began, said four words, and ended"
    shop.puppet.hold()
    shop.puppet.let(2)
    async with shop.owner() as client:
        asking = asyncio.create_task(client.post("/v1/chat/completions", json=ASKED))
        await shop.puppet.busy(2)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await shop.settled()
    assert await machine_use(shop) == MachineUse(2, 2, 9000), "it began and said two words, which nobody got"
    await assert_books_are_right(shop)


async def test_of_an_engine_that_measures_nothing_no_time_is_known(shop: Home) -> None:
    await ask(shop)
    assert await machine_use(shop) == MachineUse(1, 0, 0)


async def test_an_engine_that_refuses_or_fails_before_its_first_word_costs_nothing(shop: Home) -> None:
    shop.puppet.refuse_with = EngineBusy()
    assert (await ask(shop)).status_code == 429
    shop.puppet.refuse_with = None
    shop.puppet.hold()
    shop.puppet.fail()
    assert (await ask(shop, stream=True)).status_code == 200  # it begins, and then tells the error
    assert await balance(shop) == (1000, 0)
    await assert_books_are_right(shop)


async def test_what_a_killed_server_had_delivered_is_paid_at_the_next_start(shop: Home) -> None:
    shop.puppet.hold()
    shop.puppet.let(3)
    streamed = ASKED | {"stream": True}
    async with shop.owner() as client, client.stream("POST", "/v1/chat/completions", json=streamed) as response:
        async for line in response.aiter_lines():
            if "three" in line:
                break
        shop.house.journal.close()  # as the death of the process would
        after = build(shop.house.settings, {MODEL: shop.puppet})
        async with after.open():
            has = await after.billing.balance((await shop.person()).id)
            assert (has.available.micros, has.held.micros) == (1000 - PROMPT_MICROS - 3 * 10, 0)
            assert await after.billing.audit.verify() == ()


async def test_who_has_no_money_is_told_so_and_nothing_is_calculated(shop: Home) -> None:
    await shop.house.billing.adjust((await shop.person()).id, Money(-1000, "USD"))
    response = await ask(shop)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "insufficient_quota")
    assert response.headers["x-should-retry"] == "false"
    assert not shop.puppet.requests
    assert shop.states() == []


async def test_who_has_little_gets_an_answer_that_is_as_long_as_it_is_paid_for(shop: Home) -> None:
    await shop.house.billing.adjust((await shop.person()).id, Money(-950, "USD"))
    response = await ask(shop)
    choice = response.json()["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("length", "one two three ")
    assert await balance(shop) == (50 - PROMPT_MICROS - 3 * 10, 0)


async def test_a_request_that_is_sent_again_with_its_key_is_answered_and_paid_once(shop: Home) -> None:
    headers = {"Idempotency-Key": "order-66"}
    async with shop.owner() as client:
        answers = [await client.post("/v1/chat/completions", json=ASKED, headers=headers) for _ in range(3)]
        streamed = await client.post("/v1/chat/completions", json=ASKED | {"stream": True}, headers=headers)
    assert {answer.json()["choices"][0]["message"]["content"] for answer in answers} == {"one two three four "}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert streamed.status_code == 409, "to be streamed is another request"
    assert len(shop.puppet.requests) == 1
    assert await balance(shop) == (1000 - PROMPT_MICROS - 4 * 10, 0)


async def test_a_client_that_lost_its_connection_gets_the_answer_that_went_on_without_it(shop: Home) -> None:
    headers = {"Idempotency-Key": "order-67"}
    shop.puppet.hold()
    shop.puppet.let(1)
    async with shop.owner() as client:
        asking = asyncio.create_task(client.post("/v1/chat/completions", json=ASKED, headers=headers))
        await shop.puppet.busy()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        retry = asyncio.create_task(client.post("/v1/chat/completions", json=ASKED, headers=headers))
        await asyncio.sleep(0.05)
        shop.puppet.let(3)
        assert (await retry).json()["choices"][0]["message"]["content"] == "one two three four "
    assert await shop.settled() == [TurnState.COMPLETE]
    assert await balance(shop) == (1000 - PROMPT_MICROS - 4 * 10, 0)


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
async def test_a_key_that_is_none_is_refused_before_anything_is_asked(shop: Home, key: str) -> None:
    async with shop.owner() as client:
        headers = {b"idempotency-key": key.encode("latin-1")}
        response = await client.post("/v1/chat/completions", json=ASKED, headers=headers)
    assert response.status_code == (200 if key == "" else 400)


async def test_several_prompts_of_one_request_pay_the_price_of_a_request_once(shop: Home) -> None:
    async with shop.owner() as client:
        body = {"model": MODEL, "prompt": ["one", "one two"], "max_tokens": 5}
        assert (await client.post("/v1/completions", json=body)).status_code == 200
    assert await balance(shop) == (1000 - 2 * PROMPT_MICROS + 2 - 3 * 10, 0)
    await assert_books_are_right(shop)
