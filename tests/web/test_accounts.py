"""Keeping accounts and contacts: who may, what follows, and who is kept apart."""

import re
from typing import Any

from sqlmodel import select

from models.account import Account
from models.organization import Contact
from models.queries.accounts import account_by_login
from tests.web.mailbox import queued
from tests.web.queries import counting
from tests.web.site import Person, Site
from tests.world import World


def number_of(site: Site, login: str) -> int:
    with site.database.read() as session:
        found = account_by_login(session, login)
        assert found is not None
        return found.id or 0


def stored(site: Site, login: str, *names: str) -> tuple[Any, ...]:
    """These columns of an account."""
    with site.database.read() as session:
        found = account_by_login(session, login)
        assert found is not None
        return tuple(getattr(found, name) for name in names)


def changed(admin: Person, number: int, **data: str) -> int:
    """The status of changing an account by its page."""
    admin.get(f"/admin/accounts/{number}")
    given = {"role": "clerk", "organization": "commission", "email": "", **data}
    admin.post(f"/admin/accounts/{number}", given)
    return admin.page.status_code


def test_only_who_keeps_accounts_sees_them(site: Site) -> None:
    site.account("li", "clerk")
    number = number_of(site, "li")
    paths = ("/admin/accounts", "/admin/accounts/new", f"/admin/accounts/{number}")
    acts = ("", "/link", "/recover", "/switch", "/sessions/end", "/identity")
    for role in ("verifier", "supervisor", "auditor"):
        person = site.person(role, role)
        assert [person.get(path).status_code for path in paths] == [404, 404, 404]
        refused = {person.post(f"/admin/accounts/{number}{act}").status_code for act in acts}
        assert refused == {404}


def test_accounts_are_listed_and_no_secret_with_them(site: Site) -> None:
    site.account("li", "clerk")
    admin = site.person("root", "administrator")
    admin.get("/admin/accounts")
    rows = re.findall(r"<tr>.*?</tr>", admin.page.text, re.DOTALL)[1:]
    names = [re.sub(r"<[^>]+>", " ", row).split()[:3] for row in rows]
    assert names == [["root", "root", "administrator"], ["li", "li", "clerk"]]
    assert "argon2" not in admin.page.text
    assert "/admin/accounts/999" not in admin.page.text
    assert admin.get("/admin/accounts/999").status_code == 404


def test_what_a_new_account_cannot_be(site: Site, world: World) -> None:
    world.unit("a")
    admin = site.person("root", "administrator")
    good = {"login": "zhao", "name": "Zhao", "role": "clerk", "organization": "commission",
            "email": "zhao@commission.example", "language": "en"}  # fmt: skip
    wrong: list[tuple[dict[str, str], str]] = [
        ({"login": "root"}, "login"), ({"login": "two words"}, "login"), ({"name": "root"}, "name"),
        ({"role": "king"}, "role"), ({"organization": "nowhere"}, "organization"),
        ({"organization": "a"}, "organization"), ({"role": "organization"}, "organization"),
        ({"language": "fr"}, "language"),
    ]  # fmt: skip
    for change, field in wrong:
        admin.post("/admin/accounts/new", {**good, **change})
        assert (change, admin.page.status_code) == (change, 422)
        assert f'href="#{field}"' in admin.page.text
    admin.post("/admin/accounts/new", {**good, "role": "organization", "organization": "a"})
    assert admin.page.status_code == 200
    assert [(m.template, m.to) for m in queued(site)] == [("invitation", "zhao@commission.example")]


def test_a_change_ends_sessions_and_is_told_at_both_addresses(site: Site) -> None:
    admin, person = site.person("root", "administrator"), site.person("li", "clerk")
    number = number_of(site, "li")
    assert changed(admin, number, email="old@commission.example") == 200
    assert person.get("/me").url.path == "/sign-in"
    assert changed(admin, number, role="verifier", email="new@commission.example") == 200
    told = sorted((m.to, m.text.splitlines()[0]) for m in queued(site, "account-changed"))
    address, role = (
        "The mail address of your account was changed.",
        "Your role or organization was changed.",
    )
    assert told == [
        ("new@commission.example", address), ("new@commission.example", role),
        ("old@commission.example", address), ("old@commission.example", address),
    ]  # fmt: skip
    assert stored(site, "li", "role", "email") == ("verifier", "new@commission.example")


def test_nobody_changes_the_own_role_or_switches_off_the_own_account(site: Site) -> None:
    admin = site.person("root", "administrator")
    number = number_of(site, "root")
    assert changed(admin, number, role="auditor") == 409
    admin.post(f"/admin/accounts/{number}/switch", {"to": "off"})
    assert admin.page.status_code == 409
    assert stored(site, "root", "role", "active") == ("administrator", True)


