"""What a person does and sees in the web app, in the words of a test."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from homespun.api.app.cookie import SESSION_COOKIE
from tests.ring.houses import Home
from tests.ring.puppet import Words

_REFUSALS = re.compile(r"the server responded with a status of|net::ERR_")
"""How Chromium itself reports answers that the app expects and handles."""


class Visitor:
    """A page, and what somebody does with it. `mishaps` are errors that nobody handled, and requests to elsewhere."""

    def __init__(self, at_home: Home, context: BrowserContext, page: Page) -> None:
        self.home = at_home
        self.context = context
        self.page = page
        self.mishaps: list[str] = []
        self._watch(page)

    async def take_session(self) -> None:
        """Signs in without the page."""
        token = await self.home.house.accounts.make_sign_in_link_token()
        _, session = await self.home.house.accounts.sign_in(token)
        await self.context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": self.home.url}])

    async def go(self, path: str) -> None:
        """To an address of the app."""
        await self.page.goto(self.home.url + path)

    async def second_tab(self, path: str) -> Visitor:
        """Another page of the same browser."""
        tab = Visitor(self.home, self.context, await self.context.new_page())
        tab.mishaps = self.mishaps
        await tab.go(path)
        return tab

    @property
    def path(self) -> str:
        """Where the page is."""
        return urlsplit(self.page.url).path

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Your message")

    @property
    def questions(self) -> Locator:
        """What was asked, on the branch that is shown."""
        return self.page.get_by_role("article", name="You said")

    @property
    def answers(self) -> Locator:
        """What was answered, on the branch that is shown."""
        return self.page.get_by_role("article", name=re.compile("^Answer of "))

    @property
    def list(self) -> Locator:
        """The conversations at the side."""
        return self.page.get_by_role("navigation", name="Chats")

    @property
    def account(self) -> Locator:
        """What opens the menu at the foot of the sidebar."""
        return self.page.get_by_role("button", name="Account and appearance")

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """By its whole name."""
        return (within or self.page).get_by_role("button", name=name, exact=True)

    async def ask(self, question: str) -> None:
        """Writes and sends; returns when the question stands in the conversation."""
        await self.box.fill(question)
        await self.box.press("Enter")
        await expect(self.questions.last).to_contain_text(question)

    async def ask_and_wait(self, question: str) -> Locator:
        """Returns the answer when it is complete."""
        before = await self.answers.count()
        await self.ask(question)
        await expect(self.answers).to_have_count(before + 1)
        await self.sees_state("complete")
        return self.answers.last

    async def sees_state(self, state: str) -> None:
        """Waits until the last answer is in this state and, if it is over, shown as far as it goes."""
        await expect(self.answers.last).to_have_attribute("data-state", state)
        if state != "open":
            await expect(self.answers.last.locator("[aria-busy=true]")).to_have_count(0)

    async def press(self, *keys: str) -> None:
        """One after another, wherever the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.mishaps.append(f"uncaught: {error}"))
        page.on("console", self._hear)
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSALS.search(message.text):
            self.mishaps.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.home.url, "data:")):
            self.mishaps.append(f"request to elsewhere: {request.url}")


def says(text: str) -> Words:
    """A puppet's part: always this text, in pieces of a few characters, as tokens cut it."""
    return lambda _request, _choice: re.findall(r"(?s).{1,4}", text)


def says_in_turn(*texts: str) -> Words:
    """A puppet's part: one text for each request, in order."""
    left = iter(texts)
    said: dict[str, list[str]] = {}
    return lambda request, _choice: said.setdefault(request.id, [next(left)])
