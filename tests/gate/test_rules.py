"""Of the rules that fit somebody, the most specific counts."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from homespun.core.errors import Invalid
from homespun.gate import Audience, Rule, Verdict
from homespun.gate.countries import COUNTRIES
from homespun.gate.rules import LONGEST_MESSAGE, Asker, checked, decisive

ANONYMOUS = Asker()
STRANGER = Asker("FR", "person_stranger", domain="stranger.example")
ANNA = Asker("DE", "person_anna", domain="example.com", team_ids=frozenset({"team_1", "team_2"}))
VISITOR = Asker("DE", "visitor_1", is_visitor=True)

FITTING_ANNA = [
    (audience, subject, country)
    for audience, subject in [
        (Audience.PERSON, "person_anna"),
        (Audience.TEAM, "team_1"),
        (Audience.DOMAIN, "example.com"),
        (Audience.EVERYBODY, ""),
    ]
    for country in ("DE", "*")
]
"""In the order of precedence."""
FOREIGN_TO_ANNA = [
    (Audience.PERSON, "person_boris", "*"),
    (Audience.TEAM, "team_3", "DE"),
    (Audience.DOMAIN, "sub.example.com", "DE"),
    (Audience.DOMAIN, "", "*"),
    (Audience.VISITORS, "", "DE"),
    (Audience.PERSON, "person_anna", "CN"),
    (Audience.EVERYBODY, "", "ZZ"),
]


@pytest.mark.parametrize(
    "asker", [ANONYMOUS, STRANGER, ANNA, VISITOR], ids=["anonymous", "stranger", "anna", "visitor"]
)
def test_without_rules_it_is_available_to_everybody(asker: Asker) -> None:
    assert decisive([], asker) is None


def test_who_is_not_known_is_told_apart_by_the_country_alone() -> None:
    everybody = Rule(Verdict.REFUSED, country="ZZ")
    others = [Rule(Verdict.REFUSED, *foreign) for foreign in FITTING_ANNA[:6]]
    assert decisive([*others, everybody], ANONYMOUS) == everybody
    assert decisive(others, ANONYMOUS) is None
    assert decisive([*others, everybody], STRANGER) is None


@pytest.mark.parametrize("foreign", FOREIGN_TO_ANNA)
def test_a_rule_for_others_does_not_count(foreign: tuple[Audience, str, str]) -> None:
    assert decisive([Rule(Verdict.REFUSED, *foreign)], ANNA) is None


@pytest.mark.parametrize("verdicts", [*product(Verdict, Verdict)])
def test_of_each_two_rules_the_more_specific_counts_whatever_it_says(verdicts: tuple[Verdict, Verdict]) -> None:
    for i, narrow in enumerate(FITTING_ANNA):
        for wide in FITTING_ANNA[i + 1 :]:
            first, second = Rule(verdicts[0], *narrow), Rule(verdicts[1], *wide)
            assert decisive([first, second], ANNA) == decisive([second, first], ANNA) == first


@pytest.mark.parametrize("country", ["DE", "*"])
def test_for_visitors_comes_before_for_everybody(country: str) -> None:
    visitors, everybody = Rule(Verdict.WAITING, Audience.VISITORS), Rule(Verdict.REFUSED, country=country)
    assert decisive([everybody, visitors], VISITOR) == visitors
    assert decisive([everybody, visitors], ANNA) == everybody


def test_of_two_teams_the_stricter_counts() -> None:
    for first, second in permutations(Verdict, 2):
        rules = [Rule(first, Audience.TEAM, "team_1"), Rule(second, Audience.TEAM, "team_2")]
        counts = decisive(rules, ANNA)
        assert counts is not None
        assert counts.verdict == min(first, second, key=list(Verdict).index)


def test_a_country_that_is_not_known_is_one_of_its_own() -> None:
    rules = [Rule(Verdict.REFUSED), Rule(Verdict.ALLOWED, country="DE"), Rule(Verdict.WAITING, country="ZZ")]
    said = {country: decisive(rules, Asker(country)) for country in ("DE", "FR", "ZZ")}
    assert {country: rule and rule.verdict for country, rule in said.items()} == {
        "DE": Verdict.ALLOWED,
        "FR": Verdict.REFUSED,
        "ZZ": Verdict.WAITING,
    }


@pytest.mark.parametrize(
    ("rule", "param"),
    [
        (Rule(Verdict.REFUSED, country="UK"), "country"),
        (Rule(Verdict.REFUSED, country="Germany"), "country"),
        (Rule(Verdict.REFUSED, country=""), "country"),
        (Rule(Verdict.REFUSED, Audience.PERSON), "subject"),
        (Rule(Verdict.REFUSED, Audience.TEAM, "t" * 41), "subject"),
        (Rule(Verdict.REFUSED, Audience.DOMAIN, "*.example.com"), "subject"),
        (Rule(Verdict.REFUSED, Audience.DOMAIN, "d" * 254), "subject"),
        (Rule(Verdict.REFUSED, Audience.DOMAIN, "ex\x00ample.com"), "subject"),
        (Rule(Verdict.REFUSED, Audience.EVERYBODY, "person_1"), "subject"),
        (Rule(Verdict.REFUSED, message_en="x" * (LONGEST_MESSAGE + 1)), "message_en"),
        (Rule(Verdict.REFUSED, message_zh="半 \ud83d"), "message_zh"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_part_that_is_wrong(rule: Rule, param: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked(rule)
    assert caught.value.param == param


def test_a_rule_has_one_form() -> None:
    typed = Rule(Verdict.REFUSED, Audience.DOMAIN, " @Example.COM ", " de", " Not yet. ")
    assert checked(typed) == Rule(Verdict.REFUSED, Audience.DOMAIN, "example.com", "DE", "Not yet.")


def test_there_are_all_countries_and_kosovo() -> None:
    assert len(COUNTRIES) == 249 + 1
    assert not COUNTRIES & {"ZZ", "XX", "UK", "EU"}
