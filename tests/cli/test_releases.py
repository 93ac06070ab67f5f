from __future__ import annotations

import asyncio
from pathlib import Path

from homespun.settings import Settings
from homespun.wiring import open_releases

from .conftest import Run


def made(data_dir: Path, *, passed: bool = True) -> None:
    """What a server's first start and a training leave behind."""

    async def make() -> None:
        async with open_releases(Settings(data_dir=data_dir, model="parrot")) as (releases, _):
            await releases.ensure_base("base-1")
            trained = data_dir / "trained"
            trained.mkdir(exist_ok=True)
            (trained / "model.safetensors").write_text(str(passed))
            await releases.register(
                trained,
                base_digest="base-1",
                snapshot_digest="snapshot-1",
                recipe={"method": "dpo"},
                card={"passed": passed},
                parent="1",
            )

    data_dir.mkdir(exist_ok=True)
    asyncio.run(make())


def test_without_releases_the_list_says_how_one_is_made(run: Run) -> None:
    assert "first start" in run("releases", "list").out
    assert run("releases", "show", "1").status == 1
    assert run("releases", "promote", "1").status == 1
    assert run("releases", "rollback").status == 1


def test_a_release_is_promoted_and_taken_back(run: Run, data_dir: Path) -> None:
    made(data_dir)
    assert "parrot@2 answers everybody" in run("releases", "promote", "2", "--why", "it is kind").out
    listed = run("releases", "list").out
    assert [line.split()[1] for line in listed.splitlines()[1:]] == ["champion", "retired"]
    assert "parrot@1 answers everybody" in run("releases", "rollback", "--why", "it is rude").out
    shown = run("releases", "show", "parrot@2").out
    assert "parrot@2 is retired." in shown
    assert "champion, by command. it is kind" in shown
    assert "problem   it is rude" in shown
    assert '"method": "dpo"' in shown
    assert '"passed": true' in shown


def test_a_rollout_begins_in_shadow(run: Run, data_dir: Path) -> None:
    made(data_dir)
    assert "parrot@2 gives 30 answers in shadow" in run("releases", "promote", "2", "--gradually").out
    listed = run("releases", "list").out.splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [["2", "shadow", "0%"], ["1", "champion", "100%"]]
    shown = run("releases", "show", "2").out
    assert "parrot@2 is in shadow." in shown
    assert "shadow    0 answers of 30, which nobody saw: its own none, the champion's none; e-value 1 of harm" in shown
    assert "comparisons" not in shown
    assert "parrot@2 answers 5%" in run("releases", "promote", "2", "--gradually", "--without-shadow").out
    shown = run("releases", "show", "2").out
    assert "shadow    " not in shown, "it has given no answer in shadow"
    assert "0 of 0 comparisons won" in shown


def test_a_release_is_rolled_out_step_by_step(run: Run, data_dir: Path) -> None:
    made(data_dir)
    assert "parrot@2 answers 5%" in run("releases", "promote", "2", "--gradually", "--without-shadow").out
    listed = run("releases", "list").out.splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [["2", "canary", "5%"], ["1", "champion", "95%"]]
    assert "0 of 0 comparisons won" in run("releases", "show", "2").out


def test_one_that_has_not_passed_its_examination_is_refused(run: Run, data_dir: Path) -> None:
    made(data_dir, passed=False)
    refused = run("releases", "promote", "2")
    assert (refused.status, "has not passed its examination" in refused.err) == (1, True)
    assert "has not passed" in run("releases", "show", "2").out
