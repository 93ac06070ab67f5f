"""What the matrix of routes is made of: who calls, what there is to be called for, and what they may."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from homespun.accounts import Device, NewInvitation, NewKey, Person, Role, Scope, TeamRole
from homespun.billing import Money, PlanTerms
from homespun.core.ids import new_id
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs
from homespun.tuning import NewJob, Purpose
from tests.ring.houses import MODEL, Home

from .people import arrived

MARK = "Vic's secret"
"""In the names of all that is Vic's; nobody else ever gets to see it."""

EXAMPLE = b'{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}'
"""A file to train on."""

NOBODY = "nobody-0"
"""An id that is nothing's."""

_VOLATILE: dict[str, set[str] | None] = {
    "throttles": None,
    "rates": None,
    "api_keys": {"last_used_at"},
    "sessions": {"last_seen_at", "expires_at", "address"},
}
"""What may change when somebody is turned away: whole tables, or some of their columns."""


@dataclass(frozen=True)
class Identity:
    """Somebody who calls, as whom, and by what."""

    name: str
    person: Person | None = None
    """None: nobody that the house lets in."""
    session: str = ""
    key: str = ""
    without_session: int = 401
    """What they get where a session is needed and theirs isn't good."""
    by_key: int = 401
    """What they get where a key is taken too: 401, 403, or 200 for one that is good for everything its owner may."""

    @property
    def headers(self) -> dict[str, str]:
        """As they send them."""
        headers = {"cookie": f"homespun_session={self.session}"} if self.session else {}
        return headers | ({"authorization": f"Bearer {self.key}"} if self.key else {})


@dataclass
class World:
    """A house with everybody in it."""

    home: Home
    vic: Person
    """Whose things the others shall not touch."""
    ned: Person
    """A plain member of Vic's teams."""
    plan_id: str
    identities: dict[str, Identity] = field(default_factory=dict)

    async def made(self, kind: str, owner: Person, team_id: str = "") -> str:
        """A new thing of this kind, the owner's; its id."""
        return await _MAKERS[kind](self, owner, team_id)

    async def team(self, owner: Person) -> str:
        """A new team: its owner, Mia and Ned as plain members, and somebody who was one."""
        teams, boss = self.home.house.accounts.teams, await self.home.person()
        team = await teams.create(boss, titled(self, owner))
        for person, role in ((owner, TeamRole.OWNER), (self.ned, TeamRole.MEMBER)):
            await teams.add_member(boss, team.id, person.id, role)
        mia = self.identities["member"].person
        if mia and mia.id != owner.id:
            await teams.add_member(boss, team.id, mia.id, TeamRole.MEMBER)
        if owner.id == self.vic.id and (was := self.identities["removed member"].person):
            await teams.add_member(boss, team.id, was.id, TeamRole.ADMIN)
            await teams.remove_member(boss, team.id, was.id)
        await teams.remove_member(boss, team.id, boss.id)
        return team.id

    async def shared(self) -> tuple[str, str]:
        """A conversation of Vic's in a project of Vic's team, and a turn of it."""
        project_id = await self.made("project_id", self.vic, await self.team(self.vic))
        conversation_id = await _conversation(self, self.vic, project_id)
        return conversation_id, await _turn_in(self, self.vic, conversation_id)

    def digest(self) -> str:
        """Stands for all that the house knows, but for what may change whoever calls."""
        sums = sha256()
        with closing(sqlite3.connect(self.home.data_dir / "homespun.db")) as database:
            database.row_factory = sqlite3.Row
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in sorted(tables):
                skipped = _VOLATILE.get(table, set())
                if skipped is not None and not table.startswith("sqlite_"):
                    for row in database.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):
                        kept = {name: value for name, value in dict(row).items() if name not in skipped}
                        sums.update(f"{table} {kept}\n".encode())
        return sums.hexdigest()


async def populated(home: Home) -> World:
    """The house with all identities."""
    vic, _ = await arrived(home, MARK)
    ned, _ = await arrived(home, "Ned")
    plan = await home.house.billing.plans.add(PlanTerms("Free", Money(0, "USD")))
    world = World(home, vic, ned, plan.id)
    for identity in [Identity("anonymous"), *await _by_session(home), *await _by_key(home)]:
        world.identities[identity.name] = identity
    return world


