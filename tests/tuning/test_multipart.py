"""Uploads, however their bytes are cut on the way."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.api.openai.tuning.multipart import Multipart, Part
from homespun.core.errors import Invalid


def read(content_type: str, pieces: list[bytes]) -> tuple[list[tuple[Part, bytes]], bool]:
    """Each part with all that is in it, and whether the end has come."""
    multipart, parts = Multipart(content_type), []
    for piece in pieces:
        for found in multipart.feed(piece):
            if isinstance(found, Part):
                parts.append((found, b""))
            else:
                part, content = parts[-1]
                parts[-1] = part, content + found
    return parts, multipart.is_whole


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@settings(deadline=None)
@given(
    st.binary(max_size=200) | st.sampled_from([b"\r\n--b", b"\r\n--boundary\r", b"--boundary--"]), st.integers(1, 60)
)
def test_what_was_sent_comes_whole_however_it_is_cut(content: bytes, size: int) -> None:
    form = httpx.Request(
        "POST", "http://x", files={"file": ('a"ü.jsonl', content)}, data={"purpose": "fine-tune"},
        headers={"content-type": "multipart/form-data; boundary=boundary-of-the-test"},
    )  # fmt: skip
    parts, is_whole = read(form.headers["content-type"], cut(form.read(), size))
    assert is_whole
    assert parts == [(Part("purpose", None), b"fine-tune"), (Part("file", 'a"ü.jsonl'), content)]


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=b"])
def test_another_type_of_body_is_refused(content_type: str) -> None:
    with pytest.raises(Invalid, match="multipart/form-data"):
        Multipart(content_type)


@pytest.mark.parametrize("body", [b"x" * 20_000, b"--b\r\n" + b"X: y\r\n" * 3000], ids=["no boundary", "endless head"])
def test_what_has_no_end_is_refused_before_it_fills_the_memory(body: bytes) -> None:
    with pytest.raises(Invalid, match="doesn't end"):
        read("multipart/form-data; boundary=b", cut(body, 1000))


def test_a_part_without_a_name_is_refused() -> None:
    with pytest.raises(Invalid, match="no name"):
        read("multipart/form-data; boundary=b", [b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"])


def test_a_body_that_breaks_off_is_not_whole() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name=file; filename="x"\r\n\r\n'
    assert read("multipart/form-data; boundary=b", [head + b"abc\r\n--b"])[1] is False
    assert read("multipart/form-data; boundary=b", [head + b"abc\r\n--b--"]) == ([(Part("file", "x"), b"abc")], True)
