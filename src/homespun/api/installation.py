"""What this installation is set to, as far as the doors tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from homespun import accounts


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
    """The settings that somebody may see."""

    accounts: accounts.Settings = field(default_factory=accounts.Settings)
    currency: str = "USD"
    settings: tuple[Setting, ...] = ()
