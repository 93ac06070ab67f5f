"""A conversation is cut to the model's window from its oldest end, with few counts."""

from __future__ import annotations

import pytest

from homespun.assistant.window import fit
from homespun.core.messages import ChatPrompt, Message, Role

SYSTEM = Message(Role.SYSTEM, "Be kind.")


def exchange(number: int, words: int = 20) -> list[Message]:
    return [
        Message(Role.USER, f"question{number} " * words),
        Message(Role.ASSISTANT, f"answer{number} " * words),
    ]


def conversation(exchanges: int, *, words: int = 20) -> ChatPrompt:
    history = [message for number in range(exchanges) for message in exchange(number, words)]
    return ChatPrompt((SYSTEM, *history, Message(Role.USER, "the question")))


class Counter:
    """A token for each word, and ten for the template."""

    def __init__(self) -> None:
        self.counts = 0

    async def __call__(self, prompt: ChatPrompt) -> int:
        self.counts += 1
        return 10 + sum(len(message.content.split()) for message in prompt.messages)


async def test_what_is_surely_short_is_not_even_counted() -> None:
    count = Counter()
    prompt = conversation(1)
    assert await fit(prompt, budget_tokens=2000, count_tokens=count) is prompt
    assert count.counts == 0


async def test_what_fits_stays_whole() -> None:
    count = Counter()
    prompt = conversation(20)
    assert await fit(prompt, budget_tokens=900, count_tokens=count) is prompt
    assert count.counts == 1


async def test_the_oldest_exchanges_go_and_the_instructions_stay() -> None:
    fitted = await fit(conversation(20), budget_tokens=300, count_tokens=Counter())
    assert fitted.messages[0] == SYSTEM
    assert fitted.messages[1].role is Role.USER
    assert fitted.messages[-1].content == "the question"
    kept = [message.content.split()[0] for message in fitted.messages[1:-1]]
    assert kept == [f"{who}{number}" for number in range(20 - len(kept) // 2, 20) for who in ("question", "answer")]


@pytest.mark.parametrize("budget", [60, 150, 300, 500, 700])
async def test_as_much_is_kept_as_fits_and_few_counts_are_needed(budget: int) -> None:
    count = Counter()
    fitted = await fit(conversation(50), budget_tokens=budget, count_tokens=count)
    asked = count.counts
    tokens = await count(fitted)
    assert tokens <= budget
    assert tokens > budget - 100, "an exchange has 40 tokens: no more than two too many may go"
    assert asked <= 4


async def test_a_question_that_is_too_long_alone_is_left_to_the_engine_to_refuse() -> None:
    prompt = ChatPrompt((SYSTEM, *exchange(1), Message(Role.USER, "word " * 5000)))
    fitted = await fit(prompt, budget_tokens=100, count_tokens=Counter())
    assert fitted.messages == (SYSTEM, prompt.messages[-1])


async def test_exchanges_of_very_different_length_still_end_up_below_the_budget() -> None:
    history = [message for number in range(10) for message in exchange(number, words=1 + 60 * (number % 3))]
    prompt = ChatPrompt((*history, Message(Role.USER, "the question")))
    count = Counter()
    fitted = await fit(prompt, budget_tokens=200, count_tokens=count)
    assert await count(fitted) <= 200
    assert fitted.messages[-1].content == "the question"
