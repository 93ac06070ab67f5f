"""Two rounds of learning from people who vote on live answers: the loop, closed twice.

In each, people of the firm ask, pick the better of two answers, and correct some; `homespun learn run` makes a release
of all that was said so far; the running server rolls it out, and their further votes promote it or take it back. Then
release and base are asked what nobody has asked before.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from .firm import Question, better, score
from .installation import MODEL, Installation, Owner, say, verdict
from .people import Person, Vote, answers_of
from .sequence import win_rate

_POINTS = {"left": 1.0, "right": 0.0, "neither": 0.5}
_RULES = 4
_ROUNDS = 2
RECIPE = {"sft": {"batch_size": 8, "micro_batch_size": 8, "replay": 0.3}}
"""All else is as it comes."""


async def two_rounds(
    site: Installation,
    boss: Owner,
    people: Sequence[Person],
    asked: Iterator[Question],
    fresh: Sequence[Question],
    *,
    each: int,
) -> list[dict[str, Any]]:
    """What came of each round. In it, each person is asked for so many votes before the training."""
    return [
        await _round(site, boss, people, asked, fresh, each=each, number=number) for number in range(1, _ROUNDS + 1)
    ]


async def _round(
    site: Installation,
    boss: Owner,
    people: Sequence[Person],
    asked: Iterator[Question],
    fresh: Sequence[Question],
    *,
    each: int,
    number: int,
) -> dict[str, Any]:
    began_s = time.monotonic()
    votes = await ask_all(people, asked, each=each)
    say(f"round {number}: {len(votes)} votes, {[vote.choice for vote in votes].count('neither')} of them undecided")
    status = await asyncio.to_thread(
        site.learn, "run", "--method", "sft", "--no-estimate", "--hyper", json.dumps(RECIPE)
    )
    examined = verdict(site.newest)
    say(f"round {number}: exit {status}, {examined}")
    live = await rolled_out(boss, people, asked) if status == 0 else 0
    return {
        "votes": len(votes) + live,
        "votes_before_training": len(votes),
        "votes_in_rollout": live,
        "examination": examined,
        "champion": await boss.champion(),
        **await measured(boss, fresh),
        "minutes": round((time.monotonic() - began_s) / 60, 1),
    }


async def ask_all(people: Sequence[Person], asked: Iterator[Question], *, each: int) -> list[Vote]:
    """Everybody asks side by side, and corrects two of three answers that break a rule."""
    shares = [list(islice(asked, each)) for _ in people]
    given = await asyncio.gather(*(_asks(*one) for one in zip(people, shares, strict=True)))
    return [vote for votes in given for vote in votes]


async def _asks(person: Person, asked: Sequence[Question]) -> list[Vote]:
    votes = []
    for number, question in enumerate(asked):
        vote = await person.vote(question)
        assert vote is not None
        votes.append(vote)
        if number % 3 != 2 and score(question, vote.kept.text) < _RULES:
            await person.correct(vote.kept, question.ideal)
    return votes


async def rolled_out(boss: Owner, people: Sequence[Person], asked: Iterator[Question]) -> int:
    """How many votes it took until they had decided, between the canary and the champion."""
    await boss.until_canary()
    say("people compare the release with the champion")
    given = 0
    while await boss.is_on_trial():
        votes = await asyncio.gather(*(person.vote(next(asked)) for person in people[given % 2 :: 2]))
        given += sum(vote is not None for vote in votes)
    say(f"after {given} votes: {await boss.champion()} is the champion")
    return given


async def measured(boss: Owner, fresh: Sequence[Question]) -> dict[str, Any]:
    """The champion against the base, both asked by their numbers what nobody has asked before."""
    key, champion = await boss.key(), await boss.champion()
    base = await answers_of(boss.address, key, f"{MODEL}@1", fresh)
    ours = await answers_of(boss.address, key, champion, fresh)
    outcomes = [_POINTS[better(*one)] for one in zip(fresh, ours, base, strict=True)]
    rate, low, high = win_rate(outcomes)
    say(f"{champion} against the base: {rate:.3f} (95% at every moment: {low:.3f} to {high:.3f})")
    return {
        "win_rate": {"rate": round(rate, 3), "low": low, "high": high, "questions": len(outcomes)},
        "rules_kept": {"base": _kept(fresh, base), "champion": _kept(fresh, ours)},
        "samples": [
            {"asked": question.text, "base": one, "champion": other}
            for question, one, other in islice(zip(fresh, base, ours, strict=True), 3)
        ],
    }


def _kept(asked: Sequence[Question], answers: Sequence[str]) -> float:
    """The share of the firm's rules."""
    return round(sum(map(score, asked, answers)) / _RULES / len(asked), 3)
