"""To whom it is available where: rules, what somebody would get, and the waiting list.

Admins see all of it and let people in who wait; rules are the owners' to change, for a rule can shut all others out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from homespun import accounts
from homespun.api.app import money
from homespun.api.app.guard import AdminRoute, OwnerRoute, Parts, Person
from homespun.api.app.wire import availability as wire
from homespun.api.backend import Backend
from homespun.core.errors import Invalid
from homespun.gate import ANYWHERE, COUNTRIES, UNKNOWN, Audience, Language, Rule, Verdict, told

router = APIRouter(prefix="/api/console/availability", route_class=AdminRoute)
ruling = APIRouter(prefix="/api/console/availability", route_class=OwnerRoute)

Subject = Annotated[str, Query(max_length=254)]
Country = Annotated[str, Query(max_length=2)]
Who = Annotated[Literal["newcomer", "visitor", "person"], Query()]


@router.get("/rules")
async def rules(parts: Parts) -> wire.AvailabilityRules:
    """All rules but those for one person, the most specific first."""
    availability = parts.gate.availability
    return wire.AvailabilityRules(
        rules=await _shown(parts, await availability.rules_for_many()),
        tells_countries=availability.tells_countries,
        countries=sorted(COUNTRIES),
    )


@router.get("/personal-rules")
async def personal_rules(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> wire.PersonalRules:
    """Rules for one person each."""
    some = await parts.gate.availability.personal_rules(after=_after(cursor), limit=limit)
    after = f"{some[-1].subject} {some[-1].country}" if len(some) == limit else None
    return wire.PersonalRules(rules=await _shown(parts, some), next_cursor=after)


@ruling.put("/rules")
async def set_rule(change: wire.RuleChange, parts: Parts, person: Person) -> wire.AvailabilityRule:
    """Makes a rule, in place of one for the same people and country. All processes heed it within two seconds."""
    rule = await _with_id(parts, person, Rule(**change.model_dump()))
    [made] = await _shown(parts, [await parts.gate.availability.make(rule)])
    return made


@ruling.delete("/rules", status_code=204)
async def remove_rule(
    parts: Parts, audience: Audience = Audience.EVERYBODY, subject: Subject = "", country: Country = ANYWHERE
) -> None:
    """Removes the rule for just these people and this country; a less specific one counts then."""
    await parts.gate.availability.remove(Rule(Verdict.ALLOWED, audience, subject, country))


@router.get("/trial")
async def try_out(
    parts: Parts, person: Person, who: Who = "newcomer", called: Subject = "", country: Country = UNKNOWN
) -> wire.Trial:
    """What somebody would get: a visitor, a newcomer with the e-mail address `called`, or the person called so."""
    availability = parts.gate.availability
    if who == "person":
        found = await parts.accounts.people.find(person, called)
        rule = await availability.rule_for(found.person, country)
    else:
        rule = await availability.rule_for_newcomer(country, email=called, is_visitor=who == "visitor")
    if rule is None:
        return wire.Trial(verdict=Verdict.ALLOWED, rule=None, told_en="", told_zh="")
    [shown] = await _shown(parts, [rule])
    words = {"told_en": told(rule, Language.ENGLISH), "told_zh": told(rule, Language.CHINESE)}
    return wire.Trial(verdict=rule.verdict, rule=shown, **words)


@router.get("/waiting")
async def waiting(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> wire.WaitingPage:
    """Who waits to be let in, the longest first."""
    availability = parts.gate.availability
    some = await availability.waiting(limit, after=money.number_of(cursor) or 0)
    names = await parts.accounts.people.names(one.person_id for one in some)
    lines = [
        wire.Waiting(
            position=one.position,
            person_id=one.person_id,
            name=names.get(one.person_id, ""),
            country=one.country,
            asked_at=one.asked_at,
        )
        for one in some
    ]
    after = str(some[-1].position) if len(some) == limit else None
    return wire.WaitingPage(waiting=lines, total=await availability.how_many_wait(), next_cursor=after)


@router.post("/waiting/{person_id}/admission", status_code=204)
async def admit(person_id: str, parts: Parts) -> None:
    """Lets somebody in who waits, everywhere, by a rule of their own."""
    await parts.gate.availability.admit(person_id)


async def _with_id(parts: Backend, owner: accounts.Person, rule: Rule) -> Rule:
    """The rule with the id of whom people call by a name or an address. Raises `NotFound`."""
    match rule.audience:
        case Audience.PERSON:
            return replace(rule, subject=(await parts.accounts.people.find(owner, rule.subject)).person.id)
        case Audience.TEAM:
            return replace(rule, subject=(await parts.accounts.teams.find(owner, rule.subject)).id)
    return rule


async def _shown(parts: Backend, some: Iterable[Rule]) -> list[wire.AvailabilityRule]:
    """With the names of whom they are for."""
    listed = list(some)
    ids = [rule.subject for rule in listed if rule.audience in (Audience.PERSON, Audience.TEAM)]
    names = await money.names_of(parts, ids) if ids else {}
    return [
        wire.AvailabilityRule(
            verdict=rule.verdict,
            audience=rule.audience,
            subject=rule.subject,
            name=names.get(rule.subject, ""),
            country=rule.country,
            message_en=rule.message_en,
            message_zh=rule.message_zh,
        )
        for rule in listed
    ]


def _after(cursor: str | None) -> Rule | None:
    """Raises `Invalid` for a cursor that isn't one."""
    if cursor is None:
        return None
    subject, _, country = cursor.partition(" ")
    if not (subject and country):
        raise Invalid("This isn't a cursor of this list. Begin again without one.", param="cursor")
    return Rule(Verdict.ALLOWED, Audience.PERSON, subject, country)
