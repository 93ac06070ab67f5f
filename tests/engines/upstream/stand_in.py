"""A small server that speaks OpenAI's protocol on loopback, says the same words to everybody, and fails when told to.

It ignores stop strings, as some servers do, so that the engine has to see to them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

WORDS = [f" word{number}é" for number in range(60)]


@dataclass
class StandIn:
    """What the server does; tests change it as they go."""

    words: list[str] = field(default_factory=lambda: list(WORDS))
    delay_s: float = 0.0
    capacity: int = 1000
    context_tokens: int = 2048
    retry_after: dict[str, str] = field(default_factory=lambda: {"retry-after": "2"})
    refusal: tuple[int, Any] | None = None
    """Answer with this status and body."""
    break_off_after: int | None = None
    """Close the connection after so many words."""
    error_after: int | None = None
    """Send an error object after so many words."""
    tells_usage: bool = True
    ends_properly: bool = True
    """Send finish reasons."""
    model_ids: tuple[str, ...] = ("stand-in",)
    models_status: int = 200
    tokenizes: bool = False
    key: str | None = None
    hold: asyncio.Event | None = None
    """Wait for it after the first word."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    hang_ups: int = 0
    """How many readers went away in the middle."""
    in_flight: int = 0
    url: str = ""

    async def models(self, request: Request) -> Response:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided", code="invalid_api_key")
        listed = [{"id": name, "object": "model", "max_model_len": self.context_tokens} for name in self.model_ids]
        return JSONResponse({"object": "list", "data": listed}, self.models_status)

    async def tokenize(self, request: Request) -> Response:
        return (
            JSONResponse({"count": self.length(await request.json())}) if self.tokenizes else Response(status_code=404)
        )

    async def complete(self, request: Request) -> Response:
        body = await request.json()
        self.bodies.append(body)
        if self.refusal:
            return JSONResponse(self.refusal[1], self.refusal[0], headers=self.retry_after)
        if self.in_flight >= self.capacity:
            return JSONResponse({"error": {"message": "Too many requests"}}, 429, headers=self.retry_after)
        if self.length(body) > self.context_tokens:
            message = f"This model's maximum context length is {self.context_tokens} tokens."
            return _error(400, message, code="context_length_exceeded", param="messages")
        self.in_flight += 1
        return StreamingResponse(self._stream(body), media_type="text/event-stream")

    def length(self, body: dict[str, Any]) -> int:
        if "messages" in body:
            return sum(len(message["content"].split()) + 3 for message in body["messages"])
        prompt = body["prompt"]
        return len(prompt) if isinstance(prompt, list) else len(prompt.split())

    async def _stream(self, body: dict[str, Any]) -> AsyncGenerator[str]:
        is_whole = False
        try:
            async for chunk in self._chunks(body):
                yield f"data: {json.dumps(chunk, ensure_ascii=False)}\r\n\r\n"
            yield "data: [DONE]\n\n"
            is_whole = True
        finally:
            self.in_flight -= 1
            self.hang_ups += not is_whole

    async def _chunks(self, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        most = min(body.get("max_tokens", 10**6), len(self.words))
        choices = range(body.get("n", 1))
        for number, word in enumerate(self.words[:most]):
            await asyncio.sleep(self.delay_s)
            if number == self.break_off_after:
                raise ConnectionAbortedError("told to")
            if number == self.error_after:
                yield {"error": {"message": "CUDA out of memory", "code": 500}}
                return
            for index in choices:
                yield {"choices": [self._choice(body, index, word)], **self._usage_so_far(body, number + 1)}
            if number == 0 and self.hold:
                await self.hold.wait()
        reason = "length" if most < len(self.words) else "stop"
        for index in choices if self.ends_properly else ():
            yield {"choices": [self._choice(body, index, None, reason)]}
        if self.tells_usage:
            yield {"choices": [], "usage": self._usage(body, most * len(choices))}

    def _usage_so_far(self, body: dict[str, Any], said: int) -> dict[str, Any]:
        return {"usage": self._usage(body, said)} if body["stream_options"].get("continuous_usage_stats") else {}

    def _usage(self, body: dict[str, Any], said: int) -> dict[str, Any]:
        details = {"cached_tokens": 1}
        return {"prompt_tokens": self.length(body), "completion_tokens": said, "prompt_tokens_details": details}

    def _choice(self, body: dict[str, Any], index: int, word: str | None, reason: str | None = None) -> dict[str, Any]:
        said: dict[str, Any] = {"text": word or ""}
        if "messages" in body:
            said = {"delta": {"content": word} if word else {}}
        return {"index": index, "finish_reason": reason, **said, "logprobs": _logprobs(body, word)}


def _logprobs(body: dict[str, Any], word: str | None) -> dict[str, Any] | None:
    if word is None or body.get("logprobs") in (None, False):
        return None
    if "messages" not in body:
        tops = {f"{word}{n}": -1.0 - n for n in range(body["logprobs"])}
        return {"tokens": [word], "token_logprobs": [-0.5], "top_logprobs": [tops]}
    tops_of_chat = [{"token": word, "logprob": -0.5 - n, "bytes": None} for n in range(body["top_logprobs"])]
    token = {"token": word, "logprob": -0.5, "bytes": list(word.encode()), "top_logprobs": tops_of_chat}
    return {"content": [token]}


def _error(status: int, message: str, *, code: str, param: str | None = None) -> Response:
    return JSONResponse({"error": {"message": message, "type": "error", "param": param, "code": code}}, status)


@asynccontextmanager
async def stand_in() -> AsyncGenerator[StandIn]:
    """The server, running on a free port."""
    told = StandIn()
    routes = [
        Route("/v1/models", told.models),
        Route("/v1/chat/completions", told.complete, methods=["POST"]),
        Route("/v1/completions", told.complete, methods=["POST"]),
        Route("/tokenize", told.tokenize, methods=["POST"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off", ws="none", loop="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    told.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    yield told
    server.force_exit = True
    await server.shutdown()
