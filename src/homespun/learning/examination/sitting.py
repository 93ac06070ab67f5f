"""One examination while it goes on: who sits it, by which rules, and what was answered so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, Unavailable
from homespun.core.messages import ChatPrompt
from homespun.engines import Engine
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import read_checkpoint

from .asking import Answer, ask
from .held_out import HeldOut, read_held_out
from .judging import NOBODY, Judge, Nobody, RewardJudge
from .questions import Paper
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Both:
    """What both answered to the same questions."""

    candidate: tuple[Answer, ...]
    champion: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the parts of an examination share."""

    candidate: Engine
    champion: Engine
    settings: Settings
    clock: Clock
    snapshot: Path
    judge: Judge | RewardJudge | Nobody = NOBODY
    reference: Path | None = None
    """What the trained model says before it is served; see `serving`."""
    weights: Path | None = None
    """The candidate's, whose tokenizer cuts given answers into tokens; the champion has the same."""
    times: dict[str, float] = field(default_factory=dict)
    """What was measured with the clock."""
    _papers: dict[str, Both] = field(default_factory=dict)
    _kept: list[HeldOut] = field(default_factory=list)

    async def ready(self) -> None:
        """Waits for both engines. Raises `Unavailable` if one will never be."""
        with named("candidate"):
            await self.candidate.wait_ready()
        with named("champion"):
            await self.champion.wait_ready()

    async def ask(self, prompts: Sequence[ChatPrompt], *, most_tokens: int, temperature: float = 0.0) -> Both:
        """Has both answer, one after the other. Raises `Unavailable`, naming the one that doesn't."""
        put = partial(
            ask, prompts=prompts, most_tokens=most_tokens, at_once=self.settings.at_once, temperature=temperature
        )
        with named("candidate"):
            candidate = await put(self.candidate)
        with named("champion"):
            champion = await put(self.champion)
        return Both(candidate, champion)

    async def held_out(self) -> HeldOut:
        """What was kept from training; it is read once. Raises `Unavailable`, `TrainingFailed`."""
        if not self._kept:
            self._kept.append(await read_held_out(self.snapshot))
        return self._kept[0]

    def tokenizer(self) -> Tokenizer:
        """The candidate's, where there are `weights`; the champion has the same. Raises `ModelUnreadable`."""
        assert self.weights is not None
        with closing(read_checkpoint(self.weights)) as checkpoint:
            return Tokenizer.from_spec(checkpoint.tokenizer)

    async def answers(self, paper: Paper) -> Both:
        """To a paper's questions, which are asked once. Raises as `ask` does."""
        if paper.name not in self._papers:
            prompts = [question.prompt for question in paper.questions]
            self._papers[paper.name] = await self.ask(prompts, most_tokens=paper.most_tokens)
        return self._papers[paper.name]


@contextmanager
def named(who: str) -> Iterator[None]:
    """Says in errors whose engine it was."""
    try:
        yield
    except HomespunError as error:
        raise Unavailable(f"The {who} gave no answer: {error.message}") from error
