"""Names that people give: to themselves, to keys, teams and projects."""

from __future__ import annotations

from unicodedata import normalize

from homespun.core.errors import Invalid
from homespun.store import storable_text

_LONGEST = 100


def checked_name(name: str, of: str) -> str:
    """The name without blanks around it. Raises `Invalid`; `of` says what it is a name of."""
    name = storable_text(name, "name").strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise Invalid(f"The name of a {of} has 1 to {_LONGEST} characters, in one line.", param="name")
    return name


def search_key(name: str) -> str:
    """What a name is found by: without difference between capitals and small letters, wide and narrow ones."""
    return normalize("NFKC", name).casefold()


def presentable(name: str) -> str:
    """What can be kept of a name that others have given somebody; perhaps nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return line[:_LONGEST].strip()
