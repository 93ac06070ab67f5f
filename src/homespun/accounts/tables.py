"""The accounts' tables. No secret that lets somebody in is ever stored, only what it can be checked by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from homespun.store import Base, RowNumber, UtcDateTime

from .values import (
    USUAL_SCOPES,
    ApiKey,
    Budget,
    Device,
    Invitation,
    Period,
    Person,
    PersonKind,
    PersonStatus,
    Profile,
    Project,
    Role,
    Scope,
    Session,
    Team,
    TeamRole,
)

_BYTEWISE_NAME = Text().with_variant(Text(collation="C"), "postgresql")
_BYTEWISE_EMAIL = String(254).with_variant(String(254, collation="C"), "postgresql")
"""Compared byte by byte, as SQLite does in any case: so an index helps to find all that begin with something."""


class Words(TypeDecorator[tuple[str, ...]]):
    """A few words that have no blanks in them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Joins them."""
        return " ".join(value or ())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...]:
        """Takes them apart."""
        return tuple((value or "").split())


class PersonRow(Base):
    """Somebody who may use this installation, or a visitor."""

    __tablename__ = "people"
    __table_args__ = (
        Index(None, "kind", "created_at", "id"),
        Index(
            "ix_people_moving",
            "moving_since",
            sqlite_where=text("moving_since IS NOT NULL"),
            postgresql_where=text("moving_since IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20), index=True)
    """A `Role`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(10), default=PersonKind.PERSON, server_default="person")
    """A `PersonKind`."""
    status: Mapped[str] = mapped_column(String(10), default=PersonStatus.ACTIVE, server_default="active")
    """A `PersonStatus`."""
    locale: Mapped[str] = mapped_column(String(35), default="", server_default="")
    name_key: Mapped[str] = mapped_column(_BYTEWISE_NAME, default="", server_default="", index=True)
    """The name as it is searched for: `proofs`' neighbour `people.name_key` makes it."""
    email: Mapped[str | None] = mapped_column(_BYTEWISE_EMAIL, unique=True, index=True)
    """In lower case; whoever has it has proved that they read it, or was invited by it."""
    phone: Mapped[str | None] = mapped_column(String(16), unique=True, index=True)
    """E.164."""
    password_hash: Mapped[str | None] = mapped_column(Text)
    """argon2id, with its parameters and salt."""
    current_team_id: Mapped[str | None] = mapped_column(String(40))
    """The team they work for just now; one that they are a member of."""
    merged_into_id: Mapped[str | None] = mapped_column(String(40))
    """Of a visitor who has signed in: the person they turned out to be."""
    moving_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when what was theirs is to become that person's. None: nothing is, or all of it is theirs."""

    def as_person(self) -> Person:
        """The value that crosses the border."""
        return Person(self.id, self.name, Role(self.role), PersonKind(self.kind), self.locale)

    def as_profile(self) -> Profile:
        """The value with contacts and status."""
        return Profile(
            person=self.as_person(),
            status=PersonStatus(self.status),
            email=self.email,
            phone=self.phone,
            has_password=self.password_hash is not None,
            current_team_id=self.current_team_id,
            created_at=self.created_at,
        )


class ApiKeyRow(Base):
    """A key that lets a program act for a person."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(40), index=True)
    """The secret's first characters, for people to recognise it by; no secret themselves."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256, in hex, of the secret."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """To the minute."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scopes: Mapped[tuple[str, ...]] = mapped_column(Words, server_default="chat models usage")
    """Some of `Scope`."""
    models: Mapped[tuple[str, ...]] = mapped_column(Words, default=(), server_default="")
    """The models it may ask; empty: all."""
    networks: Mapped[tuple[str, ...]] = mapped_column(Words, default=(), server_default="")
    """In CIDR notation; empty: from everywhere."""
    budget_micros: Mapped[int | None] = mapped_column(BigInteger)
    """Millionths of the currency's major unit that it may spend; none: no limit."""
    budget_period: Mapped[str | None] = mapped_column(String(10))
    """A `Period`, where there is a budget."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """The team's project that owns it."""

    def as_key(self) -> ApiKey:
        """The value that crosses the border."""
        return ApiKey(
            id=self.id,
            owner_id=self.owner_id,
            name=self.name,
            prefix=self.prefix,
            created_at=self.created_at,
            last_used_at=self.last_used_at,
            revoked_at=self.revoked_at,
            scopes=frozenset(map(Scope, self.scopes)),
            models=self.models,
            budget=self._budget(),
            expires_at=self.expires_at,
            networks=self.networks,
            project_id=self.project_id,
        )

    def _budget(self) -> Budget | None:
        if self.budget_micros is None or self.budget_period is None:
            return None
        return Budget(self.budget_micros, Period(self.budget_period))


