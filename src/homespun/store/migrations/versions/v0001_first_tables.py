"""Step 0001: people and how they prove who they are; conversations, turns, answers, feedback.

Written out rather than taken from the tables of today: a step never changes once it has been released.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    _people()
    _proofs()
    _conversations()
    _turns()
    _answers_and_feedback()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _row_number() -> sa.Column[Any]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False)


def _people() -> None:
    op.create_table(
        "people",
        _text("id", 40),
        _text("name"),
        _text("role", 20),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )


def _proofs() -> None:
    op.create_table(
        "api_keys",
        _text("id", 40),
        _text("owner_id", 40),
        _text("name"),
        _text("prefix", 40),
        _text("digest", 64),
        _moment("created_at"),
        _moment("last_used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_api_keys_owner_id"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_index("ix_api_keys_prefix", "api_keys", ["prefix"])
    op.create_table(
        "sign_in_links",
        _text("digest", 64),
        _text("person_id", 40),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_links"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sign_in_links_person_id"),
    )
    op.create_table(
        "sessions",
        _text("digest", 64),
        _text("person_id", 40),
        _moment("created_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        _text("id", 40),
        _text("owner_id", 40),
        _text("title"),
        _text("selected_turn_id", 40, nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_owner_id_updated_at_id", "conversations", ["owner_id", "updated_at", "id"])


def _turns() -> None:
    op.create_table(
        "turns",
        _row_number(),
        _text("id", 40),
        _text("owner_id", 40),
        _text("conversation_id", 40, nullable=True),
        _text("parent_id", 40, nullable=True),
        _text("question_id", 40),
        _text("door", 10),
        _text("question", nullable=True),
        _text("system"),
        _text("prompt", nullable=True),
        _text("model"),
        sa.Column("parameters", sa.JSON(), nullable=False),
        _text("state", 20),
        _text("prompt_digest", 64, nullable=True),
        _number("prompt_tokens"),
        _number("cached_tokens"),
        _number("first_token_ms", nullable=True),
        _number("total_ms", nullable=True),
        _text("error_code", nullable=True),
        _text("error_message", nullable=True),
        _moment("created_at"),
        _moment("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_turns"),
        sa.UniqueConstraint("id", name="uq_turns_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["turns.id"], name="fk_turns_parent_id"),
    )
    op.create_index("ix_turns_conversation_id_number", "turns", ["conversation_id", "number"])
    op.create_index("ix_turns_state", "turns", ["state"])


def _answers_and_feedback() -> None:
    op.create_table(
        "answers",
        _text("turn_id", 40),
        _number("choice"),
        _text("text"),
        _text("finish_reason", 20),
        _number("completion_tokens"),
        sa.PrimaryKeyConstraint("turn_id", "choice", name="pk_answers"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_answers_turn_id"),
    )
    op.create_table(
        "feedback",
        _row_number(),
        _text("turn_id", 40),
        _text("person_id", 40),
        _text("kind", 20),
        _text("thumb", 10, nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        _text("words"),
        _text("text"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("number", name="pk_feedback"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_feedback_turn_id"),
    )
    op.create_index("ix_feedback_turn_id_number", "feedback", ["turn_id", "number"])
