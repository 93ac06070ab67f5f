"""OpenAI's /v1/files and /v1/fine_tuning/jobs.

files.py      endpoints for uploaded files; multipart.py reads an upload as it comes
jobs.py       endpoints for jobs; wire.py has the shapes of requests, graders.py of graders, shown.py those of answers
paging.py     lists, page by page
repeats.py    requests with an `Idempotency-Key`
"""

from .files import FilesEndpoints
from .jobs import JobsEndpoints

__all__ = ["FilesEndpoints", "JobsEndpoints"]
