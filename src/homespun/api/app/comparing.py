"""Comparison mode: now and then a question gets two answers side by side, and who asked picks the better one.

The first is the answer that there would have been anyway, and is paid as such. The second is of the other release while
one is being rolled out, else another sample of the same, and is on the house. Chance decides whether there are two, and
which one stands left. Whatever speaks against the second, a limit or a full queue, there is one answer, as always.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from homespun.accounts import Caller
from homespun.api.backend import Backend
from homespun.api.live import LiveAnswer
from homespun.core.errors import HomespunError
from homespun.core.incoming import Incoming
from homespun.gate import Admission
from homespun.journal import SideBySide, Turn

_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Compared:
    """A question's first answer is shown beside another."""

    side_by_side: SideBySide
    rival: Turn


async def compared(parts: Backend, caller: Caller, live: LiveAnswer) -> Compared | None:
    """The other answer to a question that has just been asked; None: there is none. Call it when the turn is open."""
    first = live.admissions[0]
    try:
        if first.is_repeated:
            return await _compared_before(parts, caller, first.turn)
        return await _begin(parts, caller, first) if await _is_drawn(parts, caller, first.incoming) else None
    except HomespunError:  # the first answer is under way all the same
        return None


async def _compared_before(parts: Backend, caller: Caller, turn: Turn) -> Compared | None:
    """What the request that is repeated here has begun."""
    side_by_side = await parts.journal.comparisons.of_question(caller.person.id, turn.id)
    if side_by_side is None:
        return None
    rival_id = ({side_by_side.left_id, side_by_side.right_id} - {turn.id}).pop()
    return Compared(side_by_side, await parts.journal.turn(caller.person.id, rival_id))


async def _is_drawn(parts: Backend, caller: Caller, incoming: Incoming) -> bool:
    """Whether chance wants it, and there is something to compare, and the person has consented to learning."""
    is_new = incoming.place is not None and incoming.place.question_id is None
    return (
        is_new
        and _CHANCE.random() < parts.learning.comparison_share
        and _may_differ(parts, incoming)
        and (await parts.accounts.consents.of(caller.person.id)).is_given
    )


def _may_differ(parts: Backend, incoming: Incoming) -> bool:
    """Two samples of one release are the same where nothing is left to chance."""
    is_fixed = incoming.sampling.temperature == 0 or incoming.sampling.seed is not None
    return not is_fixed or parts.models.rival(incoming.model, incoming.placement) != incoming.placement


async def _begin(parts: Backend, caller: Caller, first: Admission) -> Compared:
    """Sets the second answer running. Raises what speaks against it."""
    incoming, turn = first.incoming, first.turn
    assert incoming.place is not None
    second = replace(
        incoming,
        place=replace(incoming.place, question_id=turn.id),
        placement=parts.models.rival(incoming.model, incoming.placement),
        idempotency_key=None,
        is_on_the_house=True,
    )
    rival = await parts.live.start(parts.ring.turn(caller, second)).opened()
    left, right = _CHANCE.sample((turn.id, rival.id), 2)
    side_by_side = await parts.journal.comparisons.begin(
        turn.id, left_id=left, right_id=right, propensity=parts.learning.comparison_share
    )
    return Compared(side_by_side, rival)
