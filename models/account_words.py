"""The words for what happens at the doors, in the current language."""

from config.language import _
from models.rights import TokenScope


def account_event_label(what: str) -> str:
    """A line of the log of the doors."""
    return account_events_told().get(what, what)


def account_events_told() -> dict[str, str]:
    """Every kind of line, by its fixed name."""
    return {
        "sign-in": _("signed in"),
        "sign-in.refused": _("was refused at the door"),
        "sign-out": _("signed out"),
        "second-factor": _("gave the second factor"),
        "sessions.ended": _("sessions were ended"),
        "account.added": _("account was added"),
        "account.changed": _("role, organization or address was changed"),
        "account.on": _("account was switched on"),
        "account.off": _("account was switched off"),
        "password.set": _("password was set"),
        "link.sent": _("a link to set the password was mailed"),
        "factor.on": _("second factor was set up"),
        "factor.off": _("second factor was taken away"),
        "identity.linked": _("was linked with the identity provider"),
        "identity.unlinked": _("was unlinked from the identity provider"),
        "token.made": _("API token was made"),
        "token.revoked": _("API token was revoked"),
        "feed.made": _("calendar subscription was made"),
        "feed.revoked": _("calendar subscription was revoked"),
        "rehearsal.on": _("rehearsal was begun"),
        "rehearsal.off": _("rehearsal was ended"),
        "change.proposed": _("a change was proposed"),
        "change.approved": _("a change was approved and carried out"),
        "change.declined": _("a change was declined"),
    }


def token_scope_label(scope: TokenScope) -> str:
    """What a token may be used for."""
    return {
        TokenScope.READ: _("read"),
        TokenScope.UNIT: _("act for the organization"),
        TokenScope.CLERK: _("act as clerk"),
        TokenScope.DECIDE: _("verify and decide"),
        TokenScope.OPS: _("operate"),
    }[scope]
