"""Random secrets, what is stored of them, and the key of this installation."""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from config.language import _
from config.secrets import read_secret
from models.errors import Unavailable


def new_secret() -> str:
    """256 random bits as text for a cookie, a link or a token."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a random secret: SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


class HouseKey:
    """The key of one installation, in a file of its own beside the data."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._fernet = Fernet(urlsafe_b64encode(self.derived("seal")))

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def sign(self, purpose: str, text: str) -> str:
        """A signature of ``text``, good for one purpose: 128 bits in hexadecimal."""
        return hmac.digest(self.derived(purpose), text.encode(), "sha256").hex()[:32]

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Whether ``signature`` was made here for this text and purpose."""
        return hmac.compare_digest(self.sign(purpose, text).encode(), signature.encode())

    def seal(self, secret: str) -> str:
        """``secret`` encrypted, for the database."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """What was sealed.

        Raises:
            Unavailable: it was sealed by another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                _("The key of this installation is not the one that its secrets were sealed with.")
            ) from error


def is_key_there(data_dir: Path) -> bool:
    """Whether an installation has a key here already."""
    return _key_file(data_dir).exists()


def _key_file(data_dir: Path) -> Path:
    return data_dir / "duban.key"


@cache
def house_key(data_dir: Path) -> HouseKey:
    """The key in ``duban.key``; made when it is asked for first.

    Raises:
        ConfigurationInvalid: others may read it.
    """
    path = _key_file(data_dir)
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
        # Of several processes that start at once the first one's key stays.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return HouseKey(bytes.fromhex(read_secret("duban.key", path).get_secret_value()))
