"""Proves that the loop closes, with the default model and real training: `make learn-proof`.

    python -m benchmarks.learn_proof [--votes 60] [--fresh 40] [--folder FOLDER] [--json FILE]

1. A server is started, and people of the firm join it, each with consent.
2. They ask, pick the better of two answers, and write better ones: over HTTP, by rules that no code of Homespun sees.
3. `homespun learn run` makes a release of that; the running server rolls it out.
4. People go on asking and picking, now between the release and the base, until their votes have promoted it.
5. Fresh questions, which nobody has asked, are put to release and base by their numbers, and the firm compares.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .firm import Question, better, questions, score
from .people import Person, Vote, answers_of, owner, staff
from .sequence import win_rate

_ROOT = Path(__file__).parent.parent.parent
_MODEL = "smollm2-135m-instruct"
_PEOPLE = 12
_RECIPE = (
    *("--method", "sft", "--no-estimate"),
    *("--hyper", '{"sft": {"epochs": 3, "batch_size": 8, "micro_batch_size": 8, "learning_rate": 5e-4}}'),
)
_REJECTED = 3
_POINTS = {"left": 1.0, "right": 0.0, "neither": 0.5}
_SETTINGS = {
    "HOMESPUN_ACCOUNTS_REGISTRATION": "invitation",
    "HOMESPUN_LEARNING_COMPARISON_SHARE": "1",
    "HOMESPUN_RELEASES_ROLLS_OUT": "true",
}


class Proof:
    """One run of it, in one folder."""

    def __init__(self, folder: Path, recipe: list[str]) -> None:
        self.folder = folder
        self.recipe = recipe
        self.environment = {**os.environ, **_SETTINGS, "HOMESPUN_DATA_DIR": str(folder)}
        self.figures: dict[str, Any] = {}
        self._began_s = time.monotonic()

    def say(self, words: str) -> None:
        """A line for whoever waits."""
        print(f"[{time.monotonic() - self._began_s:6.0f} s] {words}", flush=True)

    async def run(self, *, votes: int, fresh: int) -> None:
        """All of it."""
        asked = questions(seed=7)
        first, later = asked[:votes], asked[votes:]
        with self.serving() as (address, token):
            async with owner(address, token) as boss, staff(address, boss, _PEOPLE) as people:
                await self._until_ready(boss)
                await self.first_round(people, first)
                self.improve()
                await self.live(boss, people, later)
                await self.measure(address, boss, later[-fresh:])
        self.figures["minutes"] = round((time.monotonic() - self._began_s) / 60, 1)

    async def first_round(self, people: list[Person], asked: list[Question]) -> None:
        """Everybody asks their share, one question after the other; two of three answers are corrected."""
        self.say(f"{len(people)} people ask {len(asked)} questions")
        shares = [asked[number :: len(people)] for number in range(len(people))]
        given = await asyncio.gather(*(self._asks(*each) for each in zip(people, shares, strict=True)))
        choices = [vote.choice for each in given for vote in each]
        self.figures["round"] = {"votes": len(choices), "undecided": choices.count("neither")}
        self.say(f"{len(choices)} votes, {choices.count('neither')} of them undecided")

    async def _asks(self, person: Person, asked: list[Question]) -> list[Vote]:
        votes = []
        for number, question in enumerate(asked):
            vote = await person.vote(question)
            assert vote is not None
            votes.append(vote)
            if number % 3 != 2:
                await person.correct(vote, question)
        return votes

    def improve(self) -> None:
        """As an owner would."""
        began_s = time.monotonic()
        command = [sys.executable, "-m", "homespun", "learn", "run", *self.recipe]
        code = subprocess.run(command, env=self.environment, check=False).returncode
        self.figures["improvement"] = {"exit": code, "minutes": round((time.monotonic() - began_s) / 60, 1)}
        if code:
            raise SystemExit("It was rejected by its examination." if code == _REJECTED else "It failed.")

    async def live(self, boss: Person, people: list[Person], asked: list[Question]) -> None:
        """People go on, until their votes have decided or there is nothing left to ask."""
        self.say("people compare the release with the base")
        await self._until_canary(boss)
        given = 0
        for number, question in enumerate(asked):
            releases = await boss.call("GET", "/api/console/releases")
            if not any(each["state"] == "canary" for each in releases["releases"]):
                break
            given += await people[number % len(people)].vote(question) is not None
        self.figures["rollout"] = {"votes": given, "releases": _states(await boss.call("GET", "/api/console/releases"))}
        self.say(f"after {given} votes: {self.figures['rollout']['releases']}")

    async def _until_ready(self, boss: Person) -> None:
        """Engines load when the server is up already."""
        while True:
            models = await boss.call("GET", "/api/models")
            if all(model["state"] == "ready" for model in models):
                return
            await asyncio.sleep(1)

    async def _until_canary(self, boss: Person) -> None:
        """Servers follow the database within seconds, and load the model."""
        while True:
            page = await boss.call("GET", "/api/console/releases")
            if any(each["state"] == "canary" and each["id"] in page["loaded"] for each in page["releases"]):
                return
            await asyncio.sleep(2)

    async def measure(self, address: str, boss: Person, asked: list[Question]) -> None:
        """The release against the base, both asked by their numbers."""
        key = (await boss.call("POST", "/api/me/keys", {"name": "proof"}))["secret"]
        self.say(f"{len(asked)} fresh questions for both")
        base = await answers_of(address, key, f"{_MODEL}@1", asked)
        ours = await answers_of(address, key, f"{_MODEL}@2", asked)
        outcomes = [_POINTS[better(*each)] for each in zip(asked, ours, base, strict=True)]
        rate, low, high = win_rate(outcomes)
        self.figures["win_rate"] = {"rate": round(rate, 3), "low": low, "high": high, "questions": len(asked)}
        self.figures["rules_kept"] = {
            "base": round(sum(map(score, asked, base)) / 4 / len(asked), 3),
            "release": round(sum(map(score, asked, ours)) / 4 / len(asked), 3),
        }
        shown = zip(asked[:3], base, ours, strict=False)
        self.figures["samples"] = [{"asked": q.text, "base": b, "release": r} for q, b, r in shown]
        self.say(f"win rate {rate:.3f} (95% at every moment: {low:.3f} to {high:.3f})")

    @contextmanager
    def serving(self) -> Iterator[tuple[str, str]]:
        """The server's address, and the owner's sign-in token."""
        command = [sys.executable, "-m", "homespun", "serve", "--port", "0"]
        log = (self.folder / "server.log").open("w")
        server = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None
            greeting = ""
            while "Stop with" not in greeting:
                line = server.stdout.readline()
                assert line, f"the server ended: {(self.folder / 'server.log').read_text()[-2000:]}"
                greeting += line
            address, token = re.search(r"http://[\d.:]+", greeting), re.search(r"#token=(\S+)", greeting)
            assert address
            assert token
            yield address.group(), token.group(1)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
            log.close()


def _states(page: Any) -> dict[str, str]:
    return {each["name"]: each["state"] for each in page["releases"]}


def main() -> None:
    """Proves, prints, writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learn_proof", description=__doc__)
    parser.add_argument("--votes", type=int, default=60)
    parser.add_argument("--fresh", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where the installation lies; it is kept. Left out: a new one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("recipe", nargs="*", help="options of `homespun learn run`, after --")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="homespun-proof-"))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_ROOT / ".test-cache" / "models", folder / "models", dirs_exist_ok=True)
    proof = Proof(folder, arguments.recipe or [*_RECIPE])
    try:
        asyncio.run(proof.run(votes=arguments.votes, fresh=arguments.fresh))
    finally:
        text = json.dumps(proof.figures, indent=2)
        print(text)
        if arguments.json:
            arguments.json.write_text(text + "\n")
        print(f"All of it lies in {folder}; `homespun learn report --data-dir {folder}` shows it.")


if __name__ == "__main__":
    main()
