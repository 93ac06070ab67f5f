"""The engine against OpenVINO GenAI's continuous batching, on the same model in the same run.

    python benchmarks/engine.py MODEL.gguf [--json FILE] [--rounds 5] [--tokens 128]

The two take turns, each in a process of its own, so that noise hits both alike; compare the ratios of the medians. Both
write exactly as many tokens as asked for, once greedily and once at temperature 0.7. GenAI reads the same GGUF, has the
same cache memory and a process that does nothing but call `step()`; our figures are taken where the server would read
them, behind the border of the engine's process, with the text decoded.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

CHATS = (1, 8, 32)
PREFILL_TOKENS = 512
KNOWN_TOKENS, OWN_TOKENS = 500, 20
"""Of a prompt that begins like an earlier one."""
KV_CACHE_MB = 1024


class Peer:
    """A worker process that measures one engine when it is told to."""

    def __init__(self, name: str, model: Path) -> None:
        self.name = name
        worker = Path(__file__).with_name("engine_worker.py")
        self._process = subprocess.Popen(
            [sys.executable, worker, name, model, str(KV_CACHE_MB)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def measure(self, **work: int) -> float:
        """Tokens per second for one piece of work; see `engine_worker`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        return float(self._answer())

    def close(self) -> None:
        """Lets the worker end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"The worker for {self.name} ended; see its output above.")
        return line


def compare(model: Path, *, rounds: int, tokens: int, with_genai: bool = True) -> dict[str, Any]:
    """Medians of tokens per second by work and engine, and their ratios."""
    peers = [Peer(name, model) for name in (("homespun", "genai") if with_genai else ("homespun",))]
    works = {
        f"{chats} chats, {way}": {"chats": chats, "tokens": tokens, "sampled": way == "sampled"}
        for way in ("greedy", "sampled")
        for chats in CHATS
    }
    works[f"prefill, {PREFILL_TOKENS} tokens"] = {"prefill": PREFILL_TOKENS}
    works[f"prefill, {KNOWN_TOKENS} known tokens and {OWN_TOKENS} new ones"] = {
        "prefill": KNOWN_TOKENS + OWN_TOKENS,
        "known": KNOWN_TOKENS,
    }
    samples: dict[str, dict[str, list[float]]] = {work: {peer.name: [] for peer in peers} for work in works}
    for number in range(rounds + 1):
        for work, parameters in works.items():
            for peer in peers if number % 2 else reversed(peers):
                rate = peer.measure(**parameters)
                if number:  # the first round warms up
                    samples[work][peer.name].append(rate)
        print(f"round {number} of {rounds}", file=sys.stderr)
    for peer in peers:
        peer.close()
    return {work: _summary(rates) for work, rates in samples.items()}


def _summary(rates: dict[str, list[float]]) -> dict[str, Any]:
    summary: dict[str, Any] = {name: round(statistics.median(values), 1) for name, values in rates.items()}
    if "genai" in rates:
        summary["ratio"] = round(summary["homespun"] / summary["genai"], 3)
    summary["samples"] = {name: [round(value, 1) for value in values] for name, values in rates.items()}
    return summary


def main() -> None:
    """Prints a table, writes JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--alone", action="store_true", help="measure Homespun only")
    arguments = parser.parse_args()
    result = compare(arguments.model, rounds=arguments.rounds, tokens=arguments.tokens, with_genai=not arguments.alone)
    for work, row in result.items():
        print(f"{work:24}" + "".join(f"  {name} {row[name]}" for name in ("homespun", "genai", "ratio") if name in row))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
