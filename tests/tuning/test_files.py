"""/v1/files, with OpenAI's own client."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import openai
import pytest

from homespun.accounts import Role, Scope
from homespun.tuning import Settings

from .workshops import Shop, another, chat_file, shop


def stored(at_work: Shop) -> list[str]:
    """The names in the folder of files."""
    return sorted(path.name for path in (at_work.home.data_dir / "tuning" / "files").glob("*"))


async def test_anonymous_is_turned_away(at_work: Shop) -> None:
    async with at_work.home.client() as client:
        assert (await client.post("/v1/files", files={"file": b"x"})).status_code == 401
        assert (await client.get("/v1/files")).status_code == 401


async def test_a_stranger_is_turned_away(at_work: Shop) -> None:
    async with at_work.home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.files.create(file=("x.jsonl", b"x"), purpose="fine-tune")
    assert stored(at_work) == []


async def test_a_key_needs_the_scope(at_work: Shop) -> None:
    async with at_work.home.sdk(await at_work.key_of(await at_work.home.person(), Scope.CHAT)) as usual:
        with pytest.raises(openai.PermissionDeniedError, match="fine_tuning"):
            await usual.files.list()


async def test_members_are_told_whom_to_ask(at_work: Shop) -> None:
    member = await another(at_work.home, Role.MEMBER)
    async with at_work.home.sdk(await at_work.key_of(member)) as sdk:
        with pytest.raises(openai.PermissionDeniedError, match="owners and admins"):
            await sdk.files.create(file=("x.jsonl", b"x"), purpose="fine-tune")
    assert stored(at_work) == []


async def test_what_was_uploaded_comes_back(at_work: Shop) -> None:
    content = chat_file(2000)
    made = await at_work.sdk.files.create(file=("../ex amples.jsonl", content), purpose="fine-tune")
    assert (made.filename, made.bytes, made.purpose, made.status) == (
        "ex amples.jsonl", len(content), "fine-tune", "processed",
    )  # fmt: skip
    assert await at_work.sdk.files.retrieve(made.id) == made
    assert (await at_work.sdk.files.content(made.id)).content == content


async def test_the_same_content_lies_there_once_and_goes_with_its_last_file(at_work: Shop) -> None:
    one, other = await at_work.uploaded(), await at_work.uploaded()
    assert len(stored(at_work)) == 1
    await at_work.sdk.files.delete(one)
    assert len(stored(at_work)) == 1
    assert (await at_work.sdk.files.content(other)).content == chat_file()
    assert (await at_work.sdk.files.delete(other)).deleted
    assert stored(at_work) == []
    with pytest.raises(openai.NotFoundError):
        await at_work.sdk.files.retrieve(other)


async def test_lists_page_by_page_in_either_order(at_work: Shop) -> None:
    made = [await at_work.uploaded() for _ in range(5)]
    assert [file.id async for file in at_work.sdk.files.list(limit=2)] == made[::-1]
    assert [file.id async for file in at_work.sdk.files.list(limit=2, order="asc")] == made
    assert [file.id async for file in at_work.sdk.files.list(purpose="batch")] == []


async def test_nobody_else_sees_a_file(at_work: Shop) -> None:
    mine = await at_work.uploaded()
    async with at_work.home.sdk(await at_work.key_of(await another(at_work.home))) as other:
        assert [file async for file in other.files.list()] == []
        for call in (other.files.retrieve, other.files.delete, other.files.content):
            with pytest.raises(openai.NotFoundError):
                await call(mine)
    assert await at_work.sdk.files.retrieve(mine)


async def test_one_that_is_too_large_is_refused_and_leaves_nothing(tmp_path: Path, migrated: Path) -> None:
    async with shop(tmp_path / "data", migrated, tuning=Settings(max_file_mb=1)) as at_work:
        with pytest.raises(openai.APIStatusError, match="larger than 1 MiB") as caught:
            await at_work.uploaded(b"x" * (2**20 + 1))
        assert caught.value.status_code == 413
        assert stored(at_work) == []
        await at_work.uploaded(b"x" * 2**20)


async def test_all_of_a_persons_files_have_a_limit_together(tmp_path: Path, migrated: Path) -> None:
    async with shop(tmp_path / "data", migrated, tuning=Settings(max_total_mb=1)) as at_work:
        first = await at_work.uploaded(b"a" * 600_000)
        with pytest.raises(openai.ConflictError, match="Delete some"):
            await at_work.uploaded(b"b" * 600_000)
        assert len(stored(at_work)) == 1
        await at_work.sdk.files.delete(first)
        await at_work.uploaded(b"b" * 600_000)


@pytest.mark.parametrize(("form", "param"), [
    ({"files": {"file": ("x", b"x")}, "data": {"purpose": "batch"}}, "purpose"),
    ({"files": {"file": ("x", b"x")}}, "purpose"),
    ({"files": {"other": ("x", b"x")}, "data": {"purpose": "fine-tune"}}, "other"),
    ({"files": {"file": ("x", b"")}, "data": {"purpose": "fine-tune"}}, "file"),
    ({"files": [("file", ("x", b"x")), ("file", ("y", b"y"))], "data": {"purpose": "fine-tune"}}, "file"),
    ({"files": {"file": ("x", b"x")}, "data": {"purpose": "fine-tune", "expires_after[seconds]": "9"}},
     "expires_after[seconds]"),
])  # fmt: skip
async def test_a_form_that_is_wrong_is_refused_by_the_field(at_work: Shop, form: dict[str, object], param: str) -> None:
    async with at_work.home.client() as client:
        refused = await client.post("/v1/files", headers={"authorization": f"Bearer {at_work.key}"}, **form)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)
    assert stored(at_work) == []


async def test_an_upload_that_is_sent_again_is_kept_once(at_work: Shop) -> None:
    again = {"idempotency-key": str(uuid4())}
    first = await at_work.sdk.files.create(file=("a.jsonl", chat_file()), purpose="fine-tune", extra_headers=again)
    second = await at_work.sdk.files.create(file=("a.jsonl", chat_file()), purpose="fine-tune", extra_headers=again)
    assert second == first
    assert len([file async for file in at_work.sdk.files.list()]) == 1
    with pytest.raises(openai.ConflictError):
        await at_work.sdk.files.create(file=("b.jsonl", chat_file()), purpose="fine-tune", extra_headers=again)


async def test_an_upload_that_breaks_off_leaves_nothing(at_work: Shop) -> None:
    broken = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc'
    headers = {"authorization": f"Bearer {at_work.key}", "content-type": "multipart/form-data; boundary=b"}
    async with at_work.home.client() as client:
        refused = await client.post("/v1/files", headers=headers, content=broken)
    assert (refused.status_code, stored(at_work)) == (400, [])


async def test_a_full_disk_is_said_to_be_full(at_work: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from homespun.tuning.files import Draft

    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Draft, "_sync", full)
    with pytest.raises(openai.APIStatusError) as caught:
        await at_work.uploaded()
    assert (caught.value.status_code, caught.value.code) == (503, "storage_full")
    assert stored(at_work) == []


async def test_a_file_that_a_job_needs_stays(at_work: Shop) -> None:
    at_work.workshop.holds = True
    file_id = await at_work.uploaded()
    job = await at_work.sdk.fine_tuning.jobs.create(model="puppet", training_file=file_id)
    with pytest.raises(openai.ConflictError, match=job.id):
        await at_work.sdk.files.delete(file_id)
    await at_work.sdk.fine_tuning.jobs.cancel(job.id)
    await at_work.sdk.files.delete(file_id)
