"""An examination from its parts to its card. `examine` is the table of contents."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from homespun.core.clock import Clock, SystemClock
from homespun.core.errors import HomespunError
from homespun.engines import Engine

from . import keeping, perplexity, preferring, serving, speed, winning
from .card import Card, Suite, Verdict
from .judging import NOBODY, Judge, Nobody, RewardJudge
from .questions import PAPERS
from .settings import Settings
from .sitting import Sitting

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """A part begins."""

    part: str
    number: int
    """From 1 on."""
    parts: int


@dataclass(frozen=True, slots=True)
class Part:
    """One suite, before it has run."""

    name: str
    asks: str
    run: Callable[[Sitting], Awaitable[Suite]]


PARTS = (
    Part(winning.NAME, winning.ASKS, winning.win_rate),
    Part(preferring.NAME, preferring.ASKS, preferring.preference),
    *(Part(paper.name, paper.asks, partial(keeping.keeps, paper)) for paper in PAPERS),
    Part(keeping.LENGTH, keeping.LENGTH_ASKS, keeping.length),
    Part(perplexity.NAME, perplexity.ASKS, perplexity.perplexity),
    Part(serving.SAME, serving.SAME_ASKS, serving.same_as_trained),
    Part(speed.NAME, speed.ASKS, speed.speed),
)
"""What an examination consists of, in this order."""


async def examine(
    candidate: Engine,
    champion: Engine,
    snapshot: Path,
    settings: Settings,
    on_progress: Callable[[Progress], None],
    *,
    names: tuple[str, str] = ("candidate", "champion"),
    judge: Judge | RewardJudge | Nobody = NOBODY,
    reference: Path | None = None,
    weights: Path | None = None,
    clock: Clock | None = None,
) -> Card:
    """Examines an engine against another; both are started. It raises nothing: what can't be run has failed.

    `names` are those on the card. `judge` compares answers to what `snapshot` has kept from training.
    `reference` is the file with what the trained model said before it was served, if there is one. `weights` are the
    candidate's, for their tokenizer; without them nobody asks what it has come to prefer.
    """
    clock = clock or SystemClock()
    sitting = Sitting(candidate, champion, settings, clock, snapshot, judge, reference, weights)
    began_s = clock.monotonic_s()
    ends_at = asyncio.get_running_loop().time() + settings.timeout_s
    suites = []
    for number, part in enumerate(PARTS, 1):
        on_progress(Progress(part.name, number, len(PARTS)))
        suites.append(await _run(part, sitting, ends_at))
    sitting.times["examination, s"] = clock.monotonic_s() - began_s
    return Card(*names, tuple(_improved(suites, judge)), sitting.times)


def _improved(suites: Sequence[Suite], judge: Judge | RewardJudge | Nobody) -> Sequence[Suite]:
    """The suites, with those failed that show an improvement where none of them has decided.

    What a reward model prefers is no improvement by itself: models that learned from the same pairs share its errors,
    and the harder they were trained to please one, the more. It takes the candidate's own preferences besides.
    """
    names = (preferring.NAME,) if isinstance(judge, RewardJudge) else (winning.NAME, preferring.NAME)
    showing = [suite for suite in suites if suite.name in names]
    if any(suite.verdict is not Verdict.NOT_RUN for suite in showing):
        return suites
    return [
        replace(suite, verdict=Verdict.FAILED, words=f"{suite.words} So no improvement was shown.")
        if suite in showing
        else suite
        for suite in suites
    ]


async def _run(part: Part, sitting: Sitting, ends_at: float) -> Suite:
    """The suite, failed if it comes to nothing. `ends_at` is by the event loop's clock."""
    try:
        async with asyncio.timeout_at(ends_at):
            await sitting.ready()
            return await part.run(sitting)
    except TimeoutError:
        why = f"The examination took longer than {sitting.settings.timeout_s / 60:g} minutes."
    except HomespunError as error:
        why = error.message
    except Exception:  # a judge may raise anything, and there has to be a card
        logger.exception("The suite %s of an examination can't be run", part.name)
        why = "Something went wrong that nobody foresaw; the log says what."
    return Suite(part.name, part.asks, Verdict.FAILED, f"It couldn't be run. {why}")
