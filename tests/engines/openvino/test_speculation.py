from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from homespun.engines.openvino.speculation import PromptLookup

VERSE = [10, 11, 12, 13, 14, 15, 16, 17]


def test_guesses_what_followed_the_last_tokens_before() -> None:
    assert PromptLookup().guess([*VERSE, 99, 10, 11, 12], 2) == [13, 14]


def test_two_tokens_are_enough_where_three_are_not_found() -> None:
    assert PromptLookup().guess([*VERSE, 99, 11, 12], 2) == [13]


def test_one_token_is_enough_once_it_has_shown_to_be() -> None:
    lookup = PromptLookup()
    tokens = list(VERSE)
    assert lookup.guess([*tokens, 99, 12], 1) == []
    for number in range(8):
        tokens += [100 + number, 12]
        lookup.guess(tokens, 1)
        tokens.append(13)
        lookup.guess(tokens, 1)
    assert lookup.guess([*tokens, 99, 12], 1) == [13]


def test_the_latest_occurrence_counts() -> None:
    tokens = [*VERSE, 10, 11, 12, 50, 51, 52, 10, 11, 12]
    assert PromptLookup().guess(tokens, 2) == [50, 51]


def test_has_no_guess_for_what_is_new() -> None:
    assert PromptLookup().guess(VERSE, 5) == []


def test_a_text_of_one_token_has_no_guess() -> None:
    assert PromptLookup().guess([1], 5) == []


def test_what_repeats_at_the_end_is_guessed_to_go_round() -> None:
    lookup = PromptLookup()
    tokens = [1, 2] * 20
    for length in range(20, 40):
        lookup.guess(tokens[:length], 5)
    assert lookup.guess(tokens, 5) == [1, 2, 1, 2, 1]


def test_guesses_more_while_it_is_right_and_at_most_what_is_asked() -> None:
    lookup = PromptLookup()
    tokens = VERSE * 10
    lengths = [len(lookup.guess(tokens[:length], 6)) for length in range(10, 60)]
    assert lengths == sorted(lengths)
    assert lengths[0] < 6 == lengths[-1]


def wrong_guesses(lookup: PromptLookup, times: int) -> list[int]:
    """A text that always goes on otherwise than before."""
    tokens = list(VERSE)
    for number in range(times):
        tokens += [10, 11, 12]
        lookup.guess(tokens, 5)
        tokens += [1000 + number, 2000 + number]
        lookup.guess(tokens, 5)
    return tokens


def test_gives_up_guessing_where_it_is_always_wrong() -> None:
    lookup = PromptLookup()
    tokens = wrong_guesses(lookup, 20)
    assert lookup.guess([*tokens, 10, 11, 12], 5) == []


def test_guesses_again_once_the_text_repeats_itself() -> None:
    lookup = PromptLookup()
    tokens = wrong_guesses(lookup, 20)
    for token in VERSE * 4:
        tokens.append(token)
        lookup.guess(tokens, 5)
    assert lookup.guess([*tokens, 10, 11, 12], 5) == [13, 14, 15, 16, 17]


@example([2, 0, 1, 0, 0, 0, 0, 0, 2, 0], 1)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 7))
def test_every_guess_continues_the_latest_of_the_longest_known_ends(tokens: list[int], most: int) -> None:
    """However many tokens come between two calls, it finds what a search from the end would."""
    lookup = PromptLookup()
    lookup.guess(tokens[: len(tokens) // 2] or tokens[:1], most)
    guess = lookup.guess(tokens, most)
    found = next(
        (
            end
            for length in (3, 2, 1)
            for end in range(len(tokens) - 1, length - 1, -1)
            if len(tokens) > length and tokens[end - length : end] == tokens[-length:]
        ),
        None,
    )
    if found is None:
        assert guess == []
    for place, token in enumerate(guess):
        assert found is not None
        assert token == ([*tokens, *guess][found + place])
