"""Teams, their members, projects and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from homespun.accounts import Role, TeamRole

from .base import LeastNothing, Wire
from .people import Name

Id = Annotated[str, Field(max_length=40)]


class Team(Wire):
    """People who share projects, and perhaps a purse."""

    id: str
    name: str
    pays_for_members: bool
    """Whether the team pays for what members do with it as their current team."""
    created_at: datetime


class TeamPage(Wire):
    """GET /api/console/teams?cursor=&limit=: newest first."""

    teams: list[Team]
    next_cursor: str | None


class NewTeam(Wire):
    """POST /api/console/teams: whoever makes it owns it."""

    name: Name
    pays_for_members: bool = False


class TeamChange(Wire):
    """PATCH /api/teams/{id}: only the fields that are given change."""

    name: Name | None = None
    pays_for_members: bool | None = None


class TeamMember(Wire):
    """A person in a team."""

    person_id: str
    name: str
    role: TeamRole
    since: datetime


class TeamMemberPage(Wire):
    """GET /api/teams/{id}/members?cursor=&limit=: the longest first."""

    members: list[TeamMember]
    next_cursor: str | None


class NewMember(Wire):
    """POST /api/teams/{id}/members: somebody who is here already; others are invited."""

    person_id: Id
    role: TeamRole = TeamRole.MEMBER


class MemberChange(Wire):
    """PATCH /api/teams/{id}/members/{person_id}."""

    role: TeamRole


class MemberBudget(Wire):
    """How much a member's turns may cost their team in a calendar month; null: no limit."""

    micros: LeastNothing | None


class Project(Wire):
    """A part of a team's work; it owns keys and conversations."""

    id: str
    team_id: str
    name: str
    created_at: datetime


class MyProject(Project):
    """A project of a team that one is in."""

    team_name: str
    role: TeamRole
    """One's own in the team; owners and admins may rename and delete others' conversations."""


class ProjectName(Wire):
    """A project's name."""

    name: Name


class NewInvitation(Wire):
    """Invites somebody by e-mail, or by a link that the inviter hands over."""

    email: Annotated[str, Field(max_length=254)] | None = None
    role: Role = Role.MEMBER
    """What somebody who is new here becomes."""
    team_role: TeamRole = TeamRole.MEMBER
    """Where it is for a team."""
    locale: str = Field(default="", max_length=35)
    """The language of the e-mail."""


class Invitation(Wire):
    """Leave for one person to join, without the link's token."""

    id: str
    email: str | None
    role: Role
    team_id: str | None
    team_role: TeamRole | None
    invited_by_id: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by_id: str | None
    revoked_at: datetime | None


class MadeInvitation(Wire):
    """A new invitation, with its link's token unless that was sent by e-mail."""

    invitation: Invitation
    token: str | None
