"""A candidate answers in shadow what the champion has answered: nobody sees it, nobody pays, nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from homespun import shadow
from homespun.billing import Money, Tariff
from homespun.core.errors import EngineFailed, HomespunError, NotFound
from homespun.core.events import Event
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest
from homespun.journal import Turn
from homespun.releases import Decision, Ending, Release, ReleaseState, Rollout, Settings, ShadowEvidence
from tests.patience import PATIENCE_S

from .houses import MODEL, Home, home, turn_ids
from .puppet import Puppet, question
from .test_releases import candidate

QUESTIONS = tuple(f"What is the {number}. thread?" for number in range(8))


@dataclass
class Stage:
    """A house whose champion has answered some questions, and a candidate that nobody has asked anything."""

    at_home: Home
    champion: Puppet
    understudy: Puppet
    events: list[tuple[str, bool]]
    """What the champion was asked, and whether something was being answered in shadow at that moment."""

    async def ask(self, text: str, *, n: int = 1, max_tokens: int | None = None) -> Turn:
        """In a conversation of its own."""
        person = await self.at_home.person()
        conversation = await self.at_home.house.journal.start_conversation(person.id)
        incoming = Incoming(
            Door.WEB,
            MODEL,
            ChatPrompt((Message(Role.SYSTEM, "Be kind."), Message(Role.USER, text))),
            Sampling(temperature=0.5, n=n, max_tokens=max_tokens, logprobs=2),
            Place(conversation.id, None),
        )
        async for _ in self.at_home.house.ring.turn(await self.at_home.caller(), incoming):
            pass
        return await self.at_home.turn(turn_ids(self.at_home.data_dir)[-1])

    async def consent(self) -> None:
        await self.at_home.house.accounts.consents.set((await self.at_home.person()).id, True)

    async def begin(self) -> Rollout:
        """The rollout, once the candidate is loaded."""
        house = self.at_home.house
        rollout = await house.releases.begin_rollout((await candidate(self.at_home)).id, by="owner")
        async with asyncio.timeout(PATIENCE_S):
            while house.engines.in_shadow is None:
                await house.engines.keep_up()
        return rollout

    async def evidence(self, rollout: Rollout, answers: int) -> ShadowEvidence:
        """When there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := await self.at_home.house.rollouts.shadow(rollout.id)).answers < answers:
                await asyncio.sleep(0.01)
        return found


@asynccontextmanager
async def staged(tmp_path: Path, migrated: Path, *, questions: tuple[str, ...] = ()) -> AsyncIterator[Stage]:
    champion, understudy, events = Puppet(), Puppet(), list[tuple[str, bool]]()

    def engine(release: Release) -> Engine:
        return champion if release.is_base else understudy

    def words(request: GenerationRequest, choice: int) -> list[str]:
        if choice == 0:
            events.append((question(request.prompt), bool(understudy.running)))
        return ["Well", ", it is", " a thread."]

    champion.words = words
    understudy.words = lambda request, choice: ["It", " is."]
    async with home(
        tmp_path / "data", migrated, engine=champion, release_engine=engine, releases=Settings(shadow_answers=8)
    ) as opened:
        opened_stage = Stage(opened, champion, understudy, events)
        for text in questions:
            await opened_stage.ask(text)
        yield opened_stage


@pytest.fixture(autouse=True)
def without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow, "_REST_S", 0.01)


@pytest.fixture
async def stage(tmp_path: Path, migrated: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path, migrated, questions=QUESTIONS) as opened:
        yield opened


async def test_nobody_s_questions_are_asked_who_has_not_consented(stage: Stage) -> None:
    await stage.begin()
    assert not await stage.at_home.house.shadow.answer()
    await asyncio.sleep(0.1)
    assert not stage.understudy.requests


async def test_the_same_prompts_are_answered_again_and_nothing_is_charged_or_written_down_of_them(stage: Stage) -> None:
    await stage.consent()
    person, billing = await stage.at_home.person(), stage.at_home.house.billing
    await billing.prices.set(Tariff(input_micros=1_000_000, output_micros=1_000_000))
    await billing.adjust(person.id, Money(1000, "USD"))
    turns, balance = turn_ids(stage.at_home.data_dir), await billing.balance(person.id)
    evidence = await stage.evidence(await stage.begin(), len(QUESTIONS))
    asked, again = stage.champion.requests, stage.understudy.requests
    assert [one.prompt for one in again] == [one.prompt for one in reversed(asked)]
    assert {one.cache_scope for one in again} == {person.id}
    assert {(one.sampling.temperature, one.sampling.n, one.sampling.logprobs) for one in again} == {(0.5, 1, None)}
    assert {one.sampling.max_tokens for one in again} == {512}
    assert (turn_ids(stage.at_home.data_dir), await billing.balance(person.id)) == (turns, balance)
    assert (evidence.endings, evidence.champion_endings) == ({Ending.WELL: 8}, {Ending.WELL: 8})
    assert evidence.length_ratio == pytest.approx(2 / 3)
    assert "It is." not in (stage.at_home.data_dir / "homespun.db").read_bytes().decode("latin-1")


async def test_afterwards_it_answers_its_first_people(stage: Stage) -> None:
    await stage.consent()
    rollout = await stage.begin()
    await stage.evidence(rollout, len(QUESTIONS))
    house = stage.at_home.house
    async with asyncio.timeout(PATIENCE_S):
        while (await house.releases.one(rollout.candidate_id)).state is not ReleaseState.CANARY:
            await house.rollouts.decide()
    assert (await house.releases.rollouts())[0].share == 0.05


