"""Settings come from one file and the environment; what isn't understood is named."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from pathlib import Path

import pytest

from homespun.core.errors import Invalid
from homespun.engines.openvino import Precision
from homespun.engines.upstream import VLLM
from homespun.settings import EngineKind, Knob, Settings, knobs, load


def loaded(tmp_path: Path, toml: str = "", **environment: str) -> Settings:
    (tmp_path / "homespun.toml").write_text(toml)
    return load(environment, directory=tmp_path)


def test_without_file_and_environment_the_defaults_hold(tmp_path: Path) -> None:
    settings = load({}, directory=tmp_path)
    assert (settings.host, settings.port, settings.engine) == ("127.0.0.1", 8000, EngineKind.OPENVINO)
    assert settings.model == "smollm2-135m-instruct"
    assert settings.data_dir.name == "homespun"
    assert settings.data_dir.is_absolute()


def test_the_file_sets_every_package_s_settings(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
        port = 9000
        data_dir = "/srv/homespun"
        engine = "upstream"

        [api]
        max_choices = 4
        heartbeat_s = 5

        [openvino]
        precision = "int4"

        [upstream]
        base_url = "http://gpu-1:8000/v1"
        dialect = "vllm"
        """,
    )
    assert (settings.port, settings.data_dir, settings.engine) == (9000, Path("/srv/homespun"), EngineKind.UPSTREAM)
    assert (settings.api.max_choices, settings.api.heartbeat_s) == (4, 5.0)
    assert settings.api.max_messages == Settings().api.max_messages
    assert settings.openvino.precision is Precision.INT4
    assert (settings.upstream.base_url, settings.upstream.dialect) == ("http://gpu-1:8000/v1", VLLM)


def test_the_environment_counts_for_more_than_the_file(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        "port = 9000\nhost = '::1'\n[api]\nmax_choices = 4",
        HOMESPUN_PORT="9001",
        HOMESPUN_API_MAX_CHOICES="5",
        HOMESPUN_DATA_DIR="/srv/other",
        HOMESPUN_MODEL="tiny",
        HOMESPUN_ASSISTANT_SYSTEM="You are kind.",
        HOMESPUN_HOST="",
    )
    assert (settings.port, settings.api.max_choices, settings.data_dir) == (9001, 5, Path("/srv/other"))
    assert (settings.model, settings.assistant.system) == ("tiny", "You are kind.")
    assert settings.host == "::1", "an empty variable is as good as none"


def test_a_list_is_separated_by_commas_in_the_environment(tmp_path: Path) -> None:
    listed = loaded(tmp_path, "[accounts]\nphone_prefixes = ['+86']", HOMESPUN_ACCOUNTS_EMAIL_DOMAINS="a.org, b.org,")
    assert (listed.accounts.email_domains, listed.accounts.phone_prefixes) == (("a.org", "b.org"), ("+86",))


def test_another_file_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("port = 9002")
    assert load({"HOMESPUN_CONFIG": str(other)}).port == 9002
    with pytest.raises(Invalid, match="isn't there"):
        load({"HOMESPUN_CONFIG": str(tmp_path / "missing.toml")})


