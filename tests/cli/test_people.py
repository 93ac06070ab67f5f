from __future__ import annotations

import re

import pytest

from .conftest import Run


@pytest.fixture
def invited(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """People may be invited."""
    monkeypatch.setenv("HOMESPUN_ACCOUNTS_REGISTRATION", "invitation")


def owner_id(run: Run) -> str:
    """As the list shows it."""
    found = re.search(r"person_\w{26}", run("people", "list").out)
    assert found
    return found[0]


def test_the_owner_is_the_first_to_be_listed(run: Run) -> None:
    lines = run("people", "list").out.splitlines()
    assert lines[1].split()[:3] == ["Owner", "owner", "active"]
    assert len(run("people", "list", "--search", "own").out.splitlines()) == 2
    assert len(run("people", "list", "--search", "wner").out.splitlines()) == 1
    assert len(run("people", "list", "--visitors").out.splitlines()) == 1


@pytest.mark.usefixtures("invited")
def test_only_the_link_goes_to_the_output(run: Run) -> None:
    outcome = run("people", "invite", "--role", "admin")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/invitation#token=[\w-]{43}\n", outcome.out)
    assert "first" in outcome.err


@pytest.mark.usefixtures("invited")
def test_an_invitation_by_e_mail_is_sent_and_not_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "accounts.email" in run("people", "invite", "--email", "ada@example.com").err
    monkeypatch.setenv("HOMESPUN_ACCOUNTS_EMAIL", "console")
    outcome = run("people", "invite", "--email", "ada@example.com")
    assert (outcome.status, outcome.out) == (0, "")
    assert "/invitation#token=" in outcome.err, "the console's sender has printed the letter"


def test_where_registration_is_closed_the_setting_is_named(run: Run) -> None:
    outcome = run("people", "invite")
    assert (outcome.status, outcome.out) == (1, "")
    assert "accounts.registration" in outcome.err


def test_the_last_owner_is_neither_banned_nor_removed_nor_demoted(run: Run) -> None:
    owner = owner_id(run)
    for command in (("ban", owner), ("remove", owner, "--yes"), ("role", owner, "member")):
        outcome = run("people", *command)
        assert outcome.status == 1
        assert "another person an owner" in outcome.err


def test_who_is_not_there_is_not_found(run: Run) -> None:
    for command in (
        ("ban", "nobody@example.com"),
        ("unban", "person_x"),
        ("remove", "x", "--yes"),
        ("role", "x", "admin"),
    ):
        outcome = run("people", *command)
        assert outcome.status == 1
        assert "no such person" in outcome.err
    assert "Roles are" in run("people", "role", "x", "king").err


def test_removal_is_asked_about(run: Run) -> None:
    outcome = run("people", "remove", owner_id(run), piped="n\n")
    assert outcome.status == 1
    assert "for good?" in outcome.err
