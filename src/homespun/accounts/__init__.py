"""Who people are and how they prove it: the owner, sign-in links, sessions, API keys. It knows nothing of chats."""

from homespun.accounts.accounts import Accounts
from homespun.accounts.values import ApiKey, Person, Role

__all__ = ["Accounts", "ApiKey", "Person", "Role"]
