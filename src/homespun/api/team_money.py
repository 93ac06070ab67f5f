"""Who may see what a team has, used and paid."""

from __future__ import annotations

from homespun.accounts import Accounts, Person, Role, TeamAction, TeamRole, may_in_team


async def may_see_money(accounts: Accounts, person: Person, team_id: str) -> bool:
    """Whoever looks after teams without being in them doesn't look after their money, unless they own the installation.

    Raises `NotFound` for a team that isn't the person's to see.
    """
    await accounts.teams.get(person, team_id)
    roles = {team.id: role for team, role in await accounts.teams.of_person(person.id)}
    role = TeamRole.OWNER if person.role is Role.OWNER else roles.get(team_id)
    return may_in_team(role, TeamAction.SEE_MONEY)
