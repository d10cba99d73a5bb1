"""Organizations as the commission sees them: all of them by group, and each on its own."""

from itertools import groupby

from starlette.responses import Response

from duban.web.charts.on_time import place_words
from duban.web.charts.picture import ledger
from duban.web.charts.windows import windows
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.calendar import civil_date
from models.date_label import date_label
from models.organization import OrganizationKind
from models.queries.letters import letters_to, reference_of
from models.queries.organization_card import last_mails, people_of, said_by
from models.queries.organizations import unreachable
from models.queries.pages import Filter, page
from models.queries.scope import Scope
from models.queries.statistics import counted_since, on_time
from models.queries.status import OfOrganization, by_organization
from models.ranking import OnTime, ranked
from models.rights import Right
from models.transitions import OPEN_STATES, State

pages = Pages()
ROWS, FINDINGS, LETTERS, SAID = 50, 30, 20, 30


@pages.get("/organizations", Right.READ_OFFICE)
def organizations(desk: Desk) -> Response:
    with desk.reading() as sight:
        everything = by_organization(sight.session, sight.now, sight.scope, idle=True)
        closed = sum(one.states[State.RECTIFIED] for one in everything)
        since = counted_since(sight.session, sight.now, closed)
        by_id = on_time(sight.session, sight.now, since, sight.scope)
        placed = {
            one.organization.id: one
            for group in ranked(
                (row.organization, by_id.get(row.organization.id or 0, OnTime()))
                for row in everything
            ).values()
            for one in group
        }
        rows = sorted(_chosen(desk, sight, everything), key=_group_order)
        last = max(1, -(-len(rows) // ROWS))
        number = min(last, max(1, _number(desk.query.get("page", ""))))
        shown = rows[(number - 1) * ROWS : number * ROWS]
        return desk.page(
            "organizations.html",
            sight,
            groups=[(name, _sums(rows, name), list(ours)) for name, ours in groupby(shown, _group)],
            known_groups=sorted({_group(one) for one in everything} - {""}),
            placed=placed,
            place_words=place_words,
            since=since,
            number=number,
            last=last,
            count_of=len(rows),
            ledger=ledger,
        )


@pages.get("/organizations/{code}", Right.READ_OFFICE)
def organization(desk: Desk, code: str) -> Response:
    with desk.reading() as sight:
        session, now = sight.session, sight.now
        found = sight.organization(code)
        number = found.id or 0
        alone = Scope(organization=number)
        (standing,) = by_organization(session, now, alone, idle=True)
        since = counted_since(session, now, standing.states[State.RECTIFIED])
        wanted = Filter(states=OPEN_STATES, organization=number)
        open_ones = page(session, wanted, now, limit=FINDINGS)
        labels = [date_label(row.finding, row.state, now) for row in open_ones.rows]
        people, signed_in_at = people_of(session, number)
        letters = letters_to(session, number)
        return desk.page(
            "organization.html",
            sight,
            organization=found,
            standing=standing,
            on_time=on_time(session, now, since, alone).get(number, OnTime()),
            since=since,
            people=people,
            signed_in_at=signed_in_at,
            mails=last_mails(session, number),
            rows=list(zip(open_ones.rows, labels, strict=True)),
            more=open_ones.next is not None,
            chart=windows(open_ones.rows, labels, civil_date(now)),
            letters=[(reference_of(letter), letter) for letter in letters[:LETTERS]],
            more_letters=len(letters) > LETTERS,
            heard=said_by(session, number, limit=SAID),
            ledger=ledger,
        )


def _chosen(desk: Desk, sight: Sight, rows: list[OfOrganization]) -> list[OfOrganization]:
    """What the address asks for; the commission itself receives no letters."""
    found = [
        one
        for one in rows
        if one.organization.kind is not OrganizationKind.COMMISSION or one.issued
    ]
    if (group := desk.query.get("group")) is not None:
        found = [one for one in found if _group(one) == group]
    if desk.query.get("unreachable") == "yes":
        silent = {one.id for one in unreachable(sight.session)}
        found = [one for one in found if one.organization.id in silent]
    return found


def _group(one: OfOrganization) -> str:
    return one.organization.ranking_group or ""


def _group_order(one: OfOrganization) -> tuple[bool, str]:
    return not _group(one), _group(one)


def _sums(rows: list[OfOrganization], group: str) -> dict[str, int]:
    ours = [one for one in rows if _group(one) == group]
    return {
        "organizations": len(ours),
        "open": sum(one.open for one in ours),
        "overdue": sum(one.states[State.OVERDUE] for one in ours),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
