"""Invitations: by link and by e-mail, once, for a while, and no better than whoever made them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from homespun.accounts import (
    Accounts,
    Channel,
    Credentials,
    Device,
    NewInvitation,
    Person,
    Registration,
    Role,
    TeamRole,
)
from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, Invalid, NotFound, Refused, RegistrationClosed, Unauthenticated
from homespun.store import Store

from .conftest import QUICK, NewPerson
from .outbox import Outbox

HERE = Device("192.0.2.1", "Phone")
ADA = "ada@example.com"
BY_LINK = NewInvitation()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def accounts(store: Store, clock: FakeClock, outbox: Outbox) -> Accounts:
    settings = replace(QUICK, registration=Registration.INVITATION, web_url="https://chat.example.com/")
    return Accounts(store, clock, settings, {Channel.EMAIL: outbox})


async def link(accounts: Accounts, new: NewInvitation = BY_LINK, actor: Person | None = None) -> str:
    """The token of a link."""
    _, token = await accounts.invitations.create(actor or await accounts.ensure_owner(), new)
    assert token
    return token


async def mailed(accounts: Accounts, outbox: Outbox, new: NewInvitation) -> str:
    """The token in the letter; nobody else gets it."""
    _, token = await accounts.invitations.create(await accounts.ensure_owner(), new)
    assert token is None
    await accounts.courier.settle()
    found = re.search(r"https://chat\.example\.com/invitation#token=(\S+)", outbox.messages[-1].text)
    assert found
    return found[1]


@pytest.mark.parametrize("token", ["", "rubbish", "x" * 10_000, "half \ud83d", "nul \0", "' OR 1=1 --"])
async def test_rubbish_lets_nobody_in(accounts: Accounts, new_person: NewPerson, token: str) -> None:
    await link(accounts)
    for attempt in (
        accounts.invitations.look_up(token),
        accounts.invitations.accept(token, HERE, name="Eve"),
        accounts.invitations.accept_as(await new_person("Eve"), token),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_stranger_and_a_member_invite_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    for actor, kind in ((Person("person_x", "X", Role.OWNER), Unauthenticated), (await new_person(), Refused)):
        with pytest.raises(kind):
            await accounts.invitations.create(actor, BY_LINK)
    with pytest.raises(Refused):
        await accounts.invitations.list(await new_person())


async def test_where_registration_is_closed_nobody_is_invited(store: Store, clock: FakeClock) -> None:
    accounts = Accounts(store, clock, QUICK)
    with pytest.raises(RegistrationClosed, match=r"accounts\.registration"):
        await accounts.invitations.create(await accounts.ensure_owner(), BY_LINK)


async def test_a_link_lets_one_person_in(accounts: Accounts) -> None:
    token = await link(accounts)
    assert (await accounts.invitations.look_up(token)).role is Role.MEMBER
    person, session = await accounts.invitations.accept(token, HERE, name=" Ada ")
    assert (person.name, person.role) == ("Ada", Role.MEMBER)
    assert (await accounts.identify(Credentials(session=session))).person == person
    for attempt in (accounts.invitations.look_up(token), accounts.invitations.accept(token, HERE, name="Eve")):
        with pytest.raises(NotFound):
            await attempt
    [used] = await accounts.invitations.list(await accounts.ensure_owner())
    assert used.used_by_id == person.id


async def test_of_many_who_use_a_link_at_once_one_gets_in(accounts: Accounts) -> None:
    token = await link(accounts)
    attempts = [accounts.invitations.accept(token, HERE, name="Ada") for _ in range(6)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotFound) for outcome in outcomes) == 5


async def test_an_invitation_is_good_for_a_week(accounts: Accounts, clock: FakeClock) -> None:
    token = await link(accounts)
    clock.advance(7 * 24 * 3600)
    with pytest.raises(NotFound):
        await accounts.invitations.accept(token, HERE, name="Ada")


async def test_a_revoked_invitation_is_good_for_nothing(accounts: Accounts, new_person: NewPerson) -> None:
    owner, admin = await accounts.ensure_owner(), await new_person("Admin", Role.ADMIN)
    invitation, token = await accounts.invitations.create(owner, BY_LINK)
    assert token
    with pytest.raises(Refused):
        await accounts.invitations.revoke(await new_person(), invitation.id)
    await accounts.invitations.revoke(admin, invitation.id)
    with pytest.raises(NotFound):
        await accounts.invitations.accept(token, HERE, name="Ada")
    with pytest.raises(NotFound):
        await accounts.invitations.revoke(owner, "invitation_stranger")


async def test_a_used_invitation_is_not_revoked(accounts: Accounts) -> None:
    owner = await accounts.ensure_owner()
    invitation, token = await accounts.invitations.create(owner, BY_LINK)
    await accounts.invitations.accept(token or "", HERE, name="Ada")
    with pytest.raises(Conflict):
        await accounts.invitations.revoke(owner, invitation.id)


async def test_an_admin_invites_members_and_an_owner_anybody(accounts: Accounts, new_person: NewPerson) -> None:
    admin = await new_person("Admin", Role.ADMIN)
    await link(accounts, BY_LINK, admin)
    for role in (Role.ADMIN, Role.OWNER, Role.VISITOR):
        with pytest.raises(Refused):
            await link(accounts, NewInvitation(role=role), admin)
    person, _ = await accounts.invitations.accept(
        await link(accounts, NewInvitation(role=Role.ADMIN)), HERE, name="Ada"
    )
    assert person.role is Role.ADMIN


@pytest.mark.parametrize("fate", ["demoted", "banned", "removed"])
async def test_an_invitation_is_no_better_than_whoever_made_it(
    accounts: Accounts, new_person: NewPerson, fate: str
) -> None:
    owner, admin = await accounts.ensure_owner(), await new_person("Admin", Role.ADMIN)
    token = await link(accounts, BY_LINK, admin)
    match fate:
        case "demoted":
            await accounts.people.set_role(owner, admin.id, Role.MEMBER)
        case "banned":
            await accounts.people.ban(owner, admin.id)
        case "removed":
            await accounts.people.remove(owner, admin.id)
    with pytest.raises(NotFound):
        await accounts.invitations.accept(token, HERE, name="Eve")


async def test_an_invitation_by_e_mail_is_for_who_reads_it(
    accounts: Accounts, outbox: Outbox, new_person: NewPerson
) -> None:
    token = await mailed(accounts, outbox, NewInvitation(email="Ada@Example.com"))
    with pytest.raises(NotFound):
        await accounts.invitations.accept_as(await new_person("Eve", email="eve@example.com"), token)
    person, _ = await accounts.invitations.accept(token, HERE, name="")
    assert person.name == "ada"
    assert (await accounts.people.profile(person.id)).email == ADA


async def test_an_invitation_takes_nobody_s_account(accounts: Accounts, outbox: Outbox, new_person: NewPerson) -> None:
    ada = await new_person("Ada", email=ADA)
    token = await mailed(accounts, outbox, NewInvitation(email=ADA))
    with pytest.raises(Conflict, match="Sign in"):
        await accounts.invitations.accept(token, HERE, name="Eve")
    assert (await accounts.invitations.accept_as(ada, token)).id == ada.id


async def test_only_e_mail_is_sent(accounts: Accounts, store: Store, clock: FakeClock) -> None:
    owner = await accounts.ensure_owner()
    for email in ("+8613800138000", "rubbish", "a@b\nBcc: c@d"):
        with pytest.raises(Invalid):
            await accounts.invitations.create(owner, NewInvitation(email=email))
    silent = Accounts(store, clock, replace(QUICK, registration=Registration.INVITATION))
    with pytest.raises(Refused, match=r"accounts\.email"):
        await silent.invitations.create(owner, NewInvitation(email=ADA))


async def test_an_invitation_to_a_team_makes_a_member_of_it(accounts: Accounts, new_person: NewPerson) -> None:
    owner = await accounts.ensure_owner()
    team = await accounts.teams.create(owner, "Weavers")
    to_team = NewInvitation(team_id=team.id, team_role=TeamRole.TRAINER)
    new, _ = await accounts.invitations.accept(await link(accounts, to_team), HERE, name="New")
    old = await new_person("Old", Role.ADMIN)
    assert (await accounts.invitations.accept_as(old, await link(accounts, to_team))).role is Role.ADMIN
    for person in (new, old):
        assert await accounts.teams.of_person(person.id) == ((team, TeamRole.TRAINER),)
        assert (await accounts.people.profile(person.id)).current_team_id == team.id
    assert len(await accounts.invitations.list(owner, team_id=team.id)) == 2


async def test_who_manages_a_team_invites_to_it_people_who_are_here(accounts: Accounts, new_person: NewPerson) -> None:
    owner, lead, ada = await accounts.ensure_owner(), await new_person("Lead"), await new_person("Ada")
    team = await accounts.teams.create(owner, "Weavers")
    await accounts.teams.add_member(owner, team.id, lead.id, TeamRole.ADMIN)
    to_team = NewInvitation(team_id=team.id)
    with pytest.raises(NotFound):
        await link(accounts, to_team, ada)
    for role in (TeamRole.ADMIN, TeamRole.OWNER):
        with pytest.raises(Refused):
            await link(accounts, replace(to_team, team_role=role), lead)
    with pytest.raises(Refused):
        await link(accounts, replace(to_team, role=Role.ADMIN), lead)
    token = await link(accounts, to_team, lead)
    with pytest.raises(RegistrationClosed, match="Sign in"):
        await accounts.invitations.accept(token, HERE, name="New")
    await accounts.invitations.accept_as(ada, token)
    assert await accounts.teams.of_person(ada.id) == ((team, TeamRole.MEMBER),)


async def test_an_invitation_to_a_team_that_is_gone_is_good_for_nothing(accounts: Accounts) -> None:
    owner = await accounts.ensure_owner()
    team = await accounts.teams.create(owner, "Weavers")
    token = await link(accounts, NewInvitation(team_id=team.id))
    await accounts.teams.delete(owner, team.id)
    with pytest.raises(NotFound):
        await accounts.invitations.accept(token, HERE, name="New")
