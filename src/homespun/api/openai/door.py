"""The routes under /v1. Who is calling is settled before a byte of the body is read."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from homespun import accounts
from homespun.accounts import Caller
from homespun.api.asgi import Receive, Scope, Send
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.errors import MethodNotAllowed
from homespun.core.errors import ModelNotFound, NotFound, Unauthenticated

from . import reading
from .answering import answer
from .chat import ChatDialect
from .completion import CompletionDialect
from .dialect import Dialect
from .reading import Asked
from .usage_report import usage

Endpoint = Callable[[Call, Caller], Awaitable[None]]

_MODELS = "/v1/models"


class OpenAIDoor:
    """OpenAI's API, for its SDKs as they are."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._started_s = int(time.time())
        self._endpoints: dict[str, tuple[str, Endpoint]] = {
            "/v1/chat/completions": ("POST", self._chat_completions),
            "/v1/completions": ("POST", self._completions),
            _MODELS: ("GET", self._models),
            f"{_MODELS}/{{model}}": ("GET", self._model),
            "/v1/usage": ("GET", self._usage),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        route = f"{_MODELS}/{{model}}" if call.path.startswith(f"{_MODELS}/") else call.path
        if route not in self._endpoints:
            raise NotFound(f"There is no {call.method} {call.path[:200]} here. See docs/reference/api.md.")
        method, endpoint = self._endpoints[route]
        scope["homespun.route"] = route
        if call.method != method:
            raise MethodNotAllowed(f"{route} is asked with {method}, not with {call.method}.")
        await endpoint(call, await self._identify(call))

    async def _identify(self, call: Call) -> Caller:
        credentials = call.credentials()
        if not credentials.bearer:
            raise Unauthenticated("There is no API key. Send one as a header: 'Authorization: Bearer sk-homespun-...'.")
        return await self._backend.gate.identify(credentials)

    async def _chat_completions(self, call: Call, _: Caller) -> None:
        settings = self._backend.settings
        asked = reading.chat(await call.body(settings), settings)
        await self._answer(call, asked, ChatDialect)

    async def _completions(self, call: Call, _: Caller) -> None:
        settings = self._backend.settings
        asked = reading.completion(await call.body(settings), settings)
        await self._answer(call, asked, CompletionDialect)

    async def _answer(self, call: Call, asked: Asked, dialect: type[Dialect]) -> None:
        caller = await self._identify(call)  # again: while the body came in, the key may have ended
        origin = call.origin(self._backend.gate.country_header)
        await answer(call, self._backend, caller, asked.with_key(call.idempotency_key()).sent_from(origin), dialect)

    async def _models(self, call: Call, caller: Caller) -> None:
        caller.require(accounts.Scope.MODELS)
        models = [self._described(name) for name in self._backend.models.names()]
        await call.answer_json({"object": "list", "data": models})

    async def _model(self, call: Call, caller: Caller) -> None:
        caller.require(accounts.Scope.MODELS)
        name = call.path.removeprefix(f"{_MODELS}/")
        if name not in self._backend.models.names():
            raise ModelNotFound(f"The model {name[:200]!r} does not exist here.", param="model")
        await call.answer_json(self._described(name))

    async def _usage(self, call: Call, caller: Caller) -> None:
        await usage(call, self._backend, caller)

    def _described(self, name: str) -> dict[str, object]:
        return {"id": name, "object": "model", "created": self._started_s, "owned_by": "homespun"}
