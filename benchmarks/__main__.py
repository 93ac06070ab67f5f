"""All figures in one run: python -m benchmarks [--rounds 5] [--tokens 128] [--to docs/reference]. See `make bench`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from homespun.models import ModelStore

from . import console, engine, gate, journal, machine, report, server

_ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--alone", action="store_true", help="leave OpenVINO GenAI out")
    parser.add_argument("--to", type=Path, default=_ROOT / "docs" / "reference", metavar="FOLDER")
    arguments = parser.parse_args()
    model = asyncio.run(ModelStore(_ROOT / ".test-cache" / "models").pull()).weights
    figures = {
        "machine": machine.describe(),
        "engine": engine.compare(
            model, rounds=arguments.rounds, tokens=arguments.tokens, with_genai=not arguments.alone
        ),
        "server": server.measure(model, rounds=arguments.rounds, tokens=arguments.tokens),
        "journal": asyncio.run(journal.fill_and_measure())[0],
        "gate": gate.measure(),
        "console": console.fill_and_measure(),
    }
    report.write(figures, arguments.to)
    print(report.as_markdown(figures))


if __name__ == "__main__":
    main()
