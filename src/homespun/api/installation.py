"""What this installation is set to, as far as the doors tell of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homespun import accounts
from homespun.store import Condition


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, for people who look after the installation."""

    key: str
    """As in the file: `api.max_choices`."""
    variable: str
    """Its name in the environment."""
    explanation: str
    value: str
    """As it would be written in the environment. A secret's is masked."""
    default: str
    source: str
    """The file's path, `environment`, `option` of the command, or `default`."""
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings that somebody may see, and how the database is."""

    accounts: accounts.Settings
    currency: str
    settings: Callable[[], tuple[Setting, ...]]
    """Raises `Invalid` where the file can't be read any more."""
    database: Callable[[], Awaitable[Condition]]
