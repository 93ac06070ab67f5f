"""What every call of the web app's API passes before its body is read: our own page, a known person, a bounded size."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from homespun.accounts import Person
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.core.errors import Refused

SESSION_COOKIE = "homespun_session"

_READING = {"GET", "HEAD", "OPTIONS"}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenRoute(APIRoute):
    """A route for anybody whose request comes from our own page."""

    def get_route_handler(self) -> Handler:
        """Wraps FastAPI's own handler, which reads the body first of all."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            request.scope["homespun.route"] = self.path
            _refuse_other_sites(request)
            await self.identify(request)
            return await handle(await _with_bounded_body(request))

        return guarded

    async def identify(self, request: Request) -> None:
        """Nobody needs to be known here."""


class GuardedRoute(OpenRoute):
    """A route for people who are signed in. Raises `Unauthenticated` to others."""

    async def identify(self, request: Request) -> None:
        """By the session's cookie."""
        request.state.person = await identify(request)


async def identify(request: Request) -> Person:
    """Who is signed in. Raises `Unauthenticated`."""
    return await backend_of(request).gate.identify_session(request.cookies.get(SESSION_COOKIE, ""))


def backend_of(request: Request) -> Backend:
    """What the door stands on."""
    backend: Backend = request.app.state.backend
    return backend


def _caller(request: Request) -> Person:
    person: Person = request.state.person
    return person


def _idempotency_key(request: Request) -> str | None:
    return Call(request.scope, request.receive, _send_nothing).idempotency_key()


IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
"""By which a page marks a request that it may send again."""
Parts = Annotated[Backend, Depends(backend_of)]
Caller = Annotated[Person, Depends(_caller)]


def _refuse_other_sites(request: Request) -> None:
    """A page of another site must not write in a visitor's name. Browsers say where a request comes from.

    The cookie is SameSite=Lax, which already keeps it from other sites' writes; this is the second lock.
    """
    if request.method in _READING:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours:
        raise Refused("This request comes from another site's page. Use Homespun's own page.")


async def _with_bounded_body(request: Request) -> Request:
    """The same request, its body read. Raises `BodyTooLarge`."""
    scope, receive = request.scope, request.receive
    body = await Call(scope, receive, _send_nothing).body(backend_of(request).settings.max_body_bytes)
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return Request(scope, replay)


async def _send_nothing(_: Message) -> None:
    raise AssertionError("nothing is sent before the handler runs")
