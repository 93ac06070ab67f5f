"""What every call of the web app's API passes before its body is understood: our own page, a known person, a bounded
size, and whether it was sent before.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from enum import Enum, auto
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from homespun import accounts
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.core import incoming
from homespun.core.errors import Refused

from . import repeats
from .cookie import session_of

_READING = {"GET", "HEAD", "OPTIONS"}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Access(Enum):
    """Whom a route is for. Every route says so; one that doesn't fails the tests."""

    ANYBODY = auto()
    KNOWN = auto()
    """Visitors too."""
    PERSON = auto()
    ADMIN = auto()
    OWNER = auto()


class OpenRoute(APIRoute):
    """A route for anybody whose request comes from our own page."""

    access = Access.ANYBODY
    keeps_responses = True
    """Whether a request that is sent again with its `Idempotency-Key` gets the first one's response."""

    def get_route_handler(self) -> Handler:
        """Wraps FastAPI's own handler, which reads the body first of all."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            request.scope["homespun.route"] = self.path
            _refuse_other_sites(request)
            await self.identify(request)
            return await self._once(await _with_bounded_body(request), handle)

        return guarded

    async def _once(self, request: Request, handle: Handler) -> Response:
        """Carries the request out, unless it was before."""
        key = _idempotency_key(request)
        if key is None or request.method in _READING or not self.keeps_responses:
            return await handle(request)
        caller, responses = getattr(request.state, "caller", None), backend_of(request).responses
        owner_id = caller.person.id if caller else ""
        asked = repeats.asked(request, await request.body(), owner_id=owner_id, key=key)
        if before := await responses.begin(asked):
            return repeats.replayed(before)
        try:
            response = await handle(request)
        except Exception as error:
            await repeats.forget(responses, asked, error)
            raise
        await repeats.keep(responses, asked, response)
        return response

    async def identify(self, request: Request) -> None:
        """Nobody needs to be known here."""


class GuardedRoute(OpenRoute):
    """A route for whoever is known, visitors too. Raises `Unauthenticated` to others."""

    access = Access.KNOWN

    async def identify(self, request: Request) -> None:
        """By the session's cookie."""
        credentials = Call(request.scope, request.receive, _send_nothing).credentials()
        session = session_of(request)
        caller = await backend_of(request).gate.identify(self.credentials(credentials, session))
        self.permit(caller)
        request.state.caller = caller

    def credentials(self, sent: accounts.Credentials, session: str) -> accounts.Credentials:
        """What counts here: keys are for programs, and this is for browsers."""
        return replace(sent, bearer="", session=session)

    def permit(self, caller: accounts.Caller) -> None:
        """Raises `Refused` where it isn't enough to be known."""


class AskingRoute(GuardedRoute):
    """A route that asks a model. The gate itself knows requests that are sent again, by their turns."""

    keeps_responses = False


class PersonRoute(GuardedRoute):
    """A route for people who have said who they are: not for visitors."""

    access = Access.PERSON

    def permit(self, caller: accounts.Caller) -> None:
        """Raises `Refused` to visitors."""
        if caller.person.kind is accounts.PersonKind.VISITOR:
            raise Refused("This is for people who are signed in. Sign in first.")


class AdminRoute(GuardedRoute):
    """A route of the console: for owners and admins, and keys of theirs that have the scope."""

    access = Access.ADMIN

    def credentials(self, sent: accounts.Credentials, session: str) -> accounts.Credentials:
        """A session or a key: what the console does, programs may do too."""
        return replace(sent, session=session)

    def permit(self, caller: accounts.Caller) -> None:
        """Raises `Refused` to everybody else."""
        caller.require(accounts.Scope.ADMIN)


class OwnerRoute(AdminRoute):
    """A route of the console that has to do with money: for owners alone."""

    access = Access.OWNER

    def permit(self, caller: accounts.Caller) -> None:
        """Raises `Refused` to everybody else, admins too."""
        super().permit(caller)
        if caller.person.role is not accounts.Role.OWNER:
            raise Refused("This is for owners of the installation.")


def backend_of(request: Request) -> Backend:
    """What the door stands on."""
    backend: Backend = request.app.state.backend
    return backend


def _caller(request: Request) -> accounts.Caller:
    caller: accounts.Caller = request.state.caller
    return caller


def _person(request: Request) -> accounts.Person:
    return _caller(request).person


def _idempotency_key(request: Request) -> str | None:
    return Call(request.scope, request.receive, _send_nothing).idempotency_key()


def _device(request: Request) -> accounts.Device:
    client = request.client
    return accounts.Device(client.host if client else "", request.headers.get("user-agent", ""))


def origin_of(request: Request) -> incoming.Origin:
    """Where it comes from, for the gate to judge."""
    return Call(request.scope, request.receive, _send_nothing).origin(backend_of(request).gate.country_header)


IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
"""By which a page marks a request that it may send again."""
Parts = Annotated[Backend, Depends(backend_of)]
Device = Annotated[accounts.Device, Depends(_device)]
"""Where the request comes from."""
Origin = Annotated[incoming.Origin, Depends(origin_of)]
"""The same, with what tells of countries and languages."""
Caller = Annotated[accounts.Caller, Depends(_caller)]
Person = Annotated[accounts.Person, Depends(_person)]
Cursor = Annotated[str, Query(max_length=200)]
"""Where a page begins: the `next_cursor` of the page before; empty: at the beginning of the list."""
Limit = Annotated[int, Query(ge=1, le=200)]
"""The most lines of a page."""


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
    """The same request, its body read. Raises `BodyTooLarge`, `BodyTooSlow`."""
    scope, receive = request.scope, request.receive
    body = await Call(scope, receive, _send_nothing).body(backend_of(request).settings)
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return Request(scope, replay)


async def _send_nothing(_: Message) -> None:
    raise AssertionError("nothing is sent before the handler runs")
