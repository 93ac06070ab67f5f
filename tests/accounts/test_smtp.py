"""E-mail through a real connection to a mail server."""

from __future__ import annotations

import io
import smtplib
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.accounts import Channel, ConsoleSender, Delivery, Destination, Message, Security, Settings
from homespun.accounts.delivery import senders_of
from homespun.accounts.letters import code_letter, invitation_letter
from homespun.accounts.smtp import SmtpSender
from homespun.core.errors import Invalid
from tests.patience import PATIENCE_S

from .mail_server import MailServer, certificate

TO = Destination(Channel.EMAIL, "ada@example.com")
SETTINGS = Settings(
    smtp_host="127.0.0.1",
    smtp_security=Security.NONE,
    smtp_from="Homespun <chat@example.com>",
    smtp_timeout_s=PATIENCE_S,
)


def sender(server: MailServer, settings: Settings = SETTINGS) -> SmtpSender:
    return SmtpSender(replace(settings, smtp_port=server.port))


async def test_a_letter_arrives() -> None:
    async with MailServer().running() as server:
        await sender(server).send(Message(TO, "Ihr Code für heute: 天气", "Zeile eins\n.\n天气"))
    [letter] = server.letters
    [recipient] = server.recipients
    assert "<ada@example.com>" in recipient
    assert (letter["Subject"], letter["To"]) == ("Ihr Code für heute: 天气", "ada@example.com")
    assert letter["From"] == "Homespun <chat@example.com>"
    assert letter.get_content().split() == ["Zeile", "eins", ".", "天气"]
    assert letter["Date"]
    assert letter["Message-ID"].endswith("@example.com>")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_letter_goes_secured_to_a_server_that_is_trusted(tmp_path: Path, security: Security) -> None:
    trust, authorities = certificate(tmp_path)
    settings = replace(
        SETTINGS, smtp_security=security, smtp_ca_file=str(authorities), smtp_user="chat", smtp_password="secret"
    )
    server = MailServer(trust, login=("chat", "secret"))
    async with server.running(is_tls=security is Security.TLS):
        await sender(server, settings).send(Message(TO, "Hello", "Hello"))
    assert server.was_secured
    assert len(server.letters) == 1


async def test_nothing_goes_to_a_server_that_is_not_trusted(tmp_path: Path) -> None:
    trust, _ = certificate(tmp_path)
    async with MailServer(trust).running() as server:
        with pytest.raises(ssl.SSLError):
            await sender(server, replace(SETTINGS, smtp_security=Security.STARTTLS)).send(Message(TO, "Hello", "Hello"))
    assert server.letters == []


async def test_nothing_goes_in_the_clear_where_it_is_to_be_secured() -> None:
    async with MailServer().running() as server:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            await sender(server, replace(SETTINGS, smtp_security=Security.STARTTLS)).send(Message(TO, "Hello", "Hello"))
    assert server.letters == []


async def test_a_server_that_knows_us_not_takes_nothing() -> None:
    settings = replace(SETTINGS, smtp_user="chat", smtp_password="wrong")
    async with MailServer(login=("chat", "secret")).running() as server:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            await sender(server, settings).send(Message(TO, "Hello", "Hello"))
    assert server.letters == []


async def test_no_line_break_gets_into_a_header() -> None:
    async with MailServer().running() as server:
        for message in (
            Message(TO, "Hello\r\nBcc: eve@example.com", "Hello"),
            Message(Destination(Channel.EMAIL, "ada@example.com\nBcc: eve@example.com"), "Hello", "Hello"),
        ):
            with pytest.raises(ValueError, match=r"linefeed|newline"):
                await sender(server).send(message)
    assert server.letters == []


async def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        await SmtpSender(replace(SETTINGS, smtp_port=1)).send(Message(TO, "Hello", "Hello"))


async def test_the_console_shows_what_would_be_sent() -> None:
    shown = io.StringIO()
    await ConsoleSender(shown).send(code_letter(TO, "123456", minutes=10, locale=""))
    assert "ada@example.com" in shown.getvalue()
    assert "123456" in shown.getvalue()


def test_the_settings_name_the_senders() -> None:
    assert senders_of(Settings()) == {}
    senders = senders_of(Settings(email=Delivery.SMTP, phone=Delivery.CONSOLE))
    assert isinstance(senders[Channel.EMAIL], SmtpSender)
    assert isinstance(senders[Channel.PHONE], ConsoleSender)
    with pytest.raises(Invalid, match=r"accounts\.phone"):
        senders_of(Settings(phone=Delivery.SMTP))


@pytest.mark.parametrize(("locale", "word"), [("", "Your code"), ("en-GB", "Your code"), ("zh-CN", "验证码")])
def test_a_code_comes_in_the_person_s_language(locale: str, word: str) -> None:
    letter = code_letter(TO, "123456", minutes=10, locale=locale)
    assert word in letter.text
    assert "123456" in letter.text


@pytest.mark.parametrize("team", ["", "Weavers"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_an_invitation_says_from_whom_and_to_what(team: str, locale: str) -> None:
    letter = invitation_letter(TO, "https://x/#1", inviter="Bob", team=team, days=7, locale=locale)
    assert all(part in letter.text for part in ("https://x/#1", "Bob", team, "7"))
