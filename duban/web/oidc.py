"""A district's own provider of identities (OpenID Connect, code flow with PKCE).

Everything is asked of the one issuer in the settings: no redirect is followed, nothing that it
says leads elsewhere than to where its own discovery points, and every answer is short.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.errors import ConfigurationInvalid
from config.language import _
from config.secrets import read_secret
from config.settings import OidcSettings
from duban.services.secret_words import HouseKey, new_secret
from models.errors import NotFound, Unavailable

ALGORITHMS = ("RS256", "ES256")
PATIENCE = 5.0
LONGEST_ANSWER = 256 * 1024
LASTS = 600
"""So many seconds somebody has for signing in over there."""


@dataclass(frozen=True)
class Attempt:
    """A sign-in that is under way, kept sealed in a cookie of the browser that began it."""

    state: str
    nonce: str
    verifier: str
    until: int

    @classmethod
    def begin(cls, now: datetime) -> "Attempt":
        """A new one."""
        return cls(new_secret(), new_secret(), new_secret(), int(now.timestamp()) + LASTS)

    def sealed(self, key: HouseKey) -> str:
        """What the cookie holds."""
        return key.seal(json.dumps([self.state, self.nonce, self.verifier, self.until]))

    @classmethod
    def opened(cls, cookie: str, key: HouseKey, now: datetime) -> "Attempt | None":
        """The attempt of a cookie; none where it was not sealed here or took too long."""
        try:
            found = cls(*json.loads(key.unseal(cookie)))
        except Unavailable:
            return None
        return found if now.timestamp() < found.until else None


class Provider:
    """What the issuer of the settings says of itself, asked anew for each sign-in."""

    def __init__(self, settings: OidcSettings, back: str) -> None:
        if settings.issuer is None:
            raise NotFound(_("There is no such page."))
        self.settings, self.issuer, self.back = settings, settings.issuer, back
        _refuse_plain(self.issuer)

    def address(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in.

        Raises:
            Unavailable: the provider cannot be asked, or does not say what it must.
        """
        with _client() as client:
            endpoint = self._endpoint(self._discover(client), "authorization_endpoint")
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def subject(self, code: str, attempt: Attempt, now: datetime) -> str:
        """Who signed in over there: the ``sub`` of a verified token.

        Raises:
            Unavailable: the provider cannot be asked, or its answer cannot be trusted.
        """
        with _client() as client:
            said = self._discover(client)
            token = self._token(client, said, code, attempt)
            keys = _asked(client, "GET", self._endpoint(said, "jwks_uri"))
        try:
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]  # what came is checked by the import
            claims = CodeIDToken(
                found.claims, found.header,
                options={"iss": {"value": self.issuer}, "aud": {"value": self.settings.client_id}},
                params={"nonce": attempt.nonce, "client_id": self.settings.client_id},
            )  # fmt: skip
            claims.validate(now=int(now.timestamp()), leeway=30)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _untrusted() from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 200:
            raise _untrusted()
        return subject

    def _discover(self, client: httpx.Client) -> dict[str, Any]:
        path = "/.well-known/openid-configuration"
        said = _asked(client, "GET", self.issuer.rstrip("/") + path)
        if said.get("issuer") != self.issuer:
            raise _untrusted()
        return said

    def _endpoint(self, said: dict[str, Any], name: str) -> str:
        found = said.get(name)
        if not isinstance(found, str) or urlsplit(found).scheme != urlsplit(self.issuer).scheme:
            raise _untrusted()
        return found

    def _token(
        self, client: httpx.Client, said: dict[str, Any], code: str, attempt: Attempt
    ) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": attempt.verifier,
        }
        auth, secret = None, self._secret()
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret is not None and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(_plain(self.settings.client_id), _plain(secret))
        else:
            form["client_id"] = self.settings.client_id
            if secret is not None:
                form["client_secret"] = secret
        endpoint = self._endpoint(said, "token_endpoint")
        token = _asked(client, "POST", endpoint, data=form, auth=auth).get("id_token")
        if not isinstance(token, str):
            raise _untrusted()
        return token

    def _secret(self) -> str | None:
        path = self.settings.client_secret_file
        if path is None:
            return None
        return read_secret("oidc.client_secret_file", path).get_secret_value()


def _client() -> httpx.Client:
    # Neither proxies of the environment nor a .netrc: what is asked leaves as it is.
    return httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False)


def _asked(client: httpx.Client, method: str, url: str, **sent: Any) -> dict[str, Any]:
    try:
        with client.stream(method, url, **sent) as answer:
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LONGEST_ANSWER:
                    raise _untrusted()
            if answer.status_code != 200:
                raise _untrusted()
        found = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(
            _("The identity provider cannot be reached; sign in with your password, or later.")
        ) from error
    except (ValueError, RecursionError) as error:
        raise _untrusted() from error
    if not isinstance(found, dict):
        raise _untrusted()
    return found


def _untrusted() -> Unavailable:
    return Unavailable(
        _("The identity provider's answer cannot be trusted; begin again, or call us.")
    )


def _refuse_plain(issuer: str) -> None:
    """Without TLS only on this very machine."""
    parts = urlsplit(issuer)
    try:
        local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = False
    if parts.scheme != "https" and not local:
        raise ConfigurationInvalid(_("“oidc.issuer” must begin with https://."))


def _plain(text: str) -> str:
    """As RFC 6749 (2.3.1) wants names and secrets in the header: form-encoded."""
    return urlencode({"": text})[1:]
