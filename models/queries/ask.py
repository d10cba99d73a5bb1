"""The one grammar by which a ledger is narrowed: command line, pages and API say the same.

Every part has a name and takes texts; ``state`` may be given several times. An address of the
ledger, the options of ``duban finding list`` and the parameters of ``/api/v1/findings`` are
these names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from config.language import _
from models.calendar import civil_date
from models.errors import BadInput, NotFound
from models.organization import Organization
from models.queries.ledger_order import Sort
from models.queries.letters import letter_by_reference
from models.queries.organizations import group_named, organization_by_name, organization_named
from models.queries.pages import Filter
from models.queries.particulars import MoreTime, Particulars
from models.queries.scope import EVERYTHING, Scope
from models.transitions import OPEN_STATES, State
from models.typed_days import typed_day

NAMES = ("state", "org", "group", "letter", "due_from", "due_to", "due_within", "rung",
         "overdue_from", "overdue_to", "text", "escalated", "category", "source", "meeting",
         "person", "extended", "explained", "sort")  # fmt: skip
LONGEST_TEXT = 200


def ask(
    session: Session,
    given: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    scope: Scope = EVERYTHING,
) -> Filter:
    """The filter that ``given`` names, within ``scope``; open findings where no state is named.

    Raises:
        BadInput: a value cannot be used; ``field`` says which.
        NotFound: there is no such organization, group or letter to be seen.
    """
    wanted = Filter(
        states=states(given.get("state", ())),
        due_from=_day(given, "due_from"),
        due_to=_day(given, "due_to"),
        rung=_number(given, "rung"),
        became_overdue_from=_day(given, "overdue_from"),
        became_overdue_to=_day(given, "overdue_to"),
        text=_words(given, "text"),
        escalated=_yes(given, "escalated"),
        particulars=_particulars(given),
        sort=_sort(given),
    )
    if (within := _number(given, "due_within")) is not None:
        today = civil_date(now)
        wanted = replace(wanted, due_from=today, due_to=today + timedelta(days=within))
    _in_order("due_from", wanted.due_from, wanted.due_to)
    _in_order("overdue_from", wanted.became_overdue_from, wanted.became_overdue_to)
    if (group := _one(given, "group")) is not None:
        wanted = replace(wanted, group=_group(session, group, scope))
    if (letter := _one(given, "letter")) is not None:
        wanted = replace(wanted, letter=_letter(session, letter, scope))
    if (org := _one(given, "org")) is not None:
        wanted = replace(wanted, organization=_organization(session, org, scope))
    return within_scope(wanted, scope)


def filled(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What the fields of a form hold, without those that were left empty and other names."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in NAMES and value.strip():
            found.setdefault(name, []).append(value.strip())
    return found


def within_scope(wanted: Filter, scope: Scope) -> Filter:
    """``wanted`` and nothing outside ``scope``.

    Raises:
        NotFound: it asks for what lies outside.
    """
    if scope.nothing:
        raise NotFound(_("There is nothing here to be seen."))
    if scope.organization is not None:
        return replace(wanted, organization=scope.organization)
    return replace(wanted, within=scope.path)


def states(names: Sequence[str]) -> tuple[State, ...]:
    """The states that people name; ``open`` where they name none.

    Raises:
        BadInput: there is no such state.
    """
    found: list[State] = []
    for name in names or ["open"]:
        if name == "all":
            found += State
        elif name == "open":
            found += OPEN_STATES
        elif name in set(State):
            found.append(State(name))
        else:
            raise BadInput(
                _("There is no state “{name}”; there are: open, all, {known}.").format(
                    name=name, known=", ".join(State)
                ),
                field="state",
            )
    return tuple(dict.fromkeys(found))


def _sort(given: Mapping[str, Sequence[str]]) -> Sort:
    name = _one(given, "sort") or Sort.DUE
    if name not in set(Sort):
        raise BadInput(
            _("There is no order “{name}”; there are: {known}.").format(
                name=name[:60], known=", ".join(Sort)
            ),
            field="sort",
        )
    return Sort(name)


def _organization(session: Session, name: str, scope: Scope) -> int | None:
    if scope.everything:
        return organization_named(session, name).id
    found = organization_by_name(session, name)
    if found is None or not scope.covers(found):
        raise NotFound(_("There is no organization “{name}”.").format(name=name))
    return found.id


def _group(session: Session, name: str, scope: Scope) -> str:
    if scope.everything:
        return group_named(session, name)
    query = select(Organization.id).where(
        Organization.ranking_group == name, scope.of(Organization.id)
    )
    if session.exec(query.limit(1)).first() is None:
        raise NotFound(_("There is no group “{name}”.").format(name=name))
    return name


def _letter(session: Session, reference: str, scope: Scope) -> int | None:
    """A letter by its reference; what is not to be seen is called absent in the same words."""
    if scope.everything:
        return letter_by_reference(session, reference).id
    absent = NotFound(_("There is no letter {reference}.").format(reference=reference))
    try:
        found = letter_by_reference(session, reference)
    except (NotFound, BadInput):
        raise absent from None
    if not scope.covers(session.get_one(Organization, found.organization_id)):
        raise absent
    return found.id


def _one(given: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = given.get(name, ())
    return values[-1].strip() if values else None


def _particulars(given: Mapping[str, Sequence[str]]) -> Particulars:
    more_time = _one_of(given, "extended", tuple(MoreTime))
    explained = _one_of(given, "explained", ("yes", "no"))
    return Particulars(
        category=_words(given, "category"),
        source=_words(given, "source"),
        meeting=_day(given, "meeting"),
        person=_words(given, "person"),
        more_time=None if more_time is None else MoreTime(more_time),
        explained=None if explained is None else explained == "yes",
    )


def _words(given: Mapping[str, Sequence[str]], name: str) -> str | None:
    text = _one(given, name)
    if text is not None and len(text) > LONGEST_TEXT:
        raise BadInput(_("Search for at most {n} characters.").format(n=LONGEST_TEXT), field=name)
    return text or None


def _one_of(given: Mapping[str, Sequence[str]], name: str, known: Sequence[str]) -> str | None:
    text = _one(given, name)
    if text is not None and text not in known:
        raise BadInput(
            _("“{text}” does not fit here; there are: {known}.").format(
                text=text[:60], known=", ".join(known)
            ),
            field=name,
        )
    return text


def _yes(given: Mapping[str, Sequence[str]], name: str) -> bool:
    text = _one(given, name)
    if text not in (None, "yes"):
        raise BadInput(
            _("“{text}” does not fit here; write yes, or leave it out.").format(text=text),
            field=name,
        )
    return text is not None


def _number(given: Mapping[str, Sequence[str]], name: str) -> int | None:
    text = _one(given, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadInput(
            _("“{text}” is not a whole number that fits here.").format(text=text), field=name
        )
    return int(text)


def _day(given: Mapping[str, Sequence[str]], name: str) -> date | None:
    text = _one(given, name)
    return None if text is None else typed_day(text, name)


def _in_order(name: str, first: date | None, last: date | None) -> None:
    if first is not None and last is not None and first > last:
        raise BadInput(
            _("The first day {first} is after the last day {last}.").format(first=first, last=last),
            field=name,
        )
