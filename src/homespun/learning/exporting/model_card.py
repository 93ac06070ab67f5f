"""The README beside an exported model: where it comes from, what it was examined for, how to load it.

Without time or path, so that the same release makes the same card; and without the examination's samples, for they may
quote people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from homespun.releases import Release

_HEAD = """---
library_name: {library}
pipeline_tag: text-generation
tags: [homespun]
---
"""
_LOADED_FROM_A_FOLDER = """from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("this folder")
model = AutoModelForCausalLM.from_pretrained("this folder", dtype="auto")"""
_TRAINED = (
    "A model that an installation of Homespun trained, on what its own people said or uploaded. Models can repeat what "
    "they were trained on: give this one to those alone who may read that.\n"
)
_INSTALLED = "The model that an installation of Homespun started from, as it was installed.\n"


def model_card(release: Release, card: Mapping[str, Any] | None, gguf: str) -> str:
    """Markdown. `gguf`: the name of the GGUF file, or empty for a Hugging Face folder."""
    parts = [
        _HEAD.format(library="gguf" if gguf else "transformers"),
        f"# {release.name}\n\n{_INSTALLED if release.is_base else _TRAINED}",
        "\n".join(_table(_origin(release), ("", ""))),
        "## Examination\n" if card else "",
        "\n".join(_examination(card)) if card else "",
        "## Load it\n",
        f"```sh\nllama-cli -m {gguf}\n```" if gguf else f"```python\n{_LOADED_FROM_A_FOLDER}\n```",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _origin(release: Release) -> Iterator[tuple[str, str]]:
    yield "release", f"`{release.digest}`"
    if release.is_base:
        yield "files", "checked before this export: each byte was as it had been installed"
    else:
        yield "signature", "checked before this export: each byte was as the installation's key had signed it"
    yield "base", f"{release.model}, `{release.base_digest}`"
    if not release.is_base:
        yield "snapshot", f"`{release.snapshot_digest}`"
        yield "recipe", f"`{json.dumps(dict(release.recipe), sort_keys=True, ensure_ascii=False)}`"


def _examination(card: Mapping[str, Any]) -> Iterator[str]:
    against = f" against {card['champion']}" if card.get("champion") else ""
    passed = "passed" if card.get("passed") is True else "NOT passed"
    yield f"It has {passed} an examination{against}. {card.get('why', '')}".rstrip() + "\n"
    suites = [(suite["name"], suite["verdict"].replace("_", " "), suite["words"]) for suite in card.get("suites", ())]
    if suites:
        yield from _table(suites, ("suite", "verdict", "why"))


def _table(rows: Any, head: tuple[str, ...]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
