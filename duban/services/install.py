"""Setting up an installation's database."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from models.calendar import civil_date
from models.errors import RefusedByRule
from models.installation import Installation
from models.organization import Organization, OrganizationKind


def install(
    session: Session, *, now: datetime, settings: Settings, demo: bool = False
) -> Organization:
    """Mark the database, and create the commission as the root of all organizations.

    The first night that must be accounted for is the next one.

    Raises:
        RefusedByRule: it is installed already.
    """
    if session.get(Installation, 1) is not None:
        raise RefusedByRule(_("This database is set up already; nothing was changed."))
    session.add(
        Installation(
            demo=demo,
            created_at=now,
            nights_from=civil_date(now) + timedelta(days=1),
            demo_now=now if demo else None,
        )
    )
    commission = Organization(
        code="commission",
        name=settings.site.name,
        name_en=settings.site.name_en,
        kind=OrganizationKind.COMMISSION,
        created_at=now,
    )
    session.add(commission)
    session.flush()
    commission.path = f"/{commission.id}/"
    session.add(commission)
    session.flush()
    return commission


def require_demo(session: Session) -> Installation:
    """The installation row of a demo database.

    Raises:
        RefusedByRule: the database holds real data; the demo's clock stays off.
    """
    installation = session.get(Installation, 1)
    if installation is None or not installation.demo:
        raise RefusedByRule(_("This database is not a demo; the demo never touches real data."))
    return installation
