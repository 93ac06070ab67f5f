"""Whether to believe an ID token: signed by the provider, for us, for this sign-in, and still good.

OpenID Connect Core 1.0, section 3.1.3.7. Signatures are joserfc's, claims are authlib's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key

from homespun.core.errors import ProviderUntrusted

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Those where only the provider can sign: neither `none`, nor any whose key we would share with it."""
_KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
_RSA_DIGITS = range(342, 1367)
"""So many base64 digits has a modulus of 2,048 to 8,192 bits; shorter keys are weak, longer ones keep us busy."""
_LEEWAY_S = 60
"""So much may the provider's clock differ from ours."""

_BROKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What the libraries raise at things that no honest provider sends."""

_log = logging.getLogger(__name__)


class UnknownKey(Exception):
    """No key of the provider's that we know has signed this. It may have a new one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    """The one that came with it: a token may say which one that is."""


def keys_of(published: Iterable[Any]) -> KeySet:
    """Those of the provider's keys that can check a signature; what else it publishes is left out."""
    return KeySet([key for given in published if (key := _key(given))])


def verified(id_token: str, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """The token's claims. Raises `ProviderUntrusted`, and `UnknownKey`."""
    try:
        token = jwt.decode(id_token, keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(token.claims, token.header, _options(expected), _parameters(expected))
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except _BROKEN as error:
        raise untrusted(f"its ID token is no good: {error}") from None
    return dict(claims)


def untrusted(reason: str) -> ProviderUntrusted:
    """What to raise; the reason is for the log alone."""
    _log.warning("The OpenID provider isn't believed: %s", reason)
    return ProviderUntrusted()


def _options(expected: Expected) -> dict[str, dict[str, Any]]:
    return {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
    }


def _parameters(expected: Expected) -> dict[str, str]:
    return {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}


def _key(given: Any) -> Key | None:
    if not isinstance(given, dict) or given.get("kty") not in _KEY_TYPES or given.get("use", "sig") != "sig":
        return None
    if given["kty"] == "RSA" and len(str(given.get("n", ""))) not in _RSA_DIGITS:
        return None
    try:
        return import_key(given)
    except _BROKEN:
        return None
