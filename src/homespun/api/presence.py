"""Whether the client of a long response is still there, and may still be."""

from __future__ import annotations

import asyncio

from homespun.accounts import Caller
from homespun.core.errors import HomespunError

from .call import Call
from .endings import Endings
from .errors import HungUp


async def gone(call: Call, caller: Caller, endings: Endings, *, also: tuple[str, ...] = ()) -> HomespunError:
    """Returns when the client has hung up, or its access has ended: why it has gone. `also` is as in `Endings.of`."""
    hang_up = asyncio.create_task(call.hang_up())
    ending = asyncio.create_task(endings.of(caller, also=also))
    try:
        await asyncio.wait({hang_up, ending}, return_when=asyncio.FIRST_COMPLETED)
        return ending.result() if ending.done() else HungUp()
    finally:
        hang_up.cancel()
        ending.cancel()
