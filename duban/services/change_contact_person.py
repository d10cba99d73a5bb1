"""An organization says itself who its contact person is (更换联系人)."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.account_log import log_event
from duban.services.organizations import add_contact, change_contact
from models.account_event import AccountEvent
from models.errors import BadInput
from models.organization import Contact, ContactRole, Organization
from models.queries.receipts import CONTACT_CHANGED


def change_contact_person(
    session: Session,
    organization: Organization,
    contact: Contact | None,
    *,
    name: str,
    email: str,
    phone: str,
    language: str,
    account_id: int,
    by: str,
    address: str,
    now: datetime,
) -> AccountEvent:
    """Put somebody in the place of ``contact``, or beside the others where there is none.

    Mail goes to the new address from now on; the log says who changed it, without addresses.

    Raises:
        BadInput: a name or an address is missing or cannot be used.
    """
    if not name:
        raise BadInput(_("A contact needs a name."), field="name")
    if not email:
        raise BadInput(_("Mail must reach somebody: write an address."), field="email")
    if contact is None:
        contact = add_contact(
            session, organization, name=name, role=ContactRole.CONTACT, email=email,
            language=language, phone=phone or None,
        )  # fmt: skip
    else:
        change_contact(session, contact, name=name, email=email, phone=phone, language=language)
    return log_event(
        session, CONTACT_CHANGED, now=now, account_id=account_id, by=by, address=address,
        organization=organization.id, contact=contact.id,
    )  # fmt: skip
