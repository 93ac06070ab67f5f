"""One turn of the ring is closed in the journal however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from homespun.core.errors import EngineBusy, EngineFailed, NotFound, StorageFull
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.gate import Admission, Gate
from homespun.journal import Closing, Spool, TurnState
from homespun.serve import unbroken

from .houses import MODEL, Home


def asked(question: str = "one two three", *, n: int = 1, place: Place | None = None) -> Incoming:
    return Incoming(Door.API, MODEL, ChatPrompt((Message(Role.USER, question),)), Sampling(n=n), place)


async def heard(home: Home, incoming: Incoming) -> list[Admission | Event]:
    return [item async for item in home.house.ring.turn(await home.caller(), incoming)]


@asynccontextmanager
async def reader(home: Home, incoming: Incoming | None = None) -> AsyncIterator[tuple[asyncio.Task[None], list[str]]]:
    """Reads a turn in a task; gives the task and the ids of opened turns."""
    opened: list[str] = []

    async def read() -> None:
        async with aclosing(home.house.ring.turn(await home.caller(), incoming or asked())) as turn:
            async for item in turn:
                if isinstance(item, Admission):
                    opened.append(item.turn.id)

    task = asyncio.create_task(read())
    yield task, opened
    await asyncio.gather(task, return_exceptions=True)


async def test_an_answer_is_the_opened_turn_and_then_its_events(at_home: Home) -> None:
    opened, began, *pieces, ended = await heard(at_home, asked())
    assert isinstance(opened, Admission)
    assert opened.turn.state is TurnState.OPEN
    assert isinstance(began, Began)
    assert [piece.text for piece in pieces if isinstance(piece, Piece)] == ["one ", "two ", "three "]
    assert ended == Ended(0, FinishReason.STOP, 3)


async def test_a_complete_turn_is_closed_with_all_that_was_said_and_used(at_home: Home) -> None:
    await heard(at_home, asked(n=2))
    turn = await at_home.last_turn()
    assert turn.state is TurnState.COMPLETE
    assert [answer.text for answer in turn.answers] == ["one two three ", "1: one two three "]
    assert [answer.completion_tokens for answer in turn.answers] == [3, 4]
    assert (turn.prompt_tokens, turn.cached_tokens, turn.prompt_digest) == (10, 4, "0" * 64)
    assert turn.first_token_ms is not None
    assert turn.total_ms is not None
    assert turn.first_token_ms <= turn.total_ms


async def test_every_event_is_in_the_spool_before_the_door_has_it(at_home: Home) -> None:
    spool: Spool | None = None
    async for item in at_home.house.ring.turn(await at_home.caller(), asked()):
        if isinstance(item, Admission):
            spool = at_home.house.journal.spool(item.turn.id)
        else:
            assert spool is not None
            assert spool.events()[-1] == item


async def test_a_reader_that_closes_the_generator_stops_the_engine_and_the_turn(at_home: Home) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(2)
    async with aclosing(at_home.house.ring.turn(await at_home.caller(), asked())) as turn:
        async for item in turn:
            if isinstance(item, Piece) and item.text == "two ":
                break
    assert not at_home.puppet.running
    closed = await at_home.last_turn()
    assert (closed.state, closed.answer, closed.finish_reason) == (
        TurnState.STOPPED,
        "one two ",
        FinishReason.CANCELLED,
    )


async def test_a_reader_that_is_cancelled_while_it_waits_leaves_a_stopped_turn(at_home: Home) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(1)
    async with reader(at_home) as (task, _):
        await at_home.puppet.busy()
        task.cancel()
    assert not at_home.puppet.running
    assert (await at_home.last_turn()).state is TurnState.STOPPED


async def test_a_reader_that_is_cancelled_during_admission_leaves_no_open_turn(
    at_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()
    admit = Gate.admit

    async def slow(self: Gate, *arguments: object) -> object:
        admission = await admit(self, *arguments)  # type: ignore[arg-type]
        reached.set()
        await go_on.wait()
        return admission

    monkeypatch.setattr(Gate, "admit", slow)
    async with reader(at_home) as (task, opened):
        await reached.wait()
        task.cancel()
        await asyncio.sleep(0)
        go_on.set()
    assert task.cancelled()
    assert not at_home.puppet.running
    assert (await at_home.turn(opened[0])).state is TurnState.STOPPED


async def test_a_cancellation_during_the_closing_is_obeyed_after_it(
    at_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()
    close = Gate.close

    async def slow(self: Gate, turn_id: str, closing: Closing) -> None:
        reached.set()
        await go_on.wait()
        await close(self, turn_id, closing)

    monkeypatch.setattr(Gate, "close", slow)
    async with reader(at_home) as (task, _):
        await reached.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        go_on.set()
    assert task.cancelled()
    assert (await at_home.last_turn()).state is TurnState.COMPLETE


async def test_an_answer_that_has_ended_is_complete_even_if_its_reader_then_hangs_up(at_home: Home) -> None:
    async with aclosing(at_home.house.ring.turn(await at_home.caller(), asked())) as turn:
        async for item in turn:
            if isinstance(item, Ended):
                break
    assert (await at_home.last_turn()).state is TurnState.COMPLETE


async def test_an_engine_that_dies_leaves_a_failed_turn_with_what_was_said(at_home: Home) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(2)
    async with reader(at_home) as (task, _):
        await at_home.puppet.busy()
        while len(at_home.house.journal.spool(at_home.puppet.requests[0].id).events()) < 3:
            await asyncio.sleep(0.005)
        at_home.puppet.fail()
    with pytest.raises(EngineFailed):
        task.result()
    turn = await at_home.last_turn()
    assert (turn.state, turn.answer, turn.finish_reason) == (TurnState.FAILED, "one two ", FinishReason.ERROR)
    assert (turn.error_code, turn.error_message) == (EngineFailed.code, EngineFailed().message)


async def test_an_engine_that_is_busy_leaves_a_failed_turn(at_home: Home) -> None:
    at_home.puppet.refuse_with = EngineBusy()
    with pytest.raises(EngineBusy):
        await heard(at_home, asked())
    assert (await at_home.last_turn()).error_code == EngineBusy.code


async def test_a_fault_that_nobody_foresaw_leaves_a_failed_turn(at_home: Home) -> None:
    at_home.puppet.hold()
    at_home.puppet.fail(ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        await heard(at_home, asked())
    turn = await at_home.last_turn()
    assert (turn.state, turn.error_code) == (TurnState.FAILED, "internal_error")
    assert "a bug" not in (turn.error_message or "")


async def test_a_turn_that_the_server_cuts_short_was_interrupted(at_home: Home) -> None:
    at_home.puppet.hold()
    async with reader(at_home) as (task, _):
        await at_home.puppet.busy()
        at_home.house.ring.stop()
        task.cancel()
    assert (await at_home.last_turn()).state is TurnState.INTERRUPTED


async def test_a_full_disk_in_the_middle_ends_the_answer_with_a_clear_error(
    at_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = Spool.note

    def full(self: Spool, event: Event) -> None:
        if isinstance(event, Piece) and event.text == "three ":
            raise StorageFull
        note(self, event)

    monkeypatch.setattr(Spool, "note", full)
    with pytest.raises(StorageFull):
        await heard(at_home, asked())
    turn = await at_home.last_turn()
    assert (turn.state, turn.answer, turn.error_code) == (TurnState.FAILED, "one two ", StorageFull.code)


async def test_who_is_not_admitted_opens_no_turn(at_home: Home) -> None:
    with pytest.raises(NotFound):
        await heard(at_home, asked(place=Place("conv_of_another", None)))
    assert not at_home.puppet.requests


async def test_unbroken_work_ends_before_its_canceller_is_obeyed() -> None:
    steps: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0.01)
        steps.append("worked")
        return "done"

    async def me() -> None:
        steps.append(await unbroken(work()))
        await asyncio.sleep(0)
        steps.append("never")

    task = asyncio.create_task(me())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["worked", "done"]


async def test_unbroken_work_lets_a_timeout_be_a_timeout() -> None:
    async def limited() -> None:
        async with asyncio.timeout(0.01):
            await unbroken(asyncio.sleep(0.05))
            await asyncio.sleep(10)

    with pytest.raises(TimeoutError):
        await limited()
