"""One installation of Homespun in a folder of its own: its server, its commands, and what it says of its releases."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from homespun.learning.runs import Run, Runs

from .people import Person, owner

MODEL = "smollm2-135m-instruct"
_MODELS = Path(__file__).parent.parent.parent / ".test-cache" / "models"
_SETTINGS = {
    "HOMESPUN_ACCOUNTS_REGISTRATION": "invitation",
    "HOMESPUN_LEARNING_COMPARISON_SHARE": "1",
    "HOMESPUN_RELEASES_ROLLS_OUT": "true",
    "HOMESPUN_CURATION_HELD_OUT_SHARE": "0.25",
}
_BEGAN_S = time.monotonic()


def say(words: str) -> None:
    """A line for whoever waits."""
    print(f"[{time.monotonic() - _BEGAN_S:6.0f} s] {words}", flush=True)


class Installation:
    """A data directory, with the settings that a proof needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, **_SETTINGS, "HOMESPUN_DATA_DIR": str(folder)}
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(_MODELS, folder / "models", dirs_exist_ok=True)

    def learn(self, *words: str) -> int:
        """`homespun learn ...`, and its exit status."""
        command = [sys.executable, "-m", "homespun", "learn", *words]
        return subprocess.run(command, env=self.environment, check=False).returncode

    @property
    def newest(self) -> Run:
        """The improvement that was begun last."""
        run = Runs(self.folder / "learning" / "runs").newest()
        assert run is not None
        return run

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Owner]:
        """Its server, until the end of the block. What it logs is in `server.log`."""
        server = await asyncio.to_thread(self._started)
        try:
            address, token = await asyncio.to_thread(self._greeting, server)
            async with owner(address, token) as person:
                boss = Owner(person, address)
                await boss.until_ready()
                yield boss
        finally:
            server.send_signal(signal.SIGINT)
            await asyncio.to_thread(server.wait)

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "homespun", "serve", "--port", "0"]
        with (self.folder / "server.log").open("w") as log:
            return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)

    def _greeting(self, server: subprocess.Popen[str]) -> tuple[str, str]:
        """The address, and the token of the owner's link."""
        assert server.stdout is not None
        greeting = ""
        while "Stop with" not in greeting:
            line = server.stdout.readline()
            assert line, f"the server ended: {(self.folder / 'server.log').read_text()[-2000:]}"
            greeting += line
        address, token = re.search(r"http://[\d.:]+", greeting), re.search(r"#token=(\S+)", greeting)
        assert address
        assert token
        return address.group(), token.group(1)


class Owner:
    """The owner, who is signed in, and looks after releases."""

    def __init__(self, person: Person, address: str) -> None:
        self.call = person.call
        self.address = address

    async def until_ready(self) -> None:
        """Engines load when the server is up already."""
        await self._until("/api/models", lambda models: all(model["state"] == "ready" for model in models))

    async def releases(self) -> list[Any]:
        """The newest first."""
        found: list[Any] = (await self.call("GET", "/api/console/releases"))["releases"]
        return found

    async def champion(self) -> str:
        """Its name."""
        return str(next(each["name"] for each in await self.releases() if each["state"] == "champion"))

    async def until_canary(self) -> None:
        """Until the newest release answers people, or was taken back before."""
        await self._until(
            "/api/console/releases",
            lambda page: (
                not _is_on_trial(page) or (_newest(page)["state"] == "canary" and _newest(page)["id"] in page["loaded"])
            ),
        )

    async def is_on_trial(self) -> bool:
        """Whether the newest release is being rolled out."""
        return _is_on_trial(await self.call("GET", "/api/console/releases"))

    async def _until(self, path: str, holds: Callable[[Any], bool]) -> None:
        while not holds(await self.call("GET", path)):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(1)

    async def rollout(self) -> Any:
        """The newest, with what was said in it."""
        return (await self.call("GET", "/api/console/rollouts"))[0]

    async def key(self) -> str:
        """A new one for the API."""
        return str((await self.call("POST", "/api/me/keys", {"name": "proof"}))["secret"])


def _newest(page: Any) -> Any:
    return page["releases"][0]


def _is_on_trial(page: Any) -> bool:
    return _newest(page)["state"] in ("shadow", "canary")


def verdict(run: Run) -> Mapping[str, Any]:
    """What its examination said, in few words."""
    card = run.card
    if card is None:
        return {"state": run.state, "failure": run.failure}
    suites = {suite["name"]: suite for suite in card["suites"]}
    return {
        "passed": card["passed"],
        "failed": {name: suite["words"] for name, suite in suites.items() if suite["verdict"] == "failed"},
        "not_run": [name for name, suite in suites.items() if suite["verdict"] == "not_run"],
        "preference": suites["preference"]["words"],
    }