async def test_a_candidate_that_answers_nothing_is_taken_back_before_anybody_has_seen_it(stage: Stage) -> None:
    stage.understudy.words = lambda request, choice: []
    await stage.consent()
    rollout = await stage.begin()
    await stage.evidence(rollout, 7)
    house = stage.at_home.house
    decision = await house.rollouts.decide() or Decision.ROLL_BACK  # the server itself may have looked first
    assert decision is Decision.ROLL_BACK
    back = await house.releases.one(rollout.candidate_id)
    assert (back.state, "empty" in back.problem) == (ReleaseState.RETIRED, True)
    assert (await stage.ask("And now?")).answer == "Well, it is a thread."


async def test_who_asks_something_meanwhile_is_answered_first_and_the_shadow_later(stage: Stage) -> None:
    await stage.consent()
    stage.understudy.hold()
    rollout = await stage.begin()
    async with asyncio.timeout(PATIENCE_S):
        await stage.understudy.starve()
    dropped = stage.understudy.requests[-1]
    stage.events.clear()
    asked = await stage.ask("Is it urgent?")
    assert stage.events == [("Is it urgent?", False)], "nothing was answered in shadow when the engine was asked"
    assert asked.answer == "Well, it is a thread."
    assert dropped.id not in stage.understudy.running
    stage.understudy.recover()
    evidence = await stage.evidence(rollout, 8)
    assert evidence.endings == {Ending.WELL: 8}, "what was dropped is not held against the candidate"


async def test_while_somebody_is_answered_nothing_is_begun_in_shadow(stage: Stage) -> None:
    stage.champion.hold()
    asking = asyncio.create_task(stage.ask("Is it urgent?"))
    async with asyncio.timeout(PATIENCE_S):
        await stage.champion.starve()
    await stage.consent()
    rollout = await stage.begin()
    assert not await stage.at_home.house.shadow.answer()
    assert not stage.understudy.requests
    stage.champion.let(10)
    await asking
    await stage.evidence(rollout, 1)


async def test_an_answer_that_another_process_gives_on_the_same_engine_comes_first_too(stage: Stage) -> None:
    await stage.consent()
    stage.understudy.hold()
    await stage.begin()
    async with asyncio.timeout(PATIENCE_S):
        await stage.understudy.starve()
        stage.champion.running.add("a turn of another worker's")
        await stage.understudy.idle()
    assert not await stage.at_home.house.shadow.answer()
    stage.champion.running.clear()


async def test_what_is_dropped_is_ended_in_peace(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    say, ended = stage.understudy._say, list[str]()

    async def slow_to_end(request: GenerationRequest) -> AsyncIterator[Event]:
        try:
            async for event in say(request):
                yield event
        finally:
            await asyncio.sleep(4 * shadow._LOOK_S)
            ended.append(request.id)

    monkeypatch.setattr(stage.understudy, "_say", slow_to_end)
    await stage.consent()
    stage.understudy.hold()
    await stage.begin()
    async with asyncio.timeout(PATIENCE_S):
        await stage.understudy.starve()
        stage.champion.running.add("a turn of another worker's")
        await stage.understudy.idle()
    assert ended == [stage.understudy.requests[0].id]
    stage.champion.running.clear()


async def test_one_answer_at_a_time(stage: Stage) -> None:
    await stage.consent()
    stage.understudy.hold()
    await stage.begin()
    async with asyncio.timeout(PATIENCE_S):
        await stage.understudy.starve()
    stage.understudy.running.clear()  # as if its engine didn't tell
    assert not await stage.at_home.house.shadow.answer()
    assert len(stage.understudy.requests) == 1


LOOPING = ["and again "] * 600
ENDLESS = [f"{number} " for number in range(600)]


@pytest.mark.parametrize(
    ("said", "refusal", "ending"),
    [
        (LOOPING, None, Ending.LOOP),
        (ENDLESS, None, Ending.LENGTH),
        ([" ", "\n"], None, Ending.EMPTY),
        (["It"], EngineFailed(), Ending.FAILED),
    ],
)
async def test_how_it_ended_is_told(
    stage: Stage, said: list[str], refusal: HomespunError | None, ending: Ending
) -> None:
    stage.understudy.words = lambda request, choice: said
    stage.understudy.refuse_with = refusal
    await stage.consent()
    evidence = await stage.evidence(await stage.begin(), 1)
    assert set(evidence.endings) == {ending}


async def test_a_candidate_that_stands_still_has_failed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow, "_SHORTEST_S", 0.01)
    stage.understudy.hold()
    await stage.consent()
    evidence = await stage.evidence(await stage.begin(), 1)
    assert evidence.endings == {Ending.FAILED: evidence.answers}


async def test_a_limit_that_was_asked_for_holds_for_both(tmp_path: Path, migrated: Path) -> None:
    async with staged(tmp_path, migrated) as stage:
        await stage.ask("Briefly?", max_tokens=2, n=2)
        await stage.consent()
        stage.understudy.words = lambda request, choice: ENDLESS
        evidence = await stage.evidence(await stage.begin(), 1)
        assert stage.understudy.requests[0].sampling.max_tokens == 2
        assert (evidence.endings, evidence.champion_endings) == ({Ending.LENGTH: 1}, {Ending.LENGTH: 1})
        assert evidence.worse == evidence.better == 0


async def test_a_question_that_is_gone_meanwhile_blocks_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    history, left = stage.at_home.house.journal.history, 3

    async def at_first_gone(person_id: str, turn_id: str | None) -> tuple[Message, ...]:
        nonlocal left
        left -= 1
        if left >= 0:
            raise NotFound
        return await history(person_id, turn_id)

    monkeypatch.setattr(stage.at_home.house.journal, "history", at_first_gone)
    await stage.consent()
    await stage.evidence(await stage.begin(), len(QUESTIONS) - 3)
    assert [question(one.prompt) for one in stage.understudy.requests] == [*reversed(QUESTIONS)][3:]
