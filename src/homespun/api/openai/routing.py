"""Which endpoint a request is for, by its method and path."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from homespun.accounts import Caller
from homespun.api.call import Call
from homespun.api.errors import MethodNotAllowed
from homespun.core.errors import NotFound

Ids = Mapping[str, str]
"""What stands in the path in the places of a pattern's names."""

Endpoint = Callable[[Call, Caller, Ids], Awaitable[None]]

_NAME = re.compile(r"{(\w+)}")
_WITH_SLASHES = frozenset({"model"})
"""What may itself have slashes."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a request is for."""

    pattern: str
    endpoint: Endpoint
    ids: Ids


class Routes:
    """Endpoints by method and pattern, such as `GET /v1/models/{model}`."""

    def __init__(self, endpoints: Mapping[tuple[str, str], Endpoint]) -> None:
        self._endpoints = endpoints
        self._expressions = {pattern: _expression(pattern) for _, pattern in endpoints}

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """Method and pattern of all."""
        return frozenset(self._endpoints)

    def find(self, call: Call) -> Found:
        """Raises `NotFound`, `MethodNotAllowed`."""
        for pattern, expression in self._expressions.items():
            if match := expression.fullmatch(call.path):
                return Found(pattern, self._endpoint(call, pattern), match.groupdict())
        raise NotFound(f"There is no {call.method} {call.path[:200]} here. See docs/reference/api.md.")

    def _endpoint(self, call: Call, pattern: str) -> Endpoint:
        endpoint = self._endpoints.get((call.method, pattern))
        if endpoint is None:
            methods = " or ".join(method for method, known in self._endpoints if known == pattern)
            call.scope["homespun.route"] = pattern
            raise MethodNotAllowed(f"{pattern} is asked with {methods}, not with {call.method}.")
        return endpoint


def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(_group, pattern))


def _group(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{'.+' if name[1] in _WITH_SLASHES else '[^/]+'})"
