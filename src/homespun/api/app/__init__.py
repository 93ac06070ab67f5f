"""The web app's own API under /api. Its shapes are in `wire`, from which the web client's types are generated.

guard.py     what every call passes: whom a route is for
repeats.py   a request that is sent again changes nothing twice
problems.py  errors
wire/        the shapes
sign_in.py, openid.py, me.py, keys.py, teams.py  who somebody is
money.py, payments.py                        what they have and pay
conversations.py, projects.py, turns.py, models.py  what they ask
comparing.py, learning.py                    what is learned from what they say of answers
console/                                     what is for those who look after all that
"""

from __future__ import annotations

from fastapi import FastAPI

from homespun.api.app import (
    conversations,
    keys,
    learning,
    me,
    models,
    money,
    openid,
    payments,
    problems,
    projects,
    sign_in,
    teams,
    turns,
)
from homespun.api.app.console import availability, books, catalogue, house, improvements, releases, vouchers
from homespun.api.app.console import people as console_people
from homespun.api.app.wire.base import ProblemEnvelope

__all__ = ["ROUTERS", "build_app"]

ROUTERS = (
    sign_in.router,
    openid.router,
    openid.linking,
    me.router,
    me.personal,
    keys.router,
    teams.router,
    money.own,
    money.own_paying,
    money.team,
    money.offers,
    payments.router,
    models.router,
    conversations.router,
    projects.router,
    turns.router,
    turns.asking,
    learning.router,
    learning.training,
    console_people.router,
    availability.router,
    availability.ruling,
    catalogue.router,
    vouchers.router,
    books.router,
    house.router,
    releases.router,
    improvements.router,
)
"""All routes there are; each says whom it is for."""


def build_app() -> FastAPI:
    """The application; give its `state.backend` a `Backend` before the first call."""
    app = FastAPI(title="Homespun web app API", version="1", openapi_url=None)
    for router in ROUTERS:
        app.include_router(router, responses={"default": {"model": ProblemEnvelope}})
    problems.install(app)
    return app
