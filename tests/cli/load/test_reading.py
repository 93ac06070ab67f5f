from __future__ import annotations

import msgspec
import pytest

from homespun.cli.load.exchange import Recording
from homespun.cli.load.reading import Failure, Sample, read

from .fake_server import event


def recording(*pieces: tuple[float, bytes], status: int = 200, problem: str | None = None) -> Recording:
    return Recording(sent_at=10.0, status=status, pieces=list(pieces), problem=problem)


def sample(*pieces: tuple[float, bytes]) -> Sample:
    result = read(recording(*pieces))
    assert isinstance(result, Sample), result
    return result


def test_the_first_token_is_the_first_text_not_the_first_event() -> None:
    result = sample((10.5, event("")), (11.0, event("a")), (11.25, event("b")))
    assert result.first_text_s == 1.0
    assert result.gaps_s == (0.25,)


def test_an_event_has_come_when_its_end_has() -> None:
    whole = event("a")
    assert sample((11.0, whole[:20]), (12.0, whole[20:])).first_text_s == 2.0


def test_events_that_come_together_have_no_gap() -> None:
    assert sample((11.0, event("a") + event("b"))).gaps_s == (0.0,)


def test_token_counts_are_the_servers_own() -> None:
    usage = event(usage={"prompt_tokens": 5, "completion_tokens": 9})
    result = sample((11.0, event("a")), (12.0, usage), (12.5, b"data: [DONE]\n\n"))
    assert (result.prompt_tokens, result.completion_tokens, result.ended_at) == (5, 9, 12.5)


def test_without_usage_every_piece_counts_as_a_token() -> None:
    assert sample((11.0, event("a") + event("b"))).completion_tokens == 2


@pytest.mark.parametrize("choice", [{"text": "a"}, {"delta": {"reasoning_content": "hm"}}])
def test_knows_other_places_where_servers_put_text(choice: dict[str, object]) -> None:
    assert sample((11.0, event(choices=[{"index": 0, **choice}]))).first_text_s == 1.0


def test_lines_may_end_as_windows_ends_them_and_comments_are_skipped() -> None:
    assert sample((11.0, b": hello\r\n\r\n" + event("a").replace(b"\n", b"\r\n"))).completion_tokens == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (recording(problem="it rained"), "it rained"),
        (recording((11.0, b'{"error": {"message": "Queue full."}}'), status=429), "HTTP 429: Queue full."),
        (recording((11.0, b"<html>Bad gateway"), status=502), "HTTP 502: <html>Bad gateway"),
        (recording(), "no text came in the answer: nothing"),
        (recording((11.0, event("a") + b'data: {"error": {"message": "Died."}}\n\n')), "the answer broke off: Died."),
    ],
)
def test_says_why_there_is_no_answer(broken: Recording, reason: str) -> None:
    assert read(broken) == Failure(reason)


def test_events_that_are_not_openais_are_a_failure() -> None:
    result = read(recording((11.0, b"data: [1]\n\n")))
    assert isinstance(result, Failure)
    assert "not what OpenAI's API sends" in result.reason


def test_bytes_that_are_no_text_are_still_a_refusal_in_words() -> None:
    assert read(recording((11.0, b"\xff\xfe"), status=500)) == Failure("HTTP 500: \ufffd\ufffd")


def test_a_long_refusal_is_cut() -> None:
    body = msgspec.json.encode({"error": {"message": "x" * 5000}})
    result = read(recording((11.0, body), status=400))
    assert isinstance(result, Failure)
    assert len(result.reason) < 400
