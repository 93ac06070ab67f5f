"""All settings: each package's own, composed from one TOML file and the environment.

The file is `homespun.toml` in the working directory, or what HOMESPUN_CONFIG names. A setting `api.max_choices` is
`max_choices` below `[api]` in the file, and HOMESPUN_API_MAX_CHOICES in the environment, which counts for more.
A name that isn't known, and a value of the wrong type, is an error that says so.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_origin, get_type_hints

import msgspec
import platformdirs

from homespun.accounts import OpenIdSettings
from homespun.accounts import Settings as AccountsSettings
from homespun.api import Settings as ApiSettings
from homespun.assistant import Settings as AssistantSettings
from homespun.billing import Settings as BillingSettings
from homespun.core.errors import Invalid
from homespun.engines.openvino import Settings as OpenVinoSettings
from homespun.engines.upstream import OPENAI, VLLM, Dialect
from homespun.engines.upstream import Settings as UpstreamSettings
from homespun.gate import Settings as GateSettings
from homespun.learning import Settings as LearningSettings
from homespun.learning.curation import Settings as CurationSettings
from homespun.learning.examination import Settings as ExaminationSettings
from homespun.models import DEFAULT_MODEL
from homespun.models import Settings as ModelsSettings
from homespun.releases import Settings as ReleasesSettings
from homespun.store import CONNECTIONS
from homespun.tuning import Settings as TuningSettings

_PREFIX = "HOMESPUN_"
_CONFIG = "HOMESPUN_CONFIG"
_NO_SETTINGS = (_CONFIG, "HOMESPUN_TEST_", "HOMESPUN_URL")
"""Variables that speak to something else: where the file is, the tests, the web app's development server."""
_DEFAULT_FILE = Path("homespun.toml")
_LAST_PORT = 65535

DialectName = Literal["openai", "vllm"]
DIALECTS: dict[DialectName, Dialect] = {"openai": OPENAI, "vllm": VLLM}
"""What an upstream server understands, by the name it has in settings."""


