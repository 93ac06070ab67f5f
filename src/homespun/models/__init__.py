"""Which model files exist, where they come from, how they are fetched and verified. Never how tokens are generated.

A pull reads top to bottom in `pull.py`: look up, make room, fetch, unpack, check, install.

    catalogue.py    models that are known by a short name
    source.py       `pypi:`, `hf:`, `modelscope:` and `file:` as values; each is planned by a module of its name
    download.py     one file over HTTP, resumed where it broke off
    readable.py     whether what came is a model that can be read
    store.py        the models of this installation
"""

from .catalogue import CATALOGUE, DEFAULT_MODEL, CatalogueEntry, KnownFile
from .disk import make_durable, move_durably
from .installed import InstalledFile, InstalledModel
from .progress import OnProgress, Phase, Progress
from .settings import Settings
from .store import ModelStore

__all__ = [
    "CATALOGUE",
    "DEFAULT_MODEL",
    "CatalogueEntry",
    "InstalledFile",
    "InstalledModel",
    "KnownFile",
    "ModelStore",
    "OnProgress",
    "Phase",
    "Progress",
    "Settings",
    "make_durable",
    "move_durably",
]
