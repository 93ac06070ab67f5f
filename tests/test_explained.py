"""What the console says of the settings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.api import Setting
from homespun.explained import explained
from homespun.settings import Settings, load

SECRET = re.compile("(key|secret|password|token|url)$")
NO_SECRETS = {"accounts.web_url", "billing.stripe_url", "upstream.base_url"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(environment: dict[str, str]) -> dict[str, Setting]:
    return {setting.key: setting for setting in explained(load(environment), environment)}


def test_every_setting_is_explained() -> None:
    settings = shown({})
    assert len(settings) > 50
    assert [key for key, setting in settings.items() if len(setting.explanation.split()) < 2] == []
    assert settings["port"].explanation == "The port to listen on. 0 takes any that is free."


def test_says_where_a_value_comes_from() -> None:
    Path("homespun.toml").write_text('model = "mine"\n[api]\nmax_choices = 3\n')
    settings = shown({"HOMESPUN_MODEL": "theirs", "HOMESPUN_ACCOUNTS_EMAIL_DOMAINS": "a.example, b.example"})
    assert (settings["model"].value, settings["model"].source) == ("theirs", "environment")
    assert (settings["api.max_choices"].value, settings["api.max_choices"].source) == ("3", "homespun.toml")
    assert settings["accounts.email_domains"].value == "a.example,b.example"
    assert (settings["port"].value, settings["port"].source) == ("8000", "default")


def test_what_the_command_line_says_is_called_an_option() -> None:
    [port] = [one for one in explained(replace(load({}), port=9000), {}) if one.key == "port"]
    assert (port.value, port.default, port.source) == ("9000", "8000", "option")


def test_no_secret_is_shown() -> None:
    environment = {
        "HOMESPUN_DATABASE_URL": "postgresql://me:geheim@host/name?password=geheim",
        "HOMESPUN_MODELS_PACKAGE_INDEX": "https://me:geheim@index.example/simple",
        "HOMESPUN_BILLING_STRIPE_KEY": "geheim",
        "HOMESPUN_BILLING_STRIPE_WEBHOOK_SECRET": "geheim",
        "HOMESPUN_ACCOUNTS_SMTP_PASSWORD": "geheim",
        "HOMESPUN_UPSTREAM_API_KEY": "geheim",
        "HF_TOKEN": "geheim",
    }
    settings = shown(environment)
    assert "geheim" not in str(settings)
    assert settings["models.package_index"].value == "https://********@index.example/simple"
    assert settings["billing.stripe_key"].value, "that there is one is no secret"


def test_what_is_called_like_a_secret_is_treated_as_one() -> None:
    open_ones = {key for key, setting in shown({}).items() if SECRET.search(key) and not setting.is_secret}
    assert open_ones - NO_SECRETS == set()
    assert "geheim" not in repr(Settings(database_url="geheim"))
