"""How the matrices call: where a thing is whose id is in an address, and what is expected then."""

from __future__ import annotations

import httpx

from tests.patience import PATIENCE_S

from .matrix import World

IN = 200
"""Whatever comes then, it isn't that they may not."""

OWN, ANOTHER_S, NOBODY_S, TEAM_S = "own", "another's", "nobody's", "a team's"

Name = tuple[str, str]


def in_process(world: World) -> httpx.AsyncClient:
    """There are thousands of calls, and sockets are tested elsewhere. Cookies are sent by hand and never kept."""
    transport = httpx.ASGITransport(world.home.house.app, client=("127.0.0.1", 5))
    return httpx.AsyncClient(transport=transport, base_url=world.home.url, timeout=PATIENCE_S)
