"""Entity tags: what If-Match and If-None-Match name."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

_TAG = re.compile(r'(W/)?"([!#-~]*)"')


def tags_in(header: str, *, weakly: bool = False) -> list[str]:
    """The tags that a header lists, without quotes; weak ones only where they count."""
    return [tag for weak, tag in _TAG.findall(header) if weakly or not weak]


def is_tag_list(header: str) -> bool:
    """Whether a header lists tags and nothing else; ``*`` names no version."""
    parts = [part.strip() for part in header.split(",")]
    return all(_TAG.fullmatch(part) for part in parts)


def version_in(tag: str) -> str:
    """The version with which a finding's tag begins."""
    return tag.partition(".")[0]


def tag_of_shape(shape: Mapping[str, Any]) -> str:
    """The tag of a thing without a version: another one as soon as its shape differs."""
    told = "\n".join(f"{name}={shape[name]}" for name in sorted(shape))
    return sha256(told.encode()).hexdigest()[:16]


def is_visible(text: str) -> bool:
    """Whether a text has only visible ASCII characters."""
    return text.isascii() and text.isprintable() and " " not in text
