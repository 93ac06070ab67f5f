"""The base that training starts from is what is served: the same numbers, tokens and template, in another format."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import gguf
import numpy as np
import pytest

from homespun.core.errors import ModelUnreadable
from homespun.core.messages import Message, Role
from homespun.engines.openvino import OpenVinoEngine
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import read_checkpoint
from homespun.engines.openvino.weights.rope import Llama3Scaling, inverse_frequencies
from homespun.learning import base_model
from homespun.learning.base_model import export_base, folder_digest
from tests.engines.openvino.conftest import SMALL, ask, collect
from tests.engines.openvino.tiny_llama import HEAD_DIM, tiny_weights, write_folder, write_gguf

TALK = (Message(Role.USER, "hello wörld <|im_end|>"), Message(Role.ASSISTANT, "hell o"), Message(Role.USER, "he"))


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
@pytest.mark.parametrize("tied", [True, False])
def test_holds_the_very_numbers_of_the_gguf_file(tmp_path: Path, architecture: str, tied: bool) -> None:
    weights = tiny_weights(architecture, tied=tied)
    kind = gguf.GGMLQuantizationType.Q8_0
    file = write_gguf(tmp_path / "tiny.gguf", weights, architecture=architecture, kind=kind)
    export_base(file, tmp_path / "base")
    with closing(read_checkpoint(file)) as ours, closing(read_checkpoint(tmp_path / "base")) as exported:
        assert exported.config == ours.config
        for name in ours.names():
            np.testing.assert_array_equal(exported.tensor(name), ours.tensor(name))


def test_makes_the_same_tokens_and_prompts(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    export_base(file, tmp_path / "base")
    with closing(read_checkpoint(file)) as ours, closing(read_checkpoint(tmp_path / "base")) as exported:
        before, after = Tokenizer.from_spec(ours.tokenizer), Tokenizer.from_spec(exported.tokenizer)
    assert after.render_chat(TALK) == before.render_chat(TALK)
    assert after.render_text("hello <|im_end|>") == before.render_text("hello <|im_end|>")
    assert (after.eos_ids, after.special_ids, after.bos_id) == (before.eos_ids, before.special_ids, before.bos_id)


def test_a_text_begins_with_bos_where_the_gguf_file_says_so(tmp_path: Path) -> None:
    fields = {"tokenizer.ggml.bos_token_id": 261, "tokenizer.ggml.pre": "llama-bpe"}
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights(), fields=fields)
    export_base(file, tmp_path / "base")
    with closing(read_checkpoint(tmp_path / "base")) as exported:
        assert Tokenizer.from_spec(exported.tokenizer).render_text("hello")[0] == 261


def test_rotary_frequencies_slowed_down_evenly_are_told(tmp_path: Path) -> None:
    fields = {"llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0}
    assert_frequencies_survive(write_gguf(tmp_path / "tiny.gguf", tiny_weights(), fields=fields))


def test_rotary_frequencies_slowed_down_as_in_llama_3_are_told(tmp_path: Path) -> None:
    speeds = inverse_frequencies(50_000.0, HEAD_DIM)
    divisors = speeds / Llama3Scaling(8.0, 1.0, 4.0, 8192).apply(speeds)
    assert len(set(divisors)) > 2
    assert_frequencies_survive(with_divisors(tmp_path, divisors.tolist()))


def test_rotary_frequencies_slowed_down_in_an_unknown_way_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match="safetensors format instead"):
        export_base(with_divisors(tmp_path, [1, 2, 1, 2, 1, 2, 1, 2]), tmp_path / "base")
    assert not (tmp_path / "base").exists()


def with_divisors(folder: Path, divisors: list[float]) -> Path:
    raw = {"rope_freqs.weight": (np.array(divisors, np.float32), gguf.GGMLQuantizationType.F32)}
    assert len(divisors) == HEAD_DIM // 2
    fields = {"llama.rope.freq_base": 50_000.0}
    return write_gguf(folder / "tiny.gguf", tiny_weights(), raw=raw, fields=fields)


def assert_frequencies_survive(file: Path) -> None:
    export_base(file, file.parent / "base")
    with closing(read_checkpoint(file)) as ours, closing(read_checkpoint(file.parent / "base")) as exported:
        np.testing.assert_allclose(
            exported.config.rope_inverse_frequencies, ours.config.rope_inverse_frequencies, rtol=1e-5
        )


def test_a_folder_keeps_its_own_description(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", tiny_weights(), kind="BF16")
    export_base(source, tmp_path / "base")
    assert (tmp_path / "base/config.json").read_bytes() == (source / "config.json").read_bytes()
    with closing(read_checkpoint(source)) as ours, closing(read_checkpoint(tmp_path / "base")) as exported:
        np.testing.assert_array_equal(exported.tensor("model.norm.weight"), ours.tensor("model.norm.weight"))


def test_the_same_model_has_the_same_digest_wherever_it_lies(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    assert export_base(file, tmp_path / "one") == export_base(file, tmp_path / "two")


def test_a_changed_file_changes_the_digest(tmp_path: Path) -> None:
    digest = export_base(write_gguf(tmp_path / "tiny.gguf", tiny_weights()), tmp_path / "base")
    with (tmp_path / "base/model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x11")
    assert folder_digest(tmp_path / "base") != digest


def test_an_exported_folder_stays_until_the_model_is_another(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    first = export_base(file, tmp_path / "base")
    made = (tmp_path / "base").stat().st_ino
    assert export_base(file, tmp_path / "base") == first
    assert (tmp_path / "base").stat().st_ino == made
    other = write_gguf(tmp_path / "other.gguf", tiny_weights(tied=False))
    assert export_base(other, tmp_path / "base") != first


def test_a_full_disk_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(base_model, "write_safetensors", full)
    with pytest.raises(OSError, match="No space"):
        export_base(write_gguf(tmp_path / "tiny.gguf", tiny_weights()), tmp_path / "base")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.gguf"]


async def test_the_default_model_answers_the_same_from_its_exported_base(
    default_model_gguf: Path, graph_cache: Path, tmp_path: Path
) -> None:
    export_base(default_model_gguf, tmp_path / "base")
    question = ask("What is the capital of France?", temperature=0, max_tokens=48)
    texts = []
    for weights in (default_model_gguf, tmp_path / "base"):
        engine = OpenVinoEngine(weights, graph_cache, SMALL)
        await engine.start()
        await engine.wait_ready()
        texts.append((await collect(engine, question)).text())
        await engine.stop()
    assert "Paris" in texts[0]
    assert texts[0] == texts[1]
