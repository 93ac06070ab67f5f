"""What was acknowledged is there after kill -9: the turn and the money that was held for it."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from sqlalchemy import text

from homespun.billing import Money, Tariff
from homespun.store import Store

from .behind import STRANGER, House

ADMIT_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from homespun.accounts import Caller
from homespun.store import Store
from tests.gate.behind import STRANGER, House, asked

async def main():
    house = House(Store(sys.argv[1]), Path(sys.argv[2]))

    async def ask():
        while True:
            admission = await house.gate.admit(Caller(STRANGER), asked("Hello?"))
            print(admission.turn.id, flush=True)

    await asyncio.gather(*(ask() for _ in range(8)))

asyncio.run(main())
"""


async def test_no_admission_that_was_acknowledged_is_lost_and_no_hold_stays(
    store: Store, url: str, tmp_path: Path
) -> None:
    before = House(store, tmp_path / "spools")
    await before.billing.prices.set(Tariff(output_micros=1_000_000))
    await before.billing.adjust(STRANGER.id, Money(10**12, "USD"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ADMIT_FOR_EVER, url, str(tmp_path / "spools"), stdout=PIPE
    )
    assert process.stdout is not None
    acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(50)]
    process.kill()
    acknowledged += (await process.stdout.read()).decode().split()[:-1]
    await process.wait()
    async with store.read() as session:
        turns = set(await session.scalars(text("SELECT id FROM turns")))
        held = set(await session.scalars(text("SELECT turn_id FROM usage WHERE wallet_micros > 0")))
    assert set(acknowledged) <= turns
    assert turns == held
    after = House(store, tmp_path / "spools", clock=before.clock)
    assert await after.journal.recover(after.gate.close) == len(turns)
    balance = await after.billing.balance(STRANGER.id)
    assert (balance.available.micros, balance.held.micros) == (10**12, 0)
    assert await after.billing.audit.verify() == ()
