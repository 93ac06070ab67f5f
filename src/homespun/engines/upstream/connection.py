"""The connection to the upstream server: whether it is there, and its answers as they stream."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import msgspec
import truststore

from homespun.core.errors import EngineBusy, EngineFailed, ModelUnreadable, Unavailable
from homespun.engines.protocol import EngineState

from .failures import refusal, transport_failures
from .settings import Settings
from .wire import Call, ModelList

_MAX_REFUSAL_BYTES = 64 << 10


class Connection:
    """Knows the state of the server. Losing it starts a search that ends when it answers again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._base_url = settings.base_url.rstrip("/")
        self._host = httpx.URL(self._base_url).netloc.decode()
        self._settled = asyncio.Event()
        self._client: httpx.AsyncClient | None = None
        self._probing: asyncio.Task[None] | None = None
        self.state = EngineState.STOPPED
        self.problem: str | None = None
        self.context_tokens = settings.context_tokens
        self.in_flight = 0
        self.losses = 0

    def open(self) -> None:
        """Begins to ask for the server."""
        key = self._settings.api_key
        self._client = httpx.AsyncClient(
            headers={"authorization": f"Bearer {key}"} if key else {},
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            timeout=httpx.Timeout(self._settings.stall_timeout_s, connect=self._settings.connect_timeout_s, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )
        self.state, self.problem, self._settled = EngineState.STARTING, None, asyncio.Event()
        self._probing = asyncio.create_task(self._probe())

    async def close(self) -> None:
        """Closes all that is open; answers in flight break off."""
        self.state = EngineState.STOPPED
        self._settled.set()
        if self._probing:
            self._probing.cancel()
        if self._client:
            await self._client.aclose()

    async def wait_ready(self) -> None:
        """Waits for the server, however long. Raises `ModelUnreadable` if it hasn't the model or refuses our key."""
        await self._settled.wait()
        if self.state is EngineState.FAILED:
            raise ModelUnreadable(self.problem)

    @asynccontextmanager
    async def answer_to(self, call: Call) -> AsyncGenerator[httpx.Response]:
        """The server's answer, once it has accepted the call; leaving closes it, and so tells the server to stop.

        Raises `EngineBusy`, `Invalid`, `PromptTooLong`, `Unavailable`, and `EngineFailed` also from within the block.
        """
        client = self._client_for_one_more()
        url, headers = self._base_url + call.path, {"content-type": "application/json"}
        self.in_flight += 1
        try:
            with transport_failures(self._host):
                async with client.stream("POST", url, content=call.body, headers=headers) as response:
                    await self._check_accepted(response)
                    yield response
        except Unavailable as error:
            raise self._after(error) from error
        finally:
            self.in_flight -= 1

    async def ask_beside(self, path: str, body: bytes) -> bytes | None:
        """The small answer of an endpoint beside the versioned ones; None if there is none."""
        if self._client is None or self.state is not EngineState.READY:
            return None
        url, headers = self._base_url.removesuffix("/v1") + path, {"content-type": "application/json"}
        try:
            response = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return None
        return response.content if response.status_code == 200 else None

    def _client_for_one_more(self) -> httpx.AsyncClient:
        if self._client is None or self.state not in (EngineState.READY, EngineState.RESTARTING):
            raise Unavailable(self.problem)
        if self.in_flight >= self._settings.max_in_flight:
            raise EngineBusy
        return self._client

    async def _check_accepted(self, response: httpx.Response) -> None:
        if response.status_code != 200:
            body = await _beginning_of(response)
            raise refusal(response.status_code, response.headers, body, host=self._host, model=self._settings.model)

    def _after(self, error: Unavailable) -> Unavailable:
        """What a failure means for all: nothing, or that the server is gone."""
        if self.state is EngineState.STOPPED:
            return EngineFailed()
        if type(error) is Unavailable and self.state is EngineState.READY:
            self.state, self.problem = EngineState.RESTARTING, error.message
            self.losses += 1
            self._probing = asyncio.create_task(self._probe())
        return error

    async def _probe(self) -> None:
        """Asks until the server answers."""
        while not await self._ask_for_model():  # noqa: ASYNC110 - nobody tells when a server has started
            await asyncio.sleep(self._settings.probe_interval_s)
        self._settled.set()

    async def _ask_for_model(self) -> bool:
        """Whether an answer came that decides the state."""
        assert self._client is not None
        try:
            response = await self._client.get(f"{self._base_url}/models")
        except httpx.HTTPError as error:
            self.problem = f"The model server at {self._host} can't be reached ({error})."
            return False
        match response.status_code:
            case 200:
                self._take_up(response.content)
            case 404 | 405:
                self._succeed()
            case 401 | 403:
                self._fail(f"The model server at {self._host} refuses the key that it is given. Check the settings.")
            case status:
                self.problem = f"The model server at {self._host} answers {status}."
                return False
        return True

    def _take_up(self, listing: bytes) -> None:
        """A server that lists models must list ours."""
        try:
            models = msgspec.json.decode(listing, type=ModelList)
        except msgspec.DecodeError:
            self._fail(f"What {self._base_url} answers is not OpenAI's protocol. Check the settings.")
            return
        context = models.context_of(self._settings.model)
        if context is None and models.data:
            there = ", ".join(listed.id for listed in models.data[:20])
            self._fail(f"The model server at {self._host} has no model {self._settings.model!r}. It has {there}.")
        else:
            self.context_tokens = self._settings.context_tokens or context or 0
            self._succeed()

    def _succeed(self) -> None:
        self.state, self.problem = EngineState.READY, None

    def _fail(self, problem: str) -> None:
        self.state, self.problem = EngineState.FAILED, problem


async def _beginning_of(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MAX_REFUSAL_BYTES:
            break
    return body
