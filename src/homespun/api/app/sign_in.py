"""Signing in and out: all ways that lead to a session."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Request, Response

from homespun import accounts
from homespun.accounts import Credentials, PersonKind
from homespun.api.backend import Backend
from homespun.core.errors import Banned, Invalid, NotAvailable, Unauthenticated

from .cookie import session_of, set_session, take_session
from .guard import Device, OpenRoute, Parts, origin_of
from .wire.people import CodeRequest, InvitationShown, InvitationToken, Registration, SignInOptions, SignInRequest

router = APIRouter(route_class=OpenRoute)

Entered = tuple[accounts.Person, str]
"""Who has come in, and their session's token."""


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
        openid=parts.accounts.openid.label,
    )


@router.post("/api/sign-in/code", status_code=204)
async def send_code(wanted: CodeRequest, parts: Parts, device: Device) -> None:
    """Sends a one-time code. The answer is the same whether somebody is known there or not."""
    await parts.accounts.codes.request(wanted.to, device, locale=wanted.locale)


@router.post("/api/sign-in/invitation")
async def look_at_invitation(given: InvitationToken, parts: Parts) -> InvitationShown:
    """What an invitation is for. It isn't used up."""
    return InvitationShown.of(await parts.accounts.invitations.look_up(given.token))


@router.post("/api/session", status_code=204)
async def sign_in(given: SignInRequest, request: Request, response: Response, parts: Parts, device: Device) -> None:
    """Trades a proof of who one is for a session cookie."""
    await let_in(request, response, parts, await _entered(parts.accounts, given, device))


@router.post("/api/registration", status_code=204)
async def register(given: Registration, request: Request, response: Response, parts: Parts, device: Device) -> None:
    """Joins, where the installation lets people join by themselves, and signs in."""
    house = parts.accounts
    await parts.gate.availability.require_joining(origin_of(request), email=given.login)
    person, token = await house.codes.sign_in(given.login, given.code, device, name=given.name)
    if given.password is not None:
        caller = await house.identify(accounts.Credentials(session=token, address=device.address))
        await house.passwords.set(person.id, given.password, device=device, kept_session_id=caller.session_id)
    await let_in(request, response, parts, (person, token))


@router.post("/api/visit", status_code=204)
async def visit(request: Request, response: Response, parts: Parts, device: Device) -> None:
    """Comes in without saying who one is, where that is allowed. Whoever is signed in stays so."""
    if await _known(request, parts) is None:
        await parts.gate.availability.require_joining(origin_of(request), is_visitor=True)
        _, token = await parts.accounts.start_visit(device)
        set_session(request, response, token, days=parts.installation.accounts.session_idle_days)


@router.delete("/api/session", status_code=204)
async def sign_out(request: Request, response: Response, parts: Parts) -> None:
    """Ends the session, if there is one."""
    await parts.accounts.sign_out(session_of(request))
    take_session(response)


async def _entered(house: accounts.Accounts, given: SignInRequest, device: accounts.Device) -> Entered:
    match given.model_dump(exclude_none=True):
        case {"token": token, **others} if not others:
            return await house.sign_in(token, device)
        case {"login": login, "password": password, **others} if not others:
            return await house.passwords.sign_in(login, password, device)
        case {"login": login, "code": code, **others} if not others:
            return await house.codes.sign_in(login, code, device)
        case {"invitation": invitation, "name": name, **others} if not others:
            return await house.invitations.accept(invitation, device, name=name)
    raise Invalid("Give 'token', or 'login' and 'password', or 'login' and 'code', or 'invitation' and 'name'.")


async def let_in(request: Request, response: Response, parts: Backend, entered: Entered) -> None:
    """Sets the cookie, if it is available to them; what somebody did as a visitor before becomes theirs."""
    person, token = entered
    try:
        await parts.gate.availability.require_entry(person, origin_of(request))
    except NotAvailable:
        await parts.accounts.sign_out(token)
        raise
    before = await _known(request, parts)
    if before and before.kind is PersonKind.VISITOR and person.kind is PersonKind.PERSON:
        await parts.merges.take_along(before, person)
    set_session(request, response, token, days=parts.installation.accounts.session_idle_days)


async def known_caller(request: Request, parts: Backend) -> accounts.Caller | None:
    """Whoever is signed in with this browser, if they are let in still."""
    with suppress(Unauthenticated, Banned):
        return await parts.gate.identify(Credentials(session=session_of(request)))
    return None


async def _known(request: Request, parts: Backend) -> accounts.Person | None:
    """Whoever this browser belongs to so far."""
    caller = await known_caller(request, parts)
    return caller.person if caller else None
