"""The words for what happens at the doors, in the current language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.language import _, ngettext
from models.day_words import local_minute
from models.rights import AccountRole, TokenScope
from models.words import account_role_label


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
        "draft.corrected": _("a draft was corrected"),
        "contact.changed": _("a contact person was changed"),
        "night.run": _("the nightly check was run by hand"),
        "night.confirmed": _("a stopped nightly check was confirmed"),
        "mail.again": _("a mail was sent again"),
        "contact.tried-again": _("an address was said to work again"),
        "mail.settled": _("a mail was settled as arrived"),
        "mail.readdressed": _("a mail went to the present address of its recipient"),
        "change.proposed": _("a change was proposed"),
        "change.approved": _("a change was approved and carried out"),
        "change.declined": _("a change was declined"),
    }


def particulars(details: Mapping[str, Any], organizations: Mapping[int, str]) -> list[str]:
    """What the log keeps beside an event; ``organizations`` are names by their ids."""
    said = [_particular(name, value, organizations) for name, value in details.items()]
    return [words for words in said if words]


def _particular(name: str, value: Any, organizations: Mapping[int, str]) -> str:
    match name, value:
        case "role", str() if value in set(AccountRole):
            return account_role_label(AccountRole(value))
        case "organization", int():
            return organizations.get(value, str(value))
        case "before", {"role": str(role), "organization": int(organization)}:
            place = organizations.get(organization, str(organization))
            words = account_role_label(AccountRole(role)) if role in set(AccountRole) else role
            return _("before: {role}, {organization}").format(role=words, organization=place)
        case "owes_code", bool():
            return _("the code was still owed") if value else ""
        case "address_changed", bool():
            return _("the address was changed") if value else ""
        case "purpose", "invitation":
            return _("invitation")
        case "purpose", "reset":
            return _("reset")
        case "n", int():
            return ngettext("{n} session", "{n} sessions", value).format(n=value)
    return _other_particular(name, value)


def _other_particular(name: str, value: Any) -> str:
    """What concerns no account: tokens, changes, drafts, mails, nights."""
    match name, value:
        case "scopes", list():
            return ", ".join(token_scope_label(TokenScope(scope)) for scope in value)
        case "expires_at", str():
            return _("until {day}").format(day=local_minute(datetime.fromisoformat(value)))
        case "kind", "calendar":
            return _("Holiday calendars")
        case "reason", str():
            return value
        case "columns", list():
            value = ", ".join(value)
    names = {
        "change": _("Change"),
        "columns": _("Changed columns"),
        "contact": _("Contact"),
        "finding": _("Finding"),
        "held_back": _("mails held back"),
        "mail": _("Mail"),
        "released": _("mails released"),
        "run": _("Run"),
        "token": _("Token"),
        "waiting": _("mails waiting"),
    }
    return names.get(name, name) + _(": ") + str(value)


def organizations_in(details: Mapping[str, Any]) -> set[int]:
    """The ids of the organizations that an event names."""
    before = details.get("before")
    named = [details.get("organization"), before and before.get("organization")]
    return {number for number in named if isinstance(number, int)}


def token_scope_label(scope: TokenScope) -> str:
    """What a token may be used for."""
    return {
        TokenScope.READ: _("read"),
        TokenScope.UNIT: _("act for the organization"),
        TokenScope.CLERK: _("act as clerk"),
        TokenScope.DECIDE: _("verify and decide"),
        TokenScope.OPS: _("operate"),
    }[scope]
