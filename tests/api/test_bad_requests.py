"""Whatever is wrong with a request, the answer says so, names the field, and nothing is set running."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from homespun.api import Settings as ApiSettings
from tests.ring.houses import MODEL, Home, home

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELLO = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}


async def refusal(home: Home, body: bytes | dict[str, Any], path: str = "/v1/chat/completions") -> dict[str, Any]:
    """The error that a body is answered with."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with home.owner() as client:
        response = await client.post(path, content=content)
    error: dict[str, Any] = response.json()["error"]
    assert response.status_code == 400
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert not home.puppet.requests, "nothing was set running"
    return error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"model": "puppet"',
        b'{"model": "puppet"} trailing',
        b"\xef\xbb\xbf{}",
        b"{'model': 'puppet'}",
        b"\x00\x01\x02",
        b'{"model": "puppet", "messages": [{"role": "user", "content": "\xff\xfe"}]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"messages":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
async def test_what_is_no_json_object_is_refused(long_at_home: Home, body: bytes) -> None:
    error = await refusal(long_at_home, body)
    assert error["message"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "+1", ".5", "0x10"])
async def test_a_number_that_is_none_is_refused_by_the_name_of_its_field(long_at_home: Home, number: str) -> None:
    body = json.dumps(HELLO)[:-1] + ', "temperature": ' + number + ', "top_p": 1}'
    assert (await refusal(long_at_home, body.encode()))["param"] == "temperature"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", 2.1),
        ("temperature", "hot"),
        ("temperature", True),
        ("temperature", [1]),
        ("top_p", -1),
        ("top_p", 1.5),
        ("top_k", -2),
        ("top_k", 2.5),
        ("min_p", 2),
        ("repetition_penalty", 0),
        ("presence_penalty", 2.5),
        ("frequency_penalty", -3),
        ("seed", 2**64),
        ("seed", 1.5),
        ("seed", "x"),
        ("n", 0),
        ("n", 17),
        ("n", 10**100),
        ("max_tokens", 0),
        ("max_tokens", -1),
        ("max_tokens", 10**30),
        ("max_tokens", 1e30),
        ("max_completion_tokens", 0),
        ("top_logprobs", 5),
        ("top_logprobs", 21),
        ("logprobs", 1),
        ("stream", "yes"),
        ("stream_options", {"include_usage": True}),
        ("stream_options", 1),
        ("stop", 5),
        ("stop", ""),
        ("stop", ["a"] * 5),
        ("stop", ["x"] * 5000),
        ("stop", "x" * 501),
        ("stop", "\0"),
        ("stop_token_ids", 3),
        ("logit_bias", [1]),
        ("logit_bias", {"a": 1}),
        ("logit_bias", {"-1": 1}),
        ("logit_bias", {"1" * 50: 1}),
        ("logit_bias", {"²": 1}),
        ("messages", []),
        ("messages", "hi"),
        ("messages", {"role": "user"}),
        ("messages", None),
        ("model", None),
        ("model", 1),
    ],
)
async def test_a_value_out_of_its_range_is_refused_by_the_name_of_its_field(
    long_at_home: Home, field: str, value: object
) -> None:
    error = await refusal(long_at_home, HELLO | {field: value})
    assert error["param"] == field
    assert field in error["message"] or error["message"]


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"role": "user"}, "messages[0].content"),
        ({"role": "assistant", "content": None}, "messages[0].content"),
        ({"content": "hi"}, "messages[0].role"),
        ({"role": "tool", "content": "hi", "tool_call_id": "x"}, "messages[0].role"),
        ({"role": "function", "content": "hi", "name": "x"}, "messages[0].role"),
        ({"role": "narrator", "content": "hi"}, "messages[0].role"),
        ({"role": 1, "content": "hi"}, "messages[0].role"),
        ({"role": "user", "content": 1}, "messages[0].content"),
        ({"role": "user", "content": "hi", "name": "Ann"}, "messages[0].name"),
        ({"role": "user", "content": "hi", "mood": "good"}, "messages[0].mood"),
        ({"role": "assistant", "content": "hi", "tool_calls": [{}]}, "messages[0].tool_calls"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, "messages[0].content[0].type"),
        ({"role": "user", "content": [{"type": "text"}]}, "messages[0].content[0].text"),
        ({"role": "user", "content": [{"text": "hi"}]}, "messages[0].content[0].type"),
        ({"role": "user", "content": "a\0b"}, "messages[0].content"),
        ({"role": "user", "content": [{"type": "text", "text": "\0"}]}, "messages[0].content[0].text"),
        ("hi", "messages[0]"),
    ],
)
async def test_a_message_that_is_none_is_refused_by_its_path(long_at_home: Home, message: object, param: str) -> None:
    assert (await refusal(long_at_home, {"model": MODEL, "messages": [message]}))["param"] == param


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\ud800x", "\\udc00\\ud800"])
async def test_half_a_surrogate_pair_is_refused(long_at_home: Home, half: str) -> None:
    body = '{"model": "puppet", "messages": [{"role": "user", "content": "' + half + '"}]}'
    assert (await refusal(long_at_home, body.encode()))["param"] == "content"