async def _by_session(home: Home) -> list[Identity]:
    accounts = home.house.accounts
    boss = await home.person()
    found = []
    for name, role in (
        ("visitor", Role.VISITOR), ("member", Role.MEMBER), ("other member", Role.MEMBER),
        ("other team's admin", Role.MEMBER), ("removed member", Role.MEMBER), ("admin", Role.ADMIN),
        ("owner", Role.OWNER),
    ):  # fmt: skip
        person, token = await arrived(home, name, role)
        found.append(Identity(name, person, session=token))
        if name == "other team's admin":
            team = await accounts.teams.create(boss, "Other team")
            await accounts.teams.add_member(boss, team.id, person.id, TeamRole.ADMIN)
    _, ended = await arrived(home, "signed out", Role.OWNER)
    await accounts.sign_out(ended)
    late, expired = await arrived(home, "expired", Role.OWNER)
    await _expire(home, "sessions", "person_id", late.id)
    banned, out = await arrived(home, "banned", Role.ADMIN)
    await accounts.people.ban(boss, banned.id)
    removed, gone = await arrived(home, "removed", Role.ADMIN)
    await accounts.people.remove(boss, removed.id)
    others = {"ended session": ended, "expired session": expired, "banned": out, "removed": gone, "foreign": "x" * 43}
    return [*found, *(Identity(name, session=token) for name, token in others.items())]


async def _by_key(home: Home) -> list[Identity]:
    accounts, boss = home.house.accounts, await home.person()
    owner, _ = await arrived(home, "owner with keys", Role.OWNER)
    member, _ = await arrived(home, "member with keys")
    banned, _ = await arrived(home, "banned with keys", Role.ADMIN)
    everything = frozenset(Scope)

    async def key(person: Person, **limits: Any) -> str:
        _, secret = await accounts.keys.create(person, NewKey(**{"name": "k", "scopes": everything} | limits))
        return secret

    revoked, usual = await key(owner), await key(owner, scopes=frozenset({Scope.MODELS}))
    await accounts.revoke_key(revoked[:18])
    expired = await key(owner, expires_at=datetime.now(UTC) + timedelta(days=1), name="expired")
    await _expire(home, "api_keys", "name", "expired")
    full, of_member, elsewhere = await key(owner), await key(member), await key(owner, networks=("203.0.113.0/24",))
    of_banned = await key(banned)
    await accounts.people.ban(boss, banned.id)
    return [
        Identity("revoked key", key=revoked),
        Identity("expired key", key=expired),
        Identity("foreign key", key="sk-homespun-" + "x" * 43),
        Identity("no key at all", key="'; DROP TABLE api_keys; --"),
        Identity("key without scope", owner, key=usual, by_key=403),
        Identity("member's key", member, key=of_member, by_key=403),
        Identity("banned one's key", key=of_banned, by_key=403),
        Identity("key from elsewhere", key=elsewhere, by_key=403),
        Identity("owner's key", owner, key=full, by_key=200),
    ]


async def _expire(home: Home, table: str, column: str, value: str) -> None:
    async with home.house.store.write() as session:
        past = "2001-01-01 00:00:00.000000"
        statement = f"UPDATE {table} SET created_at = :past, expires_at = :past WHERE {column} = :value"
        await session.execute(text(statement), {"past": past, "value": value})


async def _conversation(world: World, owner: Person, project_id: str) -> str:
    started = await world.home.house.journal.start_conversation(
        owner.id, title=titled(world, owner), project_id=project_id or None
    )
    return started.id


async def _turn(world: World, owner: Person, _: str) -> str:
    return await _turn_in(world, owner, await _conversation(world, owner, ""))


async def _turn_in(world: World, owner: Person, conversation_id: str) -> str:
    house = world.home.house
    _, secret_session = await _session_of(world, owner)
    async with world.home.client() as browser:
        asked = await browser.post(
            f"/api/conversations/{conversation_id}/turns",
            json={"question": titled(world, owner)},
            headers={"cookie": f"homespun_session={secret_session}"},
        )
        turn_id: str = asked.json()["id"]
        if live := house.live.of_turn(turn_id):
            await live.over()
    return turn_id


async def _session(world: World, owner: Person, _: str) -> str:
    session_id, _ = await _session_of(world, owner)
    return session_id


async def _session_of(world: World, owner: Person) -> tuple[str, str]:
    """Its id and its token."""
    accounts = world.home.house.accounts
    async with world.home.house.store.write() as session:
        token = accounts.sessions.start(session, owner.id, Device())
    return (await accounts.sessions.list(owner.id))[0].id, token


