"""The cookie that a browser proves itself with: the one place that sets it and takes it away."""

from __future__ import annotations

from fastapi import Request, Response

SESSION_COOKIE = "homespun_session"

_DAY_S = 24 * 3600


def session_of(request: Request) -> str:
    """The session's token; empty if there is none."""
    return request.cookies.get(SESSION_COOKIE, "")


def set_session(request: Request, response: Response, token: str, *, days: float) -> None:
    """No script can read it, no other site's page can write with it, and over https it never goes without."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=round(days * _DAY_S),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    response.headers["cache-control"] = "no-store"


def take_session(response: Response) -> None:
    """The browser forgets it."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
