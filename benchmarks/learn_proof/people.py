"""People of the firm, as programs: they speak to the running server by HTTP as the web app does, and no other way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from .firm import Question, better

_PATIENCE_S = 600.0
_LONGEST_ANSWER = 96
"""In tokens."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Two answers to one question, and which one somebody preferred. An id is that of a turn."""

    left_id: str
    right_id: str
    choice: str


class Person:
    """Somebody with a browser, which is signed in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def call(self, method: str, path: str, json: Any = None) -> Any:
        """The answer's JSON. Raises `httpx.HTTPStatusError`."""
        response = await self.client.request(method, path, json=json)
        if response.is_error:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None

    async def vote(self, asked: Question) -> Vote | None:
        """Asks, and says which of two answers is better; None if there was only one."""
        two = await self._ask(asked)
        pair = two["side_by_side"]
        if pair is None:
            return None
        left = await self._answered(pair["left_id"])
        right = await self._answered(pair["right_id"])
        choice = better(asked, left["answer"], right["answer"])
        await self.call("PUT", f"/api/turns/{pair['question_id']}/choice", {"choice": choice})
        return Vote(pair["left_id"], pair["right_id"], choice)

    async def correct(self, vote: Vote, asked: Question) -> None:
        """Writes how it should have been, over the answer that the conversation goes on with."""
        kept = vote.right_id if vote.choice == "right" else vote.left_id
        await self.call("PUT", f"/api/turns/{kept}/answer", {"text": asked.ideal})

    async def _ask(self, asked: Question) -> Any:
        talk = await self.call("POST", "/api/conversations", {})
        new = {"question": asked.text, "parameters": {"max_tokens": _LONGEST_ANSWER}}
        return await self.call("POST", f"/api/conversations/{talk['id']}/turns", new)

    async def _answered(self, turn_id: str) -> Any:
        """The turn, once it is closed."""
        await self.client.get(f"/api/turns/{turn_id}/events")  # it lasts as long as the answer
        return await self.call("GET", f"/api/turns/{turn_id}")


@asynccontextmanager
async def owner(address: str, token: str) -> AsyncIterator[Person]:
    """The owner, come in by the link that the server has printed."""
    async with _browser(address) as person:
        await person.call("POST", "/api/session", {"token": token})
        yield person


@asynccontextmanager
async def staff(address: str, inviter: Person, count: int) -> AsyncIterator[list[Person]]:
    """So many people who were invited, came, and consented to learning."""
    people = []
    for number in range(count):
        made = await inviter.call("POST", "/api/console/invitations", {})
        person = Person(httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S))
        await person.call("POST", "/api/session", {"invitation": made["token"], "name": f"Person {number + 1}"})
        await person.call("PUT", "/api/me/learning", {"is_given": True})
        people.append(person)
    try:
        yield people
    finally:
        for person in people:
            await person.client.aclose()


async def answers_of(address: str, key: str, model: str, asked: list[Question]) -> list[str]:
    """What a release, named by its number, says to each question; by the API, as programs ask."""
    async with httpx.AsyncClient(
        base_url=address, timeout=_PATIENCE_S, headers={"authorization": f"Bearer {key}"}
    ) as client:
        return await asyncio.gather(*(_answer_of(client, model, question) for question in asked))


async def _answer_of(client: httpx.AsyncClient, model: str, asked: Question) -> str:
    body = {
        "model": model,
        "messages": [{"role": "user", "content": asked.text}],
        "max_tokens": _LONGEST_ANSWER,
        "temperature": 0.7,
        "seed": 1,
    }
    response = await client.post("/v1/chat/completions", json=body)
    while response.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # the release is being loaded
        await asyncio.sleep(2)
        response = await client.post("/v1/chat/completions", json=body)
    response.raise_for_status()
    return str(response.json()["choices"][0]["message"]["content"])


@asynccontextmanager
async def _browser(address: str) -> AsyncIterator[Person]:
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S) as client:
        yield Person(client)
