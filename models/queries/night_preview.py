"""What a night that is only foreseen asks: what came before it, and what its batch would do."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlmodel import Session, col

from models.finding import Finding
from models.message import DIGEST
from models.night_tables import heard, hearers, letterboxes, tonight, tonight_steps
from models.nightly_run import NightlyRun
from models.organization import Contact, ContactRole
from models.queries.contacts import of_commission
from models.queries.night_letterboxes import addressees
from models.queries.night_outcomes import tally_of_batch
from models.queries.runs import is_last_whole
from models.queries.together import together
from models.tables import table_of


def eve_of_night(
    session: Session, as_of: datetime
) -> tuple[NightlyRun | None, frozenset[ContactRole]]:
    """The last whole night before ``as_of``, and whom of the commission a mail would reach."""
    found = together(session, {NightlyRun: is_last_whole(as_of), Contact: of_commission()})
    roles = frozenset(person.role for person in found[Contact])
    return next(iter(found[NightlyRun]), None), roles


def forecast_of_batch(settled_by: datetime | None) -> Select[Any]:
    """``tally_of_batch``, the mails of the batch, and how many findings were foreseen.

    Foreseen is what was settled by ``settled_by``.
    """
    mails = select(func.count()).select_from(letterboxes).scalar_subquery()
    foreseen: ColumnElement[int] = literal(0)
    if settled_by is not None:
        batch = select(tonight.c.finding_id).correlate(None)
        settled = col(Finding.id).in_(batch), col(Finding.settled_at) <= settled_by
        foreseen = select(func.count(col(Finding.id))).where(*settled).scalar_subquery()
    return tally_of_batch().add_columns(mails.label("messages"), foreseen.label("foreseen"))


def steps_of_batch() -> Select[Any]:
    """For how many findings of the batch each rung is carried out."""
    step = tonight_steps.c
    met = select(step.rung, func.count().label("n"))
    return met.where(step.held.is_(None)).group_by(step.rung)


def plan_of_batch(limit: int) -> Select[Any]:
    """What the batch does to its first findings, by organization, in the order of the days.

    A line for each step of a finding and each person who is told of it.
    """
    first = (
        select(tonight.c.finding_id, tonight.c.lapses, tonight.c.state, tonight.c.organization_id)
        .order_by(tonight.c.organization_id, tonight.c.finding_id)
        .limit(limit)
        .subquery("first")
    )
    step, person = tonight_steps.c, table_of(Contact)
    told = and_(hearers.c.rung == step.rung, step.held.is_(None))
    by_mail = (
        and_(hearers.c.template == template, theirs)
        for template, theirs in addressees(first.c.organization_id).items()
    )
    nobody_by_role = exists().where(
        heard.c.organization_id == first.c.organization_id,
        heard.c.rung == step.rung,
        heard.c.by_role.is_(False),
        hearers.c.template == DIGEST,
    )
    hears = and_(or_(person.c.role == hearers.c.role, nobody_by_role), or_(*by_mail))
    return (
        select(
            first.c.finding_id, first.c.lapses, first.c.state, step.rung, step.kind, step.held,
            person.c.name,
        )
        .join_from(first, tonight_steps, step.finding_id == first.c.finding_id, isouter=True)
        .join(hearers, told, isouter=True)
        .join(person, hears, isouter=True)
        .order_by(first.c.organization_id, first.c.finding_id, step.effective_on, step.level)
    )  # fmt: skip
