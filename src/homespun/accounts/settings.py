"""The settings of accounts: who may join and how people prove who they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Registration(StrEnum):
    """Who may join by themselves."""

    CLOSED = "closed"
    """Nobody; admins can't invite either."""
    INVITATION = "invitation"
    """Whoever was invited."""
    LISTED = "listed"
    """Besides, whoever has an e-mail address or a phone number that the lists allow."""
    OPEN = "open"
    """Everybody who can prove an e-mail address or a phone number."""


class Delivery(StrEnum):
    """How messages reach people."""

    OFF = "off"
    """Not at all."""
    CONSOLE = "console"
    """They are printed where the server runs. For development: whoever reads its output can sign in as anybody."""
    SMTP = "smtp"
    """Through a mail server."""


class Security(StrEnum):
    """How the connection to the mail server is secured."""

    STARTTLS = "starttls"
    TLS = "tls"
    """From the first byte."""
    NONE = "none"
    """Not at all: for a mail server on this machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Who may join, how people prove who they are, and how messages reach them."""

    registration: Registration = Registration.CLOSED
    """Who may join by themselves: `closed`, `invitation`, `listed`, or `open`."""
    email_domains: tuple[str, ...] = ()
    """With `listed`: e-mail addresses of these domains may join, `example.com`. Subdomains are others."""
    phone_prefixes: tuple[str, ...] = ()
    """With `listed`: phone numbers that begin so may join, `+86`."""
    visitors: bool = False
    """Whether people may come in without signing in."""
    visits_per_hour: int = 30
    """So many visitors one address may become in an hour."""
    session_idle_days: float = 30.0
    """A session that isn't used for so long ends."""
    session_max_days: float = 365.0
    """A session ends after so long in any case."""
    link_hours: float = 24.0
    """How long a sign-in link is good."""
    invitation_days: float = 7.0
    """How long an invitation is good."""
    password_min_length: int = 10
    """The fewest characters of a password."""
    password_memory_kib: int = 65536
    """Memory that argon2id takes to check a password, in KiB. Stored hashes are renewed as people sign in."""
    password_passes: int = 3
    """How often argon2id goes over that memory."""
    attempts: int = 10
    """So many passwords or codes may be wrong for one person within the window."""
    attempts_per_address: int = 50
    """So many may be wrong from one address within the window. An office may share one."""
    attempts_window_minutes: float = 15.0
    """How long wrong passwords and codes are counted."""
    codes_per_hour: int = 5
    """So many one-time codes one e-mail address or phone gets in an hour."""
    email: Delivery = Delivery.OFF
    """How e-mail is sent: `off`, `console` or `smtp`."""
    phone: Delivery = Delivery.OFF
    """How messages to phones are sent: `off` or `console`."""
    web_url: str = "http://127.0.0.1:8000"
    """The address that browsers reach the web app at, for links in e-mail."""
    smtp_host: str = "localhost"
    """The mail server."""
    smtp_port: int = 587
    """The mail server's port."""
    smtp_security: Security = Security.STARTTLS
    """How the connection to the mail server is secured: `starttls`, `tls` or `none`."""
    smtp_user: str = ""
    """The name to give to the mail server. Empty: none."""
    smtp_password: str = field(default="", repr=False)
    """The password to give to the mail server."""
    smtp_from: str = "homespun@localhost"
    """The address that e-mail comes from."""
    smtp_ca_file: str = ""
    """A file with certificate authorities to trust besides the system's."""
    smtp_timeout_s: float = 20.0
    """How long the mail server may take to answer."""