@pytest.mark.parametrize(
    ("toml", "names"),
    [
        ("prot = 1", ["prot", "port"]),
        ("[api]\nmax_choice = 1", ["api.max_choice", "api.max_choices"]),
        ("[opnvino]\nthreads = 1", ["opnvino.threads", "openvino.threads"]),
        ("zzzzzz = 1", ["zzzzzz", "docs/reference/settings.md"]),
        ("port = '80'", ["port", "int", "str"]),
        ("port = true", ["port", "int", "bool"]),
        ("port = -1", ["port"]),
        ("port = 65536", ["port", "65535"]),
        ("host = 1", ["host", "str"]),
        ("engine = 'vino'", ["engine", "vino"]),
        ("[api]\nheartbeat_s = nan", ["api.heartbeat_s"]),
        ("[api]\nheartbeat_s = 'x'", ["api.heartbeat_s", "float"]),
        ("api = 1", ["api"]),
        ("[api.deeper]\nx = 1", ["api.deeper"]),
        ("[upstream]\ndialect = 'klingon'", ["upstream.dialect", "klingon"]),
        ("port =", ["homespun.toml"]),
        ("\0", ["homespun.toml"]),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, toml: str, names: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        loaded(tmp_path, toml)
    assert all(name in caught.value.message for name in names), caught.value.message


@pytest.mark.parametrize(
    ("variable", "value", "names"),
    [
        ("HOMESPUN_PROT", "80", ["HOMESPUN_PROT", "HOMESPUN_PORT"]),
        ("HOMESPUN_PORT", "eighty", ["HOMESPUN_PORT", "int"]),
        ("HOMESPUN_PORT", "-1", ["HOMESPUN_PORT"]),
        ("HOMESPUN_API_HEARTBEAT_S", "inf", ["HOMESPUN_API_HEARTBEAT_S"]),
        ("HOMESPUN_OPENVINO_PRECISION", "int5", ["HOMESPUN_OPENVINO_PRECISION", "int5"]),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(tmp_path: Path, variable: str, value: str, names: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        loaded(tmp_path, "", **{variable: value})
    assert all(name in caught.value.message for name in names), caught.value.message


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    loaded(tmp_path, "", PATH="/bin", HOMESPUN_TEST_MODEL="x.gguf", HOMESPUN_URL="http://127.0.0.1:1", HOME="/root")


def test_a_secret_is_not_repeated_in_an_error_or_a_description(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "", HOMESPUN_UPSTREAM_API_KEY="sk-very-secret")
    assert settings.upstream.api_key == "sk-very-secret"
    assert "sk-very-secret" not in repr(settings)


def test_every_setting_can_be_told_apart_in_the_environment() -> None:
    variables = [knob.variable for knob in knobs()]
    assert len(set(variables)) == len(variables)


_SHOWING_NOTHING = {
    "win_rate": (0.5, 0.95),
    "judge_pairs": (0, 10),
    "comparisons": (0, 19),
    "least_pairs": (0, 61),
    "keeps_knowledge": (0.0, 1.1),
    "keeps_instructions": (0.0, 1.1),
    "keeps_format": (0.0, 1.1),
    "keeps_safety": (0.0, 1.1),
    "keeps_over_refusal": (0.0, 1.1),
    "keeps_sycophancy": (0.0, 1.1),
    "keeps_soundness": (0.0, 1.1),
    "longest": (1.0, 1000.0),
    "shortest": (0.0, 1.0),
    "perplexity": (1.0, 40.0),
    "speed": (0.0, 1.0),
    "same_tokens": (0.0, 1.1),
    "samples": (101,),
    "at_once": (0, 2000),
    "timeout_s": (0.0, 1e9),
}
"""Values with which a suite of the examination would let everything pass, or nothing."""


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in _SHOWING_NOTHING for value in _SHOWING_NOTHING[name]]
)
def test_no_value_switches_the_examination_off(tmp_path: Path, name: str, value: float) -> None:
    with pytest.raises(Invalid) as caught:
        loaded(tmp_path, f"[examination]\n{name} = {value}")
    assert caught.value.param == f"examination.{name}"
    assert f"examination.{name} is {value:g}. It has to be from" in caught.value.message
    assert f"leave it out for {getattr(Settings().examination, name):g}" in caught.value.message
    with pytest.raises(Invalid):
        loaded(tmp_path, "", **{f"HOMESPUN_EXAMINATION_{name.upper()}": str(value)})


def test_every_number_of_the_examination_has_its_bounds() -> None:
    numbers = {knob.name for knob in knobs() if knob.section == "examination" and knob.annotation is not bool}
    assert numbers == set(_SHOWING_NOTHING)


def test_the_examination_s_limits_are_for_the_firm_to_say(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, "[examination]\nrequires_wins = true\nkeeps_safety = 0.9", HOMESPUN_EXAMINATION_SPEED="0.5"
    )
    assert (settings.examination.requires_wins, settings.examination.keeps_safety) == (True, 0.9)
    assert (settings.examination.speed, settings.examination.win_rate) == (0.5, 0.55)


@pytest.mark.parametrize("knob", knobs(), ids=lambda knob: knob.key)
def test_every_setting_says_what_it_does(knob: Knob) -> None:
    owner = type(getattr(Settings(), knob.section)) if knob.section else Settings
    assert knob.name in documented(owner)


def documented(owner: type) -> set[str]:
    """The fields of a class that have a docstring below them."""
    [definition] = ast.parse(inspect.cleandoc(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id
        for field, below in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(below)
    }


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
