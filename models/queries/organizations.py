"""Named reads of organizations and contacts."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from sqlalchemy import or_
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.finding_count import FindingCount
from models.organization import Organization, OrganizationKind
from models.queries.contacts import reached
from models.queries.scope import EVERYTHING, Scope
from models.transitions import OPEN_STATES


def organization_by_name(session: Session, name: str) -> Organization | None:
    """The organization with this code or name."""
    query = select(Organization).where(
        or_(
            col(Organization.code) == name,
            col(Organization.name) == name,
            col(Organization.name_en) == name,
        )
    )
    return session.exec(query).first()


def organization_named(session: Session, name: str) -> Organization:
    """The same, or a refusal that names the nearest ones.

    Raises:
        NotFound: there is no such organization.
    """
    found = organization_by_name(session, name)
    if found is None:
        near = nearest_names([o.name for o in organizations(session)], name)
        hint = _(" The nearest are: {names}.").format(names=", ".join(near)) if near else ""
        raise NotFound(_("There is no organization “{name}”.").format(name=name) + hint)
    return found


def group_named(session: Session, name: str) -> str:
    """The group of this name.

    Raises:
        NotFound: no organization is in such a group; the groups are named.
    """
    query = select(Organization.ranking_group).where(col(Organization.ranking_group).is_not(None))
    known = sorted({group for group in session.exec(query.distinct()) if group})
    if name not in known:
        raise NotFound(
            _("There is no group “{name}”; there are: {known}.").format(
                name=name, known=", ".join(known) or "–"
            )
        )
    return name


def nearest_names(names: Sequence[str], wanted: str) -> list[str]:
    """Up to three names that look or sound like ``wanted``."""
    contained = [name for name in names if wanted and (wanted in name or name in wanted)]
    # Comparing is slow, and names that share no two characters are not alike.
    names = [name for name in names if len(set(name) & set(wanted)) > 1]
    return list(dict.fromkeys(contained + get_close_matches(wanted, names, n=3, cutoff=0.4)))[:3]


def organizations(session: Session) -> Sequence[Organization]:
    """Every organization, by path."""
    return session.exec(select(Organization).order_by(col(Organization.path))).all()


def organizations_by_id(session: Session, ids: Collection[int]) -> dict[int, Organization]:
    """The organizations with these ids, by id."""
    query = select(Organization).where(col(Organization.id).in_(ids))
    return {found.id: found for found in session.exec(query) if found.id is not None}


def organizations_after(
    session: Session, path: str, *, scope: Scope, limit: int
) -> Sequence[Organization]:
    """At most ``limit`` organizations that are to be seen, by path, from behind ``path`` on."""
    query = select(Organization).where(scope.of(Organization.id), col(Organization.path) > path)
    return session.exec(query.order_by(col(Organization.path)).limit(limit)).all()


def unreachable(
    session: Session, scope: Scope = EVERYTHING, *, after: str = "", limit: int | None = None
) -> Sequence[Organization]:
    """Those with open findings and nobody whom mail reaches, by path, from behind ``after`` on."""
    with_open_findings = select(FindingCount.organization_id).where(
        col(FindingCount.state).in_(OPEN_STATES), FindingCount.n > 0
    )
    query = select(Organization).where(
        col(Organization.id).in_(with_open_findings),
        col(Organization.id).not_in(reached()),
        col(Organization.path) > after,
        scope.of(Organization.id),
    )
    return session.exec(query.order_by(col(Organization.path)).limit(limit)).all()


def commission(session: Session) -> Organization:
    """The commission itself, root of all organizations."""
    query = select(Organization).where(Organization.kind == OrganizationKind.COMMISSION)
    return session.exec(query.order_by(col(Organization.id))).one()
