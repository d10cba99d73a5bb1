"""A tiny provider of identities on loopback: discovery, keys, and tokens of its own making."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from config import clock


@dataclass
class IdentityProvider:
    """What it says, and what came to it; tests change ``claims``, ``header`` and the rest."""

    issuer: str = ""
    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    discovery: dict[str, Any] = field(default_factory=dict)
    redirect: bool = False
    huge: bool = False
    nonce: str = ""
    challenge: str = ""
    came: list[dict[str, str]] = field(default_factory=list)
    rsa: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "r"}))
    ec: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "e"}))
    stranger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "r"}))

    def authorize(self, address: str) -> dict[str, str]:
        """Somebody signs in over there: what was asked, remembered for the token."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        return asked

    def documents(self, path: str) -> dict[str, Any] | None:
        """The answers to GET."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                **self.discovery,
            }  # fmt: skip
        if path == "/keys":
            return {"keys": [self.rsa.as_dict(private=False), self.ec.as_dict(private=False)]}
        return None

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer to a code; the verifier must be that of the challenge."""
        self.came.append(form)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != self.challenge:
            return {"error": "invalid_grant"}
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": "duban", "exp": now + 300, "iat": now,
            "nonce": self.nonce, **self.claims,
        }  # fmt: skip
        return {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = ({"alg": "none"}, kept)
            encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts]
            return ".".join([*(part.rstrip("=") for part in encoded), ""])
        if self.algorithm == "stranger":
            return jwt.encode({"alg": "RS256", "kid": "r"}, kept, self.stranger)
        if self.algorithm == "HS256":
            # The public key as a shared secret, the classic confusion.
            secret = OctKey.import_key(self.rsa.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "r"}, kept, secret)
        key, kid = (self.ec, "e") if self.algorithm == "ES256" else (self.rsa, "r")
        return jwt.encode(
            {"alg": self.algorithm, "kid": kid}, kept, key, algorithms=[self.algorithm]
        )


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """One that listens for as long as the block lasts."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(provider.documents(self.path))

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            form["authorization"] = self.headers.get("authorization", "")
            self._answer(provider.token(form) if self.path == "/token" else None)

        def _answer(self, document: dict[str, Any] | None) -> None:
            if provider.redirect:
                self.send_response(302)
                self.send_header("location", "http://127.0.0.1:1/")
                self.end_headers()
                return
            body = json.dumps(document).encode()
            self.send_response(200 if document is not None else 404)
            self.end_headers()
            self.wfile.write(body + b" " * (300_000 if provider.huge else 0))

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
