"""A workshop that trains nothing, for what jobs go through; and houses that have it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai

from homespun.accounts import NewKey, Person, Role, Scope
from homespun.core.errors import HomespunError
from homespun.learning.jobs import Trained, TrainingJob
from homespun.learning.progress import OnProgress, Progress, Stepped
from homespun.tuning import Pinned, TuningMethod
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, home
from tests.ring.puppet import Puppet

STEPS: tuple[Progress, ...] = (Stepped(1, 2, 2.5, 10.0, 60.0), Stepped(2, 2, 1.25, 10.0, 0.0))


@dataclass
class ScriptedWorkshop:
    """Does what its test says."""

    told: tuple[Progress, ...] = STEPS
    error: HomespunError | None = None
    too_long: int = 0
    unmeasured: int = 0
    holds: bool = False
    """It trains until it is cancelled, or let go."""
    jobs: list[TrainingJob] = field(default_factory=list)
    """All that were trained, or were to be."""
    labelled: list[Path] = field(default_factory=list)
    """Files, in order."""
    began: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def label(self, file: Path, method: TuningMethod, folder: Path) -> Pinned:
        self.labelled.append(file)
        return Pinned(folder / f"snapshot_of_{file.name}", "5" * 64)

    async def base(self) -> Pinned:
        return Pinned(Path("base"), "6" * 64)

    async def train(self, job: TrainingJob, on_progress: OnProgress) -> Trained:
        self.jobs.append(job)
        job.out.mkdir(parents=True, exist_ok=True)
        (job.out / "training.log").write_text("what it said")
        for line in self.told:
            on_progress(line)
        self.began.set()
        if self.error:
            raise self.error
        if self.holds:
            try:
                await self.let_go.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return self._trained(job)

    def _trained(self, job: TrainingJob) -> Trained:
        model = job.out / "model"
        model.mkdir(exist_ok=True)
        (model / "model.safetensors").write_text("weights")
        report = job.out / "training.json"
        left_out = {"examples_too_long": self.too_long, "validation_examples_too_long": self.unmeasured}
        report.write_text(json.dumps(left_out))
        return Trained(model, None, report)


def chat_file(count: int = 3) -> bytes:
    """Demonstrations, a line each."""
    lines = [
        {"messages": [{"role": "user", "content": f"say {n}"}, {"role": "assistant", "content": "hello"}]}
        for n in range(count)
    ]
    return b"\n".join(json.dumps(line).encode() for line in lines)


@dataclass
class Shop:
    """A house with a workshop, and its owner's key for fine-tuning."""

    home: Home
    workshop: ScriptedWorkshop
    sdk: openai.AsyncOpenAI
    key: str

    async def key_of(self, person: Person, *scopes: Scope) -> str:
        """Another key, good for everything unless scopes are given."""
        new = NewKey("k", scopes=frozenset(scopes or Scope))
        _, secret = await self.home.house.accounts.keys.create(person, new)
        return secret

    async def uploaded(self, content: bytes = b"") -> str:
        """The id of a new file."""
        file = await self.sdk.files.create(file=("examples.jsonl", content or chat_file()), purpose="fine-tune")
        return file.id

    async def created(self, **more: Any) -> str:
        """The id of a new job."""
        job = await self.sdk.fine_tuning.jobs.create(
            **{"model": "puppet", "training_file": await self.uploaded()} | more
        )
        return job.id

    async def over(self, job_id: str, *states: str) -> openai.types.fine_tuning.FineTuningJob:
        """The job, once it is in one of these states, or in a final one."""
        wanted = states or ("succeeded", "failed", "cancelled")
        async with asyncio.timeout(PATIENCE_S):
            while (job := await self.sdk.fine_tuning.jobs.retrieve(job_id)).status not in wanted:
                await asyncio.sleep(0.02)
        return job


@asynccontextmanager
async def shop(
    data_dir: Path, migrated: Path | None, workshop: ScriptedWorkshop | None = None, **settings: Any
) -> AsyncIterator[Shop]:
    """Opens one, and its worker looks often."""
    workshop = workshop or ScriptedWorkshop()
    build: Callable[[Any], Puppet] = lambda _: Puppet()  # noqa: E731
    async with home(data_dir, migrated, release_engine=build, workshop=workshop, **settings) as opened:
        _, key = await opened.house.accounts.keys.create(
            await opened.person(), NewKey("fine-tuning", scopes=frozenset(Scope))
        )
        async with opened.sdk(key) as sdk:
            yield Shop(opened, workshop, sdk, key)


async def another(opened: Home, role: Role = Role.ADMIN) -> Person:
    """Somebody else."""
    from tests.api.people import arrived

    person, _ = await arrived(opened, "another", role)
    return person
