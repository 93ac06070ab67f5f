"""Improvements as the console has them: state is on the disk, so any worker begins, sees and stops them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Conflict, NotFound, TooLittleToLearn, TrainingNotInstalled
from homespun.journal import Signalled, Thumb
from homespun.learning.curation import Settings
from homespun.learning.foreman import Wish, Wishes
from homespun.learning.improvements import Improvements, Seen
from homespun.learning.jobs import Method
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs, RunState, Step
from homespun.learning.snapshots import Snapshots
from homespun.learning.standing import Scribe
from tests.patience import PATIENCE_S

from .curation.said import signalled
from .pretended import pretended_means

pytestmark = pytest.mark.timeout(4 * PATIENCE_S)


async def said(corrections: int, *, compared: int = 0, thumbs: int = 0) -> AsyncIterator[Signalled]:
    for number in range(corrections):
        yield signalled(f"say {number}", "no", turn_id=f"turn_{number}", owner_id=f"p{number}", edits=(f"{number}!",))
    for number in range(compared):
        yield signalled(f"say {number}", "yes", turn_id=f"c{number}", kept_over="no")
    for number in range(thumbs):
        yield signalled(f"say {number}", "yes", turn_id=f"t{number}", thumb=Thumb.UP)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    (tmp_path / "runs").mkdir()
    return Runs(tmp_path / "runs")


def worker(runs: Runs, **changes: Any) -> Improvements:
    """What one server process has."""

    async def no_releases() -> tuple[()]:
        return ()

    signals: Callable[[], AsyncIterator[Signalled]] = changes.pop("signals", lambda: said(3))
    snapshots = Snapshots(runs.folder.parent, Settings(), no_releases)
    settings = Settings(min_demonstrations=3, min_pairs=3)
    return Improvements(runs, pretended_means(runs.folder, **changes), snapshots, signals, settings, look_every_s=0.05)


async def seen(improvements: Improvements, run_id: str, is_so: Callable[[Seen], bool]) -> Seen:
    """The improvement, once it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so(found := improvements.one(run_id)):
            await asyncio.sleep(0.02)
    return found


def trains(found: Seen) -> bool:
    return found.standing is not None and found.standing.step is Step.TRAIN and found.standing.total > 0


def is_at_rest(found: Seen) -> bool:
    return found.standing is None and not found.is_wished


async def test_it_begins_in_a_process_of_its_own_and_is_seen_by_every_worker(runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    asked, other = worker(runs), worker(runs)
    async with asked.made(), other.made():
        begun = await asked.begin(Recipe((Method.SFT, Method.DPO)))
        assert begun.is_wished
        going = await seen(other, begun.run.id, trains)
        assert going.standing is not None
        assert going.run.done == (Step.SNAPSHOT,)
        assert going.standing.pid != os.getpid()
        assert (going.standing.estimated_s, going.standing.remaining_s, going.standing.loss) == (120, 60, 1.5)
        if hasattr(os, "getpriority"):
            ours, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, going.standing.pid))
            assert its == min(ours + 10, 19)
        for improvements in (asked, other):
            with pytest.raises(Conflict):
                await improvements.begin(Recipe())
        hold.unlink()
        over = await seen(asked, begun.run.id, is_at_rest)
    assert (over.run.state, over.can_go_on, len(runs.all())) == (RunState.REJECTED, False, 1)


