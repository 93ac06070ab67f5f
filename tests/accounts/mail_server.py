"""A mail server on loopback: takes letters by SMTP, in the clear, by STARTTLS or by TLS, with or without a password."""

from __future__ import annotations

import asyncio
import base64
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class MailServer:
    """What it was told, and by whom."""

    def __init__(self, trust: ssl.SSLContext | None = None, *, login: tuple[str, str] | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.was_secured = False
        self.port = 0
        self._trust = trust
        self._login = login
        self._is_known = login is None

    @asynccontextmanager
    async def running(self, *, is_tls: bool = False) -> AsyncIterator[MailServer]:
        """Serves on a free port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._trust if is_tls else None)
        self.was_secured = is_tls
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        try:
            while line := await reader.readline():
                word = line.split()[0].upper().decode()
                if word == "QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                if word == "STARTTLS":
                    await self._secure(writer)
                elif word == "DATA":
                    await self._take(reader, writer)
                else:
                    writer.write(self._answer(word, line))
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def _answer(self, word: str, line: bytes) -> bytes:
        match word:
            case "EHLO":
                offers = [b"here", *([b"STARTTLS"] if self._trust else []), *([b"AUTH PLAIN"] if self._login else [])]
                return b"".join(b"250-" + offer + b"\r\n" for offer in offers) + b"250 8BITMIME\r\n"
            case "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self._is_known = (user, password) == self._login
                return b"235 welcome\r\n" if self._is_known else b"535 who?\r\n"
            case "RCPT":
                if not self._is_known:
                    return b"530 sign in first\r\n"
                self.recipients.append(line.decode().strip())
        return b"250 ok\r\n"

    async def _secure(self, writer: asyncio.StreamWriter) -> None:
        assert self._trust
        writer.write(b"220 go on\r\n")
        await writer.drain()
        await writer.start_tls(self._trust)
        self.was_secured = True

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"354 go on\r\n")
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        writer.write(b"250 taken\r\n")


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server at 127.0.0.1 shows, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "ca.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, private)
    return context, trusted
