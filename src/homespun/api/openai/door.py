"""The routes under /v1. Who is calling is settled before a byte of the body is read."""

from __future__ import annotations

import time

from homespun import accounts
from homespun.accounts import Caller
from homespun.api.asgi import Receive, Scope, Send
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.core.errors import ModelNotFound, Unauthenticated

from . import reading
from .answering import answer
from .chat import ChatDialect
from .completion import CompletionDialect
from .dialect import Dialect
from .reading import Asked
from .routing import Ids, Routes
from .tuning import FilesEndpoints, JobsEndpoints
from .usage_report import usage


class OpenAIDoor:
    """OpenAI's API, for its SDKs as they are."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._started_s = int(time.time())
        files, jobs = FilesEndpoints(backend, self._identify), JobsEndpoints(backend, self._identify)
        self.routes = Routes(
            {
                ("POST", "/v1/chat/completions"): self._chat_completions,
                ("POST", "/v1/completions"): self._completions,
                ("GET", "/v1/models"): self._models,
                ("GET", "/v1/models/{model}"): self._model,
                ("GET", "/v1/usage"): self._usage,
                **files.endpoints,
                **jobs.endpoints,
            }
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        found = self.routes.find(call)
        scope["homespun.route"] = found.pattern
        await found.endpoint(call, await self._identify(call), found.ids)

    async def _identify(self, call: Call) -> Caller:
        credentials = call.credentials()
        if not credentials.bearer:
            raise Unauthenticated("There is no API key. Send one as a header: 'Authorization: Bearer sk-homespun-...'.")
        return await self._backend.gate.identify(credentials)

    async def _chat_completions(self, call: Call, _: Caller, __: Ids) -> None:
        settings = self._backend.settings
        asked = reading.chat(await call.body(settings), settings)
        await self._answer(call, asked, ChatDialect)

    async def _completions(self, call: Call, _: Caller, __: Ids) -> None:
        settings = self._backend.settings
        asked = reading.completion(await call.body(settings), settings)
        await self._answer(call, asked, CompletionDialect)

    async def _answer(self, call: Call, asked: Asked, dialect: type[Dialect]) -> None:
        caller = await self._identify(call)  # again: while the body came in, the key may have ended
        origin = call.origin(self._backend.gate.country_header)
        await answer(call, self._backend, caller, asked.with_key(call.idempotency_key()).sent_from(origin), dialect)

    async def _models(self, call: Call, caller: Caller, _: Ids) -> None:
        caller.require(accounts.Scope.MODELS)
        models = [self._described(name) for name in self._backend.models.names()]
        tuned = await self._backend.desk.jobs.models(caller.person.id)
        models += [self._described(job.name, int(job.created_at.timestamp()), "user") for job in tuned]
        await call.answer_json({"object": "list", "data": models})

    async def _model(self, call: Call, caller: Caller, ids: Ids) -> None:
        caller.require(accounts.Scope.MODELS)
        name = ids["model"]
        if name in self._backend.models.names():
            described = self._described(name)
        elif job := await self._backend.desk.jobs.of_model(caller.person.id, name):
            described = self._described(name, int(job.created_at.timestamp()), "user")
        else:
            raise ModelNotFound(f"The model {name[:200]!r} does not exist here.", param="model")
        await call.answer_json(described)

    async def _usage(self, call: Call, caller: Caller, _: Ids) -> None:
        await usage(call, self._backend, caller)

    def _described(self, name: str, created_s: int | None = None, owner: str = "homespun") -> dict[str, object]:
        return {"id": name, "object": "model", "created": created_s or self._started_s, "owned_by": owner}
