"""Every route of the HTTP door against every kind of caller, with ids of their own, of another's, and of nobody's.

What is expected follows from the route's `access`, from the tables below, and from `accounts`' own permissions; nothing
from the handlers. A route that says nothing, or has an id of a kind that isn't known here, fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute

from homespun.accounts import (
    Device,
    Person,
    PersonKind,
    Role,
    TeamAction,
    TeamRole,
    may_in_team,
    role_in_team,
)
from homespun.api.app import ROUTERS, build_app
from homespun.api.app.guard import Access

from .calls import ANOTHER_S, IN, NOBODY_S, OWN, TEAM_S, Name, in_process
from .matrix import BODIES, KINDS, MARK, NOBODY, Identity, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEAM_ACTIONS: dict[Name, TeamAction] = {
    ("GET", "/api/teams/{team_id}"): TeamAction.SEE,
    ("PATCH", "/api/teams/{team_id}"): TeamAction.RENAME,
    ("DELETE", "/api/teams/{team_id}"): TeamAction.DELETE,
    ("GET", "/api/teams/{team_id}/members"): TeamAction.SEE,
    ("POST", "/api/teams/{team_id}/members"): TeamAction.MANAGE_MEMBERS,
    ("PATCH", "/api/teams/{team_id}/members/{person_id}"): TeamAction.MANAGE_MEMBERS,
    ("DELETE", "/api/teams/{team_id}/members/{person_id}"): TeamAction.MANAGE_MEMBERS,
    ("GET", "/api/teams/{team_id}/invitations"): TeamAction.MANAGE_MEMBERS,
    ("POST", "/api/teams/{team_id}/invitations"): TeamAction.MANAGE_MEMBERS,
    ("GET", "/api/teams/{team_id}/projects"): TeamAction.SEE,
    ("POST", "/api/teams/{team_id}/projects"): TeamAction.MANAGE_PROJECTS,
    ("PATCH", "/api/projects/{project_id}"): TeamAction.MANAGE_PROJECTS,
    ("DELETE", "/api/projects/{project_id}"): TeamAction.MANAGE_PROJECTS,
    ("GET", "/api/projects/{project_id}/keys"): TeamAction.SEE,
    ("DELETE", "/api/projects/{project_id}/keys/{key_id}"): TeamAction.MANAGE_PROJECTS,
    ("GET", "/api/projects/{project_id}/conversations"): TeamAction.TALK,
    ("POST", "/api/projects/{project_id}/conversations"): TeamAction.TALK,
    ("DELETE", "/api/invitations/{invitation_id}"): TeamAction.MANAGE_MEMBERS,
} | {
    (method, f"/api/teams/{{team_id}}/{below}"): TeamAction.SEE_MONEY
    for method, below in (
        ("GET", "balance"), ("GET", "usage"), ("GET", "usage/turns"), ("GET", "usage.csv"), ("GET", "statement"),
        ("GET", "ledger.csv"), ("POST", "vouchers"), ("PUT", "subscription"), ("DELETE", "subscription"),
        ("POST", "topups"), ("GET", "invoices"), ("GET", "invoices/{payment_id}.pdf"), ("GET", "budgets"),
        ("PUT", "budgets/{person_id}"),
    )
}  # fmt: skip
"""What each route of a team needs. One that isn't named fails."""

TALKING: dict[Name, TeamAction] = {
    ("GET", "/api/conversations/{conversation_id}"): TeamAction.TALK,
    ("PATCH", "/api/conversations/{conversation_id}"): TeamAction.MODERATE,
    ("DELETE", "/api/conversations/{conversation_id}"): TeamAction.MODERATE,
    ("POST", "/api/conversations/{conversation_id}/turns"): TeamAction.TALK,
    ("GET", "/api/turns/{turn_id}"): TeamAction.TALK,
    ("GET", "/api/turns/{turn_id}/events"): TeamAction.TALK,
    ("POST", "/api/turns/{turn_id}/stop"): TeamAction.TALK,
    ("PUT", "/api/turns/{turn_id}/feedback"): TeamAction.TALK,
    ("PUT", "/api/turns/{turn_id}/answer"): TeamAction.TALK,
    ("PUT", "/api/turns/{turn_id}/choice"): TeamAction.TALK,
}
"""What each route about conversations needs where a project owns them. One that isn't named fails."""

HIDDEN_FROM_MEMBERS: frozenset[Name] = frozenset({("DELETE", "/api/projects/{project_id}/keys/{key_id}")})
"""Where a member who may not is told that it isn't there, rather than that they may not."""

SHARED_WITH_MEMBERS: frozenset[Name] = frozenset({("GET", "/api/me/projects")})
"""Where somebody sees what is Vic's, as a member of Vic's team."""

