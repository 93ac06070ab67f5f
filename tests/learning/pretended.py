"""In the place of the command that makes an improvement: takes its steps without any training, as it is told.

python -m tests.learning.pretended FOLDER ID

FOLDER is that of all runs. A file `hold` in it keeps it in its training until the file is gone; `die` has it killed
there; `fail` has it end with those words, as the command line does.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from homespun.learning.foreman import Means
from homespun.learning.progress import Estimated, Stepped
from homespun.learning.runs import Run, Runs, Step
from homespun.learning.standing import Scribe

CARD: Mapping[str, Any] = {"passed": False, "suites": []}
"""It is rejected: so no release is needed to end it."""


def nothing_missing() -> None:
    """Training is installed."""


def pretended_means(runs: Path, *, require: Callable[[], None] = nothing_missing, rolls_out: bool = False) -> Means:
    """What a server makes improvements with."""
    return Means(
        lambda: "base",
        lambda run_id: (sys.executable, "-m", "tests.learning.pretended", str(runs), run_id),
        {},
        rolls_out=rolls_out,
        require=require,
    )


def main() -> int:
    runs = Runs(Path(sys.argv[1]))
    run = runs.one(sys.argv[2])
    assert run is not None
    with runs.alone():
        return _improve(runs.folder, run, Scribe(run))


def _improve(folder: Path, run: Run, scribe: Scribe) -> int:
    scribe.begin(Step.SNAPSHOT)
    run.keep("snapshot", {"digest": "s"})
    scribe.begin(Step.TRAIN)
    scribe.take(Estimated(120.0, 6000, 50.0))
    scribe.take(Stepped(step=30, steps=30, loss=1.5, tokens_per_s=50.0, remaining_s=60.0))
    while (folder / "hold").exists():
        time.sleep(0.02)
    if (folder / "die").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if (folder / "fail").exists():
        sys.stderr.write("Error: " + (folder / "fail").read_text())
        return 1
    run.model.mkdir(parents=True, exist_ok=True)
    run.keep("card", {"champion": "1", "card": CARD})
    return 3


if __name__ == "__main__":
    sys.exit(main())
