"""To which addresses the mails of a batch go, as statements over the working tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.types import JSON, Integer, String

from models.message import DIGEST, REVIEW_LATE
from models.night_tables import heard, hearers, letterboxes, tonight, tonight_steps
from models.organization import Contact, ContactRole
from models.queries.contacts import has_address, of_commission
from models.sql_functions import folded, random_hex
from models.tables import table_of

BITS = {role: 1 << place for place, role in enumerate(ContactRole)}
"""The roles of those who share an address are kept as a sum."""

_person, _box = table_of(Contact).c, letterboxes.c


def rungs_heard() -> Select[Any]:
    """Rows for ``heard``: rungs of an organization of the batch that has an address."""
    batch = select(tonight.c.organization_id)
    reached = (
        select(_person.organization_id, _sum_of(_person.role).label("roles"))
        .where(has_address(), _person.organization_id.in_(batch))
        .group_by(_person.organization_id)
        .subquery("reached")
    )
    rungs = (
        select(hearers.c.rung, _sum_of(hearers.c.role).label("roles"))
        .where(hearers.c.template == DIGEST)
        .group_by(hearers.c.rung)
        .subquery("rungs")
    )
    by_role = reached.c.roles.bitwise_and(rungs.c.roles) != 0
    return select(reached.c.organization_id, rungs.c.rung, by_role, reached.c.roles).join_from(
        reached, rungs, true()
    )


def boxes_of_batch() -> CompoundSelect[Any]:
    """Rows for ``letterboxes``: where at least one person hears something that is told."""
    step = tonight_steps.c
    # Each rung of an organization once, before it is multiplied by those who hear it.
    rungs = select(step.organization_id, step.rung).where(step.held.is_(None)).distinct().subquery()
    told = (
        select(
            rungs.c.organization_id,
            hearers.c.template,
            _sum_of(hearers.c.role).label("roles"),
            func.max(case((heard.c.by_role.is_(False), 1), else_=0)).label("everybody"),
            func.coalesce(func.max(heard.c.reached), 0).label("reached"),
        )
        .join(hearers, hearers.c.rung == rungs.c.rung)
        .join(
            heard,
            and_(
                hearers.c.template == DIGEST,
                heard.c.organization_id == rungs.c.organization_id,
                heard.c.rung == rungs.c.rung,
            ),
            isouter=True,
        )
        .group_by(rungs.c.organization_id, hearers.c.template)
        .subquery("told")
    )
    by_role = told.c.roles.bitwise_and(_bit(_person.role)) != 0
    hears = or_(by_role, told.c.everybody == 1)
    listener = func.min(case((hears, _person.id)))
    return union_all(
        *(
            select(
                told.c.template,
                told.c.organization_id,
                func.min(_person.id),
                listener,
                _sum_of(_person.role),
                func.max(told.c.reached),
            )
            .join_from(told, table_of(Contact), theirs)
            .where(told.c.template == template)
            .group_by(told.c.template, told.c.organization_id, folded(_person.email))
            .having(listener.is_not(None))
            for template, theirs in addressees(told.c.organization_id).items()
        )
    )


def addressees(organization_id: ColumnElement[int]) -> dict[str, ColumnElement[bool]]:
    """Whom the mails about an organization go to, if their roles hear it, by template."""
    theirs = and_(_person.organization_id == organization_id, has_address())
    return {DIGEST: theirs, REVIEW_LATE: of_commission()}


def _bit(role: ColumnElement[Any]) -> ColumnElement[int]:
    return case(BITS, value=role)


def _sum_of(role: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(distinct(_bit(role))), Integer)


def kinds_of_boxes() -> Select[Any]:
    """(template, its roles, the roles with an address) of the batch's letterboxes, each once."""
    return select(_box.template, _box.roles, _box.reached).distinct()


def step_key(run_id: int) -> ColumnElement[str]:
    """What makes a second mail of the night to a letterbox impossible."""
    numbers = [cast(one, String) for one in (_box.organization_id, _box.first_id)]
    return _box.template + f":{run_id}:" + numbers[0] + ":" + numbers[1]


def mails_of_boxes(
    run_id: int, guards: Mapping[tuple[str, int, int], Mapping[str, Any]]
) -> dict[str, ColumnElement[Any]]:
    """Columns of ``messages`` by their names, of letterboxes joined with who opens them.

    ``guards`` has one for each kind of letterbox.
    """
    guard = case(
        *(
            (
                and_(_box.template == template, _box.roles == roles, _box.reached == reached),
                literal(guard, JSON()),
            )
            for (template, roles, reached), guard in guards.items()
        )
    )
    return {
        "id": random_hex(),
        "step_key": step_key(run_id),
        "template": _box.template,
        "contact_id": _person.id,
        "organization_id": _box.organization_id,
        "to": _person.email,
        "to_name": _person.name,
        "language": _person.language,
        "guard": guard,
    }
