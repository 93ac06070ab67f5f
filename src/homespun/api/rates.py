"""OpenAI's rate-limit headers, by which programs pace themselves."""

from __future__ import annotations

from homespun.core.rates import Rate, Rates

from .asgi import Headers


def rate_headers(rates: Rates) -> Headers:
    """What is allowed, what is left, and when all of it is there again; nothing where there is no limit."""
    for name, rate in ((b"requests", rates.requests), (b"tokens", rates.tokens)):
        if rate is not None:
            yield from _headers(name, rate)


def _headers(name: bytes, rate: Rate) -> Headers:
    yield b"x-ratelimit-limit-" + name, str(rate.limit).encode()
    yield b"x-ratelimit-remaining-" + name, str(rate.remaining).encode()
    yield b"x-ratelimit-reset-" + name, _duration(rate.reset_s).encode()


def _duration(seconds: float) -> str:
    """As OpenAI writes it: `120ms`, `6.5s`, `1m0s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}m{rest:.0f}s" if minutes else f"{rest:.3g}s"
