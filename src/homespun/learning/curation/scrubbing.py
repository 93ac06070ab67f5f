"""Takes personal data and secrets out of texts, in English and Chinese; a placeholder tells what was there.

By their shapes, and by check digits where they have any. It finds neither names nor street addresses: who trains on
what people wrote has to know that. Every pattern takes time that grows with the text alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import checksums

_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width letters, digits and signs are matched as if they were ASCII; lengths stay the same."""


class Sensitive(StrEnum):
    """What is taken out. The placeholder is the name in angle brackets."""

    PRIVATE_KEY = "PRIVATE_KEY"
    API_KEY = "API_KEY"
    PASSWORD = "PASSWORD"  # noqa: S105 - a name
    """Or another secret beside a word that says so."""
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    NATIONAL_ID = "NATIONAL_ID"
    CARD = "CARD"
    PHONE = "PHONE"
    ACCOUNT = "ACCOUNT"
    """A name at WeChat or QQ."""
    IP = "IP"

    @property
    def placeholder(self) -> str:
        """What stands in its place."""
        return f"<{self}>"


def scrub(text: str, *, addresses: bool = False) -> tuple[str, Counter[str]]:
    """The text without them, and how many there were of each kind. What is scrubbed twice is scrubbed once.

    `addresses`: IP addresses, too.
    """
    rules = [rule for rule in _RULES if rule.kind is not Sensitive.IP or addresses]
    found: Counter[str] = Counter()
    for _ in range(_MOST_PASSES):
        before = found.total()
        for rule in rules:
            text, count = rule.applied(text)
            found[rule.kind] += count
        if found.total() == before:
            break
    return text, +found


_MOST_PASSES = 8
"""What is taken out can show what it hid: two numbers side by side look like one that is none. More passes nobody needs
who doesn't want to keep the machine busy."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One shape."""

    kind: Sensitive
    pattern: re.Pattern[str]
    """Its group `it` is what is replaced; without one, all of it is."""
    is_one: Callable[[str], bool] = bool
    """Is told the match without spaces, dashes and the like."""

    def applied(self, text: str) -> tuple[str, int]:
        parts, end, count = [], 0, 0
        for start, stop in self._spans(text.translate(_HALF_WIDTH)):
            parts += [text[end:start], self.kind.placeholder]
            end, count = stop, count + 1
        return "".join([*parts, text[end:]]), count

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        for match in self.pattern.finditer(text):
            it = "it" if "it" in self.pattern.groupindex else 0
            if match[it] != self.kind.placeholder and self.is_one(re.sub(r"[ ().\-/]", "", match[it])):
                yield match.span(it)


def _rule(kind: Sensitive, pattern: str, is_one: Callable[[str], bool] = bool, flags: int = 0) -> _Rule:
    return _Rule(kind, re.compile(pattern, flags), is_one)


_BEFORE, _AFTER = r"(?<![0-9A-Za-z_\-])(?<!\d[.,])", r"(?![0-9A-Za-z_\-]|[.,]\d)"
"""Numbers stand by themselves; Chinese has no spaces, so a character of it may stand beside one."""

_KEYS = (
    r"sk-homespun-[\w\-]{20,}",
    r"sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_\-]{20,}",
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}",  # Stripe
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w\-]{20,}",
    r"xox[abeoprs]-[A-Za-z0-9\-]{10,}",  # Slack
    r"AIza[\w\-]{35}|ya29\.[\w\-]{20,}",  # Google
    r"hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36}|pypi-[\w\-]{32,}|SG\.[\w\-]{16,}\.[\w\-]{16,}",
    r"LTAI[A-Za-z0-9]{12,26}|AKID[A-Za-z0-9]{32}",  # Alibaba, Tencent
    r"\d{8,10}:AA[\w\-]{33}",  # Telegram
    r"eyJ[\w\-]{10,}\.eyJ[\w\-]{10,}\.[\w\-]{10,}",  # a JSON web token
)
_BESIDE_SECRETS = (
    r"pass(?:word|wd|phrase|code)s?|pwd|(?:api|secret|access)[ _\-]?(?:key|token)|client[ _\-]secret|"
    r"密码|密碼|口令|密钥|密鑰|验证码|驗證碼"
)
_PROSE = (
    "required optional must none null true false wrong incorrect invalid reset forgotten changed missing empty string "
    "str your the a an is are should will can may needs at with not and or if for when min max minimum maximum "
    "错误 不能为空 必填 忘记"
)
_PHONE_WORDS = (
    r"\b(?:tel|telephone|phone|mobile|cell|fax|whatsapp|call (?:me|us) (?:at|on))\b|"
    r"电话|電話|手机|手機|号码|座机|联系方式"
)


def _is_no_prose(word: str) -> bool:
    return word.lower().strip("。，,;；!！?？:") not in _PROSE.split()


def _has_digit_or_sign(word: str) -> bool:
    return any(not each.isalpha() for each in word.strip("。，,;；!！?？:"))


def _is_long_enough(number: str) -> bool:
    """As E.164 has it."""
    return 8 <= sum(each.isdigit() for each in number) <= 15


def _is_ip_v6(text: str) -> bool:
    return 2 < text.count(":") < 8 or (text.count(":") == 2 and "::" in text)


