"""Of all files, only those of one model come in."""

from __future__ import annotations

import pytest

from homespun.core.errors import ModelUnreadable
from homespun.models.choosing import choose_files, stays_inside, why_refused

from .tiny_models import hugging_face_folder


def test_takes_weights_configuration_and_tokenizer_and_nothing_else() -> None:
    chosen = choose_files(hugging_face_folder())
    assert chosen == ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


def test_takes_all_shards_with_their_index() -> None:
    shards = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    there = ("config.json", "consolidated.safetensors", *shards, "model.safetensors.index.json", "tokenizer.json")
    assert choose_files(there) == tuple(
        sorted(("config.json", "tokenizer.json", "model.safetensors.index.json", *shards))
    )


def test_takes_the_whole_weights_rather_than_shards_of_them() -> None:
    there = ("config.json", "model.safetensors", "model-00001-of-00001.safetensors", "model.safetensors.index.json")
    assert choose_files(there) == ("config.json", "model.safetensors")


def test_takes_the_only_gguf_and_leaves_its_projector() -> None:
    assert choose_files(["a.gguf", "mmproj-a.gguf", "README.md", "imatrix.gguf"]) == ("a.gguf",)


def test_asks_which_when_there_are_several() -> None:
    with pytest.raises(ModelUnreadable, match=r"name one.*There are q4/a\.gguf, q8/a\.gguf"):
        choose_files(["q8/a.gguf", "q4/a.gguf"])


def test_takes_the_one_that_is_asked_for() -> None:
    assert choose_files(["q8/a.gguf", "q4/a.gguf"], "q4/a.gguf") == ("q4/a.gguf",)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("b.gguf", r"There is no file b\.gguf\. There are a\.gguf"),
        ("pytorch_model.bin", "pickle"),
        ("config.json", "take the whole repository"),
        ("run.py", "neither weights nor configuration"),
        ("big-00001-of-00002.gguf", "split"),
    ],
)
def test_says_why_the_one_that_is_asked_for_is_not_taken(wanted: str, why: str) -> None:
    there = ["a.gguf", "pytorch_model.bin", "config.json", "run.py", "big-00001-of-00002.gguf"]
    with pytest.raises(ModelUnreadable, match=why):
        choose_files(there, wanted)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "x.pth", "x.pkl", "x.ckpt", "X.BIN"])
def test_pickles_never_come_in(name: str) -> None:
    assert "any code" in (why_refused(name) or "")
    with pytest.raises(ModelUnreadable, match=r"any code.*Supported are the architectures llama, qwen2, qwen3"):
        choose_files(["config.json", "tokenizer.json", name])


def test_nothing_at_all_is_said_to_be_nothing() -> None:
    with pytest.raises(ModelUnreadable, match="no weights"):
        choose_files(["README.md", "modeling.py"])


@pytest.mark.parametrize("name", ["../a.gguf", "/a.gguf", "b/../../a.gguf", "..\\a.gguf", "c:a.gguf", "a\0.gguf"])
def test_names_that_lead_elsewhere_are_never_chosen(name: str) -> None:
    assert not stays_inside(name)
    with pytest.raises(ModelUnreadable):
        choose_files([name])
