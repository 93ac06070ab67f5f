"""The life of a shadow answer: what a new release would have said, before anybody sees what it says.

1. A rollout is in shadow, and its candidate is loaded beside the champion. No answer is being written anywhere here.
2. The newest question that the champion has answered, of somebody who consents to learning, is taken from the journal:
   that turn is closed and settled. The database sees to it that one process at a time has a shadow answer given.
3. The assistant makes the same prompt again, and the candidate answers it. Nobody pays for it, and nobody sees it.
4. Whoever asks something meanwhile comes first: `make_way` drops the shadow answer, and it is given later.
5. How it fared beside the champion's answer is noted: its end, its length, its time. What it said is forgotten.

`homespun.releases.Rollouts` looks at what was noted, and takes the candidate back or shows it to the first people. This
module must not know doors, nor how anything is stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import msgspec

from homespun.assistant import Assistant
from homespun.core.clock import Clock
from homespun.core.errors import EngineFailed, HomespunError, Invalid, NotFound
from homespun.core.events import FinishReason
from homespun.core.ids import new_id
from homespun.core.incoming import Incoming, Place, Placement
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine
from homespun.journal import Answer, Journal, Said, Turn, TurnState
from homespun.learning.examination import is_loop
from homespun.releases import Ending, LiveReleases, Rollout, ShadowAnswer, Shadows

_REST_S = 2.0
"""Between two looks when there was nothing to do, and how long it has to have been quiet here."""
_LOOK_S = 0.05
"""How often it is looked, during a shadow answer, whether another process answers somebody."""
_SHORTEST_S = 60.0
"""So long a shadow answer may always take; else four times as long as the champion's took."""
_LONGEST_S = 600.0
_LEFT_TO_NOTE_S = 60.0
_TOKENS_ALWAYS = 512
"""So long a shadow answer may always be, if as much was asked for; else twice as long as the champion's."""

logger = logging.getLogger(__name__)


