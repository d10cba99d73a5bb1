"""What some addresses lead to that no name leads to: one of each is made, and its address told."""

import io
from typing import Any

from sqlmodel import Session, col, select

from config import clock
from config.calendar_files import shipped_years
from duban.services.accounts import make_link
from duban.services.calendar_feed import new_feed
from duban.services.change_contact_person import change_contact_person
from duban.services.draft_report import mark_of, save_draft
from duban.services.explain_delay import explain
from duban.services.keep_evidence import evidence_folder, keep_evidence, receive_file
from duban.services.propose_change import CALENDAR, propose
from duban.services.save_view import save_view
from duban.services.submit import submit_drafts
from duban.services.take_ledger import keep_file, take_ledger
from duban.web.api.service import ADDRESS
from models.account import Account
from models.finding import Finding
from models.letter import Letter
from models.one_time_link import LinkPurpose
from models.organization import Organization
from models.queries.contacts import contacts_of
from models.submission import Evidence
from tests.web.evidence_files import PDF
from tests.world import UNIT, World, at

HEAD = "编号,责任单位,存在问题,点评时间\n"


def report_with_file(world: World, finding_id: int, when: str) -> None:
    """Hand in a report with a file, as the page of the organization does it."""
    folder, now = evidence_folder(world.settings.data_dir), at(when)
    with (
        receive_file(io.BytesIO(PDF), "photos.pdf", folder=folder, megabytes=1) as received,
        world.database.begin() as session,
    ):
        finding, rules = session.get_one(Finding, finding_id), world.rules(session)
        save_draft(session, finding, "a report", seen=mark_of(None), by="unit", now=now)
        keep_evidence(session, finding, received, folder=folder, by="unit", now=now)
        submit_drafts(session, [finding], now=now, actor=UNIT, rules=rules)


def one_of_each(world: World, code: str, when: str, rows: int) -> dict[str, str]:
    """The addresses by their patterns, where an organization is late and has handed in a file.

    Whoever signs in is called as the role; a ledger and the views have so many rows.
    """
    now, wall, text = at(when), clock.now(), _ledger(code, rows)
    data_dir = world.settings.data_dir
    files = {
        login: keep_file(io.BytesIO(text.encode()), "ledger.csv", data_dir)
        for login in ("clerk", "api-clerk")
    }
    with world.database.begin() as session:
        organization = session.exec(select(Organization).where(Organization.code == code)).one()
        own, clerk = organization.id or 0, _account(session, "clerk")
        issued = session.exec(select(Finding).where(col(Finding.letter_id).is_not(None))).all()
        late = next(one for one in issued if one.state == "overdue")
        letter = session.get_one(Letter, late.letter_id)
        explanation = explain(session, late, "why it is late", by="unit", now=now)
        changed = change_contact_person(
            session, organization, contacts_of(session, own)[0], name="new", phone="",
            email="new@unit.example", language="en", account_id=clerk.id or 0, by="unit",
            address="", now=now,
        )  # fmt: skip
        change = propose(
            session, CALENDAR, amended(), by="clerk", now=now, rules=world.rules(session)
        )
        for login, file in files.items():
            take_ledger(
                session, file, data_dir=data_dir, account_id=_account(session, login).id or 0,
                by=login, now=wall,
            )  # fmt: skip
        views = [
            save_view(session, account_id=clerk.id or 0, name=f"view {n}", query="state=overdue",
                      shared=True, now=now)
            for n in range(rows)
        ]  # fmt: skip
        secret = new_feed(session, own, by="unit", now=now)
        token = make_link(session, _account(session, "auditor"), LinkPurpose.RESET, now=wall)
        ticked = "&".join(f"finding={one.id}" for one in issued)
        place = f"year={letter.year}&first={letter.sequence}&last={letter.sequence}"
        return {
            "/welcome/{token}": f"/welcome/{token}",
            "/ics/{secret}.ics": f"/ics/{secret}.ics",
            "/help/{topic}": "/help/calendar",
            "/problems/{code}": "/problems/stale-version",
            "/ledger/urge": f"/ledger/urge?{ticked}",
            "/letters/issued": f"/letters/issued?{place}",
            "/evidence/{number}": f"/evidence/{session.exec(select(Evidence.id)).one()}",
            "/views/{number}": f"/views/{views[0].id}",
            "/receipts/explanations/{number}": f"/receipts/explanations/{explanation.id}",
            "/receipts/contacts/{number}": f"/receipts/contacts/{changed.id}",
            "/imports/{upload_id}": f"/imports/{files['clerk'].id}",
            "/imports/{upload_id}/marked.xlsx": f"/imports/{files['clerk'].id}/marked.xlsx",
            f"{ADDRESS}/imports/{{number}}": f"{ADDRESS}/imports/{files['api-clerk'].id}",
            f"{ADDRESS}/imports/{{number}}/rows": f"{ADDRESS}/imports/{files['api-clerk'].id}/rows",
            f"{ADDRESS}/views/{{number}}": f"{ADDRESS}/views/{views[0].id}",
            "/admin/changes/{number:int}": f"/admin/changes/{change.id}",
        }


def _account(session: Session, login: str) -> Account:
    return session.exec(select(Account).where(Account.login == login)).one()


def _ledger(code: str, rows: int) -> str:
    """So many new findings of an organization, and one of an unknown one."""
    lines = [f"K-{n},单位{code},text {n},2024-01-12" for n in range(rows)]
    return HEAD + "\n".join([*lines, "K-x,单位nowhere,text,2024-01-12"])


def amended() -> dict[str, Any]:
    """The notice of 2024 as if the day on which a letter of 2 January is due were a day off."""
    year = next(one for one in shipped_years() if one["year"] == 2024)
    off = [*year["holidays"][0]["off"], "2024-02-02"]
    first = {**year["holidays"][0], "off": off}
    return {**year, "version": 2, "holidays": [first, *year["holidays"][1:]]}