class EngineKind(StrEnum):
    """What turns prompts into answers."""

    OPENVINO = "openvino"
    """A model on this machine's processor."""
    UPSTREAM = "upstream"
    """Another server that speaks OpenAI's API, such as vLLM."""
    SCRIPTED = "scripted"
    """No model at all, always the same words: to try out all the rest."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an installation."""

    data_dir: Path = field(default_factory=lambda: platformdirs.user_data_path("homespun", appauthor=False))
    """The folder with the database, the models and all else that must last."""
    database_url: str = field(default="", repr=False)
    """PostgreSQL, as `postgresql://user:password@host/name`. Empty: a SQLite file in the data directory."""
    database_connections: int = CONNECTIONS
    """Connections that one server process opens to PostgreSQL at most."""
    host: str = "127.0.0.1"
    """The address to listen on. The default is for this machine alone; 0.0.0.0 is for all who can reach it."""
    port: int = 8000
    """The port to listen on. 0 takes any that is free."""
    model: str = DEFAULT_MODEL
    """The model that answers: one of `homespun models list`, or with an upstream engine the name it has there."""
    engine: EngineKind = EngineKind.OPENVINO
    """What turns prompts into answers: `openvino`, `upstream` or `scripted`."""
    workers: int = 1
    """Server processes that share the port, and one engine. More than one pays where the server's own work fills a
    core; use PostgreSQL with them."""
    stop_timeout_s: float = 5.0
    """How long the server takes at most to close running answers when it is told to stop."""
    accounts: AccountsSettings = field(default_factory=AccountsSettings)
    openid: OpenIdSettings = field(default_factory=OpenIdSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    gate: GateSettings = field(default_factory=GateSettings)
    assistant: AssistantSettings = field(default_factory=AssistantSettings)
    billing: BillingSettings = field(default_factory=BillingSettings)
    releases: ReleasesSettings = field(default_factory=ReleasesSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    curation: CurationSettings = field(default_factory=CurationSettings)
    examination: ExaminationSettings = field(default_factory=ExaminationSettings)
    tuning: TuningSettings = field(default_factory=TuningSettings)
    openvino: OpenVinoSettings = field(default_factory=OpenVinoSettings)
    upstream: UpstreamSettings = field(default_factory=lambda: UpstreamSettings(base_url="", model=""))
    """Used if `engine` is `upstream`. Without a `model` of its own it asks for the one that `model` names."""
    models: ModelsSettings = field(default_factory=ModelsSettings)


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting, by the names it goes by."""

    section: str
    """Empty at the top."""
    name: str
    annotation: Any

    @property
    def key(self) -> str:
        """As people write it: `api.max_choices`."""
        return f"{self.section}.{self.name}" if self.section else self.name

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return _PREFIX + self.key.replace(".", "_").upper()


def knobs() -> tuple[Knob, ...]:
    """All settings there are, top level first."""
    top = tuple(Knob("", name, hint) for name, hint in get_type_hints(Settings).items() if name not in _sections())
    below = (
        Knob(section, name, hint)
        for section, owner in _sections().items()
        for name, hint in get_type_hints(owner).items()
    )
    return (*top, *below)


def load(environment: Mapping[str, str], *, directory: Path = Path()) -> Settings:
    """The settings by file and environment. Raises `Invalid`, naming setting and source, for what isn't understood."""
    path = settings_file(environment, directory=directory)
    values = _from_file(path, is_required=_CONFIG in environment) | _from_environment(environment)
    return _composed(Settings(models=ModelsSettings.from_environment(environment)), values)


def sources(environment: Mapping[str, str], *, directory: Path = Path()) -> dict[str, str]:
    """Where each setting comes from that isn't the default: the file's path, or `environment`. Raises `Invalid`."""
    path = settings_file(environment, directory=directory)
    from_file = dict.fromkeys(_from_file(path, is_required=False), str(path))
    return from_file | dict.fromkeys(_from_environment(environment), "environment")


def settings_file(environment: Mapping[str, str], *, directory: Path = Path()) -> Path:
    """Where the file is, or would be."""
    return Path(environment[_CONFIG]) if _CONFIG in environment else directory / _DEFAULT_FILE


def _sections() -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(Settings).items() if dataclasses.is_dataclass(hint)}


def _from_file(path: Path, *, is_required: bool) -> dict[str, Any]:
    """Values by key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not is_required:
            return {}
        raise Invalid(f"{_CONFIG} names {path}, which isn't there.", param=_CONFIG) from None
    except (OSError, ValueError) as error:
        raise Invalid(f"The settings in {path} can't be read: {error}.") from None
    known = {knob.key: knob for knob in knobs()}
    return {key: _typed(known, key, value, source=str(path)) for key, value in _flat(document).items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Values by key. An empty variable is as good as none."""
    known = {knob.variable: knob for knob in knobs()}
    given = {name: value for name, value in environment.items() if _is_setting(name) and value}
    return {
        known[name].key: typed
        for name, value in given.items()
        if (typed := _typed(known, name, value, source="the environment")) is not None
    }


def _is_setting(variable: str) -> bool:
    return variable.startswith(_PREFIX) and not variable.startswith(_NO_SETTINGS)


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """`{"api": {"n": 1}}` as `{"api.n": 1}`."""
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{below}": inner for below, inner in value.items()}
        else:
            flat[name] = value
    return flat


def _typed(known: Mapping[str, Knob], name: str, value: Any, *, source: str) -> Any:
    """The value in the setting's own type."""
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else " docs/reference/settings.md lists them all."
        raise Invalid(f"There is no setting {name} ({source}).{hint}", param=name)
    try:
        typed = _converted(value, known[name].annotation, is_text=source == "the environment")
    except (msgspec.ValidationError, TypeError) as error:
        raise Invalid(f"The setting {name} ({source}) is wrong: {str(error).replace('`', '')}.", param=name) from None
    if isinstance(typed, int | float) and not (typed >= 0 and math.isfinite(typed)):
        raise Invalid(f"The setting {name} ({source}) is wrong: {value} is less than nothing.", param=name)
    return typed


def _converted(value: Any, hint: Any, *, is_text: bool) -> Any:
    if hint is Dialect:
        return DIALECTS[msgspec.convert(value, DialectName)]
    if is_text and get_origin(hint) is tuple:
        value = [word for part in value.split(",") if (word := part.strip())]
    return msgspec.convert(value, hint, strict=not is_text, dec_hook=lambda kind, given: kind(given))


def _composed(standard: Settings, values: Mapping[str, Any]) -> Settings:
    """The standard settings with these values, by key, in their place."""
    parts: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        parts.setdefault(section, {})[name] = value
    sections = {name: dataclasses.replace(getattr(standard, name), **parts.get(name, {})) for name in _sections()}
    settings = dataclasses.replace(standard, **parts.get("", {}), **sections)
    if settings.port > _LAST_PORT:
        raise Invalid(f"The setting port is wrong: {settings.port} is more than {_LAST_PORT}.", param="port")
    return settings
