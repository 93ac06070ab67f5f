from __future__ import annotations

import re

from .conftest import Run


def test_everything_is_free_until_a_price_is_set(run: Run) -> None:
    assert "everything is free" in run("prices", "list").out
    assert run("prices", "set", "--input", "1", "--output", "3.50", "--model", "parrot").status == 0
    listed = run("prices", "list").out
    assert "model parrot, door *: a million prompt tokens 1.00 USD, cached ones 1.00 USD" in listed
    assert "completion tokens 3.50 USD" in listed


def test_refuses_a_price_that_is_none(run: Run) -> None:
    assert run("prices", "set", "--input", "cheap").status == 1
    assert run("prices", "set", "--input", "1", "--cached", "2").status == 1


def test_makes_vouchers_whose_codes_are_shown_once(run: Run) -> None:
    assert "homespun vouchers create" in run("vouchers", "list").out
    codes = run("vouchers", "create", "10", "--count", "2", "--uses", "3", "--days", "9", "--memo", "Fair").out.split()
    assert len(codes) == 2
    listed = run("vouchers", "list").out
    assert listed.count("10.00 USD") == 2
    assert "0 of 3" in listed
    assert codes[0] not in listed
    voucher_id = re.search(r"voucher_\w+", listed)
    assert voucher_id
    assert "is revoked" in run("vouchers", "revoke", voucher_id[0]).out
    assert run("vouchers", "revoke", "voucher_none").status == 1


def test_vouchers_that_were_made_together_are_revoked_together(run: Run) -> None:
    made = run("vouchers", "create", "10", "--count", "3", "--memo", "Fair")
    told = re.search(r"homespun vouchers revoke --batch (voucher_\w+)", made.err)
    assert told
    run("vouchers", "create", "5")
    batches = run("vouchers", "batches").out
    assert "0 of 3" in batches
    assert "0 of 1" in batches
    assert "3 of 3 vouchers are revoked" in run("vouchers", "revoke", "--batch", told[1]).out
    assert run("vouchers", "revoke", "--batch", "voucher_none").status == 1


def test_makes_plans_and_gives_them_to_people(run: Run) -> None:
    assert "homespun plans add" in run("plans", "list").out
    made = run("plans", "add", "Basic", "--price", "5", "--window", "20prompts/day", "--window", "1.50cost/day").out
    plan_id = re.search(r"plan_\w+", made)
    assert plan_id
    assert "20 prompts and cost 1.50 a day" in run("plans", "list").out
    assert run("plans", "give", "person_1", plan_id[0]).status == 1, "the wallet is empty"
    run("ledger", "adjust", "person_1", "6")
    assert "has the plan" in run("plans", "give", "person_1", plan_id[0]).out
    assert "1.00 USD" in run("ledger", "balance", "person_1").out
    assert "ends with its month" in run("plans", "end", "person_1").out
    assert "is retired" in run("plans", "retire", plan_id[0]).out
    assert "retired" in run("plans", "list").out
    assert run("ledger", "verify").status == 0


def test_refuses_what_is_no_limit(run: Run) -> None:
    for limit in ("20", "20prompts", "1.5prompts/day", "20prompts/year", "-1tokens/day", "x"):
        outcome = run("plans", "add", "Basic", "--window", limit)
        assert outcome.status == 1
        assert "is no limit" in outcome.err
