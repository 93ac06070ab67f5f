"""Step 0003: the ledger, wallets, prices, plans, usage and its sums, vouchers, payments.

Written out rather than taken from the tables of today: a step never changes once it has been released.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the tables."""
    _ledger()
    _prices()
    _usage()
    _sums()
    _plans()
    _vouchers()
    _payments()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _micros(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _number() -> sa.Column[Any]:
    """Only as INTEGER does SQLite number rows by itself; it has 64 bits there."""
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False)


def _ledger() -> None:
    op.create_table(
        "ledger_rows",
        _number(),
        _text("entry_id", 100),
        _text("account", 60),
        _micros("amount_micros"),
        _text("currency", 3),
        _text("turn_id", 40, nullable=True),
        _text("memo", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", name="pk_ledger_rows"),
        sa.UniqueConstraint("entry_id", "account", "currency", name="uq_ledger_rows_entry_id_account_currency"),
        sa.CheckConstraint("amount_micros <> 0", name="amount"),
    )
    op.create_index("ix_ledger_rows_account_number", "ledger_rows", ["account", "number"])
    op.create_table(
        "wallets",
        _text("holder_id", 40),
        _text("currency", 3),
        _micros("balance_micros"),
        _micros("held_micros"),
        sa.PrimaryKeyConstraint("holder_id", "currency", name="pk_wallets"),
        sa.CheckConstraint("balance_micros >= 0", name="balance"),
        sa.CheckConstraint("held_micros >= 0", name="held"),
    )


def _prices() -> None:
    op.create_table(
        "prices",
        _text("id", 40),
        _text("model", 200),
        _text("door", 10),
        _moment("valid_from"),
        _text("currency", 3),
        _micros("input_micros"),
        _micros("cached_input_micros"),
        _micros("output_micros"),
        _micros("prompt_micros"),
        _micros("request_micros"),
        sa.PrimaryKeyConstraint("id", name="pk_prices"),
        sa.UniqueConstraint("model", "door", "valid_from", name="uq_prices_model_door_valid_from"),
    )


def _usage() -> None:
    op.create_table(
        "usage",
        _text("turn_id", 40),
        _text("payer_id", 40),
        _text("person_id", 40),
        _text("team_id", 40, nullable=True),
        _text("key_id", 40, nullable=True),
        _text("door", 10),
        _text("model", 200),
        _text("plan_id", 40, nullable=True),
        _text("price_id", 40, nullable=True),
        _text("currency", 3),
        _count("requests"),
        _count("prompt_tokens"),
        _count("cached_tokens"),
        _count("completion_tokens"),
        _micros("plan_tokens"),
        _micros("cost_micros"),
        _micros("plan_micros"),
        _micros("wallet_micros"),
        _text("state", 10),
        _moment("at"),
        _moment("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("turn_id", name="pk_usage"),
        sa.ForeignKeyConstraint(["price_id"], ["prices.id"], name="fk_usage_price_id"),
    )
    op.create_index("ix_usage_payer_id_at", "usage", ["payer_id", "at"])
    op.create_index("ix_usage_person_id_at", "usage", ["person_id", "at"])
    op.create_index("ix_usage_at", "usage", ["at"])
    _partial_index("ix_usage_team_id_at", ["team_id", "at"], "team_id IS NOT NULL")
    _partial_index("ix_usage_key_id_at", ["key_id", "at"], "key_id IS NOT NULL")
    _partial_index("ix_usage_open", ["payer_id"], "state = 'open'")


def _partial_index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "usage", columns, sqlite_where=where, postgresql_where=where)


_SUMMED = (
    "turns",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "cost_micros",
    "plan_micros",
    "wallet_micros",
)


def _sums() -> None:
    op.create_table(
        "usage_days",
        _text("payer_id", 40),
        sa.Column("day", sa.Date(), nullable=False),
        _text("person_id", 40),
        _text("team_id", 40),
        _text("key_id", 40),
        _text("model", 200),
        _text("door", 10),
        _text("plan_id", 40),
        _text("currency", 3),
        *map(_micros, _SUMMED),
        sa.PrimaryKeyConstraint(
            "payer_id",
            "day",
            "person_id",
            "team_id",
            "key_id",
            "model",
            "door",
            "plan_id",
            "currency",
            name="pk_usage_days",
        ),
    )
    for who in ("person_id", "team_id", "key_id"):
        op.create_index(f"ix_usage_days_{who}_day", "usage_days", [who, "day"])
    op.create_table(
        "usage_totals",
        sa.Column("day", sa.Date(), nullable=False),
        _text("model", 200),
        _text("door", 10),
        _text("plan_id", 40),
        _text("currency", 3),
        _count("share"),
        *map(_micros, _SUMMED),
        sa.PrimaryKeyConstraint("day", "model", "door", "plan_id", "currency", "share", name="pk_usage_totals"),
    )
    op.create_table(
        "usage_months",
        _text("dimension", 10),
        _text("subject_id", 40),
        sa.Column("month", sa.Date(), nullable=False),
        _text("currency", 3),
        *map(_micros, _SUMMED),
        sa.PrimaryKeyConstraint("dimension", "subject_id", "month", "currency", name="pk_usage_months"),
    )
    op.create_index(
        "ix_usage_months_month_dimension_cost_micros_subject_id",
        "usage_months",
        ["month", "dimension", "cost_micros", "subject_id"],
    )


def _plans() -> None:
    op.create_table(
        "plans",
        _text("id", 40),
        _text("name", 100),
        _text("currency", 3),
        _micros("price_micros"),
        _text("overflow", 10),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("retired_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("name", name="uq_plans_name"),
    )
    op.create_table(
        "plan_windows",
        _text("plan_id", 40),
        _text("period", 10),
        _micros("prompts", nullable=True),
        _micros("tokens", nullable=True),
        _micros("micros", nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "period", name="pk_plan_windows"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_windows_plan_id"),
    )
    op.create_table(
        "subscriptions",
        _text("id", 40),
        _text("payer_id", 40),
        _text("plan_id", 40),
        _moment("valid_from"),
        _moment("valid_until", nullable=True),
        _count("months_paid"),
        _moment("paid_until"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_subscriptions_plan_id"),
    )
    op.create_index("ix_subscriptions_payer_id_valid_from", "subscriptions", ["payer_id", "valid_from"])
    op.create_index("ix_subscriptions_plan_id", "subscriptions", ["plan_id"])
    op.create_index("ix_subscriptions_paid_until", "subscriptions", ["paid_until"])
    op.create_table(
        "plan_income",
        sa.Column("day", sa.Date(), nullable=False),
        _text("plan_id", 40),
        _text("currency", 3),
        _micros("months"),
        _micros("micros"),
        sa.PrimaryKeyConstraint("day", "plan_id", "currency", name="pk_plan_income"),
    )
    op.create_table(
        "meters",
        _text("owner_id", 40),
        _text("scope_id", 40),
        _moment("starts_at"),
        _moment("ends_at"),
        _micros("prompts"),
        _micros("tokens"),
        _micros("micros"),
        sa.PrimaryKeyConstraint("owner_id", "scope_id", "starts_at", "ends_at", name="pk_meters"),
    )
    op.create_table(
        "member_budgets",
        _text("team_id", 40),
        _text("person_id", 40),
        _micros("micros"),
        sa.PrimaryKeyConstraint("team_id", "person_id", name="pk_member_budgets"),
    )


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        _text("id", 40),
        _text("digest", 64),
        _text("ending", 4),
        _micros("micros"),
        _text("currency", 3),
        _count("uses"),
        _count("used"),
        _text("memo", 200),
        _moment("created_at"),
        _moment("expires_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_vouchers"),
        sa.UniqueConstraint("digest", name="uq_vouchers_digest"),
        sa.CheckConstraint("used <= uses", name="used"),
    )
    op.create_table(
        "redemptions",
        _text("voucher_id", 40),
        _text("holder_id", 40),
        _moment("at"),
        sa.PrimaryKeyConstraint("voucher_id", "holder_id", name="pk_redemptions"),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name="fk_redemptions_voucher_id"),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        _text("id", 40),
        _text("holder_id", 40),
        _text("provider", 20),
        _text("reference", 200),
        _micros("micros"),
        _micros("refunded_micros"),
        _text("currency", 3),
        _text("state", 10),
        sa.Column("invoice_number", sa.Integer(), nullable=True),
        _text("billed_to", 500),
        _moment("created_at"),
        _moment("paid_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("invoice_number", name="uq_payments_invoice_number"),
        sa.CheckConstraint("refunded_micros <= micros", name="refunded"),
    )
    op.create_index("ix_payments_holder_id_created_at", "payments", ["holder_id", "created_at"])
    op.create_table(
        "refunds",
        _text("id", 40),
        _text("payment_id", 40),
        _micros("micros"),
        _text("state", 10),
        _text("reference", 200, nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("reference", name="uq_refunds_reference"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_refunds_payment_id"),
    )
    op.create_index("ix_refunds_payment_id", "refunds", ["payment_id"])
    op.create_index("ix_refunds_state", "refunds", ["state"])
    op.create_table(
        "payment_events",
        _text("provider", 20),
        _text("event_id", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("provider", "event_id", name="pk_payment_events"),
    )
