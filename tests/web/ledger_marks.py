"""What a test reads off the pages of ledger and finding."""

import re
from html import unescape

from tests.web.site import Person


def references(person: Person) -> list[str]:
    """The findings that the ledger's page lists, in its order."""
    return re.findall(r'data-label="No\."[^>]*><a href="/findings/([^"]+)"', person.page.text)


def links(person: Person, words: str) -> list[str]:
    """Where links with these words lead."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', person.page.text, re.S)
    return [unescape(path) for path, inner in found if words in unescape(inner)]


def section(person: Person, heading: str) -> str:
    """What the part of the page under a heading says."""
    found = re.search(
        rf"<(?:h2|caption)[^>]*>{heading}.*?</(?:section|table)>", person.page.text, re.S
    )
    bare = re.sub(r"<[^>]+>", " ", found[0] if found else "")
    return " ".join(unescape(bare).split())


def form_of(person: Person) -> list[tuple[str, str]]:
    """What the filter form would send as it stands."""
    form = re.search(r'<form class="filters.*?</form>', person.page.text, re.S)
    assert form is not None
    sent = []
    for tag in re.findall(r"<input [^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            sent.append((name[1], unescape(value[1]) if value else ""))
    for name, inner in re.findall(r'<select [^>]*name="([^"]*)">(.*?)</select>', form[0], re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        sent.append((name, chosen[1] if chosen else ""))
    return sent
