"""An engine whose strings the test pulls: it says what it is told, token by token, when it is told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable

from homespun.core.errors import EngineFailed, HomespunError
from homespun.core.events import Began, Ended, Event, FinishReason, Piece, TokenAlternative, TokenLogprob
from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt
from homespun.engines import EngineState, EngineStatus, GenerationRequest

Words = Callable[[GenerationRequest, int], list[str]]
"""What to say: the tokens of a choice."""


def echo(request: GenerationRequest, choice: int) -> list[str]:
    """Says the question again, a word a token; all choices but the first begin with their number."""
    words = [f"{word} " for word in question(request.prompt).split(" ")]
    return words if choice == 0 else [f"{choice}: ", *words]


def question(prompt: Prompt) -> str:
    """The last thing said to the model."""
    match prompt:
        case ChatPrompt(messages):
            return messages[-1].content
        case TextPrompt(text):
            return text
        case TokenPrompt(token_ids):
            return " ".join(map(str, token_ids))


class Puppet:
    """An `Engine` for tests."""

    def __init__(self, words: Words = echo) -> None:
        self.words = words
        self.requests: list[GenerationRequest] = []
        self.running: set[str] = set()
        """Ids of the requests that are being answered, or wait to be."""
        self.state = EngineState.READY
        self.context_tokens = 2048
        self.machine_us: int | None = None
        """What the machine works for each event. None: it isn't measured."""
        self.refuse_with: HomespunError | None = None
        """Raised instead of taking a request up."""
        self.queue = asyncio.Event()
        """Requests are taken up when it is set."""
        self.queue.set()
        self._tokens: asyncio.Semaphore | None = None
        self._hungry = 0
        """How many answers wait for a token."""
        self._failure: Exception | None = None
        self._ready = asyncio.Event()

    def hold(self) -> None:
        """From now on, tokens come only by `let`."""
        self._tokens = asyncio.Semaphore(0)

    def let(self, tokens: int = 1) -> None:
        """Lets so many tokens through."""
        assert self._tokens is not None
        for _ in range(tokens):
            self._tokens.release()

    def fail(self, error: Exception | None = None) -> None:
        """Everything in flight fails at its next token."""
        self._failure = error or EngineFailed()
        self.let(1000)

    def recover(self) -> None:
        """It answers again, without being pulled."""
        self._failure = self._tokens = None

    async def idle(self) -> None:
        """Returns when nothing is running any more."""
        while self.running:
            await asyncio.sleep(0.005)

    async def busy(self, requests: int = 1) -> None:
        """Returns when so many requests have arrived in all."""
        while len(self.requests) < requests:
            await asyncio.sleep(0.005)

    async def starve(self) -> None:
        """Returns when an answer waits for a token: whoever reads it has all that was let through."""
        while not self._hungry:
            await asyncio.sleep(0.005)

    async def start(self) -> None:
        """Ready at once, unless `state` was set."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def wait_ready(self) -> None:
        """Waits for `become_ready`."""
        if self.state is not EngineState.READY:
            await self._ready.wait()

    def become_ready(self) -> None:
        """Loading is over."""
        self.state = EngineState.READY
        self._ready.set()

    async def count_tokens(self, prompt: Prompt) -> int:
        """A token for each word."""
        assert isinstance(prompt, ChatPrompt)
        return sum(len(message.content.split()) for message in prompt.messages)

    @property
    def status(self) -> EngineStatus:
        """As the test has set it."""
        return EngineStatus(self.state, context_tokens=self.context_tokens, running=len(self.running))

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Says its words, the choices in turns."""
        self.requests.append(request)
        self.running.add(request.id)
        try:
            if self.refuse_with:
                raise self.refuse_with
            await self.queue.wait()
            async for event in self._say(request):
                yield event
        finally:
            self.running.discard(request.id)

    async def _say(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        yield Began(prompt_tokens=10, cached_tokens=4, prompt_digest="0" * 64, machine_us=self.machine_us)
        limit = request.sampling.max_tokens or 10_000
        words = [self.words(request, choice) for choice in range(request.sampling.n)]
        for place in range(max(map(len, words)) + 1):
            for choice, tokens in enumerate(words):
                if place == min(len(tokens), limit):
                    reason = FinishReason.STOP if place == len(tokens) else FinishReason.LENGTH
                    yield Ended(choice, reason, place, self.machine_us)
                elif place < min(len(tokens), limit):
                    await self._leave()
                    logprobs = _logprobs(tokens[place], request.sampling.logprobs)
                    yield Piece(choice, tokens[place], 1, logprobs, self.machine_us)

    async def _leave(self) -> None:
        if self._tokens is None:
            await asyncio.sleep(0)
        else:
            await self._token(self._tokens)
        if self._failure:
            raise self._failure

    async def _token(self, tokens: asyncio.Semaphore) -> None:
        is_hungry = tokens.locked()
        self._hungry += is_hungry
        try:
            await tokens.acquire()
        finally:
            self._hungry -= is_hungry


def _logprobs(token: str, top: int | None) -> tuple[TokenLogprob, ...]:
    if top is None:
        return ()
    chosen = TokenAlternative(7, token.encode(), math.log(0.5))
    others = tuple(TokenAlternative(8 + i, f"other{i}".encode(), math.log(0.1)) for i in range(top - 1))
    return (TokenLogprob(chosen, (chosen, *others)[:top]),)
