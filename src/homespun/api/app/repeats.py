"""Requests that are sent again: with an `Idempotency-Key`, what changes something happens once, whoever retries.

A response with a secret (`cache-control: no-store`) isn't kept: the retry is told that it was done, and where.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from homespun import gate
from homespun.core.errors import Conflict, DatabaseUnavailable, HomespunError

_KEPT_HEADERS = ("content-type", "location")
_IS_REPEATED = {"idempotent-replayed": "true"}

logger = logging.getLogger(__name__)


def asked(request: Request, body: bytes, *, owner_id: str, key: str) -> gate.Asked:
    """What makes the request what it is: method, address and body. The body is not parsed for it."""
    url = request.url
    head = "\n".join((request.method, url.path, url.query, ""))
    return gate.Asked(owner_id, key, hashlib.sha256(head.encode() + body).hexdigest())


def replayed(before: gate.Response) -> Response:
    """The response of the first time. Raises `Conflict` where it held a secret."""
    if before.body is None:
        place = before.headers.get("location")
        where = f"; what was made is at {place}" if place else ""
        raise Conflict(f"This was done already{where}. Its answer held a secret, which isn't kept.")
    return Response(before.body, before.status, {**before.headers, **_IS_REPEATED})


async def keep(responses: gate.Responses, asked: gate.Asked, response: Response) -> None:
    """What was done stands, even if it can't be noted just now."""
    if response.status_code >= 400:
        await responses.forget(asked)
        return
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    is_secret = "no-store" in response.headers.get("cache-control", "")
    body = None if is_secret else bytes(response.body)
    try:
        await responses.keep(asked, gate.Response(response.status_code, headers, body))
    except HomespunError:
        logger.warning("the response to an idempotent request can't be kept", exc_info=True)


async def forget(responses: gate.Responses, asked: gate.Asked, error: Exception) -> None:
    """The request may be tried again, if it is certain that nothing was done."""
    is_certain = isinstance(error, HomespunError | RequestValidationError) and type(error) is not HomespunError
    if is_certain and not isinstance(error, DatabaseUnavailable):
        with suppress(HomespunError):
            await responses.forget(asked)