class SignInLinkRow(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that is signed in. One that has ended is deleted."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256, in hex, of the token."""
    id: Mapped[str] = mapped_column(String(40), unique=True)
    """What it is called; no secret."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """To a few minutes."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """Moves on while the session is used, but not for ever."""
    address: Mapped[str] = mapped_column(String(45))
    """The IP address it was last seen at."""
    user_agent: Mapped[str] = mapped_column(Text)

    def as_session(self) -> Session:
        """The value that crosses the border."""
        device = Device(self.address, self.user_agent)
        return Session(self.id, self.person_id, device, self.created_at, self.last_seen_at, self.expires_at)


class SignInCodeRow(Base):
    """A one-time code that was sent to an e-mail address or a phone. Only the newest of a destination counts."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index(None, "destination", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    destination: Mapped[str] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA256, in hex, of destination and code, with the installation's secret."""
    tries: Mapped[int]
    """How often a code was tried; the last one that counts is `codes.MOST_TRIES`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OpenIdIdentityRow(Base):
    """Whom an OpenID provider calls what."""

    __tablename__ = "openid_identities"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    """The provider's address, as it names itself."""
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    """What it calls the person; never given to anybody else."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpenIdAttemptRow(Base):
    """A sign-in that has been begun. One that comes back is deleted, so that it comes back once."""

    __tablename__ = "openid_attempts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256, in hex, of the state, which itself is derived from a secret that the browser alone has."""
    session_id: Mapped[str | None] = mapped_column(String(40))
    """The session whose person is to be linked with whoever signs in there. None: it is for coming in."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class InvitationRow(Base):
    """Leave for one person to join."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256, in hex, of the link's token."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Whom it was sent to; none: whoever has the link."""
    role: Mapped[str] = mapped_column(String(20))
    """The `Role` of whoever is new here."""
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    team_role: Mapped[str | None] = mapped_column(String(20))
    """A `TeamRole`, where there is a team."""
    invited_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def as_invitation(self) -> Invitation:
        """The value that crosses the border."""
        return Invitation(
            id=self.id,
            email=self.email,
            role=Role(self.role),
            team_id=self.team_id,
            team_role=TeamRole(self.team_role) if self.team_role else None,
            invited_by_id=self.invited_by_id,
            created_at=self.created_at,
            expires_at=self.expires_at,
            used_at=self.used_at,
            used_by_id=self.used_by_id,
            revoked_at=self.revoked_at,
        )


class TeamRow(Base):
    """People who share projects, and perhaps a purse."""

    __tablename__ = "teams"
    __table_args__ = (Index(None, "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    pays_for_members: Mapped[bool]
    """Whether it pays for what its members do with it as their current team."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Deleted teams keep their row, for what refers to them."""

    def as_team(self) -> Team:
        """The value that crosses the border."""
        return Team(self.id, self.name, self.pays_for_members, self.created_at)


class MembershipRow(Base):
    """That a person is in a team."""

    __tablename__ = "memberships"

    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
    """A `TeamRole`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProjectRow(Base):
    """A part of a team's work. It owns keys here, and conversations elsewhere."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def as_project(self) -> Project:
        """The value that crosses the border."""
        return Project(self.id, self.team_id, self.name, self.created_at)


class EndingRow(Base):
    """That something which let people in doesn't any more. Kept for a day, for processes to notice."""

    __tablename__ = "endings"

    number: Mapped[RowNumber]
    """In the order of commits: whoever writes one is alone (see `endings`)."""
    subject_id: Mapped[str] = mapped_column(String(100))
    """One of `Caller.subjects`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ThrottleRow(Base):
    """How often something was tried of late."""

    __tablename__ = "throttles"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256, in hex, of what is counted: people type all kinds of things into the field for their name."""
    attempts: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ConsentRow(Base):
    """That a person gave or took back their consent to learning from what they say. Rows are only ever added."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "person_id", "number"),)

    number: Mapped[RowNumber]
    """The latest of a person's counts."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    is_given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class InstallationSecretRow(Base):
    """A random secret that this installation keeps to itself."""

    __tablename__ = "installation_secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    """What it is for."""
    secret: Mapped[str] = mapped_column(String(64))
    """256 random bits, in hex."""


assert " ".join(sorted(USUAL_SCOPES)) == "chat models usage", "the default of a column, see `ApiKeyRow.scopes`"