def test_nobody_is_administrator_and_supervisor(site: Site) -> None:
    admin = site.person("root", "administrator")
    site.account("wang", "supervisor")
    site.account("li", "clerk")
    wang, li = number_of(site, "wang"), number_of(site, "li")
    assert changed(admin, wang, role="administrator") == 422
    assert changed(admin, wang, role="supervisor", email="w@commission.example") == 200
    # The same person is known by the address, whatever its case.
    assert changed(admin, li, role="administrator", email="W@commission.example") == 422
    admin.post(
        "/admin/accounts/new",
        {"login": "w2", "name": "W2", "role": "administrator", "organization": "commission",
         "email": "w@commission.example", "language": "en"},
    )  # fmt: skip
    assert admin.page.status_code == 422
    with site.database.read() as session:
        roles = sorted((a.login, a.role.value) for a in session.exec(select(Account)))
    assert roles == [("li", "clerk"), ("root", "administrator"), ("wang", "supervisor")]


def test_off_and_on_and_the_end_of_sessions(site: Site) -> None:
    admin, person = site.person("root", "administrator"), site.person("li", "clerk")
    path = f"/admin/accounts/{number_of(site, 'li')}"
    admin.get(path)
    admin.post(path + "/sessions/end")
    assert person.get("/me").url.path == "/sign-in"
    admin.post(path + "/switch", {"to": "off"})
    assert "This account is switched off; nobody can sign in with it." in admin.words
    admin.post(path + "/link")
    assert admin.page.status_code == 409
    admin.post(path + "/switch", {"to": "on"})
    assert site.signed_in("li").get("/me").url.path == "/me"


def test_the_entry_lists_what_each_may(site: Site) -> None:
    seen = {}
    for role in ("clerk", "verifier", "supervisor", "administrator", "auditor"):
        person = site.person(role, role)
        person.get("/admin")
        listed = re.search(r'<ul class="places">.*?</ul>', person.page.text, re.DOTALL)
        seen[role] = re.findall(r'href="([^"]+)"', listed[0]) if listed else None
    assert seen == {
        "clerk": ["/admin/contacts", "/admin/rules"],
        "verifier": None,
        "supervisor": ["/admin/rules"],
        "administrator": ["/admin/accounts", "/admin/rehearsal"],
        "auditor": ["/log"],
    }
    admin = site.signed_in("administrator")
    admin.get("/admin")
    for words in ("Database SQLite", "Schema 0010", "Mail leaves by file"):
        assert words in admin.words


def test_contacts_are_kept(site: Site, world: World) -> None:
    world.unit("a", roles=("contact",))
    person = site.person("li", "clerk")
    person.get("/admin/contacts?q=Unit")
    assert "a-contact (contact person)" in person.words
    person.get("/admin/contacts/a")
    fields = {"name": "Sun", "role": "head", "email": "sun@a.example", "language": "zh",
              "phone": "1234"}  # fmt: skip
    person.post("/admin/contacts/a", fields)
    assert "Sun is told from now on." in person.words
    person.post("/admin/contacts/a", {**fields, "email": "no address"})
    assert person.page.status_code == 422
    with world.database.read() as session:
        sun = session.exec(select(Contact).where(Contact.name == "Sun")).one().id
    person.get(f"/admin/contacts/a/{sun}")
    person.post(f"/admin/contacts/a/{sun}", {**fields, "email": "", "phone": "5678"})
    assert "no address" in person.words
    person.post(f"/admin/contacts/a/{sun}/remove")
    assert "Sun is told no more." in person.words
    with world.database.read() as session:
        found = session.get_one(Contact, sun)
        assert (found.email, found.phone, found.active) == (None, "5678", False)
    assert person.get(f"/admin/contacts/commission/{sun}").status_code == 404
    assert person.get("/admin/contacts/nowhere").status_code == 404


def test_no_page_asks_the_database_often(site: Site, world: World) -> None:
    for n in range(30):
        world.unit(f"u{n}", roles=("contact", "head"))
        site.account(f"p{n}", "clerk")
    pages = {
        "root": ("/admin", "/admin/accounts", "/admin/accounts/1", "/me", "/me/tokens", "/help"),
        "li": ("/admin", "/admin/contacts", "/admin/contacts/u1", "/admin/rules", "/me"),
        "shen": ("/log", "/admin"),
    }
    site.account("root", "administrator")
    site.account("li", "clerk")
    site.account("shen", "auditor")
    often = {}
    for login, paths in pages.items():
        person = site.signed_in(login)
        for path in paths:
            with counting() as asked:
                assert person.get(path).status_code == 200
            if len(asked) > 12:
                often[path] = len(asked)
    assert often == {}
