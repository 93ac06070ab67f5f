from __future__ import annotations

from pathlib import Path

from .conftest import Run


def test_only_the_secret_goes_to_the_output_so_that_a_shell_can_keep_it(run: Run) -> None:
    outcome = run("keys", "create", "ci")
    assert outcome.out.startswith("sk-homespun-")
    assert outcome.out.count("\n") == 1
    assert "not shown again" in outcome.err


def test_lists_keys_by_name_and_beginning_but_never_the_secret(run: Run) -> None:
    secret = run("keys", "create", "shop").out.strip()
    listed = run("keys", "list").out
    assert "shop" in listed
    assert secret[:14] in listed
    assert secret not in listed


def test_says_how_to_make_the_first_key(run: Run) -> None:
    assert "homespun keys create" in run("keys", "list").out


def test_a_revoked_key_is_listed_as_such(run: Run) -> None:
    run("keys", "create", "old")
    assert "-" in run("keys", "list").out.splitlines()[1].split()[-1]
    assert "'old'" in run("keys", "revoke", "old").out
    assert "-" in run("keys", "list").out.splitlines()[1].split()[-2]


def test_keys_live_in_the_data_directory_that_is_named(run: Run, tmp_path: Path) -> None:
    run("keys", "create", "elsewhere", "--data-dir", str(tmp_path / "other"))
    assert "elsewhere" not in run("keys", "list").out
    assert "elsewhere" in run("keys", "list", "--data-dir", str(tmp_path / "other")).out


def test_a_key_is_limited_by_options(run: Run) -> None:
    options = ("--scope", "chat", "--model", "a", "--model", "b", "--budget", "5/ever", "--network", "192.0.2.0/24")
    assert run("keys", "create", "small", *options, "--expires", "2099-01-31").status == 0
    line = run("keys", "list").out.splitlines()[1]
    assert "2099-01-31 00:00" in line
    assert "chat; models a b; at most 5/ever; from 192.0.2.0/24" in line


def test_a_key_can_be_another_person_s(run: Run) -> None:
    outcome = run("keys", "create", "x", "--person", "nobody@example.com")
    assert outcome.status == 1
    assert "no such person" in outcome.err


def test_what_no_key_can_be_is_named(run: Run) -> None:
    for options, words in (
        (("--scope", "root"), "Scopes are"),
        (("--network", "here"), "no network"),
        (("--expires", "2020-01-01"), "later"),
        (("--project", "project_x"), "no such project"),
    ):
        outcome = run("keys", "create", "x", *options)
        assert (outcome.status, outcome.out) == (1, "")
        assert words in outcome.err
