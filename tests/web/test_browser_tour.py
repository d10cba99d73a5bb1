"""Every page in a real browser: readable by everybody, narrow, light, of one host, and quiet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, ViewportSize

from config.language import set_language
from config.settings import MailSettings, Settings
from duban.web.app import all_doors
from models.database import open_database
from tests.places import Places
from tests.web.browser import Visit
from tests.web.conftest import Rented
from tests.web.full_month import live_fully
from tests.web.site import Site, visited
from tests.web.tour import FILLED, NO_PAGES, WHO, Stop, stops, window

LIGHT = 100_000
"""Bytes that a page may weigh with everything it fetches."""
WIDE, NARROW = ViewportSize(width=1366, height=768), ViewportSize(width=320, height=640)
MEASURE = """() => {
  const bodies = [...performance.getEntriesByType('navigation'),
                  ...performance.getEntriesByType('resource')];
  const unsigned = [...document.forms].filter(
    form => form.method === 'post' && form.elements.csrf === undefined);
  return {
    weight: bodies.reduce((sum, one) => sum + one.encodedBodySize, 0),
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    unsigned: unsigned.map(form => form.action),
    width: document.documentElement.scrollWidth,
  }
}"""
DATELESS = """() => [...document.querySelectorAll(':not(td.n) > .due')].filter(label => {
  const about = label.closest('tr, li, p, dl, .panel, .letter-head');
  return !/[^\\d\\s]/.test(label.innerText + about.innerText)
      || !/\\d{4}-\\d\\d-\\d\\d|\\d月\\d/.test(about.innerText);
}).map(label => label.innerText)"""


@dataclass
class Seen:
    """What was found on a page, wide and in Chinese, then narrow in both languages."""

    stop: Stop
    status: int
    facts: dict[str, Any]
    faults: list[tuple[str, str]]
    dateless: list[str]
    said: list[str]
    narrow: int
    english: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def month(
    places: Places,
    tmp_path_factory: pytest.TempPathFactory,
    rented: tuple[Rented, str],
) -> Iterator[Site]:
    """The service with the full month in it."""
    house, address = rented
    home = tmp_path_factory.mktemp("month")
    set_language("zh")
    with places.migrated(home) as url, open_database(url) as database:
        settings = Settings(data_dir=home / "var", mail=MailSettings(folder=home / "mail"))
        house.move_in(settings, database)
        with visited(address, database, settings) as site:
            live_fully(site)
            yield site


@pytest.fixture(scope="module")
def tour(browser: Browser, month: Site) -> list[Seen]:
    """Every page as its visitor sees it."""
    found = stops(month)
    seen: dict[Stop, Seen] = {}
    for login in dict.fromkeys(stop.login for stop in found):
        theirs = [stop for stop in found if stop.login == login]
        chinese = window(browser, month, login, "zh", viewport=WIDE)
        said = _listened(chinese)
        for stop in theirs:
            seen[stop] = _look(chinese, stop, said)
        chinese.close()
        english = window(browser, month, login, "en", viewport=NARROW)
        for stop in theirs:
            english.page.goto(stop.address)
            seen[stop].english = english.page.evaluate(MEASURE)
        english.close()
        assert chinese.hosts | english.hosts == {urlsplit(month.address).netloc}
    return [seen[stop] for stop in found]


def _listened(visit: Visit) -> list[str]:
    """What the window's console is told from here on."""
    said: list[str] = []
    visit.page.on("console", lambda one: said.extend(_wrong(one)))
    visit.page.on("pageerror", lambda error: said.append(str(error)))
    return said


def _look(visit: Visit, stop: Stop, said: list[str]) -> Seen:
    said.clear()
    answer = visit.page.goto(stop.address)
    assert answer is not None
    facts, dateless = visit.page.evaluate(MEASURE), visit.page.evaluate(DATELESS)
    faults = visit.faults()
    visit.page.set_viewport_size(NARROW)
    narrow = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.set_viewport_size(WIDE)
    return Seen(stop, answer.status, facts, faults, dateless, [*said], narrow)


def _wrong(one: ConsoleMessage) -> list[str]:
    return [one.text] if one.type in ("error", "warning") else []


def test_the_lists_of_the_tour_name_doors_that_are_there() -> None:
    paths = {door.path for door in all_doors() if door.method == "GET"}
    assert {*NO_PAGES, *FILLED, *WHO} - paths == set()


def test_the_six_figures_stand_on_the_first_screen(browser: Browser, month: Site) -> None:
    visit = window(browser, month, "supervisor", "zh", viewport=WIDE)
    visit.page.goto("/")
    figures = visit.page.locator(".figure a")
    assert [one.inner_text().split()[0] for one in figures.all()] == [
        "在办", "已逾期", "7日内到期", "待我处理", "已升级", "昨夜检查",
    ]  # fmt: skip
    boxes = [one.bounding_box() for one in figures.all()]
    assert [box for box in boxes if not box or box["y"] + box["height"] > WIDE["height"]] == []
    visit.close()


def test_every_page_is_there_in_its_language_and_says_nothing_aside(tour: list[Seen]) -> None:
    absent = {one.stop.address: one for one in tour if one.status != 200}
    assert list(absent) == ["/no-such-page"]
    told = [(one.stop.name, one.said) for one in tour if one.said]
    assert told == [("no-such-page-clerk", absent["/no-such-page"].said)]
    heads = {
        (facts["lang"], facts["headings"]) for one in tour for facts in (one.facts, one.english)
    }
    assert heads == {("zh-CN", 1), ("en", 1)}
    same = [one.stop.name for one in tour if one.facts["title"] == one.english["title"]]
    assert same == []


def test_no_page_has_a_serious_fault(tour: list[Seen]) -> None:
    assert [(one.stop.name, one.faults) for one in tour if one.faults] == []


def test_no_page_is_wider_than_a_small_screen(tour: list[Seen]) -> None:
    wide = [
        (one.stop.name, one.narrow, one.english["width"])
        for one in tour
        if max(one.narrow, one.english["width"]) > NARROW["width"]
    ]
    assert wide == []


def test_every_page_is_light(tour: list[Seen]) -> None:
    weights = {one.stop.name: one.facts["weight"] for one in tour}
    assert {name: weight for name, weight in weights.items() if weight > LIGHT} == {}
    assert min(weights.values()) > 7_000, "its stylesheet is weighed with each page"


def test_every_form_of_who_signed_in_bears_its_token(tour: list[Seen]) -> None:
    unsigned = [(one.stop.login, urlsplit(to).path) for one in tour for to in one.facts["unsigned"]]
    doors = [stop.address for stop in (one.stop for one in tour) if stop.login is None]
    assert unsigned == [(None, path) for path in doors]


def test_a_due_state_is_a_word_and_a_date(tour: list[Seen]) -> None:
    assert [(one.stop.name, one.dateless) for one in tour if one.dateless] == []
