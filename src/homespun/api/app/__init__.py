"""The web app's own API under /api. Its shapes are in `wire`, from which the web client's types are generated."""

from __future__ import annotations

from fastapi import FastAPI

from homespun.api.app import conversations, problems, session, turns
from homespun.api.app.wire import ProblemEnvelope

__all__ = ["build_app"]


def build_app() -> FastAPI:
    """The application; give its `state.backend` a `Backend` before the first call."""
    app = FastAPI(title="Homespun web app API", version="1", openapi_url=None)
    for router in (session.entrance, session.router, conversations.router, turns.router):
        app.include_router(router, responses={"default": {"model": ProblemEnvelope}})
    problems.install(app)
    return app
