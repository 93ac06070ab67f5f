"""The Chinese console explains every setting, and just those there are."""

from __future__ import annotations

import re
from pathlib import Path

from homespun.settings import knobs

CATALOGUE = Path(__file__).parents[2] / "web/src/i18n/settings/zh.ts"
_ENTRY = re.compile(r'^  (?:"([\w.]+)"|(\w+)):\s+"(.+)",$', re.MULTILINE)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def explanations() -> dict[str, str]:
    return {quoted or plain: words for quoted, plain, words in _ENTRY.findall(CATALOGUE.read_text())}


def test_every_setting_is_explained_in_chinese() -> None:
    assert {knob.key for knob in knobs()} == set(explanations())


def test_every_explanation_is_a_chinese_sentence() -> None:
    assert [key for key, words in explanations().items() if not (_HAN.search(words) and words.endswith("。"))] == []
