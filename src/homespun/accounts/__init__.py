"""Who people are and how they prove it: persons, visitors, teams, sign-in, sessions, API keys.

It knows nothing of chats and prices.
"""

from homespun.accounts.accounts import Accounts
from homespun.accounts.caller import Caller, Credentials
from homespun.accounts.destinations import Channel, Destination
from homespun.accounts.invitations import NewInvitation
from homespun.accounts.openid import Departure, Return
from homespun.accounts.openid import Settings as OpenIdSettings
from homespun.accounts.pages import Page
from homespun.accounts.permissions import (
    TeamAction,
    may_act_on,
    may_act_on_member,
    may_grant,
    may_in_team,
    role_in_team,
)
from homespun.accounts.senders import ConsoleSender, Message, Sender
from homespun.accounts.settings import Delivery, Registration, Security, Settings
from homespun.accounts.values import (
    USUAL_SCOPES,
    ApiKey,
    Budget,
    Consent,
    ConsentChange,
    Device,
    Invitation,
    JoinedProject,
    Member,
    NewKey,
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
from homespun.accounts.visitors import Merge

__all__ = [
    "USUAL_SCOPES",
    "Accounts",
    "ApiKey",
    "Budget",
    "Caller",
    "Channel",
    "Consent",
    "ConsentChange",
    "ConsoleSender",
    "Credentials",
    "Delivery",
    "Departure",
    "Destination",
    "Device",
    "Invitation",
    "JoinedProject",
    "Member",
    "Merge",
    "Message",
    "NewInvitation",
    "NewKey",
    "OpenIdSettings",
    "Page",
    "Period",
    "Person",
    "PersonKind",
    "PersonStatus",
    "Profile",
    "Project",
    "Registration",
    "Return",
    "Role",
    "Scope",
    "Security",
    "Sender",
    "Session",
    "Settings",
    "Team",
    "TeamAction",
    "TeamRole",
    "may_act_on",
    "may_act_on_member",
    "may_grant",
    "may_in_team",
    "role_in_team",
]
