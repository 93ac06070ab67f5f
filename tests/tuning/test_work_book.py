"""Jobs from both sides, owner's and worker's, on every kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from homespun.core.clock import SystemClock
from homespun.core.errors import TrainingFailed
from homespun.learning.progress import Phase, Stepped
from homespun.store import Store
from homespun.tuning import Files, Jobs, JobState, NewJob, Purpose, Settings, TuningJob
from homespun.tuning.work_book import WorkBook

from .workshops import chat_file


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Files:
    return Files(store, SystemClock(), tmp_path / "files", Settings())


@pytest.fixture
def jobs(store: Store, files: Files) -> Jobs:
    return Jobs(store, SystemClock(), files, model="m", nudge=lambda: None)


@pytest.fixture
def book(store: Store) -> WorkBook:
    return WorkBook(store, SystemClock())


async def created(files: Files, jobs: Jobs, **notes: str) -> TuningJob:
    async with files.receiving() as draft:
        await draft.write(chat_file())
        file = await files.keep("anna", draft, name="f", purpose=Purpose.FINE_TUNE)
    return await jobs.create("anna", NewJob("m", file.id, notes=notes))


async def test_a_job_is_worked_on_and_told_of(files: Files, jobs: Jobs, book: WorkBook) -> None:
    job = await created(files, jobs, kind='it\'s "odd"')
    taken = await book.next(lambda _: True)
    assert taken
    assert taken.id == job.id
    await book.progressed(job.id, [Phase("trains"), Stepped(1, 2, 0.5, 10.0, 60.0)])
    await book.succeeded(job.id, "rel_1")
    done = await jobs.one("anna", job.id)
    assert (done.state, done.step, done.steps, done.loss, done.release_id) == (JobState.SUCCEEDED, 1, 2, 0.5, "rel_1")
    assert (done.grader, done.reward) == (None, None)
    assert [each.id for each in (await jobs.page("anna", limit=5, notes={"kind": 'it\'s "odd"'})).items] == [job.id]
    assert (await jobs.page("anna", limit=5, notes={"kind": "another"})).items == ()
    assert await book.next(lambda _: True) is None
    assert [event.level for event in (await jobs.events("anna", job.id, limit=9)).items] == ["info"] * 4


async def test_nothing_is_written_of_a_job_that_was_taken_out_of_work(files: Files, jobs: Jobs, book: WorkBook) -> None:
    job = await created(files, jobs)
    await book.next(lambda _: True)
    await jobs.cancel("anna", job.id)
    before = (await jobs.events("anna", job.id, limit=9)).items
    await book.progressed(job.id, [Stepped(1, 2, 0.5, 10.0, 60.0)])
    await book.succeeded(job.id, "rel_1")
    await book.failed(job.id, TrainingFailed("no"))
    await book.waits(job.id, "no")
    now = await jobs.one("anna", job.id)
    assert (now.state, now.step, now.release_id, now.failure) == (JobState.CANCELLED, 0, None, None)
    assert (await jobs.events("anna", job.id, limit=9)).items == before


async def test_a_job_that_was_cut_off_goes_before_those_that_wait(files: Files, jobs: Jobs, book: WorkBook) -> None:
    first, second = await created(files, jobs), await created(files, jobs)
    assert (await book.next(lambda job: job.id == second.id)) is not None
    again = await book.next(lambda _: True)
    assert again
    assert again.id == second.id
    assert (await jobs.one("anna", first.id)).state is JobState.QUEUED


async def test_a_job_of_another_machine_is_left_to_it(files: Files, jobs: Jobs, book: WorkBook) -> None:
    job = await created(files, jobs)
    assert await book.next(lambda _: False) is None
    assert (await jobs.one("anna", job.id)).state is JobState.QUEUED
