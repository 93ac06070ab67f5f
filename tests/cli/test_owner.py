from __future__ import annotations

import pytest

from .conftest import Run


def test_prints_a_new_link_each_time(run: Run) -> None:
    first, second = (run("owner", "link").out for _ in range(2))
    assert first.startswith("http://127.0.0.1:8000/sign-in#token=")
    assert first != second


def test_the_link_is_for_the_address_that_the_browser_uses(run: Run) -> None:
    said = run("owner", "link", "--url", "https://chat.example.com/").out
    assert said.startswith("https://chat.example.com/sign-in#token=")


def test_a_server_for_all_is_reached_at_this_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_HOST", "0.0.0.0")
    monkeypatch.setenv("HOMESPUN_PORT", "9000")
    assert run("owner", "link").out.startswith("http://127.0.0.1:9000/")


def test_an_address_with_colons_goes_into_brackets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_HOST", "::1")
    assert run("owner", "link").out.startswith("http://[::1]:8000/")
