"""Signing in with an OpenID provider: a browser leaves for it, and comes back.

It goes to both addresses itself, so what goes wrong ends on the sign-in page, which says what the code after `#error=`
means.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from homespun.accounts import Return
from homespun.core.errors import HomespunError

from .guard import Device, OpenRoute, Parts
from .sign_in import let_in

router = APIRouter(route_class=OpenRoute, default_response_class=RedirectResponse)

_PATH = "/api/sign-in/openid"
_COOKIE = "homespun_openid"
_LASTS_S = 600
"""As long as the sign-in that it belongs to."""


@router.get(_PATH, status_code=303)
async def leave_for_provider(request: Request, parts: Parts, device: Device) -> RedirectResponse:
    """Sends the browser to the provider, with a cookie that makes the sign-in its own."""
    try:
        departure = await parts.accounts.openid.begin(device)
    except HomespunError as error:
        return _to_sign_in_page(error)
    response = _redirect(departure.url)
    response.set_cookie(
        _COOKIE,
        departure.secret,
        max_age=_LASTS_S,
        path=_PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.get(f"{_PATH}/callback", status_code=303)
async def come_back(
    request: Request,
    parts: Parts,
    device: Device,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str | None = None,
) -> RedirectResponse:
    """Trades what the provider says for a session cookie. The web app is all that it leads to, whatever was sent."""
    secret = request.cookies.get(_COOKIE, "")
    response = _redirect("/")
    try:
        entered = await parts.accounts.openid.finish(Return(state, code, error, iss, secret), device)
        await let_in(request, response, parts, entered)
    except HomespunError as refusal:
        response = _to_sign_in_page(refusal)
    response.delete_cookie(_COOKIE, path=_PATH, httponly=True, samesite="lax")
    return response


def _to_sign_in_page(error: HomespunError) -> RedirectResponse:
    return _redirect(f"/sign-in#error={error.code}")


def _redirect(url: str) -> RedirectResponse:
    """Nothing of it is kept, and the address that it comes from isn't told: it has the code in it."""
    return RedirectResponse(url, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})
