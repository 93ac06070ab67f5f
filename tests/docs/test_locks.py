"""The lock files: complete, hashed, the same everywhere, and free of what serving must never need."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
WANTED = {
    "run": PROJECT["project"]["dependencies"] + GROUPS["build"],
    "dev": PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["dev"],
    "bench": PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["dev"] + GROUPS["bench"],
    "learn": PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["learn"],
}
SERVING = ("run", "dev", "bench")


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> set[str]:
    """`package==version` with its marker, if any."""
    return {line.removesuffix(" \\") for line in lock(name).splitlines() if re.match(r"[a-z0-9]", line)}


def packages(name: str) -> set[str]:
    return {pin.split("==")[0] for pin in pins(name)}


@pytest.mark.parametrize("name", WANTED)
def test_everything_that_the_project_names_is_locked(name: str) -> None:
    wanted = {re.split(r"[\[><=; ]", line)[0].lower() for line in WANTED[name]}
    assert wanted - packages(name) == set()


@pytest.mark.parametrize("name", WANTED)
def test_every_package_has_hashes_and_none_an_address(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock(name), flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock(name)


@pytest.mark.parametrize("name", SERVING)
def test_pytorch_stays_out(name: str) -> None:
    assert packages(name) & {"torch", "transformers", "optimum-intel", "triton"} == set()


def test_training_brings_no_pytorch_but_the_exact_one_of_the_makefile() -> None:
    assert {name for name in packages("learn") if re.match(r"torch|triton|nvidia", name)} == set()
    assert re.search(r"^TORCH := torch==\d+\.\d+\.\d+$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_what_is_tested_is_what_is_served() -> None:
    assert pins("run") <= pins("dev") <= pins("bench")


def test_what_trains_has_the_versions_of_what_serves_and_tests() -> None:
    assert pins("run") <= pins("learn")
    assert {pin for pin in pins("learn") if pin.split("==")[0] in packages("dev")} <= pins("dev")
