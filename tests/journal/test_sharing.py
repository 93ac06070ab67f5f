"""Projects' conversations: who shares a project reads and continues them, and nobody else, from that moment on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Select, false, literal, select

from homespun.core.errors import HomespunError, NotFound, Refused
from homespun.core.incoming import Place
from homespun.core.messages import Message, Role
from homespun.journal import InProject, Journal, Shelves, Thumb, Turn
from homespun.store import Store

from .talk import ANNA, BORIS, Talk

CLARA = "person_clara"
"""Shares nothing."""
LOOM = "project_loom"


class Shared:
    """One project, and who shares it; a test may change its mind."""

    def __init__(self) -> None:
        self.members = {ANNA, BORIS}
        self.managers: set[str] = set()

    def shared_with(self, person_id: str) -> Select[str]:
        return self._loom(person_id in self.members)

    def managed_by(self, person_id: str) -> Select[str]:
        return self._loom(person_id in self.managers)

    def _loom(self, is_theirs: bool) -> Select[str]:
        return select(literal(LOOM)) if is_theirs else select(literal(LOOM)).where(false())


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
def team(talk: Talk, store: Store, tmp_path: Path, shared: Shared) -> Talk:
    """A talk in which Anna and Boris share a project."""
    talk.journal = Journal(store, tmp_path / "spools", talk.clock, shared)
    return talk


async def woven(team: Talk) -> tuple[str, Turn]:
    """A conversation of Anna's in the project, with a turn."""
    conversation = await team.journal.start_conversation(ANNA, project_id=LOOM)
    return conversation.id, await team.say("How many threads?", "Ninety", conversation.id)


def calls(journal: Journal, reader: str, conversation_id: str, turn_id: str) -> list[Callable[[], Awaitable[object]]]:
    """All that somebody can do with a conversation that they read."""
    return [
        lambda: journal.conversation(reader, conversation_id),
        lambda: journal.summary(reader, conversation_id),
        lambda: journal.turn(reader, turn_id),
        lambda: journal.history(reader, turn_id),
        lambda: journal.select(reader, conversation_id, turn_id),
        lambda: journal.record_feedback(reader, turn_id, thumb=Thumb.UP),
        lambda: journal.record_edit(reader, turn_id, "A hundred"),
        lambda: journal.feedback(reader, turn_id),
    ]


def changes(journal: Journal, reader: str, conversation_id: str) -> list[Callable[[], Awaitable[object]]]:
    """All that not everybody can who reads it."""
    return [
        lambda: journal.rename(reader, conversation_id, "Mine"),
        lambda: journal.put(reader, conversation_id, None),
        lambda: journal.delete(reader, conversation_id),
    ]


async def refusals(attempts: list[Callable[[], Awaitable[object]]]) -> list[type[HomespunError] | None]:
    found: list[type[HomespunError] | None] = []
    for attempt in attempts:
        try:
            await attempt()
        except HomespunError as error:
            found.append(type(error))
        else:
            found.append(None)
    return found


async def test_a_stranger_sees_nothing_of_a_project(team: Talk) -> None:
    conversation_id, turn = await woven(team)
    attempts = calls(team.journal, CLARA, conversation_id, turn.id) + changes(team.journal, CLARA, conversation_id)
    assert set(await refusals(attempts)) == {NotFound}
    for attempt in (
        team.journal.conversations(CLARA, shelf=InProject(LOOM)),
        team.journal.start_conversation(CLARA, project_id=LOOM),
        team.open("And now?", Place(conversation_id, turn.id), owner=CLARA),
    ):
        with pytest.raises(NotFound):
            await attempt
    for shelf in Shelves:
        assert (await team.journal.conversations(CLARA, shelf=shelf, query="threads")).conversations == ()


async def test_who_shares_a_project_reads_and_continues_its_conversations(team: Talk) -> None:
    conversation_id, turn = await woven(team)
    assert set(await refusals(calls(team.journal, BORIS, conversation_id, turn.id))) == {None}
    [line] = (await team.journal.conversations(BORIS, shelf=InProject(LOOM))).conversations
    assert (line.id, line.owner_id, line.project_id) == (conversation_id, ANNA, LOOM)
    reply = await team.say("And the weft?", "Sixty", conversation_id, turn, owner=BORIS)
    tree = await team.journal.conversation(ANNA, conversation_id)
    assert [one.owner_id for one in tree.turns] == [ANNA, BORIS]
    assert tree.conversation.selected_turn_id == reply.id
    assert (await team.journal.turn(ANNA, reply.id)).question == "And the weft?"


@pytest.mark.parametrize("who", [ANNA, BORIS])
async def test_whoever_leaves_sees_nothing_from_that_moment_though_they_started_it(
    team: Talk, shared: Shared, who: str
) -> None:
    conversation_id, turn = await woven(team)
    shared.members.remove(who)
    attempts = calls(team.journal, who, conversation_id, turn.id) + changes(team.journal, who, conversation_id)
    assert set(await refusals(attempts)) == {NotFound}
    assert (await team.journal.conversations(who, shelf=Shelves.ALL)).conversations == ()
    with pytest.raises(NotFound):
        await team.open("And now?", Place(conversation_id, turn.id), owner=who)
    (stays,) = shared.members
    assert set(await refusals(calls(team.journal, stays, conversation_id, turn.id))) == {None}


