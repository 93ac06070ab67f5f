"""The tables of fine-tuning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, RowNumber, UtcDateTime


class UploadedFileRow(Base):
    """A file that somebody has uploaded; what is in it lies in the data directory, by its digest."""

    __tablename__ = "uploaded_files"
    __table_args__ = (Index(None, "owner_id", "id"), Index(None, "digest"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    """A person; nobody else sees it."""
    digest: Mapped[str] = mapped_column(String(64))
    """sha256, in hex. Files with the same content lie there once."""
    name: Mapped[str] = mapped_column(Text)
    """As the owner called it."""
    purpose: Mapped[str] = mapped_column(String(20))
    """A `Purpose`."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TuningJobRow(Base):
    """One fine-tuning."""

    __tablename__ = "fine_tuning_jobs"
    __table_args__ = (Index(None, "owner_id", "id"), Index(None, "state"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    """A person; nobody else sees it, or may ask its model by name."""
    name: Mapped[str] = mapped_column(Text, unique=True)
    """That of the model that it makes."""
    model: Mapped[str] = mapped_column(Text)
    """What it starts from."""
    file_id: Mapped[str] = mapped_column(String(40))
    """An uploaded file, which may have been deleted since."""
    file_digest: Mapped[str] = mapped_column(String(64))
    validation_file_id: Mapped[str | None] = mapped_column(String(40))
    """An uploaded file that is measured on, and not trained on."""
    validation_digest: Mapped[str | None] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(20))
    """A `TuningMethod`."""
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The hyperparameters that were given; the fields of `Numbers`."""
    grader: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What scores answers, as it was given."""
    seed: Mapped[int] = mapped_column(BigInteger)
    suffix: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    """The client's own words about it: OpenAI's `metadata`."""
    state: Mapped[str] = mapped_column(String(20))
    """A `JobState`."""
    failure: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """The fields of `Failure`."""
    release_id: Mapped[str | None] = mapped_column(String(40))
    """The release that it made."""
    step: Mapped[int]
    """The last one that is done."""
    steps: Mapped[int]
    """All there will be; 0 while unknown."""
    loss: Mapped[float | None]
    """Of the last step."""
    reward: Mapped[float | None]
    """The mean score of the answers that the last step learned from."""
    valid_loss: Mapped[float | None]
    """On the validation file, when it was measured last."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    estimated_finish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TuningEventRow(Base):
    """Something that happened to a job."""

    __tablename__ = "fine_tuning_events"
    __table_args__ = (Index(None, "job_id", "number"),)

    number: Mapped[RowNumber]
    job_id: Mapped[str] = mapped_column(ForeignKey("fine_tuning_jobs.id"))
    level: Mapped[str] = mapped_column(String(10))
    """`info`, `warn` or `error`."""
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Of a step: its number, how many there will be, and what was measured; else empty."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
