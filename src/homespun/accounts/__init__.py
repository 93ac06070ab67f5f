"""Who people are and how they prove it: persons, visitors, teams, sign-in, sessions, API keys.

It knows nothing of chats and prices.
"""

from homespun.accounts.accounts import Accounts
from homespun.accounts.caller import Caller, Credentials
from homespun.accounts.values import (
    ApiKey,
    Budget,
    Device,
    Member,
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

__all__ = [
    "Accounts",
    "ApiKey",
    "Budget",
    "Caller",
    "Credentials",
    "Device",
    "Member",
    "Period",
    "Person",
    "PersonKind",
    "PersonStatus",
    "Profile",
    "Project",
    "Role",
    "Scope",
    "Session",
    "Team",
    "TeamRole",
]
