"""What every engine promises. It knows prompts and tokens; it knows nothing of users, money or HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from homespun.core.events import Event
from homespun.core.incoming import Placement
from homespun.core.messages import Prompt
from homespun.core.sampling import Sampling


class EngineState(StrEnum):
    """Where an engine is in its life."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    """It died or stopped making progress, and comes back by itself."""
    FAILED = "failed"
    """It can't come back by itself: the model can't be read. `EngineStatus.problem` says why."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How an engine is doing, for health checks, metrics and people."""

    state: EngineState
    problem: str | None = None
    """What is wrong, in words, when it isn't ready."""
    context_tokens: int = 0
    """The model's window: prompt and answer together. 0 while unknown."""
    running: int = 0
    """Sequences that take part in each step."""
    waiting: int = 0
    """Requests in the queue."""
    blocks_total: int = 0
    blocks_free: int = 0
    prompt_tokens_total: int = 0
    cached_tokens_total: int = 0
    completion_tokens_total: int = 0
    restarts_total: int = 0


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One prompt, `sampling.n` answers."""

    id: str
    prompt: Prompt
    sampling: Sampling
    cache_scope: str = ""
    """What an engine keeps of prompts, to spare work, serves requests of the same scope alone: how soon an answer
    begins must tell nobody what somebody else has asked. Empty: the scope of those who have none."""


class Engine(Protocol):
    """Turns a prompt into events.

    `generate` yields `Began`, then `Piece`s of all choices interleaved, then one `Ended` per choice. Closing the
    generator cancels the request and frees what it held within one step. It raises
    `PromptTooLong` or `Invalid` for a prompt that can't be run, `UnsupportedParameter` for what this engine can't do,
    `EngineBusy` when the queue is full, `EngineFailed` when the engine dies in the middle, and `Unavailable` while it
    is not ready.
    """

    async def start(self) -> None:
        """Begins to load; returns at once. `wait_ready` waits."""
        ...

    async def stop(self) -> None:
        """Ends it; requests in flight get `EngineFailed`."""
        ...

    async def wait_ready(self) -> None:
        """Returns when requests are served; raises `ModelUnreadable` if that will never be."""
        ...

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Answers the prompt; see the class."""
        ...

    async def count_tokens(self, prompt: Prompt) -> int:
        """The length of the rendered prompt in tokens."""
        ...

    @property
    def status(self) -> EngineStatus:
        """How it is doing now; costs nothing to ask."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedEngine:
    """An engine that answers for a model, or for one of its releases."""

    model: str
    release: str
    """The release's number; empty for a model that has none."""
    engine: Engine


class LiveModels(Protocol):
    """The models that answer at present, by name, and their releases; see `homespun.releases`."""

    def names(self) -> tuple[str, ...]:
        """All names, the default first."""
        ...

    def place(self, name: str, person_id: str) -> Placement:
        """Which release of the model answers this person; costs nothing to ask."""
        ...

    def rival(self, name: str, own: Placement) -> Placement:
        """Which release's answer is worth comparing with one that is placed so: the other one of a rollout, else the
        same."""
        ...

    async def summon(self, name: str) -> tuple[str, Placement]:
        """The model and the release that `<model>@<number>` names; it loads, if it isn't loaded. Raises
        `ModelNotFound`."""
        ...

    def engine(self, name: str, release_id: str | None = None) -> Engine:
        """The engine that answers for a name, of this release if one is given. Raises `ModelNotFound`, `Unavailable`
        for a release that isn't loaded."""
        ...

    def loaded(self) -> tuple[LoadedEngine, ...]:
        """All engines there are, the default first."""
        ...