BEYOND: dict[Name, set[str]] = {
    ("PUT", "/api/me/contacts"): {"sign_in_failed", "too_many_attempts"},
    ("POST", "/api/me/invitations"): {"not_found"},
    ("POST", "/api/me/openid"): {"not_found"},
    ("DELETE", "/api/me/openid"): {"not_found"},
    ("PUT", "/api/turns/{turn_id}/choice"): {"not_found"},
    ("GET", "/api/demonstrations"): {"permission_denied"},
    ("POST", "/api/demonstrations"): {"permission_denied", "not_found"},
    ("DELETE", "/api/console/availability/rules"): {"not_found"},
    ("POST", "/api/console/availability/waiting/{person_id}/admission"): {"not_found"},
    ("DELETE", "/api/console/wallets/{holder_id}/subscription"): {"not_found"},
    ("POST", "/api/console/payments/{payment_id}/refunds"): {"not_found", "invalid_value"},
    ("POST", "/api/console/releases/rollback"): {"conflict"},
    ("POST", "/api/console/improvements"): {"model_not_found"},
    ("POST", "/api/console/improvements/{improvement_id}/go-on"): {"model_not_found"},
    ("POST", "/api/console/improvements/{improvement_id}/stop"): {"conflict"},
} | {
    (method, f"{purse}/{below}"): {"not_found", "voucher_unknown"}
    for purse in ("/api/me", "/api/teams/{team_id}")
    for method, below in (("POST", "vouchers"), ("POST", "topups"), ("DELETE", "subscription"))
}  # fmt: skip
"""What those who are let in may still be told: that code, voucher, provider, plan, rule, money, comparison or earlier
champion isn't there; that no model is installed or nothing goes on; that they train nobody, which is tested with
demonstrations."""


@dataclass(frozen=True)
class Route:
    """A route of the app's API."""

    method: str
    path: str
    access: Access | None

    @property
    def name(self) -> Name:
        return self.method, self.path

    @property
    def ids(self) -> list[str]:
        """The kinds of ids in its address."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_console(self) -> bool:
        return self.access in (Access.ADMIN, Access.OWNER)

    @property
    def is_of_a_team(self) -> bool:
        return "team_id" in self.ids or "project_id" in self.ids or self.path.startswith("/api/invitations/")

    @property
    def is_about_talk(self) -> bool:
        return "conversation_id" in self.ids or "turn_id" in self.ids

    @property
    def positions(self) -> list[str]:
        """Whose ids to try: none of one's own for visitors, nor in the console."""
        owned = [kind for kind in self.ids if kind != "provider"]
        if self.is_about_talk:
            return [OWN, ANOTHER_S, NOBODY_S, TEAM_S]
        return [OWN, ANOTHER_S, NOBODY_S] if owned else [OWN]


