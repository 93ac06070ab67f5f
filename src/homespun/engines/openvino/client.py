"""The engine as a server sees it: submits requests to the engine's process and hands its events to their readers."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

from homespun.core.errors import EngineBusy, EngineFailed, HomespunError, Invalid, PromptTooLong
from homespun.core.events import Began, Ended, Event, Piece
from homespun.core.messages import Prompt
from homespun.engines.protocol import EngineState, EngineStatus, GenerationRequest

from .guest import Guest
from .host import hosted_engine, socket_path
from .link import Link
from .messages import Begin, Cancel, Configure, Count, Counted, Done, Grown, Rejected, Stepped, Submit, WirePrompt
from .settings import Settings
from .supervisor import Supervisor

_ERRORS: dict[str, type[HomespunError]] = {kind.__name__: kind for kind in (EngineBusy, Invalid, PromptTooLong)}

Mail = Event | Counted | HomespunError


class LinkedEngine:
    """An `Engine` at the other end of a link. Safe for any number of concurrent requests of one event loop."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._numbers = itertools.count(0)
        self._mailboxes: dict[int, asyncio.Queue[Mail]] = {}
        """Of the requests in flight. A number is never used again, so that late events reach nobody."""
        self._last_step: Stepped | None = None
        self._totals_before = (0, 0, 0)
        """Prompt, cached and completion tokens of processes that are gone."""
        link.on_step = self._deliver
        link.on_loss = self._lose_all

    async def start(self) -> None:
        """Begins to load; returns at once."""
        self._link.start()

    async def stop(self) -> None:
        """Ends the link, and the process if it is its own; requests in flight get `EngineFailed`."""
        await self._link.stop()

    async def wait_ready(self) -> None:
        """Returns when requests are served; raises `ModelUnreadable` if that will never be."""
        await self._link.wait_ready()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Answers the prompt; see `Engine`."""
        number, mailbox = self._open_mailbox()
        unfinished = request.sampling.n
        try:
            seed = request.sampling.seed if request.sampling.seed is not None else secrets.randbits(63)
            prompt = WirePrompt.of(request.prompt)
            self._link.send(Submit(number, prompt, request.sampling, seed & 2**63 - 1, request.cache_scope))
            while unfinished:
                event = await mailbox.get()
                assert not isinstance(event, Counted)
                if isinstance(event, HomespunError):
                    unfinished = 0
                    raise event
                unfinished -= isinstance(event, Ended)
                yield event
        finally:
            del self._mailboxes[number]
            if unfinished and self._link.state is EngineState.READY:
                self._link.send(Cancel(number))

    async def count_tokens(self, prompt: Prompt) -> int:
        """The length of the rendered prompt in tokens."""
        number, mailbox = self._open_mailbox()
        try:
            self._link.send(Count(number, WirePrompt.of(prompt)))
            answer = await mailbox.get()
        finally:
            del self._mailboxes[number]
        if isinstance(answer, HomespunError):
            raise answer
        assert isinstance(answer, Counted)
        return answer.tokens

    @property
    def status(self) -> EngineStatus:
        """How it is doing now; costs nothing to ask."""
        link, ready, step = self._link, self._link.ready, self._last_step
        prompt, cached, completion = self._totals()
        return EngineStatus(
            state=link.state,
            problem=link.problem,
            context_tokens=ready.context_tokens if ready else 0,
            running=step.running if step else 0,
            waiting=step.waiting if step else 0,
            blocks_total=ready.blocks if ready else 0,
            blocks_free=step.blocks_free if step else ready.blocks if ready else 0,
            prompt_tokens_total=prompt,
            cached_tokens_total=cached,
            completion_tokens_total=completion,
            restarts_total=link.restarts,
        )

    def _open_mailbox(self) -> tuple[int, asyncio.Queue[Mail]]:
        number = self._link.require_ready().first_request + next(self._numbers)
        mailbox = self._mailboxes[number] = asyncio.Queue()
        return number, mailbox

    def _deliver(self, step: Stepped) -> None:
        self._last_step = step
        for event in step.events:
            mailbox = self._mailboxes.get(event.request)
            if mailbox is not None:
                mailbox.put_nowait(_mail(event))

    def _lose_all(self) -> None:
        self._totals_before = self._totals()
        self._last_step = None
        for mailbox in self._mailboxes.values():
            mailbox.put_nowait(EngineFailed())

    def _totals(self) -> tuple[int, int, int]:
        prompt, cached, completion = self._totals_before
        step = self._last_step
        if step is None:
            return prompt, cached, completion
        return (
            prompt + step.prompt_tokens_total,
            cached + step.cached_tokens_total,
            completion + step.completion_tokens_total,
        )


class OpenVinoEngine(LinkedEngine):
    """A model on this machine's processor, in a process of its own.

    `weights` is a .gguf file or a folder of safetensors; `cache_dir` keeps the graph that is built from them.
    """

    def __init__(self, weights: Path, cache_dir: Path, settings: Settings) -> None:
        self._supervisor = Supervisor(Configure(str(weights), str(cache_dir), settings))
        super().__init__(self._supervisor)

    @property
    def process_id(self) -> int | None:
        """The number of the engine's process, while there is one."""
        return self._supervisor.pid


class JoinedEngine(LinkedEngine):
    """One that another process of this machine holds for several; see `hosted_engine`, which gives the path."""

    def __init__(self, socket_path: Path) -> None:
        super().__init__(Guest(socket_path))


class HostedEngine(JoinedEngine):
    """One that this process holds for others, which join it; for whoever looks after it here."""

    def __init__(self, weights: Path, cache_dir: Path, settings: Settings, *, folder: Path, name: str) -> None:
        super().__init__(socket_path(folder, os.getpid(), name))
        self._host = hosted_engine(weights, cache_dir, settings, folder=folder, name=name)
        self._is_hosting = False

    async def start(self) -> None:
        """Begins to load. Raises `Invalid` where the folder's path is too long for a socket."""
        self._host.__enter__()
        self._is_hosting = True
        await super().start()

    async def stop(self) -> None:
        """Ends the process, which those who have joined it notice."""
        await super().stop()
        if self._is_hosting:
            self._is_hosting = False
            await asyncio.to_thread(self._host.__exit__, None, None, None)


def _mail(event: Begin | Grown | Done | Rejected | Counted) -> Mail:
    match event:
        case Grown():
            return Piece(event.choice, event.text, event.tokens, event.logprobs, event.machine_us)
        case Begin():
            return Began(event.prompt_tokens, event.cached_tokens, event.prompt_digest, event.machine_us)
        case Done():
            return Ended(event.choice, event.reason, event.completion_tokens, event.machine_us)
        case Rejected():
            return _ERRORS[event.error](event.message, param=event.param)
        case Counted():
            return event
