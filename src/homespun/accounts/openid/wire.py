"""The provider's JSON, as far as it is read: OpenID Connect Discovery 1.0 and Core 1.0. Nothing is believed yet."""

from __future__ import annotations

from typing import Any

import msgspec


class Metadata(msgspec.Struct, frozen=True):
    """What the provider says of itself."""

    issuer: str
    authorization_endpoint: str
    """Where people sign in."""
    token_endpoint: str
    """Where a code is traded for tokens."""
    jwks_uri: str
    """Where its keys are."""
    userinfo_endpoint: str = ""
    """Where more is told of somebody. Empty: nowhere."""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False
    """RFC 9207: whether it says who it is when it sends somebody back."""


class Published(msgspec.Struct, frozen=True):
    """Its keys."""

    keys: list[Any]


class Tokens(msgspec.Struct, frozen=True):
    """What it gives for a code."""

    id_token: str
    access_token: str = ""


class UserInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it tells of somebody who isn't described in the ID token."""

    sub: str
    email: str | None = None
    email_verified: bool | str | None = None
    name: str | None = None
    preferred_username: str | None = None
