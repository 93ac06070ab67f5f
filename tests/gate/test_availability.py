"""It is available to some and not to others, as the rules in the database say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from homespun.accounts import ApiKey, Caller, Person, PersonKind, Role, Scope, TeamRole
from homespun.core.clock import FakeClock
from homespun.core.errors import NotAvailable, NotFound, OnWaitingList, ScopeMissing
from homespun.core.incoming import Incoming, Origin
from homespun.gate import Audience, Regions, Rule, Settings, Verdict, rule_book
from homespun.store import Store

from .behind import STRANGER, House, asked

SETTINGS = Settings(country_header="x-country")
GERMANY, FRANCE, NOWHERE = Origin(country="DE"), Origin(country="FR"), Origin()
ANNA = Person("person_anna", "Anna", Role.MEMBER)
VISITOR = Person("visitor_1", "Visitor", Role.VISITOR, PersonKind.VISITOR)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    house = House(store, tmp_path / "spools", SETTINGS)
    yield house
    house.journal.close()


def from_(origin: Origin) -> Incoming:
    return replace(asked("Hello?"), origin=origin)


async def ask(house: House, person: Person, origin: Origin = NOWHERE) -> None:
    await house.gate.admit(Caller(person), from_(origin))


async def make(house: House, *rules: Rule) -> None:
    for rule in rules:
        await house.gate.availability.make(rule)


async def member(house: House, store: Store, email: str) -> Person:
    async with store.write() as session:
        row = house.accounts.people.add(session, "Anna", Role.MEMBER)
        row.email = email
        return row.as_person()


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Those that have to do with availability, as they are carried out."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "availability_rules" in statement or "waiting_list" in statement:
            seen.append(statement)

    engines = {store.backend.reader.sync_engine, store.backend.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_who_is_about_to_come_in_is_refused_from_there(house: House) -> None:
    await make(house, Rule(Verdict.REFUSED, country="DE"), Rule(Verdict.REFUSED, Audience.VISITORS, country="FR"))
    availability = house.gate.availability
    for origin, visits in ((GERMANY, False), (GERMANY, True), (FRANCE, True)):
        with pytest.raises(NotAvailable):
            await availability.require_joining(origin, is_visitor=visits)
    await availability.require_joining(FRANCE)
    await availability.require_joining(NOWHERE, is_visitor=True)


async def test_a_stranger_is_refused_and_nothing_is_written(house: House, store: Store) -> None:
    await make(house, Rule(Verdict.REFUSED, country="DE"))
    with pytest.raises(NotAvailable):
        await ask(house, STRANGER, GERMANY)
    await ask(house, STRANGER, FRANCE)
    async with store.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM turns")) == 1
    assert await house.gate.availability.waiting() == ()


async def test_a_key_that_is_not_for_it_is_told_so_first(house: House) -> None:
    await make(house, Rule(Verdict.REFUSED))
    key = ApiKey("key_1", ANNA.id, "mine", "sk-", house.clock.now(), None, None, scopes=frozenset({Scope.MODELS}))
    with pytest.raises(ScopeMissing):
        await house.gate.admit(Caller(ANNA, key), from_(NOWHERE))


async def test_owners_are_never_shut_out(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    await make(
        house,
        Rule(Verdict.REFUSED),
        Rule(Verdict.REFUSED, country="DE"),
        Rule(Verdict.REFUSED, Audience.PERSON, owner.id),
    )
    await ask(house, owner, GERMANY)
    await house.gate.availability.require_entry(owner, GERMANY)
    admin = Person("person_admin", "Admin", Role.ADMIN)
    with pytest.raises(NotAvailable):
        await ask(house, admin, GERMANY)


async def test_people_are_told_apart_by_domain_team_and_person(house: House, store: Store) -> None:
    anna, boris, clara = [await member(house, store, f"{name}@Example.com".lower()) for name in ("a", "b", "c")]
    other = await member(house, store, "d@sub.example.com")
    owner = await house.accounts.ensure_owner()
    team = await house.accounts.teams.create(owner, "Weavers")
    await house.accounts.teams.add_member(owner, team.id, boris.id, TeamRole.MEMBER)
    await make(
        house,
        Rule(Verdict.REFUSED),
        Rule(Verdict.WAITING, Audience.DOMAIN, "example.com"),
        Rule(Verdict.ALLOWED, Audience.TEAM, team.id),
        Rule(Verdict.ALLOWED, Audience.PERSON, clara.id, "DE"),
    )
    with pytest.raises(NotAvailable):
        await ask(house, other)
    with pytest.raises(OnWaitingList):
        await ask(house, anna)
    await ask(house, boris)
    await ask(house, clara, GERMANY)
    with pytest.raises(OnWaitingList):
        await ask(house, clara, FRANCE)
    await house.gate.availability.require_joining(NOWHERE, email="new@example.com")
    with pytest.raises(NotAvailable):
        await house.gate.availability.require_joining(NOWHERE, email="new@elsewhere.example")


async def test_the_country_header_counts_only_where_it_is_named(store: Store, tmp_path: Path) -> None:
    house = House(store, tmp_path / "spools", Settings())
    await make(house, Rule(Verdict.REFUSED), Rule(Verdict.ALLOWED, country="FR"))
    with pytest.raises(NotAvailable):
        await ask(house, ANNA, FRANCE)
    house.journal.close()


async def test_the_message_is_the_rules_in_the_persons_language(house: House) -> None:
    await make(house, Rule(Verdict.REFUSED, message_en="Not in May.", message_zh="五月不行。"))
    chinese = Person("person_li", "Li", Role.MEMBER, locale="zh-CN")
    for person, languages, message in (
        (ANNA, "", "Not in May."),
        (ANNA, "zh", "五月不行。"),
        (chinese, "en", "五月不行。"),
    ):
        with pytest.raises(NotAvailable) as caught:
            await ask(house, person, Origin(languages=languages))
        assert caught.value.message == message


async def test_who_waits_has_a_place_and_keeps_it_until_let_in(house: House) -> None:
    availability = house.gate.availability
    await make(house, Rule(Verdict.WAITING))
    for _ in range(2):
        for position, person in enumerate((ANNA, STRANGER, VISITOR), start=1):
            with pytest.raises(OnWaitingList, match=f"number {position} "):
                await ask(house, person, FRANCE)
            house.clock.advance(60)
    waiting = await availability.waiting()
    assert [(one.position, one.person_id, one.country) for one in waiting] == [
        (1, ANNA.id, "FR"),
        (2, STRANGER.id, "FR"),
        (3, VISITOR.id, "FR"),
    ]
    assert (waiting[1].asked_at - waiting[0].asked_at).total_seconds() == 60
    await availability.admit(STRANGER.id)
    await ask(house, STRANGER)
    with pytest.raises(OnWaitingList, match="number 2 "):
        await ask(house, VISITOR)
    assert [one.position for one in await availability.waiting(limit=1)] == [1]
    assert Rule(Verdict.ALLOWED, Audience.PERSON, STRANGER.id) in await availability.rules()


async def test_who_waits_may_come_in_and_look_around(house: House) -> None:
    await make(house, Rule(Verdict.WAITING))
    await house.gate.availability.require_entry(ANNA, NOWHERE)
    await house.gate.availability.require_joining(NOWHERE, is_visitor=True)
    assert await house.gate.availability.waiting() == ()


async def test_who_does_not_wait_is_not_admitted_by_mistake(house: House) -> None:
    with pytest.raises(NotFound):
        await house.gate.availability.admit(ANNA.id)
    assert await house.gate.availability.rules() == ()


async def test_who_is_allowed_by_a_rule_waits_no_more(house: House) -> None:
    await make(house, Rule(Verdict.WAITING))
    with pytest.raises(OnWaitingList):
        await ask(house, ANNA)
    await make(house, Rule(Verdict.ALLOWED, Audience.PERSON, ANNA.id))
    assert await house.gate.availability.waiting() == ()


async def test_many_who_ask_at_once_get_a_place_each(house: House) -> None:
    await make(house, Rule(Verdict.WAITING))
    people = [Person(f"person_{i % 10}", "Somebody", Role.MEMBER) for i in range(30)]
    refused = await asyncio.gather(*(ask(house, person) for person in people), return_exceptions=True)
    assert {type(error) for error in refused} == {OnWaitingList}
    waiting = await house.gate.availability.waiting()
    assert [one.position for one in waiting] == list(range(1, 11))
    assert {one.person_id for one in waiting} == {person.id for person in people}


async def test_a_rule_takes_the_place_of_one_for_the_same_people_and_country(house: House) -> None:
    availability = house.gate.availability
    await make(house, Rule(Verdict.REFUSED, country="DE"), Rule(Verdict.WAITING), Rule(Verdict.ALLOWED, country="de"))
    assert [(rule.country, rule.verdict) for rule in await availability.rules()] == [
        ("*", Verdict.WAITING),
        ("DE", Verdict.ALLOWED),
    ]
    await availability.remove(Rule(Verdict.REFUSED))
    assert [rule.country for rule in await availability.rules()] == ["DE"]
    with pytest.raises(NotFound):
        await availability.remove(Rule(Verdict.REFUSED))


async def test_what_somebody_would_get_is_what_they_get(house: House, store: Store) -> None:
    availability = house.gate.availability
    ben = await member(house, store, "ben@example.com")
    refused, allowed = Rule(Verdict.REFUSED, country="DE"), Rule(Verdict.ALLOWED, Audience.DOMAIN, "example.com")
    await make(house, refused, allowed)
    assert await availability.rule_for_newcomer("DE") == refused
    assert await availability.rule_for_newcomer("DE", email="b@EXAMPLE.com") == allowed
    assert await availability.rule_for_newcomer("FR", is_visitor=True) is None
    assert await availability.rule_for(ben, "DE") == allowed
    assert await availability.rule_for(replace(ben, role=Role.OWNER), "DE") is None
    await availability.make(Rule(Verdict.WAITING, Audience.PERSON, ben.id))
    assert await availability.rule_for(ben, "DE") == Rule(Verdict.WAITING, Audience.PERSON, ben.id)
    assert await availability.how_many_wait() == 0, "to find out puts nobody on the list"


async def test_personal_rules_and_the_list_come_in_pages(house: House) -> None:
    availability = house.gate.availability
    people = [f"person_{number}" for number in range(5)]
    one_by_one = [Rule(Verdict.ALLOWED, Audience.PERSON, one, country) for one in people for country in ("*", "DE")]
    await make(house, Rule(Verdict.WAITING), *reversed(one_by_one))
    assert await availability.rules_for_many() == (Rule(Verdict.WAITING),)
    found: list[Rule] = []
    while page := await availability.personal_rules(after=found[-1] if found else None, limit=3):
        found += page
    assert found == one_by_one
    for number in range(3):
        with pytest.raises(OnWaitingList):
            await ask(house, replace(ANNA, id=f"anna_{number}"))
    assert await availability.how_many_wait() == 3
    [last] = await availability.waiting(2, after=2)
    assert (last.position, last.person_id) == (3, "anna_2")


async def test_without_rules_a_turn_asks_neither_database_nor_file(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Regions, "country", None)
    await ask(house, ANNA)
    with statements(store) as seen:
        await asyncio.gather(*(ask(house, person) for person in (ANNA, STRANGER, VISITOR) * 5))
    assert seen == []


async def test_rules_for_many_are_read_once_in_two_seconds(house: House, store: Store) -> None:
    await make(house, Rule(Verdict.REFUSED, country="DE"))
    with statements(store) as seen:
        await asyncio.gather(*(ask(house, ANNA) for _ in range(5)))
        house.clock.advance(1.9)
        await ask(house, ANNA)
    assert len(seen) == 2, "the rules for many, and whether there are any for one"
    with statements(store) as seen:
        house.clock.advance(0.2)
        await ask(house, ANNA)
    assert len(seen) == 2


async def test_a_change_counts_at_once_here_and_soon_in_other_processes(store: Store, tmp_path: Path) -> None:
    clock = FakeClock()
    here = House(store, tmp_path / "here", SETTINGS, clock=clock)
    there = House(store, tmp_path / "there", SETTINGS, clock=clock)
    await ask(there, ANNA)
    await make(here, Rule(Verdict.REFUSED))
    with pytest.raises(NotAvailable):
        await ask(here, ANNA)
    clock.advance(2)
    with pytest.raises(NotAvailable):
        await ask(there, ANNA)
    await here.gate.availability.remove(Rule(Verdict.REFUSED))
    await ask(here, ANNA)
    for house in (here, there):
        house.journal.close()


async def test_what_was_read_before_a_change_is_not_remembered_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes when the rules have been read, and before they are remembered."""
    read, changes = rule_book._selected, [Rule(Verdict.REFUSED)]

    async def slowly(*arguments: Any) -> tuple[Rule, ...]:
        rules = await read(*arguments)
        if changes:
            await house.gate.availability.make(changes.pop())
        return rules

    monkeypatch.setattr(rule_book, "_selected", slowly)
    with pytest.raises(NotAvailable):
        await ask(house, ANNA)


async def test_visitors_are_told_apart(house: House) -> None:
    await make(house, Rule(Verdict.REFUSED, Audience.VISITORS))
    with pytest.raises(NotAvailable):
        await ask(house, VISITOR)
    await ask(house, ANNA)


async def test_a_request_that_is_sent_again_from_elsewhere_is_the_same(house: House) -> None:
    first, again = (replace(from_(origin), idempotency_key="once") for origin in (FRANCE, GERMANY))
    admission = await house.gate.admit(Caller(ANNA), first)
    repeated = await house.gate.admit(Caller(ANNA), again)
    assert (repeated.turn.id, repeated.is_repeated) == (admission.turn.id, True)
