"""Fine-tuning for one's own: uploaded files, jobs, and a worker that trains their models one after the other.

Its models are releases that nobody has examined: they answer whoever had them made, and are never rolled out. It must
not know HTTP, nor PyTorch.
"""

from .desk import Desk
from .files import Draft, Files
from .jobs import Jobs
from .settings import Settings
from .values import (
    Failure,
    JobEvent,
    JobState,
    NewJob,
    Numbers,
    Page,
    Purpose,
    TuningJob,
    TuningMethod,
    UploadedFile,
)
from .workshop import Pinned, RealWorkshop, Workshop

__all__ = [
    "Desk",
    "Draft",
    "Failure",
    "Files",
    "JobEvent",
    "JobState",
    "Jobs",
    "NewJob",
    "Numbers",
    "Page",
    "Pinned",
    "Purpose",
    "RealWorkshop",
    "Settings",
    "TuningJob",
    "TuningMethod",
    "UploadedFile",
    "Workshop",
]
