"""The provider, as far as it is asked: where people sign in there, and who somebody is that comes back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from homespun.core.clock import Clock
from homespun.core.errors import ProviderRefused

from .addresses import is_safe
from .attempt import Attempt
from .id_token import Expected, UnknownKey, keys_of, untrusted, verified
from .kept import Kept
from .settings import Settings
from .web import Web, unavailable
from .wire import Metadata, Published, Tokens, UserInfo

_DISCOVERY = "/.well-known/openid-configuration"
_LONGEST_SUBJECT = 255
_REFUSALS = range(400, 500)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider says somebody is."""

    issuer: str
    subject: str
    """What the provider calls them; never given to anybody else."""
    verified_email: str
    """Empty unless the provider vouches for it."""
    name: str


class Provider:
    """Asks the provider. Raises `ProviderUnavailable` where it is down or talks nonsense."""

    def __init__(self, settings: Settings, redirect_uri: str, clock: Clock) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._web = Web(settings)
        self._metadata = Kept(self._fetch_metadata, clock)
        self._keys = Kept(self._fetch_keys, clock)

    async def sign_in_url(self, attempt: Attempt) -> str:
        """Where a browser has to go."""
        metadata = await self._metadata.get()
        url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            self._settings.client_id,
            "code",
            redirect_uri=self._redirect_uri,
            scope=" ".join(self._settings.scopes),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return url

    async def require_sender(self, issuer: str | None) -> None:
        """Raises `ProviderUntrusted` where the answer is another provider's, which would get our code: a mix-up."""
        metadata = await self._metadata.get()
        if issuer is None and not metadata.authorization_response_iss_parameter_supported:
            return
        if issuer != metadata.issuer:
            raise untrusted(f"an answer came from {issuer!r:.200}")

    async def identity(self, code: str, attempt: Attempt) -> Identity:
        """Trades a code for who somebody is. Raises `ProviderRefused`, `ProviderUntrusted`."""
        tokens = await self._tokens(code, attempt)
        claims = await self._claims(tokens, attempt)
        if "email" not in claims:
            claims |= await self._more_claims(tokens, claims["sub"])
        return Identity(
            issuer=claims["iss"],
            subject=_subject(claims["sub"]),
            verified_email=_text(claims, "email") if _is_vouched_for(claims.get("email_verified")) else "",
            name=_text(claims, "name") or _text(claims, "preferred_username"),
        )

    async def _tokens(self, code: str, attempt: Attempt) -> Tokens:
        metadata = await self._metadata.get()
        body = prepare_token_request(
            "authorization_code", redirect_uri=self._redirect_uri, code=code, code_verifier=attempt.verifier
        )
        client = ClientAuth(self._settings.client_id, self._settings.client_secret, self._method(metadata))
        url, headers, body = client.prepare("POST", metadata.token_endpoint, {}, body)
        answer = await self._web.post(url, headers, body)
        if answer.status in _REFUSALS:
            raise _refused(f"it gives nothing for a code: {answer.status} {answer.body[:500]!r}")
        return answer.read_as(Tokens)

    async def _claims(self, tokens: Tokens, attempt: Attempt) -> dict[str, Any]:
        """The ID token's. An unknown key is looked for once among the provider's newest ones."""
        settings = self._settings
        expected = Expected(settings.issuer, settings.client_id, attempt.nonce, tokens.access_token)
        try:
            return verified(tokens.id_token, await self._keys.get(), expected, self._clock.now())
        except UnknownKey:
            keys = await self._keys.renewed()
        try:
            return verified(tokens.id_token, keys, expected, self._clock.now())
        except UnknownKey:
            raise untrusted("its ID token is signed with none of its keys") from None

    async def _more_claims(self, tokens: Tokens, subject: str) -> dict[str, Any]:
        """What the provider tells only if it is asked once more: of the same person, and nothing that is signed."""
        metadata = await self._metadata.get()
        if not metadata.userinfo_endpoint or not tokens.access_token.isascii() or not tokens.access_token:
            return {}
        answer = await self._web.get(metadata.userinfo_endpoint, bearer=tokens.access_token)
        told = answer.read_as(UserInfo)
        if told.sub != subject:
            raise untrusted("it tells of somebody else than who has signed in")
        return {name: value for name, value in msgspec.structs.asdict(told).items() if value is not None}

    async def _fetch_metadata(self) -> Metadata:
        issuer = self._settings.issuer
        metadata = (await self._web.get(issuer.rstrip("/") + _DISCOVERY)).read_as(Metadata)
        if metadata.issuer != issuer:
            raise unavailable(f"it names itself {metadata.issuer!r:.200}, and openid.issuer is {issuer!r}")
        ends = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri, metadata.userinfo_endpoint)
        unsafe = [end for end in ends if end and not is_safe(end, issuer=issuer)]
        if unsafe or not all(ends[:3]):
            raise unavailable(f"it has an address that isn't safe: {unsafe!r:.200}")
        return metadata

    async def _fetch_keys(self) -> KeySet:
        metadata = await self._metadata.get()
        published = (await self._web.get(metadata.jwks_uri)).read_as(Published)
        return keys_of(published.keys)

    def _method(self, metadata: Metadata) -> str:
        if not self._settings.client_secret:
            return "none"
        offered = metadata.token_endpoint_auth_methods_supported
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _subject(subject: str) -> str:
    """As the specification bounds it."""
    if not (0 < len(subject) <= _LONGEST_SUBJECT and subject.isascii() and subject.isprintable()):
        raise untrusted("it calls somebody what can't be kept")
    return subject


def _is_vouched_for(verified: object) -> bool:
    """Some providers write it as text."""
    return verified is True or verified == "true"


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _refused(reason: str) -> ProviderRefused:
    _log.warning("The OpenID provider lets somebody in no further: %s", reason)
    return ProviderRefused()
