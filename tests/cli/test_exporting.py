from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from homespun.settings import Settings
from homespun.wiring import open_releases
from tests.engines.openvino.tiny_llama import tiny_weights, write_folder, write_gguf

from .conftest import Run


@pytest.fixture
def weights(data_dir: Path) -> Path:
    """Where the weights of `parrot@2` lie, a trained release."""

    async def make() -> Path:
        async with open_releases(Settings(data_dir=data_dir, model="parrot")) as (releases, _):
            await releases.ensure_base("base-1")
            trained = write_folder(data_dir / "trained", tiny_weights())
            made = await releases.register(
                trained,
                base_digest="base-1",
                snapshot_digest="snapshot-1",
                recipe={"method": "dpo"},
                card={"passed": True},
                parent="1",
            )
            return made.weights

    data_dir.mkdir()
    return asyncio.run(make())


def test_exports_a_folder_and_says_to_guard_it(run: Run, weights: Path, tmp_path: Path) -> None:
    outcome = run("releases", "export", "parrot@2", "--to", str(tmp_path / "out"))
    assert outcome.status == 0
    assert (tmp_path / "out/model.safetensors").read_bytes() == (weights / "model.safetensors").read_bytes()
    assert "parrot@2" in outcome.out
    assert "guard it" in outcome.out
    assert "against the signature" in outcome.err
    assert "Writing: 100%" in outcome.err


def test_exports_a_gguf_file_of_either_type(run: Run, weights: Path, tmp_path: Path) -> None:
    run("releases", "export", "2", "--to", "half", "--format", "gguf")
    run("releases", "export", "2", "--to", "eight", "--format", "gguf", "--type", "q8_0")
    assert (tmp_path / "half/parrot-2-F16.gguf").exists()
    assert (tmp_path / "eight/parrot-2-Q8_0.gguf").exists()


def test_a_release_that_was_changed_is_refused(run: Run, weights: Path, tmp_path: Path) -> None:
    with (weights / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x11")
    outcome = run("releases", "export", "2", "--to", "out")
    assert outcome.status == 1
    assert "isn't what was signed" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_refused_with_a_remedy(run: Run, weights: Path) -> None:
    outcome = run("releases", "export", "2", "--to", ".")
    assert outcome.status == 1
    assert "Name a folder that isn't there yet" in outcome.err


def test_a_model_that_answers_elsewhere_has_nothing_to_export(run: Run, weights: Path) -> None:
    outcome = run("releases", "export", "1", "--to", "out")
    assert outcome.status == 1
    assert "answers elsewhere" in outcome.err


def test_the_installed_model_is_exported_unless_it_was_changed_or_replaced(
    run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMESPUN_ENGINE", "openvino")
    monkeypatch.setenv("HOMESPUN_MODEL", "tiny")
    file = write_gguf(tmp_path / "tiny.gguf", tiny_weights())
    run("models", "pull", f"file:{file}", "--name", "tiny")
    asyncio.run(first_start(data_dir))
    assert run("releases", "export", "tiny@1", "--to", "out", "--format", "gguf").status == 0
    assert (tmp_path / "out/tiny.gguf").read_bytes() == file.read_bytes()
    installed = data_dir / "models/tiny/tiny.gguf"
    installed.write_bytes(installed.read_bytes()[:-1] + b"\x11")
    changed = run("releases", "export", "tiny@1", "--to", "again")
    assert changed.status == 1
    assert "has changed since it was installed" in changed.err
    run("models", "remove", "tiny")
    write_gguf(file, tiny_weights(tied=False))
    run("models", "pull", f"file:{file}", "--name", "tiny")
    replaced = run("releases", "export", "tiny@1", "--to", "again")
    assert replaced.status == 1
    assert "not installed any more" in replaced.err


async def first_start(data_dir: Path) -> None:
    from homespun.engine_wiring import base_digest

    settings = Settings(data_dir=data_dir, model="tiny")
    async with open_releases(settings) as (releases, _):
        await releases.ensure_base(base_digest(settings))