ROUTES = [
    Route(method, route.path, getattr(route, "access", None))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


def expected(route: Route, who: Identity, position: str) -> int:
    """IN, 401, 403 or 404."""
    if route.access is Access.ANYBODY:
        return IN
    if who.session and who.person is None:
        return who.without_session
    if not who.session and (not route.is_console or who.by_key != IN):
        return who.by_key if route.is_console else 401
    assert who.person is not None
    if not _has_access(route, who.person):
        return 403
    if position == NOBODY_S:
        return 404
    if route.is_of_a_team:
        return _in_team(TEAM_ACTIONS[route.name], route, who.person, position)
    if position == TEAM_S:
        return _in_team(TALKING[route.name], route, who.person, position)
    return 404 if position == ANOTHER_S and not route.is_console else IN


def _has_access(route: Route, person: Person) -> bool:
    match route.access:
        case Access.PERSON:
            return person.kind is PersonKind.PERSON
        case Access.ADMIN:
            return person.role in (Role.ADMIN, Role.OWNER)
        case Access.OWNER:
            return person.role is Role.OWNER
    return True


def _in_team(action: TeamAction, route: Route, person: Person, position: str) -> int:
    """By what the person counts as in Vic's team, of which Mia is a plain member; or in a team of their own."""
    membership = TeamRole.OWNER if position == OWN else TeamRole.MEMBER if person.name == "member" else None
    role = role_in_team(person.role, membership)
    if action in (TeamAction.TALK, TeamAction.MODERATE):
        role = membership  # to look after teams is no part in what they talk about
    if role is None:
        return 404
    if action is TeamAction.SEE_MONEY and person.role is Role.ADMIN:
        role = membership
    if may_in_team(role, action):
        return IN
    return 404 if route.name in HIDDEN_FROM_MEMBERS else 403


async def test_every_route_says_whom_it_is_for() -> None:
    assert [route.name for route in ROUTES if route.access is None] == []
    described = {(method.upper(), path) for path, calls in build_app().openapi()["paths"].items() for method in calls}
    assert described == {route.name for route in ROUTES}, "no route is left out here"


async def test_every_id_is_of_a_known_kind_and_every_team_route_of_a_known_action() -> None:
    assert {kind for route in ROUTES for kind in route.ids} <= KINDS
    assert {route.name for route in ROUTES if route.is_of_a_team} == set(TEAM_ACTIONS)


async def test_every_route_about_conversations_says_what_it_needs_in_a_team() -> None:
    assert {route.name for route in ROUTES if route.is_about_talk} == set(TALKING)


async def test_every_route_that_wants_a_body_gets_one() -> None:
    wanting = {
        (method.upper(), path)
        for path, calls in build_app().openapi()["paths"].items()
        for method, call in calls.items()
        if "requestBody" in call
    }
    assert wanting - set(BODIES) == set()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_nobody_sees_or_changes_what_is_not_theirs(world: World, route: Route) -> None:
    """First all who are turned away: nothing has changed. Then all who are let in, each with things of their own."""
    cases = [(who, position) for who in world.identities.values() for position in _positions(route, who)]
    away = [(who, position, status) for who, position in cases if (status := expected(route, who, position)) != IN]
    addresses, body = await _addresses(world, route, world.vic), await _body(world, route)
    if route.is_about_talk:
        addresses[TEAM_S] = await _shared_address(world, route)
    async with in_process(world) as client:
        await world.home.settled()
        before = world.digest()
        for who, position, status in away:
            address = addresses.get(position, addresses[ANOTHER_S])
            answer = await client.request(route.method, address, json=body, headers=who.headers)
            assert answer.status_code == status, (who.name, position, answer.text)
            assert set(answer.json()) == {"error"}
            assert MARK not in answer.text, (who.name, position)
        assert world.digest() == before, "those who were turned away have changed something"
        for who, position in cases:
            if expected(route, who, position) == IN:
                await _let_in(client, world, route, who, position)


def _positions(route: Route, who: Identity) -> list[str]:
    """Whoever doesn't get past the guard doesn't get to the ids."""
    return route.positions if expected(route, who, OWN) in (IN, 404) or route.is_of_a_team else [OWN]


async def _let_in(client: httpx.AsyncClient, world: World, route: Route, who: Identity, position: str) -> None:
    is_theirs = position == OWN and not route.is_console
    owner = who.person if is_theirs and who.person else world.vic
    is_shared = position == TEAM_S
    address = await _shared_address(world, route) if is_shared else (await _addresses(world, route, owner))[ANOTHER_S]
    answer = await _called(client, world, route, who, address)
    if route.access is Access.ANYBODY:
        assert answer.status_code < 500, answer.text
    else:
        is_beyond = not answer.is_success and answer.json()["error"]["code"] in BEYOND.get(route.name, ())
        assert answer.is_success or is_beyond, (who.name, position, answer.text)
    if is_theirs and not (who.name == "member" and route.name in SHARED_WITH_MEMBERS):
        assert MARK not in answer.text, who.name


async def _addresses(world: World, route: Route, owner: Person) -> dict[str, str]:
    """The route's address with fresh things of the owner's, and with ids that are nothing's."""
    values: dict[str, str] = {"provider": "none"}
    if route.is_of_a_team:
        values["team_id"] = await world.team(owner)
    for kind in route.ids:
        if kind == "person_id" and route.is_of_a_team:
            values[kind] = world.ned.id
        elif kind not in values:
            within = values.get("project_id") if kind == "key_id" else values.get("team_id")
            values[kind] = await world.made(kind, owner, within or "")
    nothing = dict.fromkeys(route.ids, NOBODY) | {"provider": "none"}
    return {ANOTHER_S: route.path.format(**values), NOBODY_S: route.path.format(**nothing)}


async def _shared_address(world: World, route: Route) -> str:
    """The route's address with a fresh conversation of Vic's in a project of Vic's team."""
    conversation_id, turn_id = await world.shared()
    return route.path.format(conversation_id=conversation_id, turn_id=turn_id)


async def _called(client: httpx.AsyncClient, world: World, route: Route, who: Identity, address: str) -> httpx.Response:
    headers = who.headers
    if route.access is Access.ANYBODY and who.session and who.person:
        headers = {"cookie": f"homespun_session={await _another_session(world, who.person)}"}
    answer = await client.request(route.method, address, json=await _body(world, route), headers=headers)
    client.cookies.clear()
    return answer


async def _another_session(world: World, person: Person) -> str:
    """For routes that end the session."""
    async with world.home.house.store.write() as session:
        return world.home.house.accounts.sessions.start(session, person.id, Device())


async def _body(world: World, route: Route) -> Any:
    body = BODIES.get(route.name)
    if body is None or not any("{" in str(value) for value in body.values()):
        return body
    newcomer = await world.made("person_id", world.ned) if "{newcomer}" in body.values() else ""
    filled = {"{plan}": world.plan_id, "{unique}": uuid4().hex, "{newcomer}": newcomer}
    return {name: filled.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
