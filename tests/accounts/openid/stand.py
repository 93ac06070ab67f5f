"""The OpenID provider's process as tests see it, and a browser that goes there and back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

import httpx

from homespun.accounts import OpenIdSettings
from tests.patience import PATIENCE_S

from . import provider as program
from .provider import CLIENT_ID, CLIENT_SECRET, Lies


@dataclass(frozen=True)
class Stand:
    """The provider, from outside."""

    url: str

    def settings(self, timeout_s: float = PATIENCE_S) -> OpenIdSettings:
        """By which an installation knows it."""
        return OpenIdSettings(
            issuer=self.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="Example", timeout_s=timeout_s
        )

    def behave(self, lies: Lies | None = None) -> None:
        """From now on it lies so, or not at all."""
        self._tell("/lies", lies or {})

    def rotate(self) -> None:
        """It signs with a new key."""
        self._tell("/rotate", {})

    def asked(self, path: str) -> int:
        """How often this address was asked since it was told how to behave."""
        with urlopen(f"{self.url}/asked") as answer:
            count: int = json.load(answer).get(path, 0)
        return count

    def _tell(self, path: str, value: object) -> None:
        urlopen(f"{self.url}{path}", json.dumps(value).encode()).close()


@contextmanager
def provider() -> Iterator[Stand]:
    """The process, while the block lasts."""
    command = [sys.executable, program.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Stand(f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.stdin.close()


async def visited(url: str) -> tuple[str, dict[str, str]]:
    """Goes to the provider, signs in there, and is sent back: to which address, with what."""
    async with httpx.AsyncClient(verify=False, timeout=PATIENCE_S) as browser:
        answer = await browser.get(url)
    assert answer.status_code == 302, answer.text
    target = urlsplit(answer.headers["location"])
    return target._replace(query="").geturl(), dict(parse_qsl(target.query))
