"""Errors as HTTP: the status by the error's kind, headers that say when to come back, the JSON of either API."""

from __future__ import annotations

from math import ceil

from homespun.core.errors import (
    BodyTooLarge,
    BodyTooSlow,
    HomespunError,
    Kind,
    ModelUnreadable,
    OverQuota,
    PaymentRequired,
    RateLimited,
    RequestInProgress,
)

from .asgi import Headers
from .rates import rate_headers

_STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.REFUSED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.OVER_QUOTA: 429,
    Kind.UNAVAILABLE: 503,
}
_OPENAI_TYPE = {
    Kind.REFUSED: "permission_error",
    Kind.OVER_QUOTA: "rate_limit_error",
    Kind.UNAVAILABLE: "server_error",
}
_RETRY_UNAVAILABLE_S = 2.0


class MethodNotAllowed(HomespunError):
    """This address doesn't know that method. See docs/reference/api.md for those there are."""

    kind = Kind.INVALID
    code = "method_not_allowed"


class HungUp(HomespunError):
    """The client has hung up. Nobody is there to answer; this is seen in logs and metrics alone."""

    kind = Kind.CONFLICT
    code = "client_hung_up"


def status_of(error: HomespunError) -> int:
    """The HTTP status of an error. Five have one of their own, for HTTP has words for them that our kinds lack."""
    match error:
        case BodyTooLarge():
            return 413
        case BodyTooSlow():
            return 408
        case MethodNotAllowed():
            return 405
        case HungUp():
            return 499
        case _ if type(error) is HomespunError:
            return 500
    return _STATUS[error.kind]


def headers_of(error: HomespunError) -> Headers:
    """When to come back, or not to; how to prove who one is. SDKs heed `retry-after-ms` and `x-should-retry`."""
    if isinstance(error, ModelUnreadable):
        yield b"x-should-retry", b"false"
        return
    if isinstance(error, RequestInProgress):
        yield b"retry-after", b"1"
    if isinstance(error, PaymentRequired):  # to try again at once, as SDKs do, brings no money
        yield b"x-should-retry", b"false"
    if isinstance(error, RateLimited):
        yield from rate_headers(error.rates)
    match error.kind:
        case Kind.OVER_QUOTA | Kind.UNAVAILABLE if type(error) is not HomespunError:
            wait_s = error.retry_after_s if isinstance(error, OverQuota) else _RETRY_UNAVAILABLE_S
            yield b"retry-after", str(ceil(wait_s)).encode()
            yield b"retry-after-ms", str(ceil(wait_s * 1000)).encode()
        case Kind.UNAUTHENTICATED:
            yield b"www-authenticate", b"Bearer"


def openai_json(error: HomespunError) -> dict[str, dict[str, str | None]]:
    """An error in OpenAI's shape, all four keys always present."""
    kind = _OPENAI_TYPE.get(error.kind, "invalid_request_error")
    return {"error": {"message": error.message, "type": kind, "param": error.param, "code": error.code}}


def problem_json(error: HomespunError) -> dict[str, dict[str, str | None]]:
    """An error in the shape of the web app's API."""
    return {"error": {"code": error.code, "message": error.message, "param": error.param}}
