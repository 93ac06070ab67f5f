"""Signing in and out: all ways that lead to a session."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from homespun import accounts
from homespun.core.errors import Invalid

from .cookie import session_of, set_session, take_session
from .guard import Device, OpenRoute, Parts
from .wire.people import SignInOptions, SignInRequest

router = APIRouter(route_class=OpenRoute)


@router.get("/api/sign-in")
async def options(parts: Parts) -> SignInOptions:
    """What this installation offers to somebody who isn't signed in."""
    settings = parts.installation.accounts
    return SignInOptions(
        password=True,
        email_code=settings.email is not accounts.Delivery.OFF,
        phone_code=settings.phone is not accounts.Delivery.OFF,
        registration=settings.registration,
        visitors=settings.visitors,
        password_min_length=settings.password_min_length,
        currency=parts.installation.currency,
    )


@router.post("/api/session", status_code=204)
async def sign_in(given: SignInRequest, request: Request, response: Response, parts: Parts, device: Device) -> None:
    """Trades a proof of who one is for a session cookie."""
    _, token = await _entered(parts.accounts, given, device)
    set_session(request, response, token, days=parts.installation.accounts.session_idle_days)


@router.delete("/api/session", status_code=204)
async def sign_out(request: Request, response: Response, parts: Parts) -> None:
    """Ends the session, if there is one."""
    await parts.accounts.sign_out(session_of(request))
    take_session(response)


async def _entered(
    house: accounts.Accounts, given: SignInRequest, device: accounts.Device
) -> tuple[accounts.Person, str]:
    match given:
        case SignInRequest(token=str(token), login=None, password=None, code=None):
            return await house.sign_in(token, device)
        case SignInRequest(token=None, login=str(login), password=str(password), code=None):
            return await house.passwords.sign_in(login, password, device)
    raise Invalid("Give either 'token', or 'login' and 'password', or 'login' and 'code'.")
