"""`python -m homespun.learning.snapshotting JOB.json`: does the job, and says how it ended by one line of JSON."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from homespun.core.errors import HomespunError, Invalid
from homespun.learning.snapshot_jobs import EraseFromSnapshots, MakeSnapshot, Outcome, SnapshotJob, Stopped, job_decoder

from .erasing import erase
from .making import make


def main() -> int:
    """Returns 0 if it is done, 1 if it can't be; anything else that goes wrong is a traceback."""
    parser = argparse.ArgumentParser(prog="python -m homespun.learning.snapshotting", description=__doc__)
    parser.add_argument("job", type=Path)
    try:
        outcome = _done(_read(parser.parse_args().job))
    except HomespunError as error:
        outcome = Stopped(code=error.code, words=error.message)
    sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
    return 1 if isinstance(outcome, Stopped) else 0


def _read(path: Path) -> SnapshotJob:
    try:
        return job_decoder.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"{path} is no snapshot job: {error}.") from error


def _done(job: SnapshotJob) -> Outcome:
    match job:
        case MakeSnapshot():
            return make(job)
        case EraseFromSnapshots():
            return erase(job)


if __name__ == "__main__":
    sys.exit(main())
