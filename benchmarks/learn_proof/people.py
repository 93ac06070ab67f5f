"""People of the firm, as programs: they speak to the running server by HTTP as the web app does, and no other way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from .firm import Question, better

_PATIENCE_S = 600.0
_LONGEST_ANSWER = 96
"""In tokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that somebody got."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """Two answers to one question, and which one somebody preferred."""

    left: Answer
    right: Answer
    choice: str

    @property
    def kept(self) -> Answer:
        """The one that the conversation goes on with."""
        return self.right if self.choice == "right" else self.left


class Person:
    """Somebody with a browser, which is signed in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def call(self, method: str, path: str, json: Any = None) -> Any:
        """The answer's JSON. Raises `RuntimeError` with what the server says."""
        response = await self.client.request(method, path, json=json)
        if response.is_error:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None

    async def vote(self, asked: Question) -> Vote | None:
        """Asks, and says which of two answers is better; None if there was only one."""
        two = await self._ask(asked.text)
        pair = two["side_by_side"]
        if pair is None:
            return None
        left, right = await self._answered(pair["left_id"]), await self._answered(pair["right_id"])
        choice = better(asked, left.text, right.text)
        await self.call("PUT", f"/api/turns/{pair['question_id']}/choice", {"choice": choice})
        return Vote(left, right, choice)

    async def correct(self, answer: Answer, text: str) -> None:
        """Writes how it should have been, over an answer."""
        await self.call("PUT", f"/api/turns/{answer.turn_id}/answer", {"text": text})

    async def thumb(self, answer: Answer, direction: str) -> None:
        """Says `up` or `down` to it."""
        await self.call(
            "PUT", f"/api/turns/{answer.turn_id}/feedback", {"thumb": direction, "reasons": [], "words": ""}
        )

    async def ask(self, text: str) -> Answer:
        """Asks, and reads the answer, or the first of two."""
        return (await self.both(text))[0]

    async def both(self, text: str) -> list[Answer]:
        """Asks, and reads both answers, or the one that there is."""
        told = await self._ask(text)
        pair = told["side_by_side"]
        return [await self._answered(turn) for turn in ((pair["left_id"], pair["right_id"]) if pair else (told["id"],))]

    async def _ask(self, text: str) -> Any:
        talk = await self.call("POST", "/api/conversations", {})
        new = {"question": text, "parameters": {"max_tokens": _LONGEST_ANSWER}}
        return await self.call("POST", f"/api/conversations/{talk['id']}/turns", new)

    async def _answered(self, turn_id: str) -> Answer:
        """The turn, once it is closed."""
        await self.client.get(f"/api/turns/{turn_id}/events")  # it lasts as long as the answer
        turn = await self.call("GET", f"/api/turns/{turn_id}")
        return Answer(turn_id, turn["answer"])


@asynccontextmanager
async def owner(address: str, token: str) -> AsyncIterator[Person]:
    """The owner, come in by the link that the server has printed."""
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S) as client:
        person = Person(client)
        await person.call("POST", "/api/session", {"token": token})
        yield person


@asynccontextmanager
async def staff(address: str, inviter: Any, count: int) -> AsyncIterator[list[Person]]:
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


async def answers_of(address: str, key: str, model: str, asked: Sequence[Question]) -> list[str]:
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
