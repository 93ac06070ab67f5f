"""Whole installations for tests: everything real but the engine, behind a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import openai
import uvicorn
from uvicorn.server import ServerState

from homespun.accounts import Caller, OpenIdSettings, Person
from homespun.accounts import Settings as AccountsSettings
from homespun.api import Settings as ApiSettings
from homespun.api import listen
from homespun.api.asgi import App
from homespun.api.protocol import Protocol
from homespun.billing import Settings as BillingSettings
from homespun.engines import Engine
from homespun.gate import Settings as GateSettings
from homespun.journal import Turn, TurnState
from homespun.learning import Settings as LearningSettings
from homespun.learning.curation import Settings as CurationSettings
from homespun.learning.foreman import Means
from homespun.releases import Build
from homespun.releases import Settings as ReleasesSettings
from homespun.settings import Settings
from homespun.tuning import Settings as TuningSettings
from homespun.tuning import Workshop
from homespun.wiring import House, build
from tests.patience import PATIENCE_S

from .puppet import Puppet

MODEL = "puppet"


@dataclass
class Home:
    """A house with an engine that the test moves, its address, and a key."""

    house: House
    puppet: Puppet
    url: str
    key: str
    data_dir: Path

    def client(self) -> httpx.AsyncClient:
        """Without a key."""
        return httpx.AsyncClient(base_url=self.url, timeout=PATIENCE_S)

    def owner(self) -> httpx.AsyncClient:
        """With a key."""
        return httpx.AsyncClient(base_url=self.url, timeout=PATIENCE_S, headers={"authorization": f"Bearer {self.key}"})

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """Signed in with a session, as the web app is."""
        async with self.client() as client:
            token = await self.house.accounts.make_sign_in_link_token()
            response = await client.post("/api/session", json={"token": token})
            assert response.status_code == 204
            yield client

    def sdk(self, key: str | None = None) -> openai.AsyncOpenAI:
        """OpenAI's own client, which doesn't try again."""
        return openai.AsyncOpenAI(base_url=f"{self.url}/v1", api_key=key or self.key, max_retries=0, timeout=PATIENCE_S)

    async def turn(self, turn_id: str) -> Turn:
        """As it stands in the journal."""
        return await self.house.journal.turn((await self.person()).id, turn_id)

    async def person(self) -> Person:
        """The owner."""
        return await self.house.accounts.ensure_owner()

    async def caller(self) -> Caller:
        """The owner, calling."""
        return Caller(await self.person())

    def states(self) -> list[str]:
        """The states of all turns in the database, in the order of asking."""
        with closing(sqlite3.connect(self.data_dir / "homespun.db")) as database:
            return [state for (state,) in database.execute("SELECT state FROM turns ORDER BY number")]

    async def settled(self) -> list[str]:
        """The states of all turns, once none is open and the engine does nothing any more."""
        async with asyncio.timeout(PATIENCE_S):
            while self.puppet.running or TurnState.OPEN in self.states():
                await asyncio.sleep(0.01)
        return self.states()

    async def last_turn(self) -> Turn:
        """The turn of the engine's last request."""
        return await self.turn(self.puppet.requests[-1].id)


def turn_ids(data_dir: Path) -> list[str]:
    """The ids of all turns in the database, in the order of asking."""
    with closing(sqlite3.connect(data_dir / "homespun.db")) as database:
        return [turn_id for (turn_id,) in database.execute("SELECT id FROM turns ORDER BY number")]


@asynccontextmanager
async def home(
    data_dir: Path,
    migrated: Path | None = None,
    *,
    api: ApiSettings | None = None,
    accounts: AccountsSettings | None = None,
    openid: OpenIdSettings | None = None,
    gate: GateSettings | None = None,
    billing: BillingSettings | None = None,
    learning: LearningSettings | None = None,
    releases: ReleasesSettings | None = None,
    engine: Engine | None = None,
    release_engine: Build | None = None,
    workshop: Workshop | None = None,
    means: Means | None = None,
    curation: CurationSettings | None = None,
    tuning: TuningSettings | None = None,
    database_url: str = "",
    listener: socket.socket | None = None,
) -> AsyncIterator[Home]:
    """Opens a house, and serves it, on a free port unless one is given. The engine is a puppet unless one is given."""
    if migrated:
        data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated, data_dir / "homespun.db")
    puppet = Puppet()
    settings = Settings(
        data_dir=data_dir,
        database_url=database_url,
        api=api or ApiSettings(),
        accounts=accounts or AccountsSettings(),
        openid=openid or OpenIdSettings(),
        gate=gate or GateSettings(),
        billing=billing or BillingSettings(),
        learning=learning or LearningSettings(),
        releases=releases or ReleasesSettings(),
        tuning=tuning or TuningSettings(),
        curation=curation or CurationSettings(),
    )
    house = build(settings, {MODEL: engine or puppet}, release_engine=release_engine, workshop=workshop, means=means)
    async with house.running(), served(house.app, listener) as url:
        _, key = await house.accounts.create_key("test")
        yield Home(house, puppet, url, key, data_dir)


@asynccontextmanager
async def served(app: App, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """The server's protocol without uvicorn's main loop, which takes a tenth of a second to start and to stop."""
    config = uvicorn.Config(app, http=Protocol, ws="none", lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()
    listener = listener or listen("127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Protocol(config, state, {}), sock=listener)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.close()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=PATIENCE_S)
