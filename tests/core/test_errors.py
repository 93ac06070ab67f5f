"""The tree of errors that is drawn is the one there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homespun.core import errors

_INDENT = 4


def drawn() -> dict[str, str]:
    """Each error's parent, by the drawing at the module's top."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").split("\n\n")[1].splitlines():
        found = re.search(r"\w+(, \w+)*", line)
        assert found
        depth = found.start() // _INDENT - 1
        names = found.group().split(", ")
        parents |= dict.fromkeys(names, above[depth - 1] if depth else "Exception")
        above[depth:] = names[-1:]
    return parents


def there_are(kind: type[errors.HomespunError] = errors.HomespunError) -> Iterator[type[errors.HomespunError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from there_are(child)


def test_every_error_is_drawn_below_its_parent_and_no_other() -> None:
    assert drawn() == {kind.__name__: kind.__base__.__name__ for kind in there_are() if kind.__base__}
