"""Which addresses a provider may have: those that nobody on the way can read or change."""

from __future__ import annotations

import httpx

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def is_safe(url: str, *, issuer: str) -> bool:
    """Whether secrets may go there: https, or this very machine where the issuer itself is there, for trials."""
    try:
        parsed, home = httpx.URL(url), httpx.URL(issuer)
    except httpx.InvalidURL:
        return False
    if not parsed.host or parsed.userinfo or parsed.fragment:
        return False
    return parsed.scheme == "https" or (parsed.scheme == "http" and {parsed.host, home.host} <= _LOOPBACK)
