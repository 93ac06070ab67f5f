"""Step 0002: how people sign in, visitors, teams, projects, invitations; what a key may do.

Written out rather than taken from the tables of today: a step never changes once it has been released.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    _people()
    _keys()
    _sessions()
    _teams()
    _ways_in()
    _endings()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=nullable)


def _text_by_default(name: str, default: str, length: int | None = None) -> sa.Column[Any]:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default=default)


def _people() -> None:
    bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    email = sa.String(254).with_variant(sa.String(254, collation="C"), "postgresql")
    op.add_column("people", _text_by_default("kind", "person", 10))
    op.add_column("people", _text_by_default("status", "active", 10))
    op.add_column("people", _text_by_default("locale", "", 35))
    op.add_column("people", sa.Column("name_key", bytewise, nullable=False, server_default=""))
    op.add_column("people", sa.Column("email", email, nullable=True))
    op.add_column("people", _text("phone", 16, nullable=True))
    op.add_column("people", _text("password_hash", nullable=True))
    op.add_column("people", _text("current_team_id", 40, nullable=True))
    op.add_column("people", _text("merged_into_id", 40, nullable=True))
    op.add_column("people", _moment("moving_since", nullable=True))
    op.execute("UPDATE people SET name_key = lower(name)")
    op.create_index("ix_people_kind_created_at_id", "people", ["kind", "created_at", "id"])
    moving = sa.text("moving_since IS NOT NULL")
    op.create_index("ix_people_moving", "people", ["moving_since"], sqlite_where=moving, postgresql_where=moving)
    op.create_index("ix_people_role", "people", ["role"])
    op.create_index("ix_people_name_key", "people", ["name_key"])
    op.create_index("ix_people_email", "people", ["email"], unique=True)
    op.create_index("ix_people_phone", "people", ["phone"], unique=True)


def _keys() -> None:
    op.add_column("api_keys", _text_by_default("scopes", "chat models usage"))
    op.add_column("api_keys", _text_by_default("models", ""))
    op.add_column("api_keys", _text_by_default("networks", ""))
    op.add_column("api_keys", sa.Column("budget_micros", sa.BigInteger(), nullable=True))
    op.add_column("api_keys", _text("budget_period", 10, nullable=True))
    op.add_column("api_keys", _moment("expires_at", nullable=True))
    op.add_column("api_keys", _text("project_id", 40, nullable=True))
    op.create_index("ix_api_keys_owner_id", "api_keys", ["owner_id"])
    op.create_index("ix_api_keys_project_id", "api_keys", ["project_id"])


def _sessions() -> None:
    """Sessions that there are go on. A table that nothing refers to may be made anew."""
    before = [row._asdict() for row in op.get_bind().execute(sa.text("SELECT * FROM sessions"))]
    op.drop_table("sessions")
    sessions = op.create_table(
        "sessions",
        _text("digest", 64),
        _text("id", 40),
        _text("person_id", 40),
        _moment("created_at"),
        _moment("last_seen_at"),
        _moment("expires_at"),
        _text("address", 45),
        _text("user_agent"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.UniqueConstraint("id", name="uq_sessions_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.bulk_insert(sessions, [_session(**row) for row in before])


def _session(*, digest: str, person_id: str, created_at: Any, expires_at: Any) -> dict[str, Any]:
    created, expires = (_as_moment(moment) for moment in (created_at, expires_at))
    return {
        "digest": digest,
        "id": f"session_{digest[:26]}",
        "person_id": person_id,
        "created_at": created,
        "last_seen_at": created,
        "expires_at": expires,
        "address": "",
        "user_agent": "",
    }


def _as_moment(found: Any) -> datetime:
    """SQLite gives it as text, for nothing told it what is asked for."""
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def _teams() -> None:
    op.create_table(
        "teams",
        _text("id", 40),
        _text("name"),
        sa.Column("pays_for_members", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
    )
    op.create_index("ix_teams_created_at_id", "teams", ["created_at", "id"])
    op.create_table(
        "memberships",
        _text("team_id", 40),
        _text("person_id", 40),
        _text("role", 20),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("team_id", "person_id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_memberships_team_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])
    op.create_table(
        "projects",
        _text("id", 40),
        _text("team_id", 40),
        _text("name"),
        _moment("created_at"),
        _moment("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_projects_team_id"),
    )
    op.create_index("ix_projects_team_id", "projects", ["team_id"])


def _ways_in() -> None:
    op.create_table(
        "sign_in_codes",
        _text("id", 40),
        _text("destination", 254),
        _text("digest", 64),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_codes"),
    )
    op.create_index("ix_sign_in_codes_destination_created_at", "sign_in_codes", ["destination", "created_at"])
    op.create_index("ix_sign_in_codes_expires_at", "sign_in_codes", ["expires_at"])
    op.create_table(
        "invitations",
        _text("id", 40),
        _text("digest", 64),
        _text("email", 254, nullable=True),
        _text("role", 20),
        _text("team_id", 40, nullable=True),
        _text("team_role", 20, nullable=True),
        _text("invited_by_id", 40),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _text("used_by_id", 40, nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_invitations_team_id"),
        sa.ForeignKeyConstraint(["invited_by_id"], ["people.id"], name="fk_invitations_invited_by_id"),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name="fk_invitations_used_by_id"),
    )
    op.create_index("ix_invitations_created_at_id", "invitations", ["created_at", "id"])
    op.create_table(
        "throttles",
        _text("name", 64),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("since"),
        sa.PrimaryKeyConstraint("name", name="pk_throttles"),
    )
    op.create_index("ix_throttles_since", "throttles", ["since"])
    op.create_table(
        "installation_secrets",
        _text("name", 40),
        _text("secret", 64),
        sa.PrimaryKeyConstraint("name", name="pk_installation_secrets"),
    )


def _endings() -> None:
    op.create_table(
        "endings",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        _text("subject_id", 100),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", name="pk_endings"),
    )
    op.create_index("ix_endings_at", "endings", ["at"])
