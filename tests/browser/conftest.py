"""A real Chromium in front of a real server on loopback. Only the engine is a puppet, moved by the test.

The browser is HOMESPUN_TEST_CHROMIUM, or the first Chromium or Chrome on the path. Without one, the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from homespun.accounts import Settings
from homespun.api.files import WEB_APP
from homespun.billing import Settings as BillingSettings
from homespun.learning import Settings as LearningSettings
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, home

from .visitor import Visitor

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_DESK: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}

Visit = Callable[..., Awaitable[Visitor]]
"""Opens a page in a browser of its own, signed in unless told otherwise; keywords are those of `new_context`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("HOMESPUN_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        pytest.skip("no Chromium on the path: install one, or name it in HOMESPUN_TEST_CHROMIUM")
    if not (WEB_APP / "index.html").exists():
        pytest.skip("the web app is not built: run `npm ci && npm run build` in web/")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_S * 1000)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield opened
        await opened.close()


@pytest.fixture
def accounts_settings() -> Settings:
    """Who may join and how; a module that needs another house overrides it."""
    return Settings()


@pytest.fixture
def billing_settings() -> BillingSettings:
    """What costs something; a module that needs another house overrides it."""
    return BillingSettings()


@pytest.fixture
def learning_settings() -> LearningSettings:
    """How much is compared; a module that needs another house overrides it."""
    return LearningSettings()


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(
    tmp_path: Path,
    migrated: Path,
    chromium: str,
    accounts_settings: Settings,
    billing_settings: BillingSettings,
    learning_settings: LearningSettings,
) -> AsyncIterator[Home]:
    async with home(
        tmp_path / "data",
        migrated,
        accounts=accounts_settings,
        billing=billing_settings,
        learning=learning_settings,
    ) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visit(at_home: Home, browser: Browser) -> AsyncIterator[Visit]:
    visitors: list[Visitor] = []

    async with AsyncExitStack() as stack:

        async def open_page(path: str = "/", *, signed_in: bool = True, **context: Any) -> Visitor:
            seen = await browser.new_context(
                **{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **context}
            )
            stack.push_async_callback(seen.close)
            visitor = Visitor(at_home, seen, await seen.new_page())
            visitors.append(visitor)
            if signed_in:
                await visitor.take_session()
            await visitor.go(path)
            return visitor

        yield open_page
    for visitor in visitors:
        assert visitor.mishaps == []


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(visit: Visit) -> Visitor:
    """Signed in, at the beginning of a conversation, in English, at a desk."""
    return await visit()
