"""Billing's tables. Ledger rows and prices are never changed; amounts are micros, credits positive, debits negative."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, UtcDateTime

_Number = BigInteger().with_variant(Integer, "sqlite")
"""Only as INTEGER does SQLite number rows by itself; it has 64 bits there."""


class LedgerRow(Base):
    """One side of an entry. The rows of an entry sum to zero in each currency."""

    __tablename__ = "ledger_rows"
    __table_args__ = (
        UniqueConstraint("entry_id", "account", "currency"),
        Index(None, "account", "number"),
        CheckConstraint("amount_micros <> 0", name="amount"),
    )

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    """The order of booking; on PostgreSQL only nearly so."""
    entry_id: Mapped[str] = mapped_column(String(100))
    """What happened to what: `hold:turn_...`. It happens once: the constraint refuses a second time."""
    account: Mapped[str] = mapped_column(String(60))
    """`wallet:<holder>`, `held:<holder>`, `income`, `cash:<provider>`, ...; see `ledger.py`."""
    amount_micros: Mapped[int] = mapped_column(BigInteger)
    """Positive: the account gets it. What an account has is the sum."""
    currency: Mapped[str] = mapped_column(String(3))
    turn_id: Mapped[str | None] = mapped_column(String(40))
    memo: Mapped[str] = mapped_column(String(200), default="")
    """For people; empty for turns, whose usage says more."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WalletRow(Base):
    """What a holder has, kept beside the ledger so that an admission need not sum it up."""

    __tablename__ = "wallets"
    __table_args__ = (
        CheckConstraint("balance_micros >= 0", name="balance"),
        CheckConstraint("held_micros >= 0", name="held"),
    )

    holder_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """A person or a team."""
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    balance_micros: Mapped[int] = mapped_column(BigInteger)
    """What can be spent: the sum of `wallet:<holder>`."""
    held_micros: Mapped[int] = mapped_column(BigInteger)
    """Set aside for open turns: the sum of `held:<holder>`."""


class PriceRow(Base):
    """What a model costs through a door from some moment on. Never changed: a newer one supersedes it."""

    __tablename__ = "prices"
    __table_args__ = (UniqueConstraint("model", "door", "valid_from"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(200))
    """`*`: every model that has no price of its own."""
    door: Mapped[str] = mapped_column(String(10))
    """`*`: every door that has no price of its own."""
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    currency: Mapped[str] = mapped_column(String(3))
    input_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million prompt tokens that weren't in the cache."""
    cached_input_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million prompt tokens that were."""
    output_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million completion tokens."""
    prompt_micros: Mapped[int] = mapped_column(BigInteger)
    """For each prompt."""
    request_micros: Mapped[int] = mapped_column(BigInteger)
    """For each request, which may have several prompts."""


class UsageRow(Base):
    """What a turn used and who paid. While it is open, amounts and tokens are what is set aside for it."""

    __tablename__ = "usage"
    __table_args__ = (
        Index(None, "payer_id", "at"),
        Index(None, "person_id", "at"),
        Index(
            None,
            "team_id",
            "at",
            sqlite_where=text("team_id IS NOT NULL"),
            postgresql_where=text("team_id IS NOT NULL"),
        ),
        Index(
            None, "key_id", "at", sqlite_where=text("key_id IS NOT NULL"), postgresql_where=text("key_id IS NOT NULL")
        ),
        Index(
            "ix_usage_open", "payer_id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
        ),
        Index(None, "at"),
    )

    turn_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payer_id: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str] = mapped_column(String(40))
    team_id: Mapped[str | None] = mapped_column(String(40))
    key_id: Mapped[str | None] = mapped_column(String(40))
    door: Mapped[str] = mapped_column(String(10))
    model: Mapped[str] = mapped_column(String(200))
    plan_id: Mapped[str | None] = mapped_column(String(40))
    """The plan that covers the turn or a part of it."""
    price_id: Mapped[str | None] = mapped_column(ForeignKey("prices.id"))
    """The price of the moment of asking, which counts to the end. None: it costs nothing."""
    currency: Mapped[str] = mapped_column(String(3))
    requests: Mapped[int]
    """1, or 0 for the further prompts of one request."""
    prompt_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    plan_tokens: Mapped[int] = mapped_column(BigInteger)
    """Those of all tokens that the plan covers."""
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    """By the price. What plan and wallet did not pay of it was written off."""
    plan_micros: Mapped[int] = mapped_column(BigInteger)
    """What the plan covers of the cost."""
    wallet_micros: Mapped[int] = mapped_column(BigInteger)
    """What the wallet pays of the cost: the sum of the turn's rows on `income`."""
    state: Mapped[str] = mapped_column(String(10))
    """A `UsageState`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was asked; its windows and its day are those of this moment."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
