"""What an organization does at its doors, for tests."""

import re
from html import unescape
from typing import Any

from tests.web.site import Person

Upload = tuple[str, bytes]


def hidden(person: Person, name: str) -> str:
    """What a hidden field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', person.page.text)
    return unescape(found[1]) if found else ""


def write(person: Person, reference: str, text: str, *files: Upload, **more: Any) -> None:
    """Open the report on a finding, save a text and send files along."""
    person.get(f"/findings/{reference}/report")
    send(person, reference, text, *files, **more)


def send(person: Person, reference: str, text: str, *files: Upload, **more: Any) -> None:
    """The same from the page that is open."""
    person.post(
        f"/findings/{reference}/report",
        {"seen": hidden(person, "seen"), "text": text, **more},
        files=[("files", file) for file in files] or [("files", ("", b""))],
    )


def hand_in(person: Person, letter: str, **more: Any) -> None:
    """Look the reports of a letter through, declare them and submit all that are written."""
    person.get(f"/letters/{letter}/submit")
    person.post(
        f"/letters/{letter}/submit",
        {
            "seen": hidden(person, "seen"),
            "finding": re.findall(r'name="finding" value="(\d+)"', person.page.text),
            "declared": "yes",
            **more,
        },
    )


def facts(person: Person) -> dict[str, str]:
    """The facts of a receipt."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", person.page.text, flags=re.S)
    return {dt: unescape(dd) for dt, dd in pairs}


def following(person: Person) -> str:
    """What a receipt says about the next step."""
    return person.words.partition("What happens next ")[2].partition(" Download receipt")[0]


def refusal(person: Person) -> str:
    """What the summary of a refused form says."""
    found = re.search(r'class="summary".*?<p>(.*?)</p>', person.page.text, flags=re.S)
    return unescape(re.sub("<[^>]+>", "", found[1])).strip() if found else ""
