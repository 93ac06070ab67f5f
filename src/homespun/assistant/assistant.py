"""One answer: the prompt from instructions, history and question, cut to the window, and the engine's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from homespun.core.errors import Unavailable
from homespun.core.events import Event
from homespun.core.incoming import Incoming
from homespun.core.messages import ChatPrompt, Message, Prompt, Role
from homespun.engines import Engine, EngineState, GenerationRequest, LiveModels
from homespun.journal import Journal

from .settings import Settings
from .window import fit


class Assistant:
    """Answers messages with the models that live at present."""

    def __init__(self, models: LiveModels, journal: Journal, settings: Settings | None = None) -> None:
        self._models = models
        self._journal = journal
        self._settings = settings or Settings()

    async def answer(self, person_id: str, turn_id: str, incoming: Incoming) -> AsyncGenerator[Event, None]:
        """Streams the answer's events; closing the generator cancels the engine's work.

        Raises `ModelNotFound`, `Unavailable` if the model isn't ready in time, and what the engine raises.
        """
        engine = self._models.engine(incoming.model, incoming.placement.release_id)
        await self._ready(engine)
        prompt = await self._prompt(engine, person_id, incoming)
        request = GenerationRequest(turn_id, prompt, incoming.sampling, cache_scope=person_id)
        async with aclosing(engine.generate(request)) as events:
            async for event in events:
                yield event

    async def _ready(self, engine: Engine) -> None:
        """Waits for an engine that is loading or restarting, but not for long."""
        if engine.status.state is EngineState.READY:
            return
        try:
            await asyncio.wait_for(engine.wait_ready(), self._settings.ready_timeout_s)
        except TimeoutError:
            problem = engine.status.problem or "The model is still loading. Try again in a minute."
            raise Unavailable(problem) from None

    async def _prompt(self, engine: Engine, person_id: str, incoming: Incoming) -> Prompt:
        """What the model will read. Programs bring all of it; in a stored conversation the journal has the rest."""
        if incoming.place is None or not isinstance(incoming.prompt, ChatPrompt):
            return incoming.prompt
        history = await self._journal.history(person_id, incoming.place.parent_id)
        prompt = self._conversation(incoming.prompt, history)
        return await self._cut(engine, prompt, incoming.sampling.max_tokens)

    def _conversation(self, asked: ChatPrompt, history: tuple[Message, ...]) -> ChatPrompt:
        instructions = tuple(message for message in asked.messages if message.role is Role.SYSTEM)
        question = tuple(message for message in asked.messages if message.role is not Role.SYSTEM)
        if not instructions and self._settings.system:
            instructions = (Message(Role.SYSTEM, self._settings.system),)
        return replace(asked, messages=(*instructions, *history, *question))

    async def _cut(self, engine: Engine, prompt: ChatPrompt, max_tokens: int | None) -> ChatPrompt:
        window_tokens = engine.status.context_tokens
        if not window_tokens:
            return prompt
        answer_tokens = min(max_tokens or self._settings.answer_tokens, window_tokens // 2)
        return await fit(prompt, budget_tokens=window_tokens - answer_tokens, count_tokens=engine.count_tokens)
