"""Lists, page by page, by the parameters of a query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from homespun.core.errors import Invalid, UnsupportedParameter

_METADATA = "metadata["
_LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """What is to be listed."""

    after: str | None
    """The id of the last one on the page before."""
    limit: int
    given: Mapping[str, str] = field(default_factory=dict)
    """All other parameters."""

    @property
    def metadata(self) -> dict[str, str]:
        """`metadata[key]=value`, as a mapping."""
        return {key[len(_METADATA) : -1]: value for key, value in self.given.items() if key.startswith(_METADATA)}


def read_query(query: str, *, usual: int, known: Collection[str] = ()) -> Query:
    """Raises `UnsupportedParameter` for one that isn't known, `Invalid` for a limit that isn't one.

    `usual` is the limit where none is given; `known` names further parameters.
    """
    given = dict(parse_qsl(query, keep_blank_values=True))
    after, limit = given.pop("after", None), given.pop("limit", "")
    for name in given:
        if name.partition("[")[0] not in known:
            raise UnsupportedParameter(f"There is no parameter {name[:100]!r} here. Leave it out.", param=name[:100])
    if limit and not (limit.isdecimal() and 1 <= int(limit) <= _LARGEST):
        raise Invalid(f"'limit' is a whole number from 1 to {_LARGEST}.", param="limit")
    return Query(after or None, int(limit or usual), given)
