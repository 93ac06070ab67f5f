"""The settings of fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be uploaded under /v1/files."""

    max_file_mb: int = 100
    """The largest file of examples, in MiB. A larger one is refused with 413 while it is still coming in."""
    max_total_mb: int = 1000
    """How much all files of one person may take, in MiB."""
    upload_timeout_s: float = 900.0
    """How long a file may take to come in before it is refused with 408."""
