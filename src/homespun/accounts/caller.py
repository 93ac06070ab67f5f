"""Who is calling: the one answer to the question that every door asks, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from homespun.core.errors import ModelRefused, Refused, ScopeMissing

from .values import ApiKey, Person, Role, Scope

_ADMINISTERING = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings along to prove who sends it, as it was sent."""

    bearer: str = field(default="", repr=False)
    """An API key. It counts for more than the session."""
    session: str = field(default="", repr=False)
    """A session's token."""
    address: str = ""
    """The client's IP address."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has proved who they are, and by what."""

    person: Person
    key: ApiKey | None = None
    """The key that was sent; without one it was a session."""
    session_id: str | None = None
    team_id: str | None = None
    """The team of the project; else the person's current team."""
    project_id: str | None = None
    """The project that the key belongs to, or whose conversation it is about; see `Projects.within`."""
    team_pays: bool = False
    """Whether the team pays for what this caller does."""

    @property
    def payer_id(self) -> str:
        """Whose money it is: the team's or the person's."""
        return self.team_id if self.team_id and self.team_pays else self.person.id

    @property
    def is_admin(self) -> bool:
        """Whether they may see the console at all; a key needs its scope besides."""
        return self.person.role in _ADMINISTERING and (self.key is None or Scope.ADMIN in self.key.scopes)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids whose ending ends this caller and all that is being streamed to it; see `Accounts.endings_after`."""
        person = self.person
        subjects = [person.id, self.key.id if self.key else self.session_id, self.team_id, self.project_id]
        if self.team_id:
            subjects.append(membership_subject(self.team_id, person.id))
        if person.role in _ADMINISTERING:
            subjects.append(role_subject(person.id, person.role))
        return tuple(subject for subject in subjects if subject)

    def require(self, scope: Scope) -> None:
        """Raises `ScopeMissing` where the key isn't for this, and `Refused` where the person isn't."""
        if self.key and scope not in self.key.scopes:
            raise ScopeMissing(f"This API key lacks the scope {scope.value!r}. Make one with it, or use another.")
        if scope is Scope.ADMIN and not self.is_admin:
            raise Refused
        if scope is Scope.FINE_TUNING and self.person.role not in _ADMINISTERING:
            raise Refused("Training takes the whole machine, so it is for owners and admins. Ask one of them.")

    def require_model(self, model: str) -> None:
        """Raises `ModelRefused` where the key is for other models."""
        if self.key and self.key.models and model not in self.key.models:
            raise ModelRefused(f"This API key may only ask {', '.join(self.key.models)}. Use another key or model.")


def membership_subject(team_id: str, person_id: str) -> str:
    """The id under which a membership ends."""
    return f"{team_id}:{person_id}"


def role_subject(person_id: str, role: Role) -> str:
    """The id under which a role that gives power ends."""
    return f"{person_id}:{role.value}"
