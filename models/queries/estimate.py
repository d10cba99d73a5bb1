"""About how many findings a list holds, from the counts that are kept beside them."""

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.finding_count import FindingCount
from models.organization import Organization
from models.queries.pages import Filter
from models.queries.particulars import ANYTHING
from models.queries.scope import Scope
from models.transitions import State


def about_how_many(session: Session, wanted: Filter) -> int | None:
    """By recorded state; None where the filter asks for what is not counted."""
    uncounted = (
        wanted.due_from, wanted.due_to, wanted.rung, wanted.became_overdue_from,
        wanted.became_overdue_to, wanted.letter, wanted.text,
    )  # fmt: skip
    if wanted.particulars != ANYTHING or any(one is not None for one in uncounted):
        return None
    organization = FindingCount.organization_id
    query = columns(func.coalesce(func.sum(FindingCount.n), 0)).where(
        col(FindingCount.state).in_(wanted.states or tuple(State)),
        Scope(path=wanted.within, organization=wanted.organization).of(organization),
    )
    if wanted.group is not None:
        of_group = select(Organization.id).where(Organization.ranking_group == wanted.group)
        query = query.where(col(organization).in_(of_group))
    return int(session.execute(query).scalar_one())