_RULES = (
    _rule(
        Sensitive.PRIVATE_KEY,
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S])*(?:-----END [A-Z ]{0,30}-----)?",
    ),
    _rule(Sensitive.API_KEY, rf"(?<![A-Za-z0-9_\-])(?:{'|'.join(_KEYS)})+"),  # some have a length: another may follow
    _rule(Sensitive.API_KEY, r"\bBearer (?P<it>(?=[A-Za-z\-_.~+/]*\d)[\w\-.~+/]{16,}=*)"),
    _rule(Sensitive.PASSWORD, r"\b[a-z][a-z0-9+]{1,20}://[^\s/:@]{0,64}:(?P<it>[^\s/@]{1,128})@"),
    _rule(
        Sensitive.EMAIL,
        r"(?<![\w.+\-])[A-Za-z0-9][\w.+\-]{0,63}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z])",
        flags=re.ASCII,
    ),
    _rule(
        Sensitive.PASSWORD,
        rf"(?:{_BESIDE_SECRETS})[\"']?\s{{0,3}}(?:[:=])\s{{0,3}}[\"'`]?(?P<it>[^\s\"'`<>,，。;；]{{3,128}})",
        _is_no_prose,
        re.IGNORECASE,
    ),
    _rule(
        Sensitive.PASSWORD,
        rf"(?:{_BESIDE_SECRETS})\s{{0,3}}(?:\bis\b|是|为|為)\s{{0,3}}[\"'`“]?(?P<it>[!-+\--:=?-~]{{4,128}})",
        _has_digit_or_sign,
        re.IGNORECASE,
    ),
    _rule(
        Sensitive.IBAN,
        r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![0-9A-Za-z])",
        checksums.is_iban,
    ),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}\d{{17}}[\dXx]{_AFTER}", checksums.is_chinese_id),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}[A-Z][12]\d{{8}}{_AFTER}", checksums.is_taiwanese_id),
    _rule(Sensitive.NATIONAL_ID, r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{6}\([0-9A]\)", checksums.is_hong_kong_id),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}(?!000|666|9)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}{_AFTER}"),
    _rule(
        Sensitive.NATIONAL_ID,
        rf"{_BEFORE}(?![DFIQUV])[A-Z](?![DFIOQUV])[A-Z](?: ?\d{{2}}){{3}} ?[A-D]{_AFTER}",
    ),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}\d{{6}}-[1-8]\d{{6}}{_AFTER}", checksums.is_korean_id),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}[2-9]\d{{3}} ?\d{{4}} ?\d{{4}}{_AFTER}", checksums.is_aadhaar),
    _rule(Sensitive.NATIONAL_ID, rf"{_BEFORE}[XYZ\d]\d{{7}}-?[A-Za-z]{_AFTER}", checksums.is_spanish_id),
    _rule(
        Sensitive.NATIONAL_ID,
        rf"{_BEFORE}[12] ?\d{{2}} ?\d{{2}} ?\d{{2}} ?\d{{3}} ?\d{{3}} ?\d{{2}}{_AFTER}",
        checksums.is_french_id,
    ),
    _rule(
        Sensitive.NATIONAL_ID,
        rf"{_BEFORE}[A-Z]{{6}}\d{{2}}[A-EHLMPR-T]\d{{2}}[A-Z]\d{{3}}[A-Z]{_AFTER}",
        checksums.is_italian_id,
    ),
    _rule(
        Sensitive.NATIONAL_ID,
        rf"{_BEFORE}\d{{3}}\.\d{{3}}\.\d{{3}}-\d{{2}}{_AFTER}",
        checksums.is_brazilian_id,
    ),
    _rule(Sensitive.CARD, rf"{_BEFORE}\d(?:[ \-]?\d){{12,18}}{_AFTER}", checksums.is_card),
    _rule(
        Sensitive.PHONE,
        rf"{_BEFORE}(?<!\+)(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{{4}}[ \-]?\d{{4}}{_AFTER}",
    ),
    _rule(Sensitive.NATIONAL_ID, rf"(?i:pesel)\D{{0,5}}(?P<it>\d{{11}}){_AFTER}", checksums.is_polish_id),
    _rule(Sensitive.PHONE, rf"(?<![\w+])\+\d(?:[ .\-/]?\(?\d\)?){{7,16}}{_AFTER}", _is_long_enough),
    _rule(Sensitive.PHONE, rf"{_BEFORE}0\d{{2,3}}-\d{{7,8}}{_AFTER}"),
    _rule(
        Sensitive.PHONE,
        rf"{_BEFORE}(?:\+?1[ .\-])?(?:\(\d{{3}}\) ?|\d{{3}}[.\- ])\d{{3}}[.\-]\d{{4}}{_AFTER}",
    ),
    _rule(
        Sensitive.PHONE,
        rf"(?:{_PHONE_WORDS})[^\d\n+]{{0,12}}(?P<it>\+?\(?\d(?:[ .\-/]?\(?\d\)?){{6,16}}){_AFTER}",
        flags=re.IGNORECASE,
    ),
    _rule(
        Sensitive.ACCOUNT,
        r"(?:微信号?|weixin|wechat(?: id)?|QQ号?)\s{0,2}[:是为]\s{0,2}(?P<it>[A-Za-z][\w\-]{5,19}|[1-9]\d{4,11})(?!\w)",
        flags=re.IGNORECASE | re.ASCII,
    ),
    _rule(
        Sensitive.IP,
        r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)",
    ),
    _rule(Sensitive.IP, r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", _is_ip_v6),
)
"""In this order: what is longer and surer comes first."""
