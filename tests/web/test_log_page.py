"""The log of the doors as the auditor reads it, and the help that everybody reads."""

import re
from pathlib import Path

import pytest

from duban.services.account_log import log_event
from duban.web.problem_words import meaning_of
from duban.web.problems import titles
from models.account_words import account_events_told, particulars
from models.queries.accounts import account_by_login
from models.queries.receipts import CONTACT_CHANGED
from tests.web.site import Site
from tests.world import INSTALLED

ROOT = Path(__file__).parents[2]


def rows(text: str) -> list[list[str]]:
    """The cells of each line of the page's table, without the first column."""
    found = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)[1:]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in found]
    return [each[1:] for each in cells]


def test_what_happened_in_words_the_newest_first(site: Site) -> None:
    site.account("li", "clerk")
    site.nobody().post("/sign-in", {"login": "li", "password": "wrong"})
    person = site.person("shen", "auditor")
    person.get("/log")
    office = "Commission for Discipline Inspection of Shili District"
    assert [row[:3] + row[4:] for row in rows(person.page.text)] == [
        ["signed in", "shen", "shen", "–"],
        ["account was added", "shen", "test", f"auditor · {office}"],
        ["was refused at the door", "li", "–", "–"],
        ["account was added", "li", "test", f"clerk · {office}"],
    ]
    person.get("/log?what=sign-in.refused")
    assert [row[0] for row in rows(person.page.text)] == ["was refused at the door"]
    person.get("/log?account=LI")
    assert {row[1] for row in rows(person.page.text)} == {"li"}
    person.get("/log?account=nobody")
    assert "The log holds nothing of this kind." in person.words


def test_page_after_page_without_a_gap(site: Site) -> None:
    person = site.person("shen", "auditor")
    with site.database.begin() as session:
        shen = account_by_login(session, "shen")
        assert shen is not None
        for n in range(250):
            log_event(session, "sign-out", now=INSTALLED, account_id=shen.id, by=f"p{n}")
    seen, path = [], "/log"
    while path:
        person.get(path)
        seen.append([row[2] for row in rows(person.page.text)])
        found = re.search(r'href="(/log\?[^"]*before=\d+)"', person.page.text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert [len(each) for each in seen] == [100, 100, 52]
    assert [by for each in seen for by in each][:250] == [f"p{n}" for n in range(249, -1, -1)]
    for odd in ("x", "-1", "9" * 30, "²"):
        assert person.get(f"/log?before={odd}").status_code == 200


@pytest.mark.parametrize("role", ["clerk", "verifier", "supervisor", "administrator"])
def test_others_do_not_read_it(site: Site, role: str) -> None:
    assert site.person(role, role).get("/log").status_code == 404


def test_every_event_has_its_words() -> None:
    told = account_events_told()
    written = set()
    for path in (ROOT / "duban").rglob("*.py"):
        for call in re.findall(
            r"(?:log_event\(\s*[\w.]+,\s*|what=)\"([\w.-]+)\"", path.read_text()
        ):
            written.add(call)
    assert written - set(told) == set()
    assert {"night.run", "mail.again"} <= written
    assert CONTACT_CHANGED in told


def test_what_is_kept_beside_an_event_is_told_in_words() -> None:
    kept = {"token": 1, "scopes": ["read", "ops"], "expires_at": "2024-01-26T01:30:00+00:00",
            "kind": "calendar", "change": 2, "contact": 3, "columns": ["text", "category"],
            "run": 4, "reason": "no answer", "released": 5, "held_back": 6}  # fmt: skip
    assert particulars(kept, {}) == [
        "Token: 1", "read, operate", "until 2024-01-26 09:30", "Holiday calendars", "Change: 2",
        "Contact: 3", "Changed columns: text, category", "Run: 4", "no answer",
        "mails released: 5", "mails held back: 6",
    ]  # fmt: skip


def test_help_in_both_languages_and_every_problem(site: Site) -> None:
    person = site.nobody()
    for lang, words in (("en", "What each role does"), ("zh", "各角色做什么")):
        for path in ("/help", "/help/calendar"):
            assert person.get(f"{path}?lang={lang}").status_code == 200
        person.get(f"/help?lang={lang}")
        assert words in person.words
    person.get("/help?lang=en")
    assert person.get("/help/nothing").status_code == 404
    for code, title in titles().items():
        person.get(f"/problems/{code}")
        assert (
            person.page.status_code,
            f"<h1>{title}</h1>" in person.page.text.replace("&#39;", "'"),
        ) == (200, True)
        assert meaning_of(code)
    assert person.get("/problems/nothing").status_code == 404