async def test_control_characters_other_than_nul_are_text(long_at_home: Home) -> None:
    text = "".join(map(chr, range(1, 32))) + "\x7f\x80\u2028\ufeff\ufffe"
    async with long_at_home.owner() as client:
        response = await client.post(
            "/v1/chat/completions", json={"model": MODEL, "messages": [{"role": "user", "content": text}]}
        )
    long_at_home.puppet.requests.clear()
    assert response.json()["choices"][0]["message"]["content"] == f"{text} "


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tools", [{"type": "function", "function": {"name": "f"}}]),
        ("tool_choice", "required"),
        ("response_format", {"type": "json_object"}),
        ("response_format", {"type": "json_schema", "json_schema": {}}),
        ("store", True),
        ("metadata", {"a": "b"}),
        ("service_tier", "priority"),
        ("reasoning_effort", "high"),
        ("verbosity", "low"),
        ("prediction", {"type": "content", "content": "x"}),
        ("modalities", ["text", "audio"]),
        ("audio", {"voice": "alloy", "format": "wav"}),
        ("web_search_options", {}),
        ("functions", [{"name": "f"}]),
        ("function_call", "auto"),
        ("ignore_eos", True),
        ("guided_json", {}),
        ("prompt", "x"),
        ("temprature", 1),
        ("x" * 5000, 1),
        ("", 1),
        ("store", 0),
    ],
)
async def test_a_parameter_that_cannot_be_honoured_is_refused_by_name(
    long_at_home: Home, field: str, value: object
) -> None:
    error = await refusal(long_at_home, HELLO | {field: value})
    assert (error["code"], error["param"]) == ("unsupported_parameter", field[:100])
    assert len(error["message"]) < 500


async def test_obfuscated_streams_are_refused_by_name(long_at_home: Home) -> None:
    error = await refusal(long_at_home, HELLO | {"stream": True, "stream_options": {"include_obfuscation": True}})
    assert (error["code"], error["param"]) == ("unsupported_parameter", "stream_options.include_obfuscation")


async def test_two_lengths_at_once_are_refused(long_at_home: Home) -> None:
    assert (await refusal(long_at_home, HELLO | {"max_tokens": 5, "max_completion_tokens": 6}))["param"] == "max_tokens"


async def test_too_many_messages_and_too_long_prompts_are_refused(tmp_path: Path, migrated: Path) -> None:
    limits = ApiSettings(max_messages=3, max_prompt_characters=10)
    async with home(tmp_path, migrated, api=limits) as small:
        many = [{"role": "user", "content": "x"}] * 4
        assert (await refusal(small, {"model": MODEL, "messages": many}))["param"] == "messages"
        long = [{"role": "user", "content": "x" * 11}]
        assert (await refusal(small, {"model": MODEL, "messages": long}))["param"] == "messages"
        prompt = {"model": MODEL, "prompt": ["x" * 6, "x" * 6]}
        assert (await refusal(small, prompt, "/v1/completions"))["param"] == "prompt"
        tokens = {"model": MODEL, "prompt": [1] * 11}
        assert (await refusal(small, tokens, "/v1/completions"))["param"] == "prompt"


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_that_is_too_large_is_refused_while_it_is_read(
    tmp_path: Path, migrated: Path, *, is_announced: bool
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b" " * 1000

    headers = {"content-length": "100000"} if is_announced else {}
    async with home(tmp_path, migrated, api=ApiSettings(max_body_bytes=5000)) as small, small.owner() as client:
        response = await client.post("/v1/chat/completions", content=endless(), headers=headers)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"
