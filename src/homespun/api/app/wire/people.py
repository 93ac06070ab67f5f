"""Who somebody is, how they sign in, their sessions and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from homespun import accounts
from homespun.accounts import USUAL_SCOPES, PersonKind, Role, Scope, TeamRole

from .base import LeastNothing, Wire

Secret = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(max_length=200)]
Login = Annotated[str, Field(max_length=254)]
"""An e-mail address, or a phone number with its country."""
Scopes = Annotated[list[Scope], BeforeValidator(sorted)]
Code = Annotated[str, Field(max_length=20)]


class SignInOptions(Wire):
    """GET /api/sign-in: what this installation offers to somebody who isn't signed in."""

    password: bool
    email_code: bool
    phone_code: bool
    registration: accounts.Registration
    """Who may join by themselves."""
    visitors: bool
    """Whether people may come in without signing in."""
    password_min_length: int
    currency: str
    openid: str | None
    """What the provider is called that one can sign in with; null: there is none."""


class SignInRequest(Wire):
    """POST /api/session: trades a proof for a session cookie.

    Give one of these: `token` (of a sign-in link); `login` and `password`; `login` and `code`; `invitation` (its link's
    token) and `name`, for somebody who is new. A visitor who signs in takes along what is theirs.
    """

    token: Secret | None = None
    login: Login | None = None
    password: Secret | None = None
    code: Code | None = None
    invitation: Secret | None = None
    name: Name | None = None


class CodeRequest(Wire):
    """POST /api/sign-in/code: sends a one-time code. The answer is the same whether somebody is known there or not."""

    to: Login
    locale: str = Field(default="", max_length=35)
    """The language of the message."""


class Registration(Wire):
    """POST /api/registration: joins, with the code that was sent by POST /api/sign-in/code."""

    login: Login
    code: Code
    name: Name
    password: Secret | None = None
    """To sign in with another time, besides codes."""


class InvitationToken(Wire):
    """The secret of an invitation's link."""

    token: Secret


class InvitationShown(Wire):
    """POST /api/sign-in/invitation: what an invitation is for, before it is accepted."""

    email: str | None
    role: Role
    team_id: str | None
    team_role: TeamRole | None
    expires_at: datetime


class ContactCode(Wire):
    """PUT /api/me/contacts: proves with a code that an address is one's own."""

    to: Login
    code: Code


class MyTeam(Wire):
    """A team that one is in."""

    id: str
    name: str
    role: TeamRole
    pays_for_members: bool


class CurrentTeam(Wire):
    """PUT /api/me/current-team: the team that one works for, and that may pay; null: oneself."""

    team_id: Annotated[str, Field(max_length=40)] | None


class Me(Wire):
    """GET /api/me: who is signed in."""

    id: str
    name: str
    role: Role
    kind: PersonKind
    locale: str
    """A BCP 47 language tag; empty: the browser's."""
    email: str | None
    phone: str | None
    has_password: bool
    is_admin: bool
    """Whether the console is for them."""
    teams: list[MyTeam]
    current_team_id: str | None
    payer_id: str
    """Whose money pays at present: one's own id, or the team's."""


class MeChange(Wire):
    """PATCH /api/me: only the fields that are given change."""

    name: Name | None = None
    locale: str | None = Field(default=None, max_length=35)


class NewPassword(Wire):
    """POST /api/me/password: sets a password. All other sessions end."""

    old: Secret = ""
    """The present one, if there is one."""
    new: Secret


class OpenIdLink(Wire):
    """GET /api/me/openid: whether one is linked with the provider that one can sign in with."""

    provider: str | None
    """What it is called; null: there is none."""
    linked_at: datetime | None
    """null: one isn't."""


class ProviderPage(Wire):
    """POST /api/me/openid: the provider's page, where the browser has to go to be linked."""

    url: str


class Session(Wire):
    """A browser that is signed in."""

    id: str
    address: str
    """The IP address it was last seen at."""
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


class Budget(Wire):
    """The most that a key may spend."""

    micros: LeastNothing
    """In the installation's currency."""
    period: Literal["month", "ever"]


class Key(Wire):
    """An API key, without its secret."""

    id: str
    owner_id: str
    name: str
    prefix: str
    """The secret's first characters."""
    scopes: Scopes
    models: list[str]
    """The models it may ask; empty: all."""
    budget: Budget | None
    networks: list[str]
    """Where it may be used from, in CIDR notation; empty: from everywhere."""
    project_id: str | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class MyKeyPage(Wire):
    """GET /api/me/keys and GET /api/projects/{id}/keys, with ?cursor=&limit=: newest first, the revoked ones too."""

    keys: list[Key]
    next_cursor: str | None


class NewKey(Wire):
    """POST /api/me/keys: makes a key. A team's key belongs to one of its projects."""

    name: Name
    scopes: list[Scope] = Field(default=sorted(USUAL_SCOPES), max_length=10)
    models: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=100)
    budget: Budget | None = None
    networks: list[Annotated[str, Field(max_length=50)]] = Field(default=[], max_length=100)
    project_id: Annotated[str, Field(max_length=40)] | None = None
    expires_at: datetime | None = None


class MadeKey(Wire):
    """A new key with its secret, which is shown this once."""

    key: Key
    secret: str
