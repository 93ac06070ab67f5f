"""Who may do what to whom, over all pairs. The expectation is written out as a person would, not as the code is."""

from __future__ import annotations

from itertools import product

import pytest

from homespun.accounts import (
    Role,
    TeamAction,
    TeamRole,
    may_act_on,
    may_act_on_member,
    may_grant,
    may_in_team,
    role_in_team,
)

ACTS_ON = {
    (Role.OWNER, Role.OWNER),
    (Role.OWNER, Role.ADMIN),
    (Role.OWNER, Role.MEMBER),
    (Role.OWNER, Role.VISITOR),
    (Role.ADMIN, Role.MEMBER),
    (Role.ADMIN, Role.VISITOR),
}
GRANTS = {
    (Role.OWNER, Role.OWNER),
    (Role.OWNER, Role.ADMIN),
    (Role.OWNER, Role.MEMBER),
    (Role.ADMIN, Role.MEMBER),
}

T = TeamRole
ACTS_ON_MEMBER = {
    *((T.OWNER, role) for role in T),
    (T.ADMIN, T.MEMBER),
    (T.ADMIN, T.TRAINER),
    (T.ADMIN, T.REVIEWER),
}

IN_TEAM = """
                 owner  admin  trainer  reviewer  member
see              yes    yes    yes      yes       yes
talk             yes    yes    yes      yes       yes
moderate         yes    yes    no       no        no
make_keys        yes    yes    yes      yes       yes
review           yes    yes    yes      yes       no
train            yes    yes    yes      no        no
manage_projects  yes    yes    no       no        no
manage_members   yes    yes    no       no        no
rename           yes    yes    no       no        no
see_money        yes    yes    no       no        no
set_payment      yes    no     no       no        no
delete           yes    no     no       no        no
"""


@pytest.mark.parametrize("action", list(TeamAction))
def test_a_stranger_may_nothing_in_a_team(action: TeamAction) -> None:
    assert not may_in_team(None, action)
    for visitor in (None, *TeamRole):
        assert not may_in_team(role_in_team(Role.VISITOR, visitor), action)


@pytest.mark.parametrize("subject", list(TeamRole))
def test_a_stranger_has_no_say_over_members(subject: TeamRole) -> None:
    assert not may_act_on_member(None, subject)


@pytest.mark.parametrize(("actor", "subject"), [*product(Role, Role)])
def test_over_whom_each_role_has_a_say(actor: Role, subject: Role) -> None:
    assert may_act_on(actor, subject) is ((actor, subject) in ACTS_ON)
    assert may_grant(actor, subject) is ((actor, subject) in GRANTS)


@pytest.mark.parametrize(("actor", "subject"), [*product(TeamRole, TeamRole)])
def test_over_which_members_each_role_of_a_team_has_a_say(actor: TeamRole, subject: TeamRole) -> None:
    assert may_act_on_member(actor, subject) is ((actor, subject) in ACTS_ON_MEMBER)


@pytest.mark.parametrize(("role", "action"), [*product(TeamRole, TeamAction)])
def test_what_each_role_may_do_in_its_team(role: TeamRole, action: TeamAction) -> None:
    head, *lines = IN_TEAM.strip("\n").splitlines()
    table = {line.split()[0]: dict(zip(head.split(), line.split()[1:], strict=True)) for line in lines}
    assert may_in_team(role, action) is (table[action][role] == "yes")


def test_nobody_gives_more_than_they_have() -> None:
    for actor, role in product(Role, Role):
        assert not may_grant(actor, role) or may_act_on(actor, role)
    for one, other in product(TeamRole, TeamRole):
        if may_act_on_member(one, other):
            assert all(may_in_team(one, action) for action in TeamAction if may_in_team(other, action))


@pytest.mark.parametrize("membership", [None, *TeamRole])
def test_who_looks_after_the_installation_looks_after_every_team(membership: TeamRole | None) -> None:
    assert role_in_team(Role.OWNER, membership) is TeamRole.OWNER
    assert role_in_team(Role.MEMBER, membership) is membership
    expected = TeamRole.OWNER if membership is TeamRole.OWNER else TeamRole.ADMIN
    assert role_in_team(Role.ADMIN, membership) is expected
