"""What an account may be: its language, its organization, and who is kept apart."""

from sqlmodel import Session

from config.language import LANGUAGES, _
from models.account import Account
from models.errors import BadInput
from models.organization import Organization, OrganizationKind
from models.queries.accounts import account_with_address
from models.rights import AccountRole

_APART = {
    AccountRole.ADMINISTRATOR: AccountRole.SUPERVISOR,
    AccountRole.SUPERVISOR: AccountRole.ADMINISTRATOR,
}
"""Who keeps the accounts does not decide, and the other way round."""


def check_language(language: str) -> None:
    """Refuse other languages than ours.

    Raises:
        BadInput: it is another.
    """
    if language not in LANGUAGES:
        raise BadInput(
            _("The language is zh or en, not “{value}”.").format(value=language), field="language"
        )


def check_organization(role: AccountRole, organization: Organization) -> None:
    """Refuse an organization that does not fit the role.

    Raises:
        BadInput: it does not.
    """
    commission = organization.kind is OrganizationKind.COMMISSION
    if role is AccountRole.ORGANIZATION and commission:
        raise BadInput(
            _("The commission sends letters; choose the organization that receives them."),
            field="organization",
        )
    if role not in (AccountRole.ORGANIZATION, AccountRole.SUPERVISOR) and not commission:
        raise BadInput(
            _("Clerks, verifiers, administrators and auditors belong to the commission."),
            field="organization",
        )


def keep_apart(
    session: Session, account: Account | None, role: AccountRole, email: str | None
) -> None:
    """Refuse that one person keeps the accounts and decides; persons are told by their address.

    Raises:
        BadInput: ``account``, or another one with this address, has the other role.
    """
    if role not in _APART:
        return
    number = account.id if account else None
    if (account is not None and account.role is _APART[role]) or (
        email and account_with_address(session, email.strip(), _APART[role], but=number)
    ):
        raise BadInput(
            _("Nobody is both administrator and supervisor; choose another role or person."),
            field="role",
        )
