"""The upstream server's failures, as ours. Its reasons are passed on where they are about the request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from homespun.core.errors import EngineBusy, EngineFailed, HomespunError, Invalid, PromptTooLong, Unavailable

_TOO_LONG = re.compile(r"context.{0,20}(length|window|size)|exceeds? .{0,40}context|prompt is too long", re.IGNORECASE)
_MAX_RETRY_AFTER_S = 120.0
_BROKE_OFF = "The model server broke off in the middle of this answer. Send the request again."


@contextmanager
def transport_failures(host: str) -> Iterator[None]:
    """Turns what goes wrong on the network into `Unavailable` before, and `EngineFailed` after a connection stands."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
        raise Unavailable(
            f"The model server at {host} can't be reached. It may be starting; try again shortly."
        ) from error
    except httpx.TimeoutException as error:
        raise EngineFailed(f"The model server at {host} has gone silent. Send the request again.") from error
    except (httpx.TransportError, httpx.StreamError) as error:
        raise EngineFailed(_BROKE_OFF) from error


def broke_off() -> EngineFailed:
    """The answer ended before its end."""
    return EngineFailed(_BROKE_OFF)


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, host: str, model: str) -> HomespunError:
    """The error for an answer with a status other than 200."""
    told = _told(body)
    match status:
        case 400 | 413 | 422:
            return _about_the_request(told)
        case 401 | 403:
            return Unavailable(f"The model server at {host} refuses the key that it is given. Check the settings.")
        case 404:
            return Unavailable(f"The model server at {host} has no model {model!r}. Check the settings.")
        case 429 if told.get("code") == "insufficient_quota":
            return Unavailable(f"The account at {host} has no credit left.")
        case 408 | 429:
            return EngineBusy(retry_after_s=_retry_after_s(headers))
        case 502 | 503 | 504 | 529:
            return Unavailable(f"The model server at {host} is not available ({status}). Try again shortly.")
        case _ if status >= 500:
            return EngineFailed(f"The model server at {host} failed on this request. Send it again.")
        case _:
            return Unavailable(f"The model server at {host} answered {status}. Is its address right?")


def error_in_stream(error: Any) -> HomespunError:
    """The error for an `error` object in the middle of a stream."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    found = _about_the_request(told)
    return (
        found if isinstance(found, PromptTooLong) else EngineFailed(f"The model server failed: {found.message[:500]}")
    )


def _about_the_request(told: dict[str, Any]) -> Invalid:
    message = str(told.get("message") or "The model server does not accept this request.")[:2000]
    is_too_long = told.get("code") == "context_length_exceeded" or _TOO_LONG.search(message)
    param = told.get("param")
    return (PromptTooLong if is_too_long else Invalid)(message, param=param if isinstance(param, str) else None)


def _told(body: bytes) -> dict[str, Any]:
    """What the body says of the error, in any of the shapes in use."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    inner = found.get("error", found) if isinstance(found, dict) else {}
    return inner if isinstance(inner, dict) else {"message": str(inner)}


def _retry_after_s(headers: Mapping[str, str]) -> float:
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) / scale
        except (KeyError, ValueError):
            continue
        if 0 <= seconds <= _MAX_RETRY_AFTER_S:
            return seconds
    return 1.0
