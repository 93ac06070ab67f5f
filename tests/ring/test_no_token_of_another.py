"""Many users at once, who hang up at random: nobody ever receives a token of another's answer; nothing is left over.

Every question carries a canary, a word that is in no other; the engine repeats it in every token. The users talk over
real connections that they keep and use again after they hung up on an answer, where a reader that got out of step
would show.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from homespun.core.messages import Prompt
from homespun.engines.scripted import ScriptedEngine, last_words
from homespun.journal import TurnState

from .houses import MODEL, Home, home

USERS = 16
QUESTIONS = 8
TOKENS = 30


def canaries(prompt: Prompt) -> list[str]:
    """The answer to a question: its canary in every token."""
    return [f"<{last_words(prompt)}:{number}>" for number in range(TOKENS)]


def answer(canary: str) -> str:
    return "".join(f"<{canary}:{number}>" for number in range(TOKENS))


async def whole(client: httpx.AsyncClient, canary: str, patience_s: float) -> str:
    body = {"model": MODEL, "messages": [{"role": "user", "content": canary}]}
    response = await client.post("/v1/chat/completions", json=body, timeout=patience_s)
    return str(response.json()["choices"][0]["message"]["content"])


async def streamed(client: httpx.AsyncClient, canary: str, patience_s: float) -> str:
    body = {"model": MODEL, "messages": [{"role": "user", "content": canary}], "stream": True}
    said = ""
    hang_up_at = patience_s * 100 * TOKENS
    async with client.stream("POST", "/v1/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                said += json.loads(line.removeprefix("data: "))["choices"][0]["delta"].get("content") or ""
            if len(said) > hang_up_at:
                break
    return said


async def user(home: Home, number: int) -> int:
    """Asks one question after the other; returns how many were answered to the end."""
    chance = random.Random(number)
    complete = 0
    async with home.owner() as client:
        for question in range(QUESTIONS):
            canary = f"user{number}-question{question}"
            ask: Callable[[httpx.AsyncClient, str, float], object] = chance.choice([whole, streamed])
            patience_s = chance.choice([0.001, 0.01, 0.05, 10, 10])
            try:
                said = await ask(client, canary, patience_s)  # type: ignore[misc]
            except httpx.TimeoutException:
                continue
            assert answer(canary).startswith(said)
            complete += said == answer(canary)
    return complete


@pytest.mark.parametrize("places", [3, 64], ids=["in a queue", "side by side"])
async def test_no_user_ever_receives_a_token_of_another(tmp_path: Path, migrated: Path, places: int) -> None:
    engine = ScriptedEngine(canaries, piece_delay_s=0.001, max_running=places)
    async with home(tmp_path / "data", migrated, engine=engine) as crowded:
        complete = await asyncio.gather(*(user(crowded, number) for number in range(USERS)))
        assert sum(complete) > USERS
        assert len(engine.cancelled) > USERS / 4
        while TurnState.OPEN in crowded.states():
            await asyncio.sleep(0.01)
        assert (engine.status.running, engine.status.waiting) == (0, 0)
        await every_turn_holds_its_own_answer(crowded, engine)


async def every_turn_holds_its_own_answer(home: Home, engine: ScriptedEngine) -> None:
    for request in engine.requests:
        turn = await home.turn(request.id)
        assert answer(turn.question).startswith(turn.answer)
        assert (turn.state is TurnState.COMPLETE) == (turn.answer == answer(turn.question))
