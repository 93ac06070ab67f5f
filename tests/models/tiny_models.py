"""Model files of a few bytes, right in every header, and wrong in any way that a test asks for."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

STRING, ARRAY, UINT32 = 8, 9, 4


def gguf(
    architecture: str = "llama",
    *,
    tensor_type: int = 1,
    tensors: Sequence[tuple[str, tuple[int, ...]]] = (("token_embd.weight", (32, 4)), ("output_norm.weight", (32,))),
    tokenizer: str = "gpt2",
    version: int = 3,
    extra: bytes = b"",
    extra_fields: int = 0,
    missing_bytes: int = 0,
    bytes_per_weight: int = 2,
) -> bytes:
    """A GGUF file with F16 tensors of zeros, a vocabulary of three, and `extra` metadata fields as they stand."""
    fields = [
        _text("general.architecture") + struct.pack("<I", STRING) + _text(architecture),
        _text("general.alignment") + struct.pack("<II", UINT32, 32),
        _text("tokenizer.ggml.model") + struct.pack("<I", STRING) + _text(tokenizer),
        _text("tokenizer.ggml.tokens") + struct.pack("<IIQ", ARRAY, STRING, 3) + _text("a") + _text("b") + _text("c"),
        _text("tokenizer.ggml.token_type") + struct.pack("<IIQ", ARRAY, 5, 3) + struct.pack("<3i", 1, 1, 1),
    ]
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(fields) + extra_fields) + b"".join(fields) + extra
    data = b""
    for name, shape in tensors:
        head += _text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", tensor_type, len(data))
        size = bytes_per_weight
        for length in shape:
            size *= length
        data += bytes(-(-size // 32) * 32)
    whole = head + bytes(-len(head) % 32) + data
    return whole[: len(whole) - missing_bytes]


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def safetensors(tensors: Mapping[str, Any] | None = None, *, data: bytes = bytes(64)) -> bytes:
    """A safetensors file with one F16 tensor of 32 zeros, or with the header that is given."""
    standard = {
        "model.norm.weight": {"dtype": "F16", "shape": [32], "data_offsets": [0, 64]},
        "__metadata__": {"a": "b"},
    }
    header = json.dumps(standard if tensors is None else tensors).encode()
    return len(header).to_bytes(8, "little") + header + data


def hugging_face_folder(model_type: str = "llama") -> dict[str, bytes]:
    """The files of a repository: what is needed, and what must never come in."""
    return {
        "config.json": json.dumps({"model_type": model_type, "architectures": ["X"]}).encode(),
        "tokenizer.json": b"{}",
        "tokenizer_config.json": b"{}",
        "model.safetensors": safetensors(),
        "pytorch_model.bin": b"a pickle",
        "modeling_custom.py": b"import os",
        "README.md": b"# hello",
        "onnx/model.onnx": b"another format",
    }


def wheel(files: Mapping[str, bytes], *, link: str | None = None) -> bytes:
    """A wheel with these members; `link` is the name of one that is a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            member = zipfile.ZipInfo(link)
            member.external_attr = 0o120777 << 16
            archive.writestr(member, "/etc/passwd")
    return buffer.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
