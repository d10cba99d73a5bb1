"""A key such as SendGrid has, and what it signs."""

from base64 import b64encode
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.webhook import SIGNATURE, TIMESTAMP


@cache
def private_key(name: str = "ours") -> ec.EllipticCurvePrivateKey:
    """One key for each name."""
    return ec.generate_private_key(ec.SECP256R1())


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as SendGrid shows it."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(der).decode()


def signed(
    body: bytes, *, time: str = "1600112502", key: ec.EllipticCurvePrivateKey | None = None
) -> dict[str, str]:
    """The headers that SendGrid sends with a body."""
    by = key or private_key()
    signature = by.sign(time.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: time}
