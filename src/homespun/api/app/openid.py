"""Signing in with an OpenID provider, and being linked with it: a browser leaves for it, and comes back.

It comes back to the address itself, so what goes wrong ends on the sign-in page, or on the account's for who was signed
in: they say what the code after `#error=` means.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from homespun.accounts import Departure, Device, Return
from homespun.api.backend import Backend
from homespun.core.errors import HomespunError, SignInStale

from . import guard
from .guard import Caller, OpenRoute, Parts, Person, PersonRoute
from .sign_in import known_caller, let_in
from .wire.people import OpenIdLink, ProviderPage

router = APIRouter(route_class=OpenRoute, default_response_class=RedirectResponse)
linking = APIRouter(route_class=PersonRoute)

_PATH = "/api/sign-in/openid"
_COOKIE = "homespun_openid"
_LINK_COOKIE = "homespun_openid_link"
"""Another than for coming in, so that what a browser comes back from is never mistaken."""
_LASTS_S = 600
"""As long as the exchange that it belongs to."""


@router.get(_PATH, status_code=303)
async def leave_for_provider(request: Request, parts: Parts, device: guard.Device) -> RedirectResponse:
    """Sends the browser to the provider, with a cookie that makes the sign-in its own."""
    try:
        departure = await parts.accounts.openid.begin(device)
    except HomespunError as error:
        return _redirect(f"/sign-in#error={error.code}")
    response = _redirect(departure.url)
    _keep(request, response, departure, _COOKIE)
    return response


@router.get(f"{_PATH}/callback", status_code=303)
async def come_back(
    request: Request,
    parts: Parts,
    device: guard.Device,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str | None = None,
) -> RedirectResponse:
    """Trades what the provider says for a session cookie, or for a link of who is signed in.

    The web app is all that it leads to, whatever was sent.
    """
    links = _LINK_COOKIE in request.cookies
    page = "/account/sign-in" if links else "/sign-in"
    response = _redirect(f"{page}#linked" if links else "/")
    back = Return(state, code, error, iss, request.cookies.get(_LINK_COOKIE if links else _COOKIE, ""))
    try:
        if links:
            await _link(request, parts, back, device)
        else:
            await let_in(request, response, parts, await parts.accounts.openid.finish(back, device))
    except HomespunError as refusal:
        response = _redirect(f"{page}#error={refusal.code}")
    for cookie in (_COOKIE, _LINK_COOKIE):
        response.delete_cookie(cookie, path=_PATH, httponly=True, samesite="lax")
    return response


@linking.get("/api/me/openid")
async def link(parts: Parts, person: Person) -> OpenIdLink:
    """Whether one is linked with the provider."""
    openid = parts.accounts.openid
    since = await openid.links.since(person.id) if openid.label else None
    return OpenIdLink(provider=openid.label, linked_at=since)


@linking.post("/api/me/openid")
async def leave_to_link(
    request: Request, response: Response, parts: Parts, caller: Caller, device: guard.Device
) -> ProviderPage:
    """Begins a link: where the browser has to go, with a cookie that makes the link its own."""
    departure = await parts.accounts.openid.links.begin(caller, device)
    _keep(request, response, departure, _LINK_COOKIE)
    response.headers["cache-control"] = "no-store"
    return ProviderPage(url=departure.url)


@linking.delete("/api/me/openid", status_code=204)
async def unlink(parts: Parts, person: Person) -> None:
    """Ends the link, unless nothing else would let one in."""
    await parts.accounts.openid.links.end(person.id)


async def _link(request: Request, parts: Backend, back: Return, device: Device) -> None:
    """Raises `SignInStale` where nobody is signed in any more, or somebody else."""
    caller = await known_caller(request, parts)
    if caller is None:
        raise SignInStale
    await parts.accounts.openid.links.finish(caller, back, device)


def _keep(request: Request, response: Response, departure: Departure, cookie: str) -> None:
    """The other kind of attempt, if one was begun in this browser, is given up."""
    for name in {_COOKIE, _LINK_COOKIE} - {cookie}:
        response.delete_cookie(name, path=_PATH, httponly=True, samesite="lax")
    response.set_cookie(
        cookie,
        departure.secret,
        max_age=_LASTS_S,
        path=_PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _redirect(url: str) -> RedirectResponse:
    """Nothing of it is kept, and the address that it comes from isn't told: it has the code in it."""
    return RedirectResponse(url, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})
