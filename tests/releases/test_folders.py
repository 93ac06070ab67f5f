"""A release's folder is written whole, signed, and refused when a byte has changed."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from homespun.core.errors import Invalid, ReleaseDamaged
from homespun.releases import Releases
from homespun.releases.signing import SigningKey

from .conftest import Make


async def test_the_digest_stands_for_all_that_the_folder_holds(releases: Releases, make: Make) -> None:
    made = await make(card={"passed": True, "suites": []})
    manifest = (made.folder / "manifest.json").read_bytes()
    assert made.digest == made.folder.name == sha256(manifest).hexdigest()
    assert set(json.loads(manifest)["files"]) == {"card.json", "model/config.json", "model/model.safetensors"}
    assert releases.folders.card(made.digest) == {"passed": True, "suites": []}
    releases.folders.verify(made.digest)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "card.json", "model/model.safetensors"])
async def test_a_changed_byte_is_refused_with_the_name_of_the_file(releases: Releases, make: Make, name: str) -> None:
    made = await make()
    path = made.folder / name
    changed = bytearray(path.read_bytes())
    changed[0] ^= 1
    path.write_bytes(changed)
    with pytest.raises(ReleaseDamaged, match="signed"):
        releases.folders.verify(made.digest)


async def test_a_missing_and_a_surplus_file_are_refused(releases: Releases, make: Make) -> None:
    made = await make()
    surplus = made.folder / "model" / "more.safetensors"
    surplus.write_text("x")
    with pytest.raises(ReleaseDamaged, match=r"more\.safetensors isn't part"):
        releases.folders.verify(made.digest)
    surplus.unlink()
    (made.folder / "model" / "config.json").unlink()
    with pytest.raises(ReleaseDamaged, match=r"config\.json can't be read"):
        releases.folders.verify(made.digest)


async def test_what_another_key_has_signed_is_refused(releases: Releases, make: Make, tmp_path: Path) -> None:
    made = await make()
    manifest = (made.folder / "manifest.json").read_bytes()
    (made.folder / "manifest.sig").write_text(SigningKey(tmp_path / "other.key").sign(manifest).hex())
    with pytest.raises(ReleaseDamaged, match="not signed by this installation's key"):
        releases.folders.verify(made.digest)


async def test_a_release_is_not_made_again_over_a_damaged_one(make: Make) -> None:
    made = await make()
    (made.folder / "model" / "config.json").write_text("[]")
    with pytest.raises(ReleaseDamaged):
        await make()


async def test_nothing_is_left_of_one_that_could_not_be_made(releases: Releases, make: Make, tmp_path: Path) -> None:
    before = set((tmp_path / "releases").iterdir())
    with pytest.raises(Invalid, match="can't be part of a release"):
        await make(card={"passed": True, "figure": float("nan")})
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Invalid, match="no model"):
        await releases.register(empty, base_digest="b", snapshot_digest="s", recipe={}, card={}, parent="1")
    (empty / "model.safetensors").symlink_to("/etc/hostname")
    with pytest.raises(Invalid, match="is a link"):
        await releases.register(empty, base_digest="b", snapshot_digest="s", recipe={}, card={}, parent="1")
    assert set((tmp_path / "releases").iterdir()) == before
    assert len(await releases.all()) == 1


def test_the_key_is_for_this_user_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "release.key"
    signature = SigningKey(path).sign(b"text")
    assert path.stat().st_mode & 0o777 == 0o600
    assert SigningKey(path).is_signed(b"text", signature)
    assert not SigningKey(path).is_signed(b"texT", signature)
    assert [one.name for one in path.parent.iterdir()] == ["release.key"]


def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "release.key"
    path.write_text("nonsense")
    with pytest.raises(ReleaseDamaged, match="Put it back from a backup"):
        SigningKey(path).sign(b"text")
