"""The addresses of the web app's pages, as `web/src/app/router.ts` has them: whatever else is asked for isn't there."""

from __future__ import annotations

from collections.abc import Sequence, Set
from urllib.parse import unquote

ACCOUNT_SECTIONS = frozenset(
    {"profile", "usage", "balance", "keys", "teams", "sign-in", "sessions", "learning", "better-answers"}
)
CONSOLE_SECTIONS = frozenset(
    {
        "people",
        "teams",
        "keys",
        "availability",
        "plans",
        "vouchers",
        "balances",
        "usage",
        "income",
        "releases",
        "improvements",
        "health",
        "settings",
    }
)


def is_page(path: str) -> bool:
    """Whether the web app shows something at this path, which is encoded as it came: a slash within an id is `%2F`."""
    if path in ("/", "/sign-in", "/invitation"):
        return True
    match _parts(path):
        case ["c" | "projects", _] | ["projects", _, "new"]:
            return True
        case ["account", *within]:
            return _is_section(within, ACCOUNT_SECTIONS)
        case ["console", *within]:
            return _is_section(within, CONSOLE_SECTIONS)
    return False


def _is_section(within: Sequence[str], sections: Set[str]) -> bool:
    """A section or one thing in it; nothing is the list of all sections."""
    return not within or (within[0] in sections and len(within) <= 2)


def _parts(path: str) -> list[str]:
    """Decoded; none where that can't be done."""
    try:
        return [unquote(part, errors="strict") for part in path.split("/") if part]
    except UnicodeDecodeError:
        return []
