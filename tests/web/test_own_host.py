"""Page after page by its links: nothing is asked of another host, and English is English."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from duban.web.gate import POLICY
from tests.web.site import Person, Site
from tests.world import World, at

ASKED = re.compile(r'(?:src|href|action|formaction|poster|data|srcset)="([^"]*)"|url\(([^)]*)\)')
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
OF_OTHER_PROGRAMS = ("otpauth", "mailto", "tel")
MOST = 40


@pytest.fixture
def lived(world: World) -> World:
    """Two organizations with something on every page."""
    first, second = world.unit("a", findings=2)
    world.unit("b")
    world.issue()
    world.acknowledge(first, at("2023-12-28T09:00"))
    world.submit(first, at("2024-01-10T09:00"))
    world.ask(second, "10wd", at("2024-01-20T09:00"))
    world.nights("2024-02-02", "2024-02-03")
    world.unit("draft")
    return world


def test_no_page_asks_another_host_or_mixes_languages(lived: World, site: Site) -> None:
    host = urlsplit(site.address).netloc
    people = [
        site.person("li", "clerk"), site.person("admin", "administrator"),
        site.person("unit", "organization", "a"),
    ]  # fmt: skip
    foreign, mixed, seen = [], [], 0
    for person in people:
        for path, text in _pages(person, host):
            seen += 1
            for asked in (a or b for a, b in ASKED.findall(text)):
                there = urlsplit(urljoin(site.address, unescape(asked)))
                if there.netloc != host and there.scheme not in OF_OTHER_PROGRAMS:
                    foreign.append((path, asked))
            mixed += [(path, word) for word in CHINESE.findall(_words(text))]
    assert (foreign, mixed) == ([], [])
    assert seen > 60


def _pages(person: Person, host: str) -> list[tuple[str, str]]:
    """The pages that lead on from the first one, with the files of their frame."""
    found, wait, known = [], deque(["/"]), {"/"}
    while wait and len(found) < MOST:
        path = wait.popleft()
        answer = person.client.get(path, follow_redirects=True)
        assert answer.headers["content-security-policy"] == POLICY
        kind = answer.headers.get("content-type", "")
        if not kind.startswith(("text/html", "text/css", "text/javascript")):
            continue
        found.append((path, answer.text))
        for link in re.findall(r'(?:href|src)="([^"#]*)', answer.text):
            there = urlsplit(urljoin(str(answer.url), unescape(link)))
            place = there.path + (f"?{there.query}" if there.query else "")
            plain = re.sub(r"\d+", "0", place)  # one page of a kind is enough
            if there.netloc == host and plain not in known and "lang=" not in place:
                known.add(plain)
                wait.append(place)
    return found


def _words(text: str) -> str:
    """What a page says, without files to copy, given names and the name of the other language."""
    bare = re.sub(r"<(script|style|pre)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"示纪函〔\d+〕\S*?号|国办发明电〔\d+〕\d+号|中文|单位\w+", "", unescape(bare))
