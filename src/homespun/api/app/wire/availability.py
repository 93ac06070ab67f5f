"""To whom it is available where, and who waits to be let in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from homespun.gate import LONGEST_MESSAGE, Audience, Verdict

from .base import Wire

Country = Annotated[str, Field(max_length=2)]
"""Two letters as ISO 3166 has them, `*` for all, `ZZ` where it isn't known."""
Message = Annotated[str, Field(max_length=LONGEST_MESSAGE)]


class RuleChange(Wire):
    """PUT /api/console/availability/rules: makes a rule, in place of one for the same people and country."""

    verdict: Verdict
    audience: Audience = Audience.EVERYBODY
    subject: str = Field(default="", max_length=254)
    """A person's id, e-mail address or phone number; a team's id or name; a domain. Else empty."""
    country: Country = "*"
    message_en: Message = ""
    """What they are told in English; empty: a sentence that fits the verdict."""
    message_zh: Message = ""


class AvailabilityRule(Wire):
    """Whether it is available to some people in some country."""

    verdict: Verdict
    audience: Audience
    subject: str
    """The person's or team's id, or the domain; empty for visitors and everybody."""
    name: str
    """Of the person or team."""
    country: Country
    message_en: str
    message_zh: str


class AvailabilityRules(Wire):
    """GET /api/console/availability/rules: all but those for one person, the most specific first."""

    rules: list[AvailabilityRule]
    tells_countries: bool
    """Whether there is anything to know countries by; else everybody comes from `ZZ`."""
    countries: list[str]
    """All there are."""


class PersonalRules(Wire):
    """GET /api/console/availability/personal-rules?cursor=&limit=: those for one person each."""

    rules: list[AvailabilityRule]
    next_cursor: str | None


class Trial(Wire):
    """GET /api/console/availability/trial?who=&called=&country=: what somebody would get."""

    verdict: Verdict
    rule: AvailabilityRule | None
    """The one that counts; null: none does, and they are welcome."""
    told_en: str
    """Empty: nothing."""
    told_zh: str


class Waiting(Wire):
    """Somebody who waits to be let in."""

    position: int
    """Counted from 1."""
    person_id: str
    name: str
    country: str
    """Where they asked from; `ZZ`: nobody knows."""
    asked_at: datetime


class WaitingPage(Wire):
    """GET /api/console/availability/waiting?cursor=&limit=: who has waited longest comes first."""

    waiting: list[Waiting]
    total: int
    """How long the list is."""
    next_cursor: str | None
