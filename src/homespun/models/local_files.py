"""Plans a pull from this machine: a .gguf file, or a folder as it lies in a checkout or in the hub's own cache.

Files are copied, never linked: whoever writes a new model into the old file (as safetensors does when training saves
again) would change weights under an engine that has mapped them into its memory.
"""

from __future__ import annotations

from pathlib import Path

from homespun.core.errors import ModelNotFound, ModelUnreadable

from .choosing import choose_files, why_refused
from .plan import LocalFile, Plan
from .source import FileSource


def plan(source: FileSource) -> Plan:
    """Raises `ModelNotFound` or `ModelUnreadable`."""
    path = source.path.resolve()
    if path.is_dir():
        return Plan(tuple(_inside(path, name) for name in choose_files(_names(path))))
    if not path.is_file():
        raise ModelNotFound(f"There is no file or folder {source.path}.")
    if path.suffix.lower() != ".gguf":
        raise ModelUnreadable(why_refused(path.name) or f"{path.name} is part of a model; name its folder.")
    return Plan((LocalFile(source.path.name, path, path.stat().st_size),))


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.is_dir()]


def _inside(folder: Path, name: str) -> LocalFile:
    """Links are followed within the folder, and from a snapshot of the hub's cache into its blobs; nowhere else."""
    target = (folder / name).resolve()
    homes = [folder, folder.parent.parent / "blobs"] if folder.parent.name == "snapshots" else [folder]
    if not any(target.is_relative_to(home) for home in homes):
        raise ModelUnreadable(f"{name} is a link that leads out of its folder. Put the file itself there.")
    if not target.is_file():
        raise ModelUnreadable(f"{name} isn't an ordinary file.")
    return LocalFile(name, target, target.stat().st_size)