class Shadow:
    """Has candidates answer in shadow, one answer at a time."""

    def __init__(
        self,
        models: LiveReleases,
        shadows: Shadows,
        consenting: Callable[[], Awaitable[frozenset[str]]],
        journal: Journal,
        assistant: Assistant,
        clock: Clock,
        *,
        wanted: int,
    ) -> None:
        """`consenting` tells whose questions may be learned from; `wanted` is how many answers a rollout needs."""
        self._models = models
        self._shadows = shadows
        self._consenting = consenting
        self._journal = journal
        self._assistant = assistant
        self._clock = clock
        self._wanted = wanted
        self._answering: asyncio.Task[ShadowAnswer] | None = None
        self._gone: set[str] = set()
        """Turns of which something isn't there any more, or not for whoever asked."""
        self._quiet_from_s = clock.monotonic_s()

    def make_way(self) -> None:
        """Somebody asks something: what is being answered in shadow is dropped, and nothing is begun for a while."""
        self._quiet_from_s = self._clock.monotonic_s() + _REST_S
        if self._answering:
            self._answering.cancel()

    async def run(self) -> None:
        """Answers in shadow again and again, whenever there is something to answer and nothing else to do."""
        while True:
            try:
                is_going_on = await self.answer()
            except Exception:  # a database that is away for a while comes back
                logger.warning("Nothing can be answered in shadow at present", exc_info=True)
                is_going_on = False
            await asyncio.sleep(0 if is_going_on else _REST_S)

    async def answer(self) -> bool:
        """Has one answer given. Whether there may be more to do at once."""
        rollout = self._models.in_shadow
        if rollout is None or not self._is_quiet():
            return False
        turn = await self._next(rollout)
        if turn is None or not await self._shadows.claim(rollout.id, for_s=_limit_s(turn) + _LEFT_TO_NOTE_S):
            return False
        answer = None
        try:
            answer = await self._undisturbed(rollout, turn)
        finally:
            await self._shadows.let_go(rollout.id, answer)
        return answer is not None

    async def _next(self, rollout: Rollout) -> Turn | None:
        answered = await self._shadows.answered(rollout.id)
        if len(answered) >= self._wanted:
            return None
        people = await self._consenting()
        return await self._journal.replay(people, release_id=rollout.champion_id, besides=answered | self._gone)

    async def _undisturbed(self, rollout: Rollout, turn: Turn) -> ShadowAnswer | None:
        """None if it was dropped: somebody else wants the machine, or the candidate or the question is gone."""
        if not self._is_quiet():  # somebody has come while the database was asked
            return None
        try:
            return await self._while_quiet(self._models.engine(turn.model, rollout.candidate_id), rollout, turn)
        except NotFound:
            self._gone.add(turn.id)
        except HomespunError as error:
            logger.info("An answer in shadow was dropped: %s", error)
        return None

    async def _while_quiet(self, own: Engine, rollout: Rollout, turn: Turn) -> ShadowAnswer | None:
        """`own` is the engine that answers. None as soon as anybody wants an answer, from whichever engine."""
        answering = self._answering = asyncio.create_task(self._answer(rollout.candidate_id, turn))
        try:
            while not (await asyncio.wait({answering}, timeout=_LOOK_S))[0]:
                if self._is_busy(own):
                    return None
            return None if answering.cancelled() else answering.result()
        finally:
            self._answering = None
            answering.cancel()
            await asyncio.wait({answering})

    async def _answer(self, candidate_id: str, turn: Turn) -> ShadowAnswer:
        """Raises what the assistant raises, unless the candidate can be blamed for it."""
        said, began_s = Said(choices=1), self._clock.monotonic_s()
        asked = _asked(turn, Placement(candidate_id))
        try:
            async with (
                asyncio.timeout(_limit_s(turn)),
                aclosing(self._assistant.answer(turn.owner_id, new_id("shadow"), asked)) as answer,
            ):
                async for event in answer:
                    said.add(event)
        except (EngineFailed, Invalid, TimeoutError):
            pass  # it has no end then, which is to have failed
        (ours,), theirs = said.closing(TurnState.FAILED).answers, turn.answers[0]
        return ShadowAnswer(
            turn_id=turn.id,
            ending=_ending(ours),
            champion_ending=_ending(theirs),
            tokens=ours.completion_tokens,
            champion_tokens=theirs.completion_tokens,
            total_ms=round((self._clock.monotonic_s() - began_s) * 1000),
            champion_total_ms=turn.total_ms,
        )

    def _is_quiet(self) -> bool:
        return self._clock.monotonic_s() >= self._quiet_from_s and not self._is_busy()

    def _is_busy(self, own: Engine | None = None) -> bool:
        """Whether an engine has anything to do, whichever process has asked it, besides one answer of `own`."""
        return any(
            loaded.engine.status.running + loaded.engine.status.waiting > (loaded.engine is own)
            for loaded in self._models.loaded()
        )


def _asked(turn: Turn, placement: Placement) -> Incoming:
    """The question, as it was asked: the assistant finds the same history, and makes the same prompt of it."""
    assert turn.conversation_id is not None
    instructions = (Message(Role.SYSTEM, turn.system),) if turn.system else ()
    return Incoming(
        turn.door,
        turn.model,
        ChatPrompt((*instructions, Message(Role.USER, turn.question))),
        _sampling(turn),
        Place(turn.conversation_id, turn.parent_id),
        placement=placement,
    )


def _sampling(turn: Turn) -> Sampling:
    """As then, for one answer that nobody looks into."""
    recorded = msgspec.convert(dict(turn.parameters), Sampling, str_keys=True)
    most_tokens = max(_TOKENS_ALWAYS, 2 * turn.answers[0].completion_tokens)
    most_tokens = min(recorded.max_tokens or most_tokens, most_tokens)
    return replace(recorded, n=1, logprobs=None, max_tokens=most_tokens)


def _limit_s(turn: Turn) -> float:
    return min(max(_SHORTEST_S, 4 * (turn.total_ms or 0) / 1000), _LONGEST_S)


def _ending(answer: Answer) -> Ending:
    if answer.finish_reason is FinishReason.ERROR:
        return Ending.FAILED
    if not answer.text.strip():
        return Ending.EMPTY
    if is_loop(answer.text):
        return Ending.LOOP
    return Ending.LENGTH if answer.finish_reason is FinishReason.LENGTH else Ending.WELL
