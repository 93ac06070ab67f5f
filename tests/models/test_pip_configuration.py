"""A mirror that pip knows is known here too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from homespun.models.pip_configuration import pip_option
from homespun.models.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without any configuration, in a virtual environment without any."""
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "venv").mkdir()
    return tmp_path


def environment(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "XDG_CONFIG_DIRS": str(home / "xdg"), **more}


def configure(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_environment_goes_first(home: Path) -> None:
    configure(home / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    told = environment(home, PIP_INDEX_URL="https://stated.example/simple")
    assert pip_option("index-url", told) == "https://stated.example/simple"


def test_the_virtual_environment_goes_before_the_user(home: Path) -> None:
    configure(home / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    assert pip_option("index-url", environment(home)) == "https://user.example/simple"
    configure(home / "venv/pip.conf", "[global]\nindex-url = https://venv.example/simple\n")
    assert pip_option("index-url", environment(home)) == "https://venv.example/simple"


def test_a_stated_file_goes_before_the_others(home: Path) -> None:
    configure(home / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    configure(home / "own.conf", "[global]\nindex-url = https://own.example/simple\n")
    told = environment(home, PIP_CONFIG_FILE=str(home / "own.conf"))
    assert pip_option("index-url", told) == "https://own.example/simple"


def test_pip_can_be_told_to_read_no_files(home: Path) -> None:
    configure(home / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    assert pip_option("index-url", environment(home, PIP_CONFIG_FILE=os.devnull)) is None


def test_the_section_of_a_command_goes_before_the_one_for_all(home: Path) -> None:
    configure(
        home / ".pip/pip.conf", "[global]\nindex-url = https://a.example\n[install]\nindex-url = https://b.example\n"
    )
    assert pip_option("index-url", environment(home)) == "https://b.example"


def test_the_machines_configuration_counts_too(home: Path) -> None:
    configure(home / "xdg/pip/pip.conf", "[global]\nindex-url = https://machine.example/simple\n")
    assert pip_option("index-url", environment(home)) == "https://machine.example/simple"


@pytest.mark.parametrize("text", ["no sections at all", "[global]\nindex-url =\n", "[global]\n\xff"])
def test_a_file_that_cannot_be_read_is_as_good_as_absent(home: Path, text: str) -> None:
    configure(home / ".pip/pip.conf", "")
    (home / ".pip/pip.conf").write_bytes(text.encode("latin-1"))
    assert pip_option("index-url", environment(home)) is None


def test_settings_come_from_what_other_programs_are_told(home: Path) -> None:
    told = environment(
        home,
        PIP_INDEX_URL="https://mirror.example/simple",
        HF_ENDPOINT="https://hf-mirror.example/",
        HF_TOKEN="hf_secret",
        MODELSCOPE_DOMAIN="www.modelscope.ai",
        MODELSCOPE_API_TOKEN="ms_secret",
        PIP_CERT="/ca.pem",
    )
    settings = Settings.from_environment(told)
    assert settings.package_index == "https://mirror.example/simple"
    assert settings.hugging_face == "https://hf-mirror.example"
    assert settings.modelscope == "https://www.modelscope.ai"
    assert settings.certificates == "/ca.pem"
    assert "secret" not in repr(settings)


def test_without_anything_said_the_public_places_are_meant(home: Path) -> None:
    assert Settings.from_environment(environment(home, PIP_CONFIG_FILE=os.devnull)) == Settings()
