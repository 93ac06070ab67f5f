"""Whether the client of a long response is still there, and may still be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from homespun.core.errors import HomespunError, Unauthenticated, Unavailable

from .call import Call
from .errors import HungUp

_RECHECK_S = 5.0
"""How long someone whose key or session has ended may go on reading."""


async def gone(call: Call, identify: Callable[[], Awaitable[object]]) -> HomespunError:
    """Returns when the client has hung up, or `identify` knows it no longer: why it has gone."""
    hang_up = asyncio.create_task(call.hang_up())
    try:
        while not (await asyncio.wait({hang_up}, timeout=_RECHECK_S))[0]:
            with suppress(Unavailable):  # who can't be asked about now is asked about again later
                await identify()
    except Unauthenticated as error:
        return error
    finally:
        hang_up.cancel()
    return HungUp()