async def test_any_worker_stops_it_and_it_goes_on_later(runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    asked, other = worker(runs), worker(runs)
    async with asked.made():
        begun = await asked.begin(Recipe())
        await seen(asked, begun.run.id, trains)
        other.stop(begun.run.id)
        stopped = await seen(asked, begun.run.id, is_at_rest)
        assert (stopped.run.state, stopped.can_go_on) == (RunState.UNFINISHED, True)
        with pytest.raises(Conflict, match="nothing to stop"):
            other.stop(begun.run.id)
        hold.unlink()
        await other.go_on(begun.run.id)
        assert (await seen(asked, begun.run.id, is_at_rest)).run.state is RunState.REJECTED


async def test_one_that_is_stopped_before_its_process_has_begun_does_nothing(runs: Runs) -> None:
    asked, other = worker(runs), worker(runs)
    async with asked.made():
        begun = await asked.begin(Recipe())
        async with asyncio.timeout(PATIENCE_S):
            while not (begun.run.folder / "improving.log").exists():
                await asyncio.sleep(0.001)
        stopped = other.stop(begun.run.id)
        assert stopped.can_go_on
        next_one = await other.begin(Recipe())
        await seen(asked, next_one.run.id, is_at_rest)
    assert (next_one.run.state, begun.run.done) == (RunState.REJECTED, ())


async def test_the_death_of_one_says_nothing_of_another_that_is_wished_for_meanwhile(runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    asked = worker(runs)
    async with asked.made():
        begun = await asked.begin(Recipe())
        going = await seen(asked, begun.run.id, trains)
        assert going.standing is not None
        next_one = runs.begin("base", Recipe())
        Wishes(runs.folder).make(Wish(next_one.id))
        os.kill(going.standing.pid, signal.SIGKILL)
        hold.unlink()
        assert (await seen(asked, next_one.id, is_at_rest)).run.state is RunState.REJECTED
    assert begun.run.state is RunState.UNFINISHED


async def test_one_whose_candidate_could_not_be_rolled_out_is_not_tried_without_end(runs: Runs) -> None:
    (runs.folder / "fail").write_text("The database is away.\n")
    asked = worker(runs, rolls_out=True)
    async with asked.made():
        begun = await asked.begin(Recipe())
        begun.run.keep("release", {"id": "rel_1"})
        ended = await seen(asked, begun.run.id, is_at_rest)
    assert ended.run.failure is not None
    assert ended.run.failure["words"] == "The database is away."


async def test_a_server_that_stops_cuts_it_and_the_next_one_goes_on_by_itself(runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    first = worker(runs)
    async with first.made():
        begun = await first.begin(Recipe())
        going = await seen(first, begun.run.id, trains)
    cut = first.one(begun.run.id)
    assert (cut.standing, cut.is_wished, cut.run.state) == (None, True, RunState.UNFINISHED)
    assert going.standing is not None
    with pytest.raises(ProcessLookupError):
        os.kill(going.standing.pid, 0)
    hold.unlink()
    second = worker(runs)
    async with second.made():
        assert (await seen(second, begun.run.id, is_at_rest)).run.state is RunState.REJECTED


async def test_a_worker_that_was_killed_leaves_it_to_another(runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    asked = worker(runs)
    async with AsyncExitStack() as stack:
        begun = await asked.begin(Recipe())
        await stack.enter_async_context(asked.made())
        going = await seen(asked, begun.run.id, trains)
        assert going.standing is not None
        os.kill(going.standing.pid, signal.SIGKILL)
        again = await seen(asked, begun.run.id, lambda found: trains(found) and found.standing != going.standing)
        assert again.standing is not None
        assert again.standing.pid != going.standing.pid
        hold.unlink()
        assert (await seen(asked, begun.run.id, is_at_rest)).run.state is RunState.REJECTED


async def test_what_is_killed_again_and_again_ends_with_a_word(runs: Runs) -> None:
    (runs.folder / "die").touch()
    asked = worker(runs)
    async with asked.made():
        begun = await asked.begin(Recipe())
        ended = await seen(asked, begun.run.id, is_at_rest)
    failure = ended.run.failure
    assert failure is not None
    assert (failure["step"], "memory may have run out" in failure["words"]) == ("train", True)
    assert ended.can_go_on


async def test_a_command_that_ends_early_leaves_its_last_words(runs: Runs) -> None:
    fail = runs.folder / "fail"
    fail.write_text("The model owl isn't installed.\n")
    asked = worker(runs)
    async with asked.made():
        begun = await asked.begin(Recipe())
        ended = await seen(asked, begun.run.id, is_at_rest)
        assert ended.run.failure == {
            "step": "train",
            "code": "training_failed",
            "words": "The model owl isn't installed.",
        }
        fail.unlink()
        await asked.go_on(begun.run.id)
        again = await seen(asked, begun.run.id, is_at_rest)
    assert (again.run.state, again.run.failure) == (RunState.REJECTED, None)
    with pytest.raises(Conflict, match="is over"):
        await asked.go_on(begun.run.id)


async def test_with_too_little_or_nothing_to_train_with_none_is_begun(runs: Runs) -> None:
    def missing() -> None:
        raise TrainingNotInstalled

    with pytest.raises(TooLittleToLearn, match="2 corrections and 2 pairs"):
        await worker(runs, signals=lambda: said(2)).begin(Recipe())
    with pytest.raises(TrainingNotInstalled):
        await worker(runs, require=missing).begin(Recipe())
    with pytest.raises(NotFound):
        await worker(runs).go_on("run_none")
    assert runs.all() == ()


@pytest.mark.parametrize(
    ("corrections", "compared", "suggested"),
    [(0, 2, ()), (3, 0, ("sft",)), (0, 3, ("dpo",)), (3, 199, ("sft", "dpo"))],
)
async def test_how_to_train_is_suggested_by_what_there_is(
    runs: Runs, corrections: int, compared: int, suggested: tuple[str, ...]
) -> None:
    found = await worker(runs, signals=lambda: said(corrections, compared=compared, thumbs=5)).material()
    assert found.suggested == suggested
    assert (found.demonstrations, found.thumbs, found.is_enough) == (corrections, 5, bool(suggested))
    assert found.sources.get("kept", 0) == compared


async def test_a_large_journal_is_counted_on_while_nobody_waits_for_it(runs: Runs) -> None:
    may_go_on, asked = asyncio.Event(), 0

    async def slowly() -> AsyncIterator[Signalled]:
        nonlocal asked
        asked += 1
        async for one in said(3):
            yield one
        await may_go_on.wait()
        async for one in said(0, compared=4):
            yield one

    improvements = worker(runs, signals=slowly)
    async with improvements.made():
        found = await improvements.material()
        assert (found.demonstrations, found.is_counted, found.is_enough) == (3, False, True)
        may_go_on.set()
        async with asyncio.timeout(PATIENCE_S):
            while not found.is_counted:
                found = await improvements.material()
        assert found.sources.get("kept") == 4
        assert asked == 1


async def test_a_count_that_nobody_waits_for_ends_with_the_server(runs: Runs) -> None:
    async def never() -> AsyncIterator[Signalled]:
        await asyncio.Event().wait()
        yield await anext(said(1))

    improvements = worker(runs, signals=never)
    async with improvements.made():
        assert not (await improvements.material()).is_counted
    assert len(asyncio.all_tasks()) == 1


async def test_with_enough_an_improvement_begins_before_all_is_counted(runs: Runs) -> None:
    async def without_end() -> AsyncIterator[Signalled]:
        async for one in said(3):
            yield one
        await asyncio.Event().wait()

    improvements = worker(runs, signals=without_end)
    async with improvements.made():
        assert (await improvements.begin(Recipe())).is_wished


async def test_what_is_said_later_is_counted_the_next_time(runs: Runs) -> None:
    there = 1
    improvements = worker(runs, signals=lambda: said(there))
    async with improvements.made():
        assert (await improvements.material()).demonstrations == 1
        there = 2
        async with asyncio.timeout(PATIENCE_S):
            while (await improvements.material()).demonstrations == 1:
                await asyncio.sleep(0.01)


async def test_what_the_command_line_has_begun_is_seen_and_stopped_here(runs: Runs) -> None:
    (runs.folder / "hold").touch()
    run = runs.begin("base", Recipe())
    command = pretended_means(runs.folder).command(run.id)
    process = await asyncio.create_subprocess_exec(*command)
    improvements = worker(runs)
    try:
        going = await seen(improvements, run.id, trains)
        assert not going.is_wished
        improvements.stop(run.id)
        assert await process.wait() == -signal.SIGTERM
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (await seen(improvements, run.id, is_at_rest)).can_go_on


async def test_what_stands_of_a_process_that_is_gone_is_nothing_to_stop(runs: Runs) -> None:
    """Its number may be another process's by now."""
    run = runs.begin("base", Recipe())
    Scribe(run).begin(Step.TRAIN)
    Wishes(runs.folder).make(Wish(run.id))
    with runs.alone():
        stopped = worker(runs).stop(run.id)
    assert (stopped.standing, stopped.is_wished) == (None, False), "else this process would be gone"


async def test_who_looks_is_not_taken_for_an_improvement_by_others_who_look(runs: Runs) -> None:
    run = runs.begin("base", Recipe())
    Scribe(run).begin(Step.TRAIN)
    looks = [asyncio.to_thread(worker(runs).one, run.id) for _ in range(50)]
    assert all(found.standing is None for found in await asyncio.gather(*looks))
