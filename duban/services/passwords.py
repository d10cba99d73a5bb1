"""Passwords: Argon2id, a few at a time, and what a good one is.

Parameters: 64 MiB, 3 passes, 1 lane (RFC 9106's low-memory choice with one lane; OWASP asks
for no less than 19 MiB and 2 passes).
"""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.language import _
from models.errors import BadInput

SHORTEST, LONGEST = 10, 128
_COMMON = ("password", "12345", "qwert", "abcd", "admin", "duban", "督办", "纪委", "mima")

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)
"""Each costs 64 MiB: guessing must not take the machine's memory."""


def hash_password(password: str) -> str:
    """What is stored of ``password``."""
    with _at_once:
        return _hasher.hash(_normal(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one stored; it takes as long where none is."""
    if len(password) > LONGEST:
        return False
    with _at_once:
        try:
            return _hasher.verify(stored or _nobodys(), _normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_new_hash(stored: str) -> bool:
    """Whether it was stored by other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check_new_password(password: str, *known: str) -> None:
    """Refuse what is easily guessed; ``known`` are words that others know about its owner.

    Raises:
        BadInput: it is too short or too long, or made of such words or of one character.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            _(
                "A password has {shortest} to {longest} characters; a sentence is a good one."
            ).format(shortest=SHORTEST, longest=LONGEST),
            field="password",
        )
    plain = _normal(password).casefold()
    rest = plain
    for word in (*known, *_COMMON):
        if len(word) > 1:
            rest = rest.replace(_normal(word).casefold(), "")
    if len(set(rest)) < 5 or len(rest) < 6:
        raise BadInput(
            _("This password is easily guessed; choose words that nobody links with you."),
            field="password",
        )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
