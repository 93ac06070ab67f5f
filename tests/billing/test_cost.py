"""The formula: whole numbers, rounded once; and its inverse, by which answers are cut to what can be paid."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.billing.cost import MOST_RATE_MICROS, Tariff, Tokens, cost_micros, most_completion_tokens
from homespun.billing.money import MOST_MICROS
from homespun.billing.values import MOST_TOKENS
from homespun.core.errors import Invalid

RATES = st.integers(0, MOST_RATE_MICROS)
COUNTS = st.integers(0, MOST_TOKENS)


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    rate = draw(RATES)
    return Tariff(rate, draw(st.integers(0, rate)), draw(RATES), draw(RATES), draw(RATES))


@st.composite
def uses(draw: st.DrawFn) -> Tokens:
    prompt = draw(COUNTS)
    return Tokens(prompt, draw(st.integers(0, prompt)), draw(COUNTS), draw(st.integers(0, 1)))


def test_each_kind_of_token_has_its_rate_and_prompts_and_requests_theirs() -> None:
    tariff = Tariff(3_000_000, 1_000_000, 5_000_000, 70, 900)
    assert cost_micros(tariff, Tokens(prompt=10, cached=4, completion=2, requests=1)) == 6 * 3 + 4 + 2 * 5 + 70 + 900
    assert cost_micros(tariff, Tokens(prompt=10, cached=4, completion=2, requests=0)) == 6 * 3 + 4 + 2 * 5 + 70


@pytest.mark.parametrize(("tokens", "micros"), [(0, 0), (4, 0), (5, 1), (14, 1), (15, 2)])
def test_half_a_micro_is_rounded_up(tokens: int, micros: int) -> None:
    assert cost_micros(Tariff(output_micros=100_000), Tokens(0, 0, tokens, 1)) == micros


@given(tariffs(), uses())
def test_is_the_exact_cost_rounded_once_and_never_leaves_the_range(tariff: Tariff, used: Tokens) -> None:
    exact = (
        Fraction(tariff.input_micros, 10**6) * (used.prompt - used.cached)
        + Fraction(tariff.cached_input_micros, 10**6) * used.cached
        + Fraction(tariff.output_micros, 10**6) * used.completion
        + tariff.prompt_micros
        + tariff.request_micros * used.requests
    )
    assert cost_micros(tariff, used) == int(exact + Fraction(1, 2))
    assert cost_micros(tariff, used) <= MOST_MICROS


@given(tariffs(), uses(), st.integers(0, MOST_MICROS))
def test_the_longest_answer_for_some_money_costs_no_more_and_one_token_more_would(
    tariff: Tariff, used: Tokens, micros: int
) -> None:
    most = most_completion_tokens(tariff, used, micros)
    if most >= 0:
        assert cost_micros(tariff, Tokens(used.prompt, used.cached, most, used.requests)) <= micros
    if most < MOST_TOKENS:
        assert cost_micros(tariff, Tokens(used.prompt, used.cached, most + 1, used.requests)) > micros


@given(tariffs(), uses(), st.integers(0, 2 * MOST_TOKENS))
def test_a_part_of_the_tokens_never_costs_more_than_all(tariff: Tariff, used: Tokens, count: int) -> None:
    part = used.first(count)
    assert part.total == min(count, used.total)
    assert cost_micros(tariff, part) <= cost_micros(tariff, used)


@pytest.mark.parametrize("rates", [(-1, 0), (MOST_RATE_MICROS + 1, 0), (5, 6), (1.5, 0), (True, 0)])
def test_refuses_rates_that_cannot_be(rates: tuple[int, int]) -> None:
    with pytest.raises(Invalid):
        Tariff(*rates)
