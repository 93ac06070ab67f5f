"""What is taken out of texts, and what isn't."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homespun.learning.curation.scrubbing import Sensitive, scrub

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nq+Z==\n-----END RSA PRIVATE KEY-----"
PGP = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQVYBF\n-----END PGP PRIVATE KEY BLOCK-----"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"

TAKEN_OUT = [
    # E-mail addresses
    ("Write to ada.lovelace+news@mail.example.co.uk.", "Write to <EMAIL>."),
    ("请发到zhang_san@example.cn谢谢", "请发到<EMAIL>谢谢"),
    ("全角 ada＠example．com 也算", "全角 <EMAIL> 也算"),
    ("<ada@example.com>", "<<EMAIL>>"),
    # Phones
    ("我的手机是13812345678，谢谢", "我的手机是<PHONE>，谢谢"),
    ("138 1234 5678", "<PHONE>"),
    ("+86 138-1234-5678", "<PHONE>"),
    ("８６１３８１２３４５６７８", "<PHONE>"),
    ("打010-62512345", "打<PHONE>"),
    ("电话：6251 2345", "电话：<PHONE>"),
    ("Call +44 20 7946 0958 now", "Call <PHONE> now"),
    ("Ring +49 (0)30 1234567.", "Ring <PHONE>."),
    ("(415) 555-2671 or 415-555-2671", "<PHONE> or <PHONE>"),
    ("Tel.: 030 1234567", "Tel.: <PHONE>"),
    ("phone 020 7946 0958", "phone <PHONE>"),
    # Identity numbers
    ("身份证11010519491231002X，请查", "身份证<NATIONAL_ID>，请查"),
    ("440524188001010014", "<NATIONAL_ID>"),
    ("身份證字號 A123456789", "身份證字號 <NATIONAL_ID>"),
    ("HKID A123456(3)", "HKID <NATIONAL_ID>"),
    ("SSN 536-90-4399.", "SSN <NATIONAL_ID>."),
    ("NINO AB 12 34 56 C", "NINO <NATIONAL_ID>"),
    ("800101-1234560", "<NATIONAL_ID>"),
    ("Aadhaar 9999 4105 7058", "Aadhaar <NATIONAL_ID>"),
    ("DNI 12345678Z", "DNI <NATIONAL_ID>"),
    ("NIE X1234567L", "NIE <NATIONAL_ID>"),
    ("2 55 08 14 168 025 38", "<NATIONAL_ID>"),
    ("RSSMRA85T10A562S", "<NATIONAL_ID>"),
    ("CPF 529.982.247-25", "CPF <NATIONAL_ID>"),
    ("PESEL: 44051401359", "PESEL: <NATIONAL_ID>"),
    # Cards and accounts
    ("Pay with 4111 1111 1111 1111.", "Pay with <CARD>."),
    ("5500-0000-0000-0004", "<CARD>"),
    ("卡号6222020000000000006吗", "卡号6222020000000000006吗"),  # its check digit is wrong
    ("378282246310005", "<CARD>"),
    ("IBAN DE89 3704 0044 0532 0130 00, thanks", "IBAN <IBAN>, thanks"),
    ("GB29NWBK60161331926819", "<IBAN>"),
    ("微信号：zhangsan_88", "微信号：<ACCOUNT>"),
    ("QQ: 123456789", "QQ: <ACCOUNT>"),
    # Keys and secrets
    (f"key={'sk-homespun-' + 'a1B2' * 10}", "key=<API_KEY>"),
    ("sk-proj-abcDEF123456abcDEF123456", "<API_KEY>"),
    ("sk-ant-api03-abcDEF123456abcDEF123456", "<API_KEY>"),
    ("AKIAIOSFODNN7EXAMPLE", "<API_KEY>"),
    (f"ghp_{'a1B2c3' * 6}", "<API_KEY>"),
    (f"hf_{'aBcDeFgHiJ' * 3}abcd", "<API_KEY>"),
    ("密钥是LTAI5tAbCdEfGhIjKlMn", "密钥是<API_KEY>"),
    ("sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "<API_KEY>"),
    (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer <API_KEY>"),
    ("Bearer 0123456789abcdef0123", "Bearer <API_KEY>"),
    (f"Here: {PEM} it is", "Here: <PRIVATE_KEY> it is"),
    (f"{PGP}\nbye", "<PRIVATE_KEY>\nbye"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "<PRIVATE_KEY>"),
    ("password: hunter2", "password: <PASSWORD>"),
    ("Password=correcthorse", "Password=<PASSWORD>"),
    ("my password is s3cret!", "my password is <PASSWORD>"),
    ('{"passwd": "qwertz"}', '{"passwd": "<PASSWORD>"}'),
    ("密码：abc12345。", "密码：<PASSWORD>。"),
    ("密码是Tiger@2026，别外传", "密码是<PASSWORD>，别外传"),
    ("验证码：839201", "验证码：<PASSWORD>"),
    ("postgresql://homespun:tiger@db.example/x", "postgresql://homespun:<PASSWORD>@db.example/x"),
    ("api_key = 0f9e8d7c6b5a", "api_key = <PASSWORD>"),
]

LEFT_ALONE = [
    "We open at 9:00 on 2026-11-24 and close at 17:30.",
    "订单号20261124123456789，金额1380元",
    "订单 138123456789 已发货",  # twelve digits
    "1381234567",  # ten
    "12812345678",  # no such prefix
    "It costs 1,380,000.50 EUR, or 13812345678.5 in all.",
    "4111 1111 1111 1112",  # Luhn's digit is wrong
    "ISBN 978-3-16-148410-0",
    "The time is 1700000000000 ms.",
    "Version 2.10.1234 of 2024.11.24",
    "11010519491231002 1",
    "110105194912310021",  # the check digit is wrong
    "A123456788",  # so is this one
    "DE88 3704 0044 0532 0130 00",
    "a@b and @everyone and me@localhost",
    "The password is wrong.",
    "The password: required.",
    "Password: must have eight characters",
    "密码错误，请重试",
    "忘记密码：忘记",
    "Use a Bearer token.",
    "token: streaming is on",
    "sk-learn is a library; scikit-learn too",
    "pi is 3.141592653589793",
    "0.4111111111111111",
    "微信支付很方便，QQ群也行",
    "Call me on Monday 24",
    "GET /v1/turns/turn_01jd8xq3m7k2v9w4z6y5t8r0pn",
    "The ratio is 3:4:5 at 10:20:30.",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "192.168.0.1 and 2001:db8::1",  # unless it is asked for
]


@pytest.mark.parametrize(("text", "scrubbed"), TAKEN_OUT, ids=[text[:40] for text, _ in TAKEN_OUT])
def test_takes_out(text: str, scrubbed: str) -> None:
    assert scrub(text)[0] == scrubbed
    assert scrub(scrubbed) == (scrubbed, {})


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_leaves_alone(text: str) -> None:
    assert scrub(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Ping 192.168.0.1.", "Ping <IP>."),
        ("[2001:db8::1]:80 and ::1", "[<IP>]:80 and <IP>"),
        ("fe80:0:0:0:1:2:3:4", "<IP>"),
        ("version 1.2.3.4.5 and 300.1.1.1", "version 1.2.3.4.5 and 300.1.1.1"),
        ("at 10:20:30", "at 10:20:30"),
    ],
)
def test_takes_out_addresses_of_machines_if_asked(text: str, scrubbed: str) -> None:
    assert scrub(text, addresses=True)[0] == scrubbed


def test_counts_what_it_takes_out() -> None:
    _, found = scrub("a@example.com, b@example.com, 13812345678")
    assert found == {Sensitive.EMAIL: 2, Sensitive.PHONE: 1}


PIECES = st.sampled_from([text for text, _ in TAKEN_OUT] + LEFT_ALONE + [kind.placeholder for kind in Sensitive])


@example(["AKIAIOSFODNN7EXAMPLE", "sk-proj-abcDEF123456abcDEF123456"], "", False)
@example(["phone 020 7946 0958", "378282246310005"], " ", False)
@example(["微信号：zhangsan_88", "(415) 555-2671 or 415-555-2671"], "，", False)
@given(st.lists(PIECES | st.text(max_size=20), max_size=6), st.sampled_from([" ", "\n", "，", ""]), st.booleans())
def test_what_is_scrubbed_stays_as_it_is(pieces: list[str], between: str, addresses: bool) -> None:
    once, _ = scrub(between.join(pieces), addresses=addresses)
    assert scrub(once, addresses=addresses) == (once, {})


@pytest.mark.parametrize("piece", ["a@", "1 ", "password:", "(1", "A1", "://:", "-----BEGIN PRIVATE KEY", "a:", "+1("])
def test_long_texts_take_no_longer_than_they_are(piece: str) -> None:
    """Patterns that go back and forth would take hours, and the test's time limit ends it."""
    scrub(piece * 30_000, addresses=True)
