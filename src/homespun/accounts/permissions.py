"""Who may do what to whom: all of it, as tables. Whatever isn't in them is refused."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum

from .values import Role, TeamRole


class TeamAction(StrEnum):
    """What can be done in a team."""

    SEE = "see"
    """To see who is in it and which projects it has."""
    TALK = "talk"
    """To read its projects' conversations, to begin some and to ask in them. This takes a membership: whoever looks
    after teams without being in them has no part in what they talk about."""
    MODERATE = "moderate"
    """To rename and delete its projects' conversations, whoever began them. It takes a membership, too."""
    MAKE_KEYS = "make_keys"
    """To make keys of its projects for oneself, and to revoke those."""
    REVIEW = "review"
    """To see which answers its members found wanting, if these consent, and to write better ones."""
    TRAIN = "train"
    """To improve its models."""
    MANAGE_PROJECTS = "manage_projects"
    """To make, rename and delete projects, and to revoke anybody's keys of them."""
    MANAGE_MEMBERS = "manage_members"
    """To invite, to remove and to change the roles of those whom `TEAM_POWER` names."""
    RENAME = "rename"
    SEE_MONEY = "see_money"
    """To see what it has, used and paid, and to add to it."""
    SET_PAYMENT = "set_payment"
    """To decide whether the team pays for its members."""
    DELETE = "delete"


_EVERYBODY = frozenset({TeamAction.SEE, TeamAction.TALK, TeamAction.MAKE_KEYS})
_ADMINS = _EVERYBODY | {
    TeamAction.MODERATE,
    TeamAction.MANAGE_PROJECTS,
    TeamAction.MANAGE_MEMBERS,
    TeamAction.RENAME,
    TeamAction.SEE_MONEY,
}

TEAM_ACTIONS: Mapping[TeamRole, Set[TeamAction]] = {
    TeamRole.OWNER: frozenset(TeamAction),
    TeamRole.ADMIN: _ADMINS | {TeamAction.REVIEW, TeamAction.TRAIN},
    TeamRole.TRAINER: _EVERYBODY | {TeamAction.REVIEW, TeamAction.TRAIN},
    TeamRole.REVIEWER: _EVERYBODY | {TeamAction.REVIEW},
    TeamRole.MEMBER: _EVERYBODY,
}
"""What each role may do in its team."""

_BELOW_TEAM_ADMIN = frozenset({TeamRole.MEMBER, TeamRole.TRAINER, TeamRole.REVIEWER})

TEAM_POWER: Mapping[TeamRole, Set[TeamRole]] = {
    TeamRole.OWNER: frozenset(TeamRole),
    TeamRole.ADMIN: _BELOW_TEAM_ADMIN,
    TeamRole.TRAINER: frozenset(),
    TeamRole.REVIEWER: frozenset(),
    TeamRole.MEMBER: frozenset(),
}
"""Which members each role may add, remove, or change the role of; and which roles it may give."""

POWER: Mapping[Role, Set[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.ADMIN: frozenset({Role.MEMBER, Role.VISITOR}),
    Role.MEMBER: frozenset(),
    Role.VISITOR: frozenset(),
}
"""Whom each role may ban, remove, invite, or change the role of; whose keys and sessions it may end."""

GRANTS: Mapping[Role, Set[Role]] = {
    Role.OWNER: frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER}),
    Role.ADMIN: frozenset({Role.MEMBER}),
    Role.MEMBER: frozenset(),
    Role.VISITOR: frozenset(),
}
"""Which roles each may give. Nobody is made a visitor."""

LOOKS_AFTER_PEOPLE = frozenset({Role.OWNER, Role.ADMIN})
"""Who may see everybody, invite people, and make teams."""


def may_act_on(actor: Role, subject: Role) -> bool:
    """Whether the one may ban, remove or change the other."""
    return subject in POWER[actor]


def may_grant(actor: Role, role: Role) -> bool:
    """Whether the one may give this role."""
    return role in GRANTS[actor]


def may_in_team(role: TeamRole | None, action: TeamAction) -> bool:
    """Whether somebody with this role, or none, may do this in the team."""
    return role is not None and action in TEAM_ACTIONS[role]


def roles_that_may(action: TeamAction) -> frozenset[TeamRole]:
    """The roles of those who may do this in a team by their membership alone."""
    return frozenset(role for role, actions in TEAM_ACTIONS.items() if action in actions)


def may_act_on_member(actor: TeamRole | None, subject: TeamRole) -> bool:
    """Whether the one may add, remove, or change the role of the other, or give that role."""
    return actor is not None and subject in TEAM_POWER[actor]


def role_in_team(role: Role, membership: TeamRole | None) -> TeamRole | None:
    """What somebody counts as in a team: owners of the installation own every team, admins look after every team."""
    match role:
        case Role.OWNER:
            return TeamRole.OWNER
        case Role.ADMIN:
            return TeamRole.OWNER if membership is TeamRole.OWNER else TeamRole.ADMIN
        case Role.MEMBER:
            return membership
        case Role.VISITOR:
            return None