async def _key(world: World, owner: Person, project_id: str) -> str:
    new = NewKey(titled(world, owner), project_id=project_id or None)
    key, _ = await world.home.house.accounts.keys.create(owner, new)
    return key.id


async def _project(world: World, owner: Person, team_id: str) -> str:
    return (await world.home.house.accounts.projects.create(owner, team_id, titled(world, owner))).id


async def _invitation(world: World, owner: Person, team_id: str) -> str:
    new = NewInvitation(team_id=team_id or None)
    invitation, _ = await world.home.house.accounts.invitations.create(
        owner if team_id else await world.home.person(), new
    )
    return invitation.id


async def _payment(world: World, owner: Person, team_id: str) -> str:
    """A row as `Payments.start` writes it: no provider is needed to own one."""
    payment_id = f"payment_{sha256((owner.id + team_id).encode()).hexdigest()[:12]}"
    row = (
        "INSERT OR IGNORE INTO payments (id, holder_id, provider, reference, micros, refunded_micros, currency, state,"
    )
    row += " invoice_number, billed_to, created_at, paid_at) VALUES (:id, :holder, 'none', 'r', 5, 0, 'USD', 'paid',"
    row += " abs(random()) % 1000000, :mark, :now, :now)"
    values = {"id": payment_id, "holder": team_id or owner.id, "mark": titled(world, owner), "now": datetime.now(UTC)}
    async with world.home.house.store.write() as session:
        await session.execute(text(row), values | {"now": "2026-01-01 00:00:00.000000"})
    return payment_id


async def _person(world: World, owner: Person, _: str) -> str:
    person, _ = await arrived(world.home, titled(world, owner))
    return person.id


async def _plan(world: World, owner: Person, _: str) -> str:
    return (await world.home.house.billing.plans.add(PlanTerms(f"Plan {datetime.now(UTC)}", Money(0, "USD")))).id


async def _voucher(world: World, owner: Person, _: str) -> str:
    voucher, _ = await world.home.house.billing.vouchers.create(Money(5, "USD"))
    return voucher.id


async def _release(world: World, owner: Person, _: str) -> str:
    trained = world.home.data_dir / "trained"
    trained.mkdir(exist_ok=True)
    (trained / "model.safetensors").write_text(new_id("weights"))
    made = await world.home.house.releases.register(
        trained, base_digest="b", snapshot_digest="s", recipe={}, card={"passed": True}, parent="1"
    )
    return made.id


async def _file(world: World, owner: Person, _: str) -> str:
    files = world.home.house.desk.files
    async with files.receiving() as draft:
        await draft.write(EXAMPLE)
        return (await files.keep(owner.id, draft, name=titled(world, owner), purpose=Purpose.FINE_TUNE)).id


async def _job(world: World, owner: Person, _: str) -> str:
    """Paused: so it may be resumed, and cancelled."""
    jobs = world.home.house.desk.jobs
    notes = {"title": titled(world, owner)}
    job = await jobs.create(owner.id, NewJob(MODEL, await _file(world, owner, ""), notes=notes))
    return (await jobs.pause(owner.id, job.id)).id


def titled(world: World, owner: Person) -> str:
    """What something of this owner's is called."""
    return MARK if owner.id == world.vic.id else "Own"


async def _improvement(world: World, owner: Person, _: str) -> str:
    return Runs(world.home.data_dir / "learning" / "runs").begin("base", Recipe()).id


_MAKERS: dict[str, Callable[[World, Person, str], Coroutine[Any, Any, str]]] = {
    "conversation_id": _conversation,
    "turn_id": _turn,
    "session_id": _session,
    "key_id": _key,
    "project_id": _project,
    "invitation_id": _invitation,
    "payment_id": _payment,
    "person_id": _person,
    "holder_id": _person,
    "plan_id": _plan,
    "voucher_id": _voucher,
    "batch_id": _voucher,
    "release_id": _release,
    "improvement_id": _improvement,
    "file_id": _file,
    "job_id": _job,
}
KINDS = frozenset(_MAKERS) | {"team_id", "provider", "model"}
"""All kinds of ids that a route's address may have."""

BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/session"): {"token": "none"},
    ("POST", "/api/sign-in/code"): {"to": "a@example.com"},
    ("POST", "/api/sign-in/invitation"): {"token": "none"},
    ("POST", "/api/registration"): {"login": "a@example.com", "code": "123456", "name": "A"},
    ("PATCH", "/api/me"): {"locale": "en"},
    ("POST", "/api/me/password"): {"new": "correct horse battery"},
    ("POST", "/api/me/contacts"): {"to": "a@example.com"},
    ("PUT", "/api/me/contacts"): {"to": "a@example.com", "code": "123456"},
    ("PUT", "/api/me/current-team"): {"team_id": None},
    ("POST", "/api/me/invitations"): {"token": "none"},
    ("POST", "/api/me/keys"): {"name": "Own"},
    ("PATCH", "/api/teams/{team_id}"): {"name": "Renamed"},
    ("POST", "/api/teams/{team_id}/members"): {"person_id": "{newcomer}"},
    ("PATCH", "/api/teams/{team_id}/members/{person_id}"): {"role": "reviewer"},
    ("POST", "/api/teams/{team_id}/invitations"): {},
    ("POST", "/api/teams/{team_id}/projects"): {"name": "Project"},
    ("PUT", "/api/teams/{team_id}/budgets/{person_id}"): {"micros": 5},
    ("PATCH", "/api/projects/{project_id}"): {"name": "Renamed"},
    ("POST", "/api/projects/{project_id}/conversations"): {},
    ("POST", "/api/conversations"): {},
    ("PATCH", "/api/conversations/{conversation_id}"): {"title": "Renamed"},
    ("POST", "/api/conversations/{conversation_id}/turns"): {"question": "Hello?"},
    ("PUT", "/api/turns/{turn_id}/feedback"): {"thumb": "up"},
    ("PUT", "/api/turns/{turn_id}/answer"): {"text": "Better"},
    ("PUT", "/api/turns/{turn_id}/choice"): {"choice": "left"},
    ("PUT", "/api/me/learning"): {"is_given": True},
    ("POST", "/api/demonstrations"): {"turn_id": NOBODY, "text": "Better"},
    ("PATCH", "/api/console/people/{person_id}"): {"role": "member"},
    ("POST", "/api/console/invitations"): {},
    ("POST", "/api/console/teams"): {"name": "New team"},
    ("POST", "/api/console/prices"): {"model": "another", "tariff": {}},
    ("POST", "/api/console/plans"): {"name": "{unique}", "price": {"micros": 0, "currency": "USD"}},
    ("PUT", "/api/console/plans/{plan_id}"): {"name": "{unique}", "price": {"micros": 0, "currency": "USD"}},
    ("PUT", "/api/console/availability/rules"): {
        "verdict": "allowed", "audience": "domain", "subject": "example.com",
    },
    ("POST", "/api/console/voucher-batches"): {"value": {"micros": 5, "currency": "USD"}, "count": 2},
    ("POST", "/api/console/releases/{release_id}/promote"): {},
    ("POST", "/api/console/releases/{release_id}/retire"): {},
    ("POST", "/api/console/releases/rollback"): {},
    ("POST", "/api/console/improvements"): {"methods": ["sft"]},
    ("POST", "/api/console/vouchers"): {"value": {"micros": 5, "currency": "USD"}},
    ("POST", "/api/console/wallets/{holder_id}/adjustments"): {"amount": {"micros": 5, "currency": "USD"}},
    ("PUT", "/api/console/wallets/{holder_id}/subscription"): {"plan_id": "{plan}"},
    ("POST", "/api/console/payments/{payment_id}/refunds"): {},
    ("POST", "/api/payments/{provider}/events"): {},
    ("POST", "/v1/chat/completions"): {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}]},
    ("POST", "/v1/completions"): {"model": MODEL, "prompt": "Hello?"},
    ("POST", "/v1/fine_tuning/jobs"): {"model": MODEL, "training_file": "{file}"},
} | {
    (method, f"{purse}/{below}"): body
    for purse in ("/api/me", "/api/teams/{team_id}")
    for method, below, body in (
        ("POST", "vouchers", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"}),
        ("POST", "topups", {"amount": {"micros": 5, "currency": "USD"}, "provider": "none"}),
        ("PUT", "subscription", {"plan_id": "{plan}"}),
    )
}  # fmt: skip
"""What is sent to each route that wants a body: enough to get as far as the question whether they may."""
