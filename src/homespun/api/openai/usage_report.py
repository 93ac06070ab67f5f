"""GET /v1/usage: what was used by day and model, for programs. OpenAI has no such endpoint for an API key."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl

from homespun.accounts import Caller, Scope
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.team_money import may_see_money
from homespun.billing import DailyUsage, Range, Whose
from homespun.core.errors import Invalid

_A_MONTH = timedelta(days=29)
_PARAMETERS = frozenset({"first", "last"})


async def usage(call: Call, backend: Backend, caller: Caller) -> None:
    """Answers with a line for each day and model."""
    caller.require(Scope.USAGE)
    days = _days(call.query, backend.clock.now().date())
    lines = await backend.billing.reports.daily(await _whose(backend, caller), days)
    await call.answer_json({"object": "list", "data": [_line(one) for one in lines]})


async def _whose(backend: Backend, caller: Caller) -> Whose:
    """A team's key tells of the team, or of itself where its owner may not see the team's money."""
    if not (caller.key and caller.project_id and caller.team_id):
        return Whose(person_id=caller.person.id)
    if await may_see_money(backend.accounts, caller.person, caller.team_id):
        return Whose(team_id=caller.team_id)
    return Whose(key_id=caller.key.id)


def _days(query: str, today: date) -> Range:
    """The last thirty days unless something else is said. Raises `Invalid`."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(given.keys() - _PARAMETERS):
        raise Invalid(f"There is no parameter {unknown[0][:100]!r} here; there are 'first' and 'last'.", param="query")
    last = _day(given, "last") or today
    return Range(_day(given, "first") or last - min(_A_MONTH, last - date.min), last)


def _day(given: dict[str, str], name: str) -> date | None:
    if name not in given:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise Invalid(f"{name!r} is a day, such as 2026-01-31.", param=name) from None


def _line(one: DailyUsage) -> dict[str, object]:
    return {
        "object": "usage",
        "day": one.day.isoformat(),
        "model": one.model,
        "requests": one.turns,
        "prompt_tokens": one.prompt_tokens,
        "cached_tokens": one.cached_tokens,
        "completion_tokens": one.completion_tokens,
        "cost": {"micros": one.cost_micros, "currency": one.currency},
    }