async def test_only_who_started_it_and_who_manages_the_project_rename_and_delete(team: Talk, shared: Shared) -> None:
    conversation_id, _ = await woven(team)
    assert await refusals(changes(team.journal, BORIS, conversation_id)) == [Refused, Refused, Refused]
    shared.managers.add(BORIS)
    assert await refusals(changes(team.journal, BORIS, conversation_id)) == [None, Refused, None]
    with pytest.raises(NotFound):
        await team.journal.conversation(ANNA, conversation_id)


async def test_a_manager_who_does_not_share_the_project_changes_nothing(team: Talk, shared: Shared) -> None:
    conversation_id, _ = await woven(team)
    shared.managers.add(CLARA)
    assert set(await refusals(changes(team.journal, CLARA, conversation_id))) == {NotFound}


async def test_a_conversation_goes_into_a_project_and_out_again(team: Talk) -> None:
    conversation_id = await team.conversation()
    turn = await team.say("How many threads?", "Ninety", conversation_id)
    assert set(await refusals(calls(team.journal, BORIS, conversation_id, turn.id))) == {NotFound}
    assert (await team.journal.put(ANNA, conversation_id, LOOM)).project_id == LOOM
    reply = await team.say("And the weft?", "Sixty", conversation_id, turn, owner=BORIS)
    assert (await team.journal.conversations(ANNA)).conversations == ()
    assert (await team.journal.put(ANNA, conversation_id, None)).project_id is None
    assert set(await refusals(calls(team.journal, BORIS, conversation_id, reply.id))) == {NotFound}
    assert (await team.journal.turn(ANNA, reply.id)).owner_id == BORIS
    assert [one.id for one in (await team.journal.conversations(ANNA)).conversations] == [conversation_id]


async def test_nobody_moves_anything_into_a_project_that_they_do_not_share(team: Talk, shared: Shared) -> None:
    conversation_id = await team.conversation(owner=CLARA)
    for project_id in (LOOM, "project_none"):
        with pytest.raises(NotFound):
            await team.journal.put(CLARA, conversation_id, project_id)
    shared.members.remove(ANNA)
    mine = await team.conversation()
    with pytest.raises(NotFound):
        await team.journal.put(ANNA, mine, LOOM)


async def test_a_search_finds_what_is_shared_and_the_list_of_one_s_own_does_not_show_it(team: Talk) -> None:
    conversation_id, _ = await woven(team)
    own = await team.conversation(owner=BORIS, title="Threads of mine")
    found = await team.journal.conversations(BORIS, shelf=Shelves.ALL, query="threads")
    assert {one.id for one in found.conversations} == {conversation_id, own}
    assert [one.id for one in (await team.journal.conversations(BORIS)).conversations] == [own]
    listed = await team.journal.conversations(BORIS, shelf=InProject(LOOM), query="nothing such")
    assert listed.conversations == ()


async def test_a_project_s_list_comes_in_pages(team: Talk) -> None:
    ids = []
    for number in range(5):
        team.clock.advance(1)
        ids.append((await team.journal.start_conversation((ANNA, BORIS)[number % 2], project_id=LOOM)).id)
    first = await team.journal.conversations(BORIS, shelf=InProject(LOOM), limit=3)
    rest = await team.journal.conversations(BORIS, shelf=InProject(LOOM), limit=3, cursor=first.next_cursor)
    assert [one.id for one in first.conversations + rest.conversations] == ids[::-1]
    assert rest.next_cursor is None


async def test_opinions_and_edits_are_each_person_s_own(team: Talk) -> None:
    conversation_id, turn = await woven(team)
    await team.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    await team.journal.record_feedback(BORIS, turn.id, thumb=Thumb.DOWN, words="secretly")
    await team.journal.record_edit(BORIS, turn.id, "Ninety-nine")
    for reader, thumb, edited in ((ANNA, Thumb.UP, None), (BORIS, Thumb.DOWN, "Ninety-nine")):
        [shown] = (await team.journal.conversation(reader, conversation_id)).turns
        for one in (shown, await team.journal.turn(reader, turn.id)):
            assert (one.feedback.thumb, one.edited_answer) == (thumb, edited)
        answer = edited or "Ninety"
        assert (await team.journal.history(reader, turn.id))[1] == Message(Role.ASSISTANT, answer)
    assert [entry.opinion.words for entry in await team.journal.feedback(ANNA, turn.id)] == [""]
    found = await team.journal.conversations(ANNA, shelf=Shelves.ALL, query="ninety-nine")
    assert found.conversations == (), "an edit of somebody else's isn't found"


async def test_a_visitor_s_things_change_hands_and_projects_keep_theirs(team: Talk) -> None:
    conversation_id, turn = await woven(team)
    await team.journal.move(ANNA, CLARA)
    row = await team.journal.summary(BORIS, conversation_id)
    assert (row.owner_id, row.project_id) == (CLARA, LOOM)
    with pytest.raises(NotFound):
        await team.journal.turn(CLARA, turn.id)
