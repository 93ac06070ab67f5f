"""E-mail through a mail server."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from .senders import Message
from .settings import Security, Settings


class SmtpSender:
    """Speaks SMTP in a thread, one connection a message."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, message: Message) -> None:
        """See `Sender`. Raises `OSError` and `smtplib.SMTPException`."""
        await asyncio.to_thread(self._send, _letter(self._settings.smtp_from, message))

    def _send(self, letter: EmailMessage) -> None:
        settings = self._settings
        with self._connected() as server:
            if settings.smtp_security is Security.STARTTLS:
                server.starttls(context=self._trust())  # raises where the server can't: never goes on in the clear
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(letter)

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        place = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security is Security.TLS:
            return smtplib.SMTP_SSL(*place, timeout=settings.smtp_timeout_s, context=self._trust())
        return smtplib.SMTP(*place, timeout=settings.smtp_timeout_s)

    def _trust(self) -> ssl.SSLContext:
        """The system's authorities, and those of the settings."""
        context = ssl.create_default_context()
        if self._settings.smtp_ca_file:
            context.load_verify_locations(self._settings.smtp_ca_file)
        return context


def _letter(sender: str, message: Message) -> EmailMessage:
    """Line breaks in a header are an error, so nobody smuggles one in."""
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = message.to.address
    letter["Subject"] = message.subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or "homespun")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    return letter
