"""An OpenID provider as a process of its own: signs people in without asking them, and lies when it is told to.

    python provider.py

It prints its port. It speaks discovery, the authorization code flow with PKCE, tokens signed with RS256, a list of its
keys, and userinfo. `POST /lies` says how it behaves from now on (see `Lies`), `POST /rotate` gives it a new key,
`GET /asked` tells how often each address was asked. Its input ends when its parent does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "homespun", "s3cret"
ADA = {"sub": "ada-1", "email": "ada@example.com", "email_verified": True, "name": "Ada Lovelace"}


class Raw(TypedDict, total=False):
    """What an address answers instead of what is right."""

    status: int
    body: str
    size: int
    """So many bytes of nothing."""
    drip_s: float
    """The pause after each byte."""
    headers: dict[str, str]


class Lies(TypedDict, total=False):
    """How it behaves. Nothing said: as it should."""

    user: dict[str, Any]
    """Who signs in; Ada otherwise."""
    told_later: bool
    """Whether only userinfo tells more than the subject."""
    userinfo: dict[str, Any]
    """Changes to what userinfo tells."""
    metadata: dict[str, Any]
    claims: dict[str, Any]
    """Changes to the ID token; None leaves one out."""
    signed: str
    """`none`, `public` (HS256 with the public key), `stranger` (another key by the same name), `unpublished`."""
    header: dict[str, Any]
    id_token: str
    """Instead of any token."""
    sent_back: dict[str, str | None]
    """Changes to what a browser brings back."""
    raw: dict[str, Raw]
    """By address."""
    keys: list[Any]
    """What is published instead of the keys."""


class Provider(BaseHTTPRequestHandler):
    """One request."""

    key: ClassVar[RSAKey] = RSAKey.generate_key(2048, {"kid": "first"})
    stranger: ClassVar[RSAKey] = RSAKey.generate_key(2048)
    lies: ClassVar[Lies] = {}
    asked: ClassVar[Counter[str]] = Counter()
    codes: ClassVar[dict[str, dict[str, str]]] = {}
    """What was asked for with a code, until it is traded."""

    @property
    def issuer(self) -> str:
        return f"http://{self.headers['host']}"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/asked":
            self._answer(200, dict(self.asked))
        elif not self._is_raw(path):
            match path:
                case "/.well-known/openid-configuration" | "/elsewhere":
                    self._answer(200, self._metadata())
                case "/authorize":
                    self._authorize(dict(parse_qsl(urlsplit(self.path).query)))
                case "/keys":
                    found = [self.key.as_dict(private=False, use="sig", alg="RS256")]
                    self._answer(200, {"keys": self.lies.get("keys", found)})
                case "/userinfo" if self.headers["authorization"] == "Bearer access":
                    self._answer(200, {**self._user(), **self.lies.get("userinfo", {})})
                case _:
                    self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/lies":
            Provider.lies = json.loads(body)
            self.asked.clear()
            self._answer(200, {})
        elif self.path == "/rotate":
            Provider.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})
            self._answer(200, {})
        elif not self._is_raw(self.path):
            self._trade(dict(parse_qsl(body.decode())))

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
            **self.lies.get("metadata", {}),
        }

    def _authorize(self, wanted: dict[str, str]) -> None:
        """Nobody is asked anything: whoever comes is signed in."""
        asked = (wanted["client_id"], wanted["response_type"], wanted["code_challenge_method"])
        if asked != (CLIENT_ID, "code", "S256") or "openid" not in wanted["scope"].split():
            self._answer(400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe(16)
        self.codes[code] = wanted
        back = {"code": code, "state": wanted["state"], "iss": self.issuer, **self.lies.get("sent_back", {})}
        query = urlencode({name: value for name, value in back.items() if value is not None})
        self._answer(302, {}, location=f"{wanted['redirect_uri']}?{query}")

    def _trade(self, given: dict[str, str]) -> None:
        wanted = self.codes.pop(given.get("code", ""), None)
        basic = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if self.headers["authorization"] != f"Basic {basic}":
            self._answer(401, {"error": "invalid_client"})
        elif wanted is None or not _is_traded_for(wanted, given):
            self._answer(400, {"error": "invalid_grant"})
        else:
            token = self.lies.get("id_token") or self._id_token(wanted["nonce"])
            self._answer(200, {"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        told = {"sub": self._user()["sub"]} if self.lies.get("told_later") else self._user()
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, **told}
        claims = {name: value for name, value in {**claims, **self.lies.get("claims", {})}.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.lies.get("header", {})}
        match self.lies.get("signed"):
            case "none":
                return _unsigned({**header, "alg": "none"}, claims) + "."
            case "public":
                unsigned = _unsigned({**header, "alg": "HS256"}, claims)
                return f"{unsigned}.{_b64(hmac.digest(self.key.as_pem(private=False), unsigned.encode(), 'sha256'))}"
            case "stranger":
                return _signed(header, claims, self.stranger)
            case "unpublished":
                return _signed({**header, "kid": "elsewhere"}, claims, self.stranger)
        return _signed(header, claims, self.key)

    def _user(self) -> dict[str, Any]:
        return self.lies.get("user", ADA)

    def _is_raw(self, path: str) -> bool:
        self.asked[path] += 1
        raw = self.lies.get("raw", {}).get(path)
        if raw is None:
            return False
        self.send_response(raw.get("status", 200))
        for name, value in raw.get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        body = raw.get("body", " " * raw.get("size", 0)).encode()
        step = 1 if "drip_s" in raw else len(body)
        with suppress(OSError):  # whoever asked has gone
            for start in range(0, len(body), step or 1):
                self.wfile.write(body[start : start + step])
                time.sleep(raw.get("drip_s", 0))
        return True

    def _answer(self, status: int, value: Any, *, location: str = "") -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        if location:
            self.send_header("location", location)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _is_traded_for(wanted: dict[str, str], given: dict[str, str]) -> bool:
    """The same redirect address, and the verifier of the challenge."""
    challenge = _b64(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
    return (given.get("redirect_uri"), challenge, given.get("grant_type")) == (
        wanted["redirect_uri"],
        wanted["code_challenge"],
        "authorization_code",
    )


def _signed(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
    """By hand: joserfc would refuse to sign some lies."""
    unsigned = _unsigned(header, claims)
    assert key.private_key
    return f"{unsigned}.{_b64(key.private_key.sign(unsigned.encode(), PKCS1v15(), SHA256()))}"


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"


def _b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def main() -> None:
    """Serves until the input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
