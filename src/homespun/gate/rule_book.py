"""The rules of availability as they are stored. Those for many people are remembered for two seconds.

There may be a rule for each of a hundred thousand people who were let in one by one, so these are looked up when their
person asks, by the primary key, and only where there are any.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import NotFound
from homespun.store import Store, alone

from .rules import Audience, Rule, Verdict, checked
from .tables import AvailabilityRuleRow

REMEMBERED_S = 2.0
"""So long another process may go on by the rules of before a change."""

_LOCK = "availability rules"
_FOR_MANY = tuple(audience for audience in Audience if audience is not Audience.PERSON)
_IN_ORDER = (AvailabilityRuleRow.audience, AvailabilityRuleRow.subject, AvailabilityRuleRow.country)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of the rules."""

    for_many: tuple[Rule, ...] = ()
    """All but those for one person."""
    are_personal: bool = False
    """Whether there are any for one person."""

    @property
    def are_none(self) -> bool:
        """Nobody has made a rule."""
        return not self.for_many and not self.are_personal

    def mind(self, audience: Audience) -> bool:
        """Whether some rule tells people by this."""
        return any(rule.audience is audience for rule in self.for_many)


class RuleBook:
    """Reads the rules, for every turn, and changes them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = Known()
        self._good_until_s = -math.inf
        self._age = 0
        """Grows with every change. What was read before one mustn't be remembered after it."""
        self._reading = asyncio.Lock()

    async def known(self) -> Known:
        """What holds for many people; read at most every two seconds, by one turn for all."""
        if self._is_stale():
            async with self._reading:
                while self._is_stale():
                    await self._read()
        return self._known

    async def personal(self, person_id: str) -> tuple[Rule, ...]:
        """The rules for one person, read now."""
        async with self._store.read() as session:
            return await _selected(session, [Audience.PERSON], person_id)

    async def all(self) -> tuple[Rule, ...]:
        """Every rule, the most specific first, read now."""
        async with self._store.read() as session:
            return _most_specific_first(await _selected(session, tuple(Audience)))

    async def for_many(self) -> tuple[Rule, ...]:
        """As `all`, without those for one person."""
        async with self._store.read() as session:
            return _most_specific_first(await _selected(session, _FOR_MANY))

    async def personal_after(self, last: Rule | None, limit: int) -> tuple[Rule, ...]:
        """Rules for one person each, by the person's id and country, after that one."""
        wanted = select(AvailabilityRuleRow).where(AvailabilityRuleRow.audience == Audience.PERSON.value)
        if last:
            place = tuple_(AvailabilityRuleRow.subject, AvailabilityRuleRow.country)
            wanted = wanted.where(place > tuple_(literal(last.subject), literal(last.country)))
        async with self._store.read() as session:
            return tuple(_rule(row) for row in await session.scalars(wanted.order_by(*_IN_ORDER).limit(limit)))

    async def put(self, session: AsyncSession, rule: Rule) -> Rule:
        """Makes a rule, in place of one for the same people and country. Raises `Invalid`.

        Call `forget` when the unit of work has ended.
        """
        rule = checked(rule)
        await alone(session, _LOCK)
        await session.merge(_row(rule, self._clock.now()))
        await session.flush()
        return rule

    async def drop(self, session: AsyncSession, rule: Rule) -> None:
        """Removes the rule for the same people and country. Raises `NotFound`. As to `forget`, see `put`."""
        rule = checked(rule)
        await alone(session, _LOCK)
        row = await session.get(AvailabilityRuleRow, (rule.audience.value, rule.subject, rule.country))
        if row is None:
            raise NotFound("There is no such rule. `homespun availability list` shows those there are.")
        await session.delete(row)
        await session.flush()

    def forget(self) -> None:
        """Forgets what is remembered: the rules have changed."""
        self._age += 1
        self._good_until_s = -math.inf

    def _is_stale(self) -> bool:
        return self._clock.monotonic_s() >= self._good_until_s

    async def _read(self) -> None:
        age = self._age
        async with self._store.read() as session:
            rules = await _selected(session, _FOR_MANY)
            personal = exists().where(AvailabilityRuleRow.audience == Audience.PERSON.value)
            are_personal = bool(await session.scalar(select(personal)))
        if age == self._age:
            self._known = Known(rules, are_personal)
            self._good_until_s = self._clock.monotonic_s() + REMEMBERED_S


async def _selected(
    session: AsyncSession, audiences: Sequence[Audience], subject: str | None = None
) -> tuple[Rule, ...]:
    wanted = select(AvailabilityRuleRow).where(AvailabilityRuleRow.audience.in_([one.value for one in audiences]))
    if subject is not None:
        wanted = wanted.where(AvailabilityRuleRow.subject == subject)
    return tuple(_rule(row) for row in await session.scalars(wanted.order_by(*_IN_ORDER)))


def _most_specific_first(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    audiences = tuple(Audience)
    return tuple(sorted(rules, key=lambda rule: audiences.index(rule.audience)))


def _row(rule: Rule, at: datetime) -> AvailabilityRuleRow:
    return AvailabilityRuleRow(
        audience=rule.audience.value,
        subject=rule.subject,
        country=rule.country,
        verdict=rule.verdict.value,
        message_en=rule.message_en,
        message_zh=rule.message_zh,
        changed_at=at,
    )


def _rule(row: AvailabilityRuleRow) -> Rule:
    audience, verdict = Audience(row.audience), Verdict(row.verdict)
    return Rule(verdict, audience, row.subject, row.country, row.message_en, row.message_zh)
