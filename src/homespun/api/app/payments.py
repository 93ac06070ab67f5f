"""What payment providers tell: the one address that is for nobody's browser. Signatures are checked by `billing`."""

from __future__ import annotations

from fastapi import APIRouter, Request

from .guard import OpenRoute, Parts

router = APIRouter(route_class=OpenRoute)


@router.post("/api/payments/{provider}/events", status_code=204)
async def told(provider: str, request: Request, parts: Parts) -> None:
    """Takes a provider's webhook. One that is told again changes nothing."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    await parts.billing.payments.take_event(provider, await request.body(), headers)
