"""Signing in and out, who one is, and which models there are."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from . import shown
from .guard import SESSION_COOKIE, GuardedRoute, OpenRoute, Parts, Person
from .wire import Me, ModelInfo, SignInRequest

_MONTH_S = 30 * 24 * 3600
"""As long as a session lives from its last use."""

entrance = APIRouter(route_class=OpenRoute)
router = APIRouter(route_class=GuardedRoute)


@entrance.post("/api/session", status_code=204)
async def sign_in(given: SignInRequest, request: Request, response: Response, parts: Parts) -> None:
    """Trades a one-time link's token for a session cookie."""
    _, session = await parts.accounts.sign_in(given.token)
    response.set_cookie(
        SESSION_COOKIE, session, max_age=_MONTH_S, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


@entrance.delete("/api/session", status_code=204)
async def sign_out(request: Request, response: Response, parts: Parts) -> None:
    """Ends the session, if there is one."""
    await parts.accounts.sign_out(request.cookies.get(SESSION_COOKIE, ""))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")


@router.get("/api/me")
async def me(person: Person) -> Me:
    """Who is signed in."""
    return Me(id=person.id, name=person.name, role=person.role.value)


@router.get("/api/models")
async def models(parts: Parts) -> list[ModelInfo]:
    """The models that answer at present, the default first."""
    names = parts.models.names()
    return [_model(parts, name, is_default=name == names[0]) for name in names]


def _model(parts: Parts, name: str, *, is_default: bool) -> ModelInfo:
    status = parts.models.engine(name).status
    return ModelInfo(
        name=name,
        is_default=is_default,
        state=status.state.value,
        problem=status.problem,
        context_tokens=status.context_tokens,
        defaults=shown.parameters(parts.settings.web_sampling),
    )
