"""Step 0003: the ledger, wallets, prices, usage.

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
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


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
