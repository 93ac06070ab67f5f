"""Who isn't let in is told so in a language they read."""

from __future__ import annotations

import pytest

from homespun.gate import Rule, Verdict
from homespun.gate.wording import Language, language_of, refusal, waiting

EN, ZH = Language.ENGLISH, Language.CHINESE


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [
        ("", "", EN),
        ("zh-CN", "en", ZH),
        ("ZH", "", ZH),
        ("en", "zh-CN,zh;q=0.9", EN),
        ("fr", "zh", EN),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("", "en-GB,en;q=0.9,zh;q=0.8", EN),
        ("", "fr;q=1, zh-Hant;q=0.5", ZH),
        ("", "en;q=0.2, zh;q=0.3", ZH),
        ("", "zh;q=0", EN),
        ("", "zh;q=nonsense, en;q=0.1", EN),
        ("", "zh;q=nan", EN),
        ("", "*", EN),
        ("", "zhx", EN),
        ("", ";;q=,," * 1000, EN),
        ("", "en;q=0.1," + "fr," * 1000 + "zh", EN),
    ],
)
def test_the_persons_own_language_comes_first_then_the_browsers(locale: str, accepted: str, language: Language) -> None:
    assert language_of(locale, accepted) is language


def test_a_rule_has_words_of_its_own_or_ours() -> None:
    rule = Rule(Verdict.REFUSED, message_en="We open in May.")
    assert refusal(rule, EN).message == "We open in May."
    assert refusal(rule, ZH).message.startswith("您所在的地区")
    assert "where you are" in refusal(Rule(Verdict.REFUSED), EN).message
    assert (refusal(rule, EN).code, refusal(rule, EN).kind) == ("not_available_here", "refused")


def test_who_waits_is_told_how_many_are_before_them() -> None:
    rule = Rule(Verdict.WAITING, message_zh="五月开放 {text}。")
    assert waiting(rule, EN, 12).message.endswith("You are number 12 on the waiting list.")
    assert waiting(rule, ZH, 12).message == "五月开放 {text}。您在候补名单上排第 12 位。"
    assert (waiting(rule, EN, 1).code, waiting(rule, EN, 1).kind) == ("waiting_list", "refused")
