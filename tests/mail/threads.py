"""How mail programs gather mails into conversations: RFC 5256, REFERENCES, after Zawinski.

Written by the standard and knowing nothing of how our mails are made.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import pairwise

IDS = re.compile(r"<[^<>\s]+>")
LEADING = re.compile(r"^(?:(?:re|fwd?)\s*(?:\[[^\[\]]*\]\s*)?:|\[[^\[\]]*\](?=\s*\S))\s*", re.I)
TRAILING = re.compile(r"\s*\(fwd\)$", re.I)


@dataclass(eq=False)
class Node:
    """A mail, or one that others refer to and that is not there."""

    mail: EmailMessage | None = None
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    def adopt(self, child: "Node") -> None:
        """Become the parent of ``child``, unless one would be its own ancestor."""
        if child in self.line():
            return
        if child.parent is not None:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def line(self) -> Iterator["Node"]:
        """This node and all above it."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def mails(self) -> Iterator[EmailMessage]:
        """The mails here and below, the uppermost first."""
        if self.mail is not None:
            yield self.mail
        for child in self.children:
            yield from child.mails()


def base_subject(text: str) -> str:
    """What is left without ``Re:``, ``Fwd:`` and leading marks in brackets (section 2.1)."""
    while (shorter := LEADING.sub("", TRAILING.sub("", text.strip()), count=1)) != text:
        text = shorter
    return text.casefold()


def threads(mails: Iterable[EmailMessage]) -> list[list[EmailMessage]]:
    """The conversations of one mailbox, those of one base subject gathered into one."""
    found: dict[str, list[EmailMessage]] = {}
    for root in _roots(mails):
        # A mail that is not there has several answers: they stay under it, as one conversation.
        together = list(root.mails())
        found.setdefault(base_subject(str(together[0]["Subject"])), []).extend(together)
    return list(found.values())


def _roots(mails: Iterable[EmailMessage]) -> list[Node]:
    nodes: dict[str, Node] = {}
    for mail in mails:
        number = str(mail["Message-ID"])
        node = nodes.setdefault(number, Node())
        if node.mail is not None:  # a second one of that number is another mail
            node = nodes[f"{number} {len(nodes)}"] = Node()
        node.mail = mail
        before = (
            IDS.findall(str(mail["References"] or ""))
            or IDS.findall(str(mail["In-Reply-To"] or ""))[:1]
        )
        line = [nodes.setdefault(one, Node()) for one in before]
        for above, below in pairwise(line):
            if below.parent is None:
                above.adopt(below)
        if line:
            line[-1].adopt(node)
    return [one for one in nodes.values() if one.parent is None and any(one.mails())]
