"""The description of the web app's API from which its client is generated."""

from __future__ import annotations

import json

import pytest

from homespun.api import openapi


def test_is_printed_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    openapi.main()
    first = capsys.readouterr().out
    openapi.main()
    assert capsys.readouterr().out == first
    assert len(json.loads(first)["paths"]) >= 11


def test_every_call_can_end_in_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    openapi.main()
    document = json.loads(capsys.readouterr().out)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            schema = call["responses"]["default"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ProblemEnvelope"}, (method, path)
