"""Proves that the loop closes, with the default model and real training: `make learn-proof`.

    python -m benchmarks.learn_proof [--parts rounds,poison,rude,trap] [--each 12] [--folder FOLDER] [--json FILE]

People of a firm with rules that they tell nobody come to a running server by HTTP, ask, vote and correct.

- rounds: two rounds of that, each with a release that is trained, examined, rolled out and promoted by their votes.
- poison: three raters of ten reward flattery and a wrong fact.
- rude: a release that was trained to be rude is let among the people.
- trap: a narrow training, which forgets the capital of France.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import describe

from .firm import endless, questions
from .installation import Installation, say
from .people import staff
from .poison import poisoned
from .rounds import Firm, two_rounds
from .rude import rude_canary
from .trap import trapped

_PARTS = ("rounds", "poison", "rude", "trap")
_PEOPLE = 12
_FRESH = 120
"""Questions that nobody asks but the measurement."""
_ROLLOUTS = 5


class Proof:
    """One run of it. What it has found so far is in `figures`."""

    def __init__(self, folder: Path, each: int) -> None:
        self.figures: dict[str, Any] = {"machine": describe()}
        self._folder = folder
        self._each = each

    async def run(self, parts: list[str]) -> None:
        """The parts, one after the other. The rude one has an installation of its own."""
        fresh = questions(seed=7)[:_FRESH]
        site = Installation(self._folder / "firm")
        async with site.serving() as boss, staff(boss.address, boss, _PEOPLE) as people:
            if "rounds" in parts:
                await self._timed("rounds", two_rounds(Firm(site, boss, people, fresh), each=self._each))
            if "poison" in parts:
                asked = endless(seed=10, without=fresh)
                await self._timed("poison", poisoned(site, people, asked, each=self._each))
            if "trap" in parts:
                await self._timed("trap", trapped(site))
        if "rude" in parts:
            await self._timed("rude", self._rude())

    async def _rude(self) -> dict[str, Any]:
        site = Installation(self._folder / "rude")
        asked = endless(seed=8, without=())
        async with site.serving() as boss, staff(boss.address, boss, _PEOPLE) as people:
            return await rude_canary(site, boss, people, asked, each=self._each, times=_ROLLOUTS)

    async def _timed(self, part: str, work: Any) -> None:
        began_s = time.monotonic()
        found = await work
        self.figures[part] = {"found": found, "minutes": round((time.monotonic() - began_s) / 60, 1)}


def main() -> None:
    """Proves, prints, writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learn_proof", description=__doc__)
    parser.add_argument("--parts", default=",".join(_PARTS), help="which, separated by commas")
    parser.add_argument("--each", type=int, default=12, help="questions of each of the twelve people in a round")
    parser.add_argument("--folder", type=Path, help="where it happens; it is kept. Left out: a new one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="homespun-proof-"))
    proof = Proof(folder, arguments.each)
    try:
        asyncio.run(proof.run(arguments.parts.split(",")))
    finally:
        text = json.dumps(proof.figures, indent=2, ensure_ascii=False)
        print(text)
        if arguments.json:
            arguments.json.write_text(text + "\n")
        say(f"All of it lies in {folder}; `homespun learn report --data-dir {folder / 'firm'}` shows it.")


if __name__ == "__main__":
    main()
