"""Requests that are sent again: with an `Idempotency-Key`, what changes something happens once, whoever retries."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from homespun import gate
from homespun.accounts import Caller
from homespun.api.app import repeats
from homespun.api.backend import Backend
from homespun.api.call import JSON, Call

_IS_REPEATED = (b"idempotent-replayed", b"true")


async def answer_once(
    call: Call, backend: Backend, caller: Caller, body: bytes, work: Callable[[], Awaitable[object]]
) -> None:
    """Answers with what `work` makes, as JSON; a repeated request with the first one's answer.

    `body` is what makes it the same request, beside method and path. Raises what `Responses.begin` and `work` raise.
    """
    key = call.idempotency_key()
    if key is None:
        await call.answer_json(await work())
        return
    head = f"{call.method}\n{call.path}\n{call.query}\n".encode()
    asked = gate.Asked(caller.person.id, key, hashlib.sha256(head + body).hexdigest())
    if before := await backend.responses.begin(asked):
        await call.answer(before.status, before.body or b"", (JSON, _IS_REPEATED))
        return
    try:
        answer = msgspec.json.encode(await work())
    except Exception as error:
        await repeats.forget(backend.responses, asked, error)
        raise
    await backend.responses.keep(asked, gate.Response(200, {"content-type": "application/json"}, answer))
    await call.answer(200, answer, (JSON,))
