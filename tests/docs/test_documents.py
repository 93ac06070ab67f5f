"""What the documents say is what there is: settings, commands, parameters, error codes, packages, targets, links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from homespun.api.openai.parameters import (
    CHAT_HONOURED,
    CHAT_ONLY_AS,
    COMPLETIONS_HONOURED,
    COMPLETIONS_ONLY_AS,
    HINTS,
    Plain,
)
from homespun.api.openai.tuning import wire
from homespun.cli.app import app
from homespun.core.errors import HomespunError
from homespun.settings import knobs

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "web" / "README.md"])
SETTINGS = (ROOT / "docs/reference/settings.md").read_text()
COMMANDS = (ROOT / "docs/reference/cli.md").read_text()
API = (ROOT / "docs/reference/api.md").read_text()


@pytest.mark.parametrize("knob", knobs(), ids=lambda knob: knob.key)
def test_every_setting_is_documented_with_its_variable(knob: Any) -> None:
    assert f"| `{knob.key}` | `{knob.variable}` |" in SETTINGS


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `([a-z_.]+)` \| `HOMESPUN_", SETTINGS, re.MULTILINE))
    assert documented == {knob.key for knob in knobs()}


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    if below := getattr(command, "commands", None):
        for word, inner in below.items():
            yield from commands(f"{name} {word}", inner)
    else:
        yield name, command


@pytest.mark.parametrize(("name", "command"), [*commands("homespun", typer.main.get_command(app))])
def test_every_command_is_documented_with_its_options(name: str, command: Any) -> None:
    section = COMMANDS.split(f"## {name}\n", 1)[1].split("\n## ")[0]
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert all(f"`{word}`" in section for word in (*parameter.opts, *parameter.secondary_opts))


@pytest.mark.parametrize(
    ("endpoint", "honoured", "only_as"),
    [
        ("/v1/chat/completions", CHAT_HONOURED, CHAT_ONLY_AS),
        ("/v1/completions", COMPLETIONS_HONOURED, COMPLETIONS_ONLY_AS),
        ("/v1/fine_tuning/jobs", wire.HONOURED, wire.ONLY_AS),
    ],
)
def test_the_table_of_parameters_is_that_of_the_code(
    endpoint: str, honoured: frozenset[str], only_as: dict[str, tuple[Plain, ...]]
) -> None:
    section = API.split(f"### {endpoint}\n", 1)[1].split("\n#")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.MULTILINE))
    expected = dict.fromkeys(honoured, "honoured") | dict.fromkeys(HINTS, "accepted")
    for name, values in only_as.items():
        words = " or ".join(f"`{json.dumps(value)}`" for value in values)
        expected[name] = f"accepted as {words}" if values else "refused"
    assert rows == expected


def kinds_of_errors(kind: type[HomespunError] = HomespunError) -> Iterator[type[HomespunError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_of_errors(below)


def test_every_error_code_is_documented() -> None:
    ours = {kind.code for kind in kinds_of_errors() if kind.__module__.startswith("homespun.")}
    documented = set(re.findall(r"^\| `(\w+)` \| \d{3} \|", API, re.MULTILINE))
    assert ours <= documented


def test_every_error_code_is_said_in_chinese() -> None:
    ours = {kind.code for kind in kinds_of_errors() if kind.__module__.startswith("homespun.")}
    said = set(re.findall(r"^  ([a-z_]+):", (ROOT / "web/src/i18n/problems.ts").read_text(), re.MULTILINE))
    assert ours - said == set()


def test_every_error_says_more_than_its_name() -> None:
    for kind in kinds_of_errors():
        if kind.__module__.startswith("homespun."):
            assert len(kind().message.split()) > 5, kind


def test_architecture_lists_just_the_packages_there_are() -> None:
    block = (ROOT / "ARCHITECTURE.md").read_text().split("## Packages", 1)[1].split("\n\n", 2)[1]
    names = [re.split(r"\s{2,}", line.strip())[0] for line in block.splitlines()]
    listed = {word for name in names for word in name.split(" | ")}
    package = ROOT / "src" / "homespun"
    there = {path.stem for path in package.glob("*.py")} | {path.parent.name for path in package.glob("*/__init__.py")}
    assert listed == there - {"__init__"}


def test_architecture_lists_the_engines_modules() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text().split("engines/openvino/\n", 1)[1]
    for path in (ROOT / "src/homespun/engines/openvino").iterdir():
        if path.suffix == ".py" and path.stem != "__init__":
            assert re.search(rf"\b{path.stem}\b", text), path.name


def test_every_target_of_make_is_told_of() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    assert targets
    assert [target for target in targets if f"make {target}" not in told] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text)
    for link in (one or other for one, other in links):
        if not re.match(r"https?:|mailto:|#", link):
            assert (document.parent / link.split("#")[0]).exists(), link


def test_decisions_are_numbered_one_by_one() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("record", sorted((ROOT / "docs/decisions").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_begins_with_its_number_and_fits_a_page(record: Path) -> None:
    lines = record.read_text().splitlines()
    assert lines[0].startswith(f"# {record.name[:4]}: ")
    assert len(lines) <= 70
