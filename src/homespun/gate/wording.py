"""What people are told who aren't let in, in the languages of the web app."""

from __future__ import annotations

from enum import StrEnum

from homespun.core.errors import NotAvailable, OnWaitingList

from .rules import Rule, Verdict

_MOST_LANGUAGES = 50
"""No browser names as many."""


class Language(StrEnum):
    """What rules have messages in."""

    ENGLISH = "en"
    CHINESE = "zh"


_REFUSED = {
    Language.ENGLISH: NotAvailable().message,
    Language.CHINESE: "您所在的地区或您的账号无法使用此服务。如有疑问，请联系管理员。",
}
_WAITING = {
    Language.ENGLISH: "This isn't open to everybody yet. Try again once you have been let in.",
    Language.CHINESE: "此服务尚未全面开放。获准后请再试。",
}
_OURS = {
    Verdict.REFUSED: _REFUSED,
    Verdict.WAITING: _WAITING,
    Verdict.ALLOWED: dict.fromkeys(Language, ""),
}
_POSITION = {
    Language.ENGLISH: "{text} You are number {position} on the waiting list.",
    Language.CHINESE: "{text}您在候补名单上排第 {position} 位。",
}


def language_of(locale: str, accepted: str) -> Language:
    """The person's own choice, a language tag; without one the browser's, the value of `Accept-Language`.

    Who reads neither of our languages is told in English.
    """
    if locale:
        return _language(locale) or Language.ENGLISH
    weighed = [_weighed(part) for part in accepted.split(",")[:_MOST_LANGUAGES]]
    ours = [(weight, language) for weight, tag in weighed if weight > 0 and (language := _language(tag))]
    return max(ours, key=lambda one: one[0], default=(1.0, Language.ENGLISH))[1]


def refusal(rule: Rule, language: Language) -> NotAvailable:
    """By the rule's own words, or by ours."""
    return NotAvailable(told(rule, language))


def waiting(rule: Rule, language: Language, position: int) -> OnWaitingList:
    """The same, and how many are before them; `position` counts from 1."""
    return OnWaitingList(_POSITION[language].format(text=told(rule, language), position=position))


def told(rule: Rule, language: Language) -> str:
    """What somebody is told for whom this rule counts, but for their place on the list; empty: nothing."""
    own = rule.message_zh if language is Language.CHINESE else rule.message_en
    return own or _OURS[rule.verdict][language]


def _weighed(part: str) -> tuple[float, str]:
    """`zh-CN;q=0.8` as 0.8 and the tag; a weight that isn't one is 0 (RFC 9110, 12.4.2)."""
    tag, _, weight = part.partition(";")
    try:
        return (float(weight.strip().removeprefix("q=")) if weight else 1.0), tag
    except ValueError:
        return 0.0, tag


def _language(tag: str) -> Language | None:
    primary = tag.strip().partition("-")[0].lower()
    return Language(primary) if primary in tuple(Language) else None
