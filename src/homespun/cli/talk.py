"""A conversation as the terminal sees it: ask, and hear the answer come. Here on this machine, or at another server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

from homespun.accounts import Caller, Person
from homespun.core.errors import Unavailable
from homespun.core.events import Piece
from homespun.core.ids import new_id
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest
from homespun.engines.upstream import Settings as UpstreamSettings
from homespun.engines.upstream import UpstreamEngine
from homespun.gate import Admission
from homespun.settings import Settings
from homespun.wiring import House, build

from .remote import api_base

_REACH_TIMEOUT_S = 10.0
"""How long another server may take to say that it is there."""


class Talk(Protocol):
    """One conversation with one model."""

    model: str

    def ask(self, question: str) -> AsyncGenerator[str, None]:
        """Streams the answer's text; closing the generator stops it. Raises what engines raise."""
        ...

    def begin_anew(self) -> None:
        """What was said so far is no longer part of what the model reads."""
        ...


class LocalTalk:
    """Takes a whole turn of the ring, so that the conversation is in the journal, and in the web app too."""

    def __init__(self, house: House, person: Person, *, system: str | None, sampling: Sampling) -> None:
        self.model = house.settings.model
        self._house = house
        self._person = person
        self._instructions = _instructions(system)
        self._sampling = sampling
        self._place: Place | None = None

    async def ask(self, question: str) -> AsyncGenerator[str, None]:
        """See `Talk`."""
        place = self._place or await self._new_place()
        prompt = ChatPrompt((*self._instructions, Message(Role.USER, question)))
        incoming = Incoming(Door.CLI, self.model, prompt, self._sampling, place)
        async with aclosing(self._house.ring.turn(Caller(self._person), incoming)) as events:
            async for event in events:
                match event:
                    case Admission(turn=turn):
                        self._place = Place(place.conversation_id, parent_id=turn.id)
                    case Piece():
                        yield event.text

    def begin_anew(self) -> None:
        """See `Talk`."""
        self._place = None

    async def _new_place(self) -> Place:
        conversation = await self._house.journal.start_conversation(self._person.id)
        return Place(conversation.id, parent_id=None)


class RemoteTalk:
    """Keeps the conversation itself: the other server is told all of it each time."""

    def __init__(self, engine: Engine, model: str, *, system: str | None, sampling: Sampling) -> None:
        self.model = model
        self._engine = engine
        self._instructions = _instructions(system)
        self._sampling = sampling
        self._said: tuple[Message, ...] = ()

    async def ask(self, question: str) -> AsyncGenerator[str, None]:
        """See `Talk`. A question without any answer is forgotten."""
        asked = (*self._said, Message(Role.USER, question))
        request = GenerationRequest(new_id("turn"), ChatPrompt((*self._instructions, *asked)), self._sampling)
        answer = ""
        try:
            async with aclosing(self._engine.generate(request)) as events:
                async for event in events:
                    if isinstance(event, Piece):
                        answer += event.text
                        yield event.text
        finally:
            if answer:
                self._said = (*asked, Message(Role.ASSISTANT, answer))

    def begin_anew(self) -> None:
        """See `Talk`."""
        self._said = ()


@asynccontextmanager
async def local_talk(settings: Settings, *, system: str | None, sampling: Sampling) -> AsyncIterator[Talk]:
    """A talk with this installation's model, in this process; it is loaded when the block begins."""
    house = build(settings)
    async with house.running():
        await house.engines.engine(settings.model).wait_ready()
        yield LocalTalk(house, await house.accounts.ensure_owner(), system=system, sampling=sampling)


@asynccontextmanager
async def remote_talk(url: str, key: str, model: str, *, system: str | None, sampling: Sampling) -> AsyncIterator[Talk]:
    """A talk with a model of any OpenAI-compatible server. Raises `Unavailable` and `ModelUnreadable`."""
    engine = UpstreamEngine(UpstreamSettings(api_base(url), model, key))
    await engine.start()
    try:
        async with asyncio.timeout(_REACH_TIMEOUT_S):
            await engine.wait_ready()
        yield RemoteTalk(engine, model, system=system, sampling=sampling)
    except TimeoutError:
        raise Unavailable(f"{url} can't be reached. Is the server running?") from None
    finally:
        await engine.stop()


def _instructions(system: str | None) -> tuple[Message, ...]:
    return (Message(Role.SYSTEM, system),) if system else ()
