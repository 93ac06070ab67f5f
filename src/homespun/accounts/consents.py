"""Consents: whose words models may learn from. It is each person's own, off until given, and may be taken back.

What was a visitor's becomes the person's who signs in, and then the person's own word counts: a visitor's consent
ends with the visit. Nobody consents for somebody else, not even for who they turned out to be.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select

from homespun.core.clock import Clock
from homespun.core.errors import Refused
from homespun.store import Store

from .permissions import LOOKS_AFTER_PEOPLE, TeamAction, roles_that_may
from .tables import ConsentRow, MembershipRow, PersonRow, TeamRow
from .values import Consent, ConsentChange, Person, PersonStatus


class Consents:
    """Keeps what people decided, with its times, and says who consents at present."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, person_id: str) -> Consent:
        """What a person has decided so far."""
        theirs = select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.number.desc())
        async with self._store.read() as session:
            return Consent(tuple(ConsentChange(row.is_given, row.at) for row in await session.scalars(theirs)))

    async def set(self, person_id: str, is_given: bool) -> Consent:  # noqa: FBT001  # it is all there is to say
        """Notes what a person decides. To decide the same again changes nothing."""
        async with self._store.write() as session:
            await session.get_one(PersonRow, person_id, with_for_update=True)
            latest = select(ConsentRow.is_given).where(ConsentRow.person_id == person_id)
            before = await session.scalar(latest.order_by(ConsentRow.number.desc()).limit(1))
            if bool(before) != is_given:
                session.add(ConsentRow(person_id=person_id, is_given=is_given, at=self._clock.now()))
        return await self.of(person_id)

    async def given(self) -> frozenset[str]:
        """The ids of all who consent at present. Whoever was banned or removed, or was a visitor, doesn't."""
        async with self._store.read() as session:
            return frozenset(await session.scalars(_given()))

    async def reviewable_by(self, actor: Person) -> frozenset[str]:
        """Of those, the ones whose answers this person may judge: the members of teams where they review.

        Owners and admins of the installation judge everybody's. Raises `Refused` to those who review nowhere.
        """
        if actor.role in LOOKS_AFTER_PEOPLE:
            return await self.given()
        teams = _reviewed_by(actor)
        members = select(MembershipRow.person_id).where(MembershipRow.team_id.in_(teams))
        async with self._store.read() as session:
            if await session.scalar(teams.limit(1)) is None:
                raise Refused("This is for trainers and reviewers. An owner or admin of your team can make you one.")
            return frozenset(await session.scalars(_given().where(ConsentRow.person_id.in_(members))))


def _given() -> Select[str]:
    latest = select(func.max(ConsentRow.number)).group_by(ConsentRow.person_id)
    return (
        select(ConsentRow.person_id)
        .join(PersonRow, PersonRow.id == ConsentRow.person_id)
        .where(ConsentRow.number.in_(latest), ConsentRow.is_given, PersonRow.status == PersonStatus.ACTIVE)
    )


def _reviewed_by(actor: Person) -> Select[str]:
    """The teams that this person reviews, as they stand now."""
    return (
        select(MembershipRow.team_id)
        .join(TeamRow, TeamRow.id == MembershipRow.team_id)
        .where(
            MembershipRow.person_id == actor.id,
            MembershipRow.role.in_(roles_that_may(TeamAction.REVIEW)),
            TeamRow.deleted_at.is_(None),
        )
    )
