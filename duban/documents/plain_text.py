"""Text as a document may hold it."""

import re

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"[\r\v\f\u2028\u2029\x85]|\r\n")


def plain(text: str) -> str:
    """``text`` without what XML cannot hold; any kind of line end becomes one, a tab a blank."""
    ends = _BREAKS.sub("\n", text.replace("\r\n", "\n"))
    return _NOT_IN_XML.sub("", ends).replace("\t", " ").strip()
