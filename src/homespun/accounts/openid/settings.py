"""The settings of the provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from homespun.core.errors import Invalid

from .addresses import is_safe

_LONGEST_ISSUER = 255


@dataclass(frozen=True, slots=True)
class Settings:
    """The provider that people may sign in with, and what it knows this installation by."""

    issuer: str = ""
    """The provider's address just as it names itself, `https://accounts.example.com`. Empty: there is none."""
    client_id: str = ""
    """What the provider calls this installation."""
    client_secret: str = field(default="", repr=False)
    """What this installation proves itself to the provider with. Empty: the provider asks for none."""
    name: str = ""
    """What the button calls the provider. Empty: its host."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    """What the provider is asked to tell of people. Without `email` only those get in who are known already."""
    ca_file: str = ""
    """A file with certificate authorities to trust besides the system's, for a provider of your own."""
    timeout_s: float = 10.0
    """How long the provider may take to answer."""

    @property
    def label(self) -> str | None:
        """What the provider is called on the button; None: there is no provider."""
        return (self.name or urlsplit(self.issuer).hostname) if self.issuer else None

    def check(self) -> None:
        """Raises `Invalid` for what can't work, or would send secrets in the clear."""
        if not self.issuer:
            return
        if len(self.issuer) > _LONGEST_ISSUER or not is_safe(self.issuer, issuer=self.issuer):
            raise Invalid("openid.issuer is the provider's address, with https: https://accounts.example.com.")
        if not self.client_id:
            raise Invalid("openid.client_id is missing. The provider gives it to you, for the redirect address.")
        if "openid" not in self.scopes:
            raise Invalid("openid.scopes lacks openid, without which the provider doesn't say who somebody is.")
        if not (self.client_id + self.client_secret).isascii():
            raise Invalid("openid.client_id or openid.client_secret has characters that no provider gives out.")
