"""Hugging Face and ModelScope, as far as their APIs go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.core.errors import ModelNotFound, ModelUnreadable, Refused, Unavailable
from homespun.models import CatalogueEntry, ModelStore

from .file_server import FileServer, Served, file_server
from .hubs import COMMIT, publish_on_hugging_face, publish_on_modelscope, settings_for
from .tiny_models import gguf, hugging_face_folder, safetensors

NAMES = ["config.json", "homespun.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]


@pytest.fixture
def store(server: FileServer, tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", settings_for(server))


async def test_pulls_safetensors_from_hugging_face(server: FileServer, store: ModelStore) -> None:
    publish_on_hugging_face(server, "org/Model-1B", hugging_face_folder())
    model = await store.pull("hf:org/Model-1B")
    assert (model.name, model.format, model.source) == ("model-1b", "safetensors", "hf:org/Model-1B@main")
    assert sorted(path.name for path in model.path.iterdir()) == NAMES
    assert (model.path / "model.safetensors").read_bytes() == safetensors()


async def test_pulls_safetensors_from_modelscope(server: FileServer, store: ModelStore) -> None:
    publish_on_modelscope(server, "org/Model-1B", hugging_face_folder("qwen2"))
    model = await store.pull("modelscope:org/Model-1B")
    assert model.source == "modelscope:org/Model-1B@master"
    assert sorted(path.name for path in model.path.iterdir()) == NAMES


async def test_pulls_one_gguf_of_several(server: FileServer, store: ModelStore) -> None:
    publish_on_hugging_face(server, "org/m", {"q4/m.gguf": b"other", "q8/m.gguf": gguf()})
    with pytest.raises(ModelUnreadable, match=r"name one.*q4/m\.gguf, q8/m\.gguf"):
        await store.pull("hf:org/m")
    model = await store.pull("hf:org/m:q8/m.gguf")
    assert model.weights == model.path / "m.gguf"


async def test_small_files_are_verified_by_gits_hash(server: FileServer, store: ModelStore) -> None:
    files = hugging_face_folder()
    publish_on_hugging_face(server, "org/m", files)
    server.pages[f"/hf/org/m/resolve/{COMMIT}/tokenizer.json"] = Served(b"[]")
    with pytest.raises(ModelUnreadable, match=r"tokenizer\.json is not the file .* git hash"):
        await store.pull("hf:org/m")


async def test_an_unsupported_architecture_shows_before_the_weights_come(server: FileServer, store: ModelStore) -> None:
    publish_on_modelscope(server, "org/m", hugging_face_folder("mamba"))
    with pytest.raises(ModelUnreadable, match="architecture 'mamba'"):
        await store.pull("modelscope:org/m")
    assert not [request for request in server.requests if "safetensors" in request.target]


async def test_a_repository_with_pickles_only_is_refused(server: FileServer, store: ModelStore) -> None:
    publish_on_hugging_face(server, "org/m", {"config.json": b"{}", "pytorch_model.bin": b"pickle", "run.py": b""})
    with pytest.raises(ModelUnreadable, match="any code"):
        await store.pull("hf:org/m")


async def test_what_was_verified_is_not_fetched_again(server: FileServer, store: ModelStore) -> None:
    publish_on_hugging_face(server, "org/m", hugging_face_folder())
    weights = server.pages[f"/hf/org/m/resolve/{COMMIT}/model.safetensors"]
    weights.hang_up_after = [1, 0, 0, 0]
    with pytest.raises(Unavailable):
        await store.pull("hf:org/m")
    weights.hang_up_after = []
    await store.pull("hf:org/m")
    assert len(server.asked(f"/hf/org/m/resolve/{COMMIT}/config.json")) == 1


async def test_the_token_goes_to_the_hub_and_not_where_it_redirects(server: FileServer, tmp_path: Path) -> None:
    publish_on_hugging_face(server, "org/m", {"m.gguf": gguf()})
    async with file_server() as cdn:
        cdn.pages["/blob"] = Served(gguf())
        elsewhere = f"http://localhost:{cdn.port}/blob"
        server.pages[f"/hf/org/m/resolve/{COMMIT}/m.gguf"] = Served(status=302, headers={"location": elsewhere})
        settings = replace(settings_for(server), hugging_face_token="hf_secret")
        await ModelStore(tmp_path / "models", settings).pull("hf:org/m")
        assert {request.headers["authorization"] for request in server.requests} == {"Bearer hf_secret"}
        assert not [request for request in cdn.requests if "hf_secret" in str(request.headers)]


async def test_modelscopes_token_goes_as_it_expects(server: FileServer, tmp_path: Path) -> None:
    publish_on_modelscope(server, "org/m", {"m.gguf": gguf()})
    settings = replace(settings_for(server), modelscope_token="ms_secret")
    await ModelStore(tmp_path / "models", settings).pull("modelscope:org/m")
    assert {request.headers["cookie"] for request in server.requests} == {"m_session_id=ms_secret"}


@pytest.mark.parametrize(
    ("status", "error"), [(401, Refused), (403, Refused), (404, ModelNotFound), (500, Unavailable)]
)
async def test_the_hubs_refusals_are_told_apart(
    server: FileServer, store: ModelStore, status: int, error: type[Exception]
) -> None:
    server.pages["/hf/api/models/org/m/revision/main?blobs=true"] = Served(status=status)
    with pytest.raises(error, match=r"hf:org/m@main"):
        await store.pull("hf:org/m")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"[]",
        b'{"sha": "a"}',
        b'{"sha": "a", "siblings": [5]}',
        json.dumps({"sha": "a", "siblings": [{"rfilename": "m.gguf"}]}).encode(),
        json.dumps({"sha": "a", "siblings": [{"rfilename": "m.gguf", "size": 5, "lfs": {}}]}).encode(),
    ],
)
async def test_an_answer_that_makes_no_sense_is_said_to_make_none(
    server: FileServer, store: ModelStore, answer: bytes
) -> None:
    server.pages["/hf/api/models/org/m/revision/main?blobs=true"] = Served(answer)
    with pytest.raises(Unavailable):
        await store.pull("hf:org/m")


async def test_the_next_source_is_tried_when_one_cannot_be_reached(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = ("hf:org/m", "modelscope:org/m")
    entry = CatalogueEntry("small", "Small", "For tests.", sources, "Apache-2.0", ("en",), 1)
    monkeypatch.setattr("homespun.models.order.CATALOGUE", {"small": entry})
    publish_on_modelscope(server, "org/m", {"m.gguf": gguf()})
    settings = replace(settings_for(server), hugging_face="http://127.0.0.1:1")
    store = ModelStore(tmp_path / "models", settings)
    assert (await store.pull("small")).source == "modelscope:org/m@master"
    assert (await store.pull("small")).source == "modelscope:org/m@master"
