"""Rules of availability, and which of them counts for somebody. It must not know where rules or facts come from.

**The most specific rule counts, and it alone.** Who comes before where: a rule for the person, then for one of their
teams, then for the domain of their e-mail address, then for visitors, then for everybody. Among rules for the same,
one for the country comes before one for all countries. Two teams of one person may differ; the stricter rule counts
then. Where no rule fits, everybody is welcome. Owners are asked by nobody: else nobody could change a rule again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from homespun.core.errors import Invalid
from homespun.store import storable_text

from .countries import ANYWHERE, COUNTRIES, UNKNOWN

LONGEST_MESSAGE = 1000
"""Characters."""

_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_LONGEST_ID = 40


class Verdict(StrEnum):
    """What becomes of those whom a rule is for; the strictest first."""

    REFUSED = "refused"
    WAITING = "waiting"
    """They may sign in, and whoever asks is put on the waiting list."""
    ALLOWED = "allowed"


class Audience(StrEnum):
    """What a rule tells people by; the most specific first."""

    PERSON = "person"
    TEAM = "team"
    """Its members, whichever of their teams they work for at the time."""
    DOMAIN = "domain"
    """People whose e-mail address ends so; subdomains are others."""
    VISITORS = "visitors"
    EVERYBODY = "everybody"
    """Visitors too."""


_NAMED = frozenset({Audience.PERSON, Audience.TEAM, Audience.DOMAIN})
_AUDIENCES = tuple(Audience)
_VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether it is available to some people in some country. Audience, subject and country name it."""

    verdict: Verdict
    audience: Audience = Audience.EVERYBODY
    subject: str = ""
    """The person's or team's id, or the domain; empty for visitors and everybody."""
    country: str = ANYWHERE
    """Two letters as ISO 3166 has them, `*` for all, `ZZ` where it isn't known."""
    message_en: str = ""
    """What to tell people in English; empty: a sentence that fits the verdict."""
    message_zh: str = ""
    """The same in Chinese."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody, as far as rules tell people apart."""

    country: str = UNKNOWN
    person_id: str = ""
    """Empty for who is about to join."""
    is_visitor: bool = False
    domain: str = ""
    team_ids: frozenset[str] = frozenset()


def decisive(rules: Iterable[Rule], asker: Asker) -> Rule | None:
    """The rule that counts for somebody; None: it is available to them."""
    return min((rule for rule in rules if _fits(rule, asker)), key=_rank, default=None)


def checked(rule: Rule) -> Rule:
    """The rule in its one form. Raises `Invalid`, which names the part that can't be."""
    return replace(
        rule,
        subject=_checked_subject(rule),
        country=_checked_country(rule.country),
        message_en=_checked_message(rule.message_en, "message_en"),
        message_zh=_checked_message(rule.message_zh, "message_zh"),
    )


def _fits(rule: Rule, asker: Asker) -> bool:
    return rule.country in (ANYWHERE, asker.country) and _is_for(rule, asker)


def _is_for(rule: Rule, asker: Asker) -> bool:
    match rule.audience:
        case Audience.PERSON:
            return rule.subject == asker.person_id
        case Audience.TEAM:
            return rule.subject in asker.team_ids
        case Audience.DOMAIN:
            return rule.subject == asker.domain
        case Audience.VISITORS:
            return asker.is_visitor
        case Audience.EVERYBODY:
            return True


def _rank(rule: Rule) -> tuple[int, bool, int]:
    """The least counts; see the top."""
    return _AUDIENCES.index(rule.audience), rule.country == ANYWHERE, _VERDICTS.index(rule.verdict)


def _checked_subject(rule: Rule) -> str:
    if rule.audience not in _NAMED:
        if rule.subject:
            raise Invalid(f"A rule for {rule.audience.value} names nobody else.", param="subject")
        return ""
    subject = storable_text(rule.subject, "subject").strip()
    if rule.audience is Audience.DOMAIN:
        subject = subject.lower().removeprefix("@")
        if not _DOMAIN.fullmatch(subject):
            raise Invalid("A domain is what comes after the @ of an address: example.com.", param="subject")
    elif not 0 < len(subject) <= _LONGEST_ID:
        raise Invalid(f"A rule for a {rule.audience.value} needs its id.", param="subject")
    return subject


def _checked_country(country: str) -> str:
    code = country.strip().upper()
    if code not in COUNTRIES and code not in (ANYWHERE, UNKNOWN):
        raise Invalid(
            f"There is no country {country[:20]!r}. Give its two letters (ISO 3166; Britain is GB), * for all, "
            f"or {UNKNOWN} for where it isn't known.",
            param="country",
        )
    return code


def _checked_message(message: str, name: str) -> str:
    text = storable_text(message, name).strip()
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(f"A message has at most {LONGEST_MESSAGE} characters.", param=name)
    return text
