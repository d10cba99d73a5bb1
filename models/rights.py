"""Who may do what: roles of accounts, rights, and the one table that joins them."""

from collections.abc import Mapping
from enum import StrEnum

from models.transitions import Role


class AccountRole(StrEnum):
    """In which capacity somebody signs in; one account has one."""

    CLERK = "clerk"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    ORGANIZATION = "organization"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that a door asks for."""

    READ = "read"
    """Findings, letters and figures of the organizations in one's scope."""
    READ_OFFICE = "read-office"
    """What only the commission sees: nights, mails, queues, other people's organizations."""
    IMPORT = "import"
    ISSUE = "issue"
    URGE = "urge"
    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    """Draft, hand in, ask for more time, explain."""
    VERIFY = "verify"
    DECIDE = "decide"
    """Extensions, escalations, reopening, withdrawing, and taking these back."""
    RUN_NIGHT = "run-night"
    SEND_AGAIN = "send-again"
    KEEP_CONTACTS = "keep-contacts"
    PROPOSE_RULES = "propose-rules"
    APPROVE_RULES = "approve-rules"
    KEEP_ACCOUNTS = "keep-accounts"
    READ_LOG = "read-log"
    OPERATE = "operate"
    """The state of the installation: health, rehearsal, schedule."""


_OFFICE = {Right.READ, Right.READ_OFFICE}

RIGHTS: Mapping[AccountRole, frozenset[Right]] = {
    AccountRole.CLERK: frozenset(
        {*_OFFICE, Right.IMPORT, Right.ISSUE, Right.URGE, Right.RUN_NIGHT, Right.SEND_AGAIN,
         Right.KEEP_CONTACTS, Right.PROPOSE_RULES}
    ),
    AccountRole.VERIFIER: frozenset({*_OFFICE, Right.VERIFY}),
    AccountRole.SUPERVISOR: frozenset(
        {*_OFFICE, Right.URGE, Right.DECIDE, Right.RUN_NIGHT, Right.APPROVE_RULES}
    ),
    AccountRole.ORGANIZATION: frozenset({Right.READ, Right.ACKNOWLEDGE, Right.REPORT}),
    AccountRole.ADMINISTRATOR: frozenset({Right.KEEP_ACCOUNTS, Right.OPERATE}),
    AccountRole.AUDITOR: frozenset({Right.READ_LOG}),
}  # fmt: skip

ACTS_AS: Mapping[AccountRole, Role] = {
    AccountRole.CLERK: Role.CLERK,
    AccountRole.VERIFIER: Role.VERIFIER,
    AccountRole.SUPERVISOR: Role.SUPERVISOR,
    AccountRole.ORGANIZATION: Role.ORGANIZATION,
}
"""In which role of the state machine an account acts; the others never touch a finding."""


class TokenScope(StrEnum):
    """What a token of the API may be used for; never more than its account may."""

    READ = "read"
    UNIT = "unit"
    CLERK = "clerk"
    DECIDE = "decide"
    OPS = "ops"


GRANTS: Mapping[TokenScope, frozenset[Right]] = {
    TokenScope.READ: frozenset({*_OFFICE, Right.READ_LOG}),
    TokenScope.UNIT: frozenset({Right.ACKNOWLEDGE, Right.REPORT}),
    TokenScope.CLERK: frozenset(
        {Right.IMPORT, Right.ISSUE, Right.URGE, Right.KEEP_CONTACTS, Right.PROPOSE_RULES}
    ),
    TokenScope.DECIDE: frozenset({Right.VERIFY, Right.DECIDE, Right.APPROVE_RULES}),
    TokenScope.OPS: frozenset(
        {Right.RUN_NIGHT, Right.SEND_AGAIN, Right.KEEP_ACCOUNTS, Right.OPERATE}
    ),
}


def rights_of_token(role: AccountRole, scopes: frozenset[TokenScope]) -> frozenset[Right]:
    """What a token with these scopes may do: what its account may, and no more."""
    granted = frozenset().union(*(GRANTS[scope] for scope in scopes))
    return RIGHTS[role] & granted
