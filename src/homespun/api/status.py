"""/health and /metrics: how this server is doing, for load balancers and for Prometheus."""

from __future__ import annotations

from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from homespun import __version__, accounts
from homespun.core.errors import NotFound, Refused, Unauthenticated
from homespun.engines import EngineState

from .asgi import Receive, Scope, Send
from .backend import Backend
from .call import Call
from .errors import MethodNotAllowed


class StatusDoor:
    """Two pages for machines."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        if call.path not in ("/health", "/metrics"):
            raise NotFound
        scope["homespun.route"] = call.path
        if call.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{call.path} is asked with GET, not with {call.method}.")
        await (self._health(call) if call.path == "/health" else self._metrics(call))

    async def _health(self, call: Call) -> None:
        """200 if the default model's engine serves requests, else 503; the body says which state it is in."""
        models = self._backend.models
        default = models.names()[0]
        status = models.engine(default).status
        body = {"status": status.state, "model": default, "problem": status.problem, "version": __version__}
        await call.answer_json(body, 200 if status.state is EngineState.READY else 503)

    async def _metrics(self, call: Call) -> None:
        """Open to this machine's own programs; others need an API key."""
        if not _is_local(call):
            credentials = call.credentials()
            if not credentials.bearer:
                raise Unauthenticated("Figures are only for this machine, or with an API key as a bearer token.")
            caller = await self._backend.gate.identify(credentials)
            caller.require(accounts.Scope.USAGE)
            if caller.person.role not in (accounts.Role.OWNER, accounts.Role.ADMIN):
                raise Refused("Figures of the whole server are for its owners and admins.")
        await call.answer(200, self._backend.metrics.text(), [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode())])


def _is_local(call: Call) -> bool:
    """From this machine, and not through a proxy on it, which speaks for others."""
    client = call.scope.get("client")
    is_forwarded = bool(call.header("x-forwarded-for") or call.header("forwarded"))
    try:
        return client is not None and ip_address(client[0]).is_loopback and not is_forwarded
    except ValueError:
        return False
