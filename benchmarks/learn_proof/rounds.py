"""Two rounds of learning from people who vote on live answers: the loop, closed twice.

In each, people of the firm ask, pick the better of two answers, and correct some; `homespun learn run` makes a release
of all that was said so far; the running server rolls it out, and their further votes promote it or take it back. Then
release and base are asked what nobody has asked before.

In the first round people ask how things are. Its rollout meets all that is asked, complaints too, and in the second
round people turn to those. What is measured after each is all of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .firm import Question, better, endless, score
from .installation import MODEL, Installation, Owner, say, verdict
from .people import Person, Vote, answers_of
from .sequence import win_rate

_POINTS = {"left": 1.0, "right": 0.0, "neither": 0.5}
_RULES = 4
_MOST_VOTES = 400
"""Of a round."""
_BASE = f"{MODEL}@1"
RECIPE = {"sft": {"batch_size": 8, "micro_batch_size": 8, "replay": 0.3}}
"""All else is as it comes."""


@dataclass(frozen=True, slots=True)
class Firm:
    """Who is there, and what they ask."""

    site: Installation
    boss: Owner
    people: Sequence[Person]
    fresh: Sequence[Question]
    """Nobody asks them but the measurement."""

    def asked(self, seed: int) -> Iterator[Question]:
        """Whatever people come with."""
        return endless(seed, without=self.fresh)


async def two_rounds(firm: Firm, *, each: int) -> list[Mapping[str, Any]]:
    """What came of each round. In it, each person is asked for so many votes before the training."""
    live = firm.asked(seed=9)
    how_things_are = (question for question in firm.asked(seed=8) if not question.is_complaint)
    complaints = (question for question in firm.asked(seed=8) if question.is_complaint)
    return [
        await _round(firm, f"round {number}", list(islice(asked, each * len(firm.people))), live)
        for number, asked in enumerate((how_things_are, complaints), 1)
    ]


async def _round(firm: Firm, name: str, asked: Sequence[Question], live: Iterator[Question]) -> Mapping[str, Any]:
    began_s, before = time.monotonic(), await firm.boss.champion()
    votes = await ask_all(firm.people, asked)
    say(f"{name}: {len(votes)} votes, {[vote.choice for vote in votes].count('neither')} of them undecided")
    status = await improved(firm.site)
    examined = verdict(firm.site.newest)
    say(f"{name}: exit {status}, {examined}")
    most = _MOST_VOTES - len(votes)
    votes_in_rollout = await rolled_out(firm.boss, firm.people, live, most=most) if status == 0 else 0
    return {
        "votes": len(votes) + votes_in_rollout,
        "votes_before_training": len(votes),
        "votes_in_rollout": votes_in_rollout,
        "examination": examined,
        **await measured(firm.boss, firm.fresh, before),
        "minutes": round((time.monotonic() - began_s) / 60, 1),
    }


async def improved(site: Installation) -> int:
    """The exit status of `homespun learn run`."""
    words = ("run", "--method", "sft", "--no-estimate", "--hyper", json.dumps(RECIPE))
    return await asyncio.to_thread(site.learn, *words)


async def ask_all(people: Sequence[Person], asked: Sequence[Question]) -> list[Vote]:
    """Everybody asks their share, side by side, and corrects two of three answers that break a rule."""
    shares = [asked[number :: len(people)] for number in range(len(people))]
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


async def rolled_out(boss: Owner, people: Sequence[Person], asked: Iterator[Question], *, most: int) -> int:
    """How many votes it took until they had decided, between the canary and the champion; so many at most."""
    await boss.until_canary()
    say("people compare the release with the champion")
    given = 0
    while given < most and await boss.is_on_trial():
        votes = await asyncio.gather(*(person.vote(next(asked)) for person in people[given % 2 :: 2]))
        given += sum(vote is not None for vote in votes)
    say(f"after {given} votes: {await boss.champion()} is the champion")
    return given


async def measured(boss: Owner, fresh: Sequence[Question], before: str) -> Mapping[str, Any]:
    """The champion against the base, and against who was the champion before, all asked by their numbers what nobody
    has asked before."""
    key, champion = await boss.key(), await boss.champion()
    said = {name: await answers_of(boss.address, key, name, fresh) for name in dict.fromkeys((_BASE, before, champion))}
    return {
        "champion": champion,
        "win_rate": _won(champion, _BASE, said, fresh),
        "against_before": _won(champion, before, said, fresh),
        "rules_kept": {name: _kept(fresh, answers) for name, answers in said.items()},
        "samples": [
            {"asked": question.text, **{name: answers[number] for name, answers in said.items()}}
            for number, question in enumerate(fresh[:4])
        ],
    }


def _won(ours: str, theirs: str, said: Mapping[str, Sequence[str]], asked: Sequence[Question]) -> Mapping[str, Any]:
    outcomes = [_POINTS[better(*one)] for one in zip(asked, said[ours], said[theirs], strict=True)]
    rate, low, high = win_rate(outcomes)
    say(f"{ours} against {theirs}: {rate:.3f} (95% at every moment: {low:.3f} to {high:.3f})")
    return {"rate": round(rate, 3), "low": low, "high": round(high, 3), "questions": len(outcomes)}


def _kept(asked: Sequence[Question], answers: Sequence[str]) -> float:
    """The share of the firm's rules."""
    return round(sum(map(score, asked, answers)) / _RULES / len(asked), 3)
