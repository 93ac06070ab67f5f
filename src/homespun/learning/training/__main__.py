"""`python -m homespun.learning.training JOB.json`: trains, and tells of it by lines of JSON on standard output.

What libraries print there goes to standard error. It can be killed at any moment and started again.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from homespun.core.errors import HomespunError
from homespun.learning.jobs import Scoring, TrainingJob, read_job, read_scoring
from homespun.learning.progress import Failed, Line, Scored, encode_line

_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRL_EXPERIMENTAL_SILENCE": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # cuBLAS repeats its results with it
}
"""Nothing of the libraries calls home."""


def main() -> int:
    """Returns 0 with a model, 1 without; then the last line says why."""
    arguments = _arguments()
    os.environ.update(_QUIET)
    if arguments.nproc > 1 and "WORLD_SIZE" not in os.environ:
        _launch(arguments)
    announce = _line_writer()
    if arguments.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        if arguments.score:
            _score(read_scoring(arguments.job), announce)
        elif arguments.estimate:
            _estimate(read_job(arguments.job), announce)
        else:
            _train(read_job(arguments.job), announce, arguments.nproc)
    except HomespunError as error:
        traceback.print_exc()
        announce(Failed(error.message))
    except Exception as error:  # noqa: BLE001 - the last line of a process says why it ends
        traceback.print_exc()
        announce(Failed(f"{type(error).__name__}: {error}"))
    else:
        return 0
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m homespun.learning.training", description=__doc__)
    parser.add_argument("job", type=Path)
    parser.add_argument(
        "--nproc", "--world-size", type=int, default=1, help="processes that train together, one for each device"
    )
    parser.add_argument("--estimate", action="store_true", help="only say how long it will take")
    parser.add_argument("--score", action="store_true", help="say what a reward model thinks of answers; see `Scoring`")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input does")
    return parser.parse_args()


def _launch(arguments: argparse.Namespace) -> NoReturn:
    """Becomes torchrun, which starts this module once for each process."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={arguments.nproc}"]
    ours = ["-m", "homespun.learning.training", str(arguments.job), f"--world-size={arguments.nproc}"]
    ours += ["--with-parent"] if arguments.with_parent else []  # torchrun would take --nproc for an option of its own
    os.execv(sys.executable, [sys.executable, *torchrun, *ours])  # noqa: S606


def _line_writer() -> Callable[[Line], None]:
    """Takes standard output for our lines alone."""
    lines = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def write(line: Line) -> None:
        lines.write(encode_line(line))

    return write


def _end_with_parent() -> None:
    """Nobody waits for the model any more, and a second training must not meet this one."""
    while os.read(0, 4096):  # not sys.stdin, whose lock a thread can't hold while Python ends
        pass
    os._exit(1)


def _train(job: TrainingJob, announce: Callable[[Line], None], nproc: int) -> None:
    from .run import run

    run(job, announce, world_size=nproc)


def _estimate(job: TrainingJob, announce: Callable[[Line], None]) -> None:
    from .estimate import estimate

    announce(estimate(job))


def _score(scoring: Scoring, announce: Callable[[Line], None]) -> None:
    from .reward_model import scored

    announce(Scored(scored(scoring)))


if __name__ == "__main__":
    sys.exit(main())
