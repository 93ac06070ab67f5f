"""What is exported is what was signed: the same numbers, tokens and prompts, in files that others load."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from homespun.core.errors import Conflict, Invalid, ModelUnreadable, StorageFull
from homespun.core.messages import Message, Role
from homespun.engines.openvino import OpenVinoEngine
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import BytePairVocabulary, read_checkpoint
from homespun.engines.openvino.weights.rope import inverse_frequencies
from homespun.learning.base_model import export_base
from homespun.learning.exporting import Format, Source, WeightType, export_release, exporting
from homespun.releases import Release, ReleaseState
from tests.engines.openvino.conftest import SMALL, ask, collect
from tests.engines.openvino.tiny_llama import HEAD_DIM, HIDDEN, tiny_weights, tokenizer_json, write_folder, write_gguf

TALK = (Message(Role.USER, "hello wörld <|im_end|> 12"), Message(Role.ASSISTANT, "hell o"), Message(Role.USER, "he"))
CARD = {
    "passed": True,
    "champion": "tiny@1",
    "suites": [
        {"name": "knowledge", "verdict": "passed", "words": "20 of 20 | kept.", "samples": [{"question": "a secret"}]}
    ],
}


def source(weights: Path, *, card: dict[str, Any] | None = None, parent: str | None = "rel_1") -> Source:
    made = datetime(2026, 11, 24, tzinfo=UTC)
    release = Release(
        "rel_2", 2, "tiny", "d" * 64, parent, ReleaseState.CANDIDATE, "b", "s", {"seed": 1}, True, "", made, weights
    )
    return Source(release, weights, card)


def ignored(done: int, total: int) -> None:
    pass


def exported(weights: Path, kind: WeightType = WeightType.F16) -> Path:
    """The GGUF file of a release with these weights."""
    target = weights.parent / f"exported-{kind}"
    export_release(source(weights), target, Format.GGUF, ignored, kind=kind)
    (file,) = target.glob("*.gguf")
    return file


def trained(folder: Path, architecture: str = "llama", *, tied: bool = True, **changes: Any) -> Path:
    """A folder as a training leaves it."""
    weights = tiny_weights(architecture, tied=tied)
    return write_folder(folder / "model", weights, model_type=architecture, tie_word_embeddings=tied, **changes)


def assert_alike(weights: Path, file: Path, turned: Callable[[np.ndarray[Any, Any]], Any]) -> None:
    """`turned`: what a matrix has become by being written in fewer bits."""
    with closing(read_checkpoint(weights)) as ours, closing(read_checkpoint(file)) as theirs:
        assert theirs.names() == ours.names()
        for name in ours.names():
            values = ours.tensor(name)
            np.testing.assert_array_equal(theirs.tensor(name), turned(values) if values.ndim > 1 else values)


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_gguf_file_holds_the_weights_in_half_precision(tmp_path: Path, architecture: str, tied: bool) -> None:
    weights = trained(tmp_path, architecture, tied=tied, head_dim=16)
    file = exported(weights)
    assert_alike(weights, file, lambda values: values.astype(np.float16))
    with closing(read_checkpoint(weights)) as ours, closing(read_checkpoint(file)) as theirs:
        float32 = float(np.float32(ours.config.rms_eps))  # as GGUF keeps it
        assert theirs.config == replace(ours.config, rms_eps=float32)


def test_a_gguf_file_holds_the_weights_in_eight_bits_where_that_is_wanted(tmp_path: Path) -> None:
    kind = gguf.GGMLQuantizationType.Q8_0
    weights = trained(tmp_path)
    file = exported(weights, WeightType.Q8_0)
    assert_alike(weights, file, lambda values: gguf.quants.dequantize(gguf.quants.quantize(values, kind), kind))
    assert file.stat().st_size < exported(weights).stat().st_size * 0.6


@pytest.mark.parametrize("architecture", ["llama", "qwen3"])
def test_tensors_lie_as_llama_cpp_lays_them(tmp_path: Path, architecture: str) -> None:
    """Against a file made with its own names and an order of rows that is written down anew."""
    kind = gguf.GGMLQuantizationType.F16
    wanted = write_gguf(tmp_path / "wanted.gguf", tiny_weights(architecture), architecture=architecture, kind=kind)
    ours = {each.name: each for each in gguf.GGUFReader(exported(trained(tmp_path, architecture, head_dim=16))).tensors}
    theirs = {each.name: each for each in gguf.GGUFReader(wanted).tensors}
    assert ours.keys() == theirs.keys()
    for name, each in theirs.items():
        assert ours[name].tensor_type == each.tensor_type
        np.testing.assert_array_equal(ours[name].data, each.data)


def test_makes_the_same_tokens_and_prompts(tmp_path: Path) -> None:
    weights = trained(tmp_path)
    with closing(read_checkpoint(weights)) as ours, closing(read_checkpoint(exported(weights))) as theirs:
        before, after = Tokenizer.from_spec(ours.tokenizer), Tokenizer.from_spec(theirs.tokenizer)
    assert after.render_chat(TALK) == before.render_chat(TALK)
    assert after.render_text("hello <|im_end|>") == before.render_text("hello <|im_end|>")
    assert (after.eos_ids, after.special_ids, after.bos_id) == (before.eos_ids, before.special_ids, before.bos_id)


def test_ids_without_a_token_are_filled_up(tmp_path: Path) -> None:
    weights = dict(tiny_weights())
    weights["model.embed_tokens.weight"] = np.zeros((280, HIDDEN), np.float32)
    file = exported(write_folder(tmp_path / "model", weights, vocab_size=280))
    assert vocabulary(file).tokens[-8:] == tuple(f"[PAD{number}]" for number in range(272, 280))


def test_a_text_begins_with_bos_where_the_tokenizer_says_so(tmp_path: Path) -> None:
    base = tmp_path / "base"
    fields = {"tokenizer.ggml.bos_token_id": 261, "tokenizer.ggml.pre": "llama-bpe"}
    export_base(write_gguf(tmp_path / "tiny.gguf", tiny_weights(), fields=fields), base)
    (base / "homespun.json").unlink()
    with closing(read_checkpoint(exported(base))) as theirs:
        assert Tokenizer.from_spec(theirs.tokenizer).render_text("hello")[0] == 261
        assert isinstance(theirs.tokenizer.vocabulary, BytePairVocabulary)
        assert theirs.tokenizer.vocabulary.pre_tokenizer == "llama-bpe"


@pytest.mark.parametrize(
    "scaling",
    [
        {"rope_type": "linear", "factor": 4.0},
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ],
)
def test_scaled_rotary_frequencies_are_told(tmp_path: Path, scaling: dict[str, Any]) -> None:
    weights = trained(tmp_path, rope_scaling=scaling)
    with closing(read_checkpoint(weights)) as ours, closing(read_checkpoint(exported(weights))) as theirs:
        speeds = ours.config.rope_inverse_frequencies
        assert not np.allclose(speeds, inverse_frequencies(10_000.0, HEAD_DIM))
        np.testing.assert_allclose(theirs.config.rope_inverse_frequencies, speeds, rtol=1e-5)


def test_a_tokenizer_that_cuts_text_otherwise_is_refused(tmp_path: Path) -> None:
    described = tokenizer_json()
    cut = {"type": "Split", "pattern": {"String": "l"}, "behavior": "Isolated", "invert": False}
    described["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [cut, described["pre_tokenizer"]]}
    weights = write_folder(tmp_path / "model", tiny_weights(), files={"tokenizer.json": described})
    with pytest.raises(ModelUnreadable, match="cuts text in a way"):
        exported(weights)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_tokenizer_that_changes_text_before_it_cuts_it_is_refused(tmp_path: Path) -> None:
    described = tokenizer_json() | {"normalizer": {"type": "Lowercase"}}
    weights = write_folder(tmp_path / "model", tiny_weights(), files={"tokenizer.json": described})
    with pytest.raises(ModelUnreadable, match="tokens come out otherwise"):
        exported(weights)


def test_weights_too_large_for_half_precision_are_refused(tmp_path: Path) -> None:
    large = {name: values * 1e6 for name, values in tiny_weights().items()}
    with pytest.raises(ModelUnreadable, match="too large for F16"):
        exported(write_folder(tmp_path / "model", large))


def test_the_same_release_makes_the_same_bytes(tmp_path: Path) -> None:
    weights = trained(tmp_path)
    first = exported(weights).read_bytes()
    shutil.rmtree(tmp_path / "exported-f16")
    assert exported(weights).read_bytes() == first


def test_a_hugging_face_folder_has_each_byte_that_was_signed(tmp_path: Path) -> None:
    weights = trained(tmp_path)
    export_release(source(weights, card=CARD), tmp_path / "out", Format.HF, ignored)
    for file in weights.iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()
    assert {path.name for path in (tmp_path / "out").iterdir()} - {path.name for path in weights.iterdir()} == {
        "README.md"
    }


def test_the_readme_says_where_the_model_comes_from_and_quotes_nobody(tmp_path: Path) -> None:
    export_release(source(trained(tmp_path), card=CARD), tmp_path / "out", Format.GGUF, ignored)
    text = (tmp_path / "out/README.md").read_text()
    for said in ("tiny@2", "d" * 64, '{"seed": 1}', "tiny@1", "20 of 20 \\| kept.", "tiny-2-F16.gguf", "had signed it"):
        assert said in text
    assert "secret" not in text
    assert "NOT passed" not in text


def test_a_readme_says_what_was_not_passed(tmp_path: Path) -> None:
    card = {"passed": False, "why": "Nobody has examined it."}
    export_release(source(trained(tmp_path), card=card), tmp_path / "out", Format.HF, ignored)
    assert "NOT passed an examination. Nobody has examined it." in (tmp_path / "out/README.md").read_text()


def test_an_installed_gguf_file_is_exported_as_it_is(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    export_release(source(file, parent=None), tmp_path / "out", Format.GGUF, ignored)
    assert (tmp_path / "out/tiny.gguf").read_bytes() == file.read_bytes()
    readme = (tmp_path / "out/README.md").read_text()
    assert "started from" in readme
    assert "signed" not in readme, "an installed model's files aren't: they are compared with those of then"


def test_an_installed_gguf_file_becomes_a_hugging_face_folder(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    export_release(source(file, parent=None), tmp_path / "out", Format.HF, ignored)
    assert_alike(file, tmp_path / "out", lambda values: values)


def test_progress_ends_where_it_said(tmp_path: Path) -> None:
    weights, file = trained(tmp_path), write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    for number, (its, form) in enumerate([(weights, Format.HF), (weights, Format.GGUF), (file, Format.HF)]):
        told: list[tuple[int, int]] = []
        export_release(source(its), tmp_path / f"out-{number}", form, partial(noted, told))
        assert told == sorted(told)
        assert len(told) > 2
        assert told[-1][0] == told[-1][1]


def noted(told: list[tuple[int, int]], done: int, total: int) -> None:
    told.append((done, total))


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(Conflict, match="isn't there yet"):
        export_release(source(trained(tmp_path)), tmp_path / "out", Format.HF, ignored)
    assert not any((tmp_path / "out").iterdir())


def test_a_disk_without_room_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(StorageFull, match="only 1 MB left"):
        export_release(source(trained(tmp_path)), tmp_path / "deep/out", Format.GGUF, ignored)
    assert not any((tmp_path / "deep").iterdir())


@pytest.mark.parametrize("form", [*Format])
def test_a_disk_that_becomes_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Format) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_gguf" if form is Format.GGUF else "_copy", full)
    with pytest.raises(StorageFull, match="nothing is left"):
        export_release(source(trained(tmp_path)), tmp_path / "out", form, ignored)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match="Name another folder"):
        export_release(source(trained(tmp_path)), tmp_path / "file/out", Format.HF, ignored)


def vocabulary(file: Path) -> BytePairVocabulary:
    with closing(read_checkpoint(file)) as checkpoint:
        assert isinstance(checkpoint.tokenizer.vocabulary, BytePairVocabulary)
        return checkpoint.tokenizer.vocabulary


async def test_the_default_model_comes_back_as_llama_cpp_wrote_it_and_is_as_likely_to_answer(
    default_model_gguf: Path, graph_cache: Path, tmp_path: Path
) -> None:
    """Its own file was made by llama.cpp's converter: through tokenizer.json and back, the vocabulary is the same."""
    base = tmp_path / "base"
    export_base(default_model_gguf, base)
    file = exported(base)
    assert vocabulary(file) == vocabulary(default_model_gguf)
    with closing(read_checkpoint(default_model_gguf)) as theirs, closing(read_checkpoint(file)) as ours:
        assert ours.config == theirs.config
        assert ours.tokenizer == theirs.tokenizer
    before, after = [await first_token(weights, graph_cache) for weights in (default_model_gguf, file)]
    assert len(before.keys() & after.keys()) >= 4
    for token_id in before.keys() & after.keys():
        assert after[token_id] == pytest.approx(before[token_id], abs=0.5)


async def first_token(weights: Path, graphs: Path) -> dict[int, float]:
    """How likely the likeliest first tokens of an answer are, as logarithms."""
    engine = OpenVinoEngine(weights, graphs, SMALL)
    await engine.start()
    await engine.wait_ready()
    reply = await collect(engine, ask("What is the capital of France?", temperature=0, max_tokens=1, logprobs=5))
    await engine.stop()
    return {each.token_id: each.logprob for each in reply.pieces[0].logprobs[0].top}
