"""The values that cross the accounts' border. None of them holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to this installation."""

    OWNER = "owner"
    """May do everything. There is always at least one."""
    ADMIN = "admin"
    """Looks after members, visitors and teams; not after owners, admins and money."""
    MEMBER = "member"
    VISITOR = "visitor"
    """Nobody knows who it is; see `PersonKind.VISITOR`."""


class PersonKind(StrEnum):
    """Whether somebody has said who they are."""

    PERSON = "person"
    VISITOR = "visitor"
    """Anonymous, known by a session alone, until they sign in."""


class PersonStatus(StrEnum):
    """Whether a person gets in."""

    ACTIVE = "active"
    BANNED = "banned"
    """Stays known, gets in nowhere, until the ban is lifted."""
    REMOVED = "removed"
    """Only the id is left, for what refers to it. It can't be undone."""


class TeamRole(StrEnum):
    """What a person is to a team; `permissions` says what each may do."""

    OWNER = "owner"
    """There is always at least one."""
    ADMIN = "admin"
    MEMBER = "member"
    TRAINER = "trainer"
    """A member who may also improve the team's models."""
    REVIEWER = "reviewer"
    """A member who may also judge the team's answers."""


class Scope(StrEnum):
    """What a key may be used for."""

    CHAT = "chat"
    """To ask models."""
    MODELS = "models"
    """To list models."""
    USAGE = "usage"
    """To read what was used and what it cost."""
    ADMIN = "admin"
    """To do what the console does, as far as the key's owner may."""
    FINE_TUNING = "fine_tuning"
    """To upload files and have models trained on them, which takes the whole machine: for owners and admins."""


USUAL_SCOPES = frozenset({Scope.CHAT, Scope.MODELS, Scope.USAGE})
"""What a key may be used for unless its maker says otherwise."""


class Period(StrEnum):
    """How long a budget lasts."""

    MONTH = "month"
    """A calendar month in UTC; then it begins anew."""
    EVER = "ever"
    """All the key's life."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is known here, or a visitor."""

    id: str
    name: str
    role: Role
    kind: PersonKind = PersonKind.PERSON
    locale: str = ""
    """A BCP 47 language tag, `zh-CN`; empty: whatever their browser asks for."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person with what only they themselves and admins may see."""

    person: Person
    status: PersonStatus
    email: str | None
    phone: str | None
    """With country: `+8613800138000`."""
    has_password: bool
    current_team_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from, as far as it can be told."""

    address: str = ""
    """Its IP address."""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id: str
    person_id: str
    device: Device
    """The address is the one it was last seen at."""
    created_at: datetime
    last_seen_at: datetime
    """To a few minutes."""
    expires_at: datetime
    """When it ends if it isn't used any more."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a key may spend. It is kept here and minded where money is."""

    micros: int
    """Millionths of the currency's major unit."""
    period: Period


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that lets a program act for a person, without its secret."""

    id: str
    owner_id: str
    name: str
    prefix: str
    """The secret's first characters, for people to recognise it by."""
    created_at: datetime
    last_used_at: datetime | None
    """To the minute."""
    revoked_at: datetime | None
    scopes: frozenset[Scope] = USUAL_SCOPES
    models: tuple[str, ...] = ()
    """The models it may ask; empty: all."""
    budget: Budget | None = None
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    """The networks it may be used from, in CIDR notation; empty: all."""
    project_id: str | None = None
    """The team's project that it belongs to; else it is its owner's own."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be like. The fields are those of `ApiKey`."""

    name: str
    scopes: frozenset[Scope] = USUAL_SCOPES
    models: tuple[str, ...] = ()
    budget: Budget | None = None
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """People who share projects, and perhaps a purse."""

    id: str
    name: str
    pays_for_members: bool
    """Whether the team pays for what members do with it as their current team, and not only for its projects' keys."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a team."""

    team_id: str
    person: Person
    role: TeamRole
    since: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A part of a team's work; it owns keys and conversations."""

    id: str
    team_id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JoinedProject:
    """A project of a team that one is in."""

    project: Project
    team: Team
    role: TeamRole
    """One's own in the team."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Leave for one person to join, without the link's token."""

    id: str
    email: str | None
    """Whom it was sent to; none: whoever has the link."""
    role: Role
    """What somebody who is new becomes."""
    team_id: str | None
    team_role: TeamRole | None
    invited_by_id: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by_id: str | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """That somebody gave their consent, or took it back."""

    is_given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether models may learn from what a person says of answers."""

    changes: tuple[ConsentChange, ...]
    """All that they ever decided, the latest first."""

    @property
    def is_given(self) -> bool:
        """Nobody has consented until they say so."""
        return bool(self.changes) and self.changes[0].is_given

    @property
    def since(self) -> datetime | None:
        """When it was given; None: it isn't."""
        return self.changes[0].at if self.is_given else None
