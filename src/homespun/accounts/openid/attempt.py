"""One attempt to sign in, of one browser."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from homespun.accounts import proofs


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser's secret stands for. All of it is derived, so nobody but that browser can finish the attempt, and
    what is stored of it lets nobody in.
    """

    state: str
    """Comes back with the browser: no other site's page can have begun this."""
    nonce: str = field(repr=False)
    """Comes back within the ID token: it was made for this attempt."""
    verifier: str = field(repr=False)
    """Goes with the code, of which the provider knows its hash (PKCE, RFC 7636): a stolen code is no good."""

    @classmethod
    def of(cls, secret: str) -> Attempt:
        """The one that this secret stands for."""
        return cls(*(_derived(secret, purpose) for purpose in ("state", "nonce", "verifier")))

    @property
    def digest(self) -> str:
        """What the database knows it by."""
        return proofs.digest(self.state)


def _derived(secret: str, purpose: str) -> str:
    """43 characters that tell nothing of the secret."""
    derived = hmac.digest(secret.encode(errors="surrogatepass"), purpose.encode(), "sha256")
    return urlsafe_b64encode(derived).rstrip(b"=").decode()
