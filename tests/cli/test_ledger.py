from __future__ import annotations

import sqlite3
from pathlib import Path

from .conftest import Run


def test_books_are_in_order_from_the_start(run: Run) -> None:
    outcome = run("ledger", "verify")
    assert (outcome.status, outcome.out) == (0, "The books are in order.\n")


def test_gives_and_takes_by_hand(run: Run) -> None:
    assert run("ledger", "adjust", "person_1", "12.50", "--memo", "Transfer").out.startswith(
        "person_1 can spend 12.50 USD"
    )
    assert run("ledger", "adjust", "person_1", "-2.5").out.startswith("person_1 can spend 10.00 USD")
    assert run("ledger", "balance", "person_1").out.startswith("person_1 can spend 10.00 USD; 0.00 USD is set aside")


def test_books_a_reference_once(run: Run) -> None:
    run("ledger", "adjust", "person_1", "5", "--reference", "bank-1")
    again = run("ledger", "adjust", "person_1", "5", "--reference", "bank-1")
    assert again.status == 1
    assert "booked already" in again.err
    assert "5.00 USD" in run("ledger", "balance", "person_1").out


def test_refuses_what_is_no_amount_and_more_than_there_is(run: Run) -> None:
    assert run("ledger", "adjust", "person_1", "much").status == 1
    assert run("ledger", "adjust", "person_1", "-1").status == 1


def test_says_what_is_wrong_and_leaves_with_1(run: Run, data_dir: Path) -> None:
    run("ledger", "adjust", "person_1", "5")
    with sqlite3.connect(data_dir / "homespun.db") as connection:
        connection.execute("UPDATE wallets SET balance_micros = 7000000")
    connection.close()
    outcome = run("ledger", "verify")
    assert outcome.status == 1
    assert "wallet:person_1: its balance is 7.00 USD, but the ledger says 5.00 USD" in outcome.out
