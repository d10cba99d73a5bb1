"""Mails to people who sign in: a link for one person, or that their account was changed.

What the outbox shows of a link is ``HIDDEN``: its token is sealed beside the text, put in as the
mail leaves and forgotten then, so nobody who may read mails can enter by one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from sqlmodel import Session

from config.language import _, as_language, speaking
from config.settings import Settings
from duban.services.render_mail import Fill
from duban.services.secret_words import digest, house_key
from models.account import Account
from models.day_words import local_minute
from models.errors import BadInput, Unavailable
from models.message import Message
from models.one_time_link import LinkPurpose
from models.organization import Organization
from models.words import organization_label
from notifications.render import Rendered, render
from notifications.values import AccountMail

_NAMESPACE = UUID("0d6f5d5e-4c0b-4f0e-8f3b-6f1e8a3c7b52")
HIDDEN = "********"
_SEALED = "sealed"


@dataclass(frozen=True)
class Post:
    """By which settings mails are written, and the outbox's own time (in a demo its clock)."""

    settings: Settings
    now: datetime


class Change(StrEnum):
    """What an owner is told of."""

    PASSWORD = "password"
    FACTOR_ON = "factor-on"
    FACTOR_OFF = "factor-off"
    ROLE = "role"
    ADDRESS = "address"
    IDENTITY = "identity"


def queue_link(
    session: Session,
    account: Account,
    purpose: LinkPurpose,
    token: str,
    *,
    to: str,
    expires_at: datetime,
    post: Post,
) -> Message:
    """Mail a link that works once."""
    values = {"until": local_minute(expires_at)}
    template = "invitation" if purpose is LinkPurpose.INVITATION else "reset"
    message = _queue(
        session, account, template, values, path=f"/welcome/{HIDDEN}",
        step=f"{template}:{digest(token)[:32]}", to=to, post=post,
    )  # fmt: skip
    message.forget_text = True
    message.guard = {_SEALED: house_key(post.settings.data_dir).seal(token)}
    session.add(message)
    session.flush()
    return message


def tell_owner(
    session: Session,
    account: Account,
    change: Change,
    *,
    by: str,
    now: datetime,
    post: Post,
    to: str | None = None,
) -> Message | None:
    """Mail that something of an account was changed, to its owner or to an earlier address.

    Nothing is mailed where there is no address.
    """
    if (to := to or account.email) is None:
        return None
    with speaking(as_language(account.language)):
        values = {"change": _sentence(change), "by": by, "at": local_minute(now)}
    return _queue(
        session, account, "account-changed", values, path="/me",
        step=f"account:{account.id}:{change}:{now.isoformat()}:{digest(to)[:8]}",
        to=to, post=post,
    )  # fmt: skip


def as_it_leaves(message: Message, settings: Settings) -> tuple[str, str]:
    """Text and HTML of a mail with the link that it holds.

    Raises:
        BadInput: the link was sealed by the key of another installation.
    """
    if _SEALED not in message.guard:
        return message.text, message.html
    try:
        token = house_key(settings.data_dir).unseal(message.guard[_SEALED])
    except Unavailable as error:
        raise BadInput(error.message) from error
    return message.text.replace(HIDDEN, token), message.html.replace(HIDDEN, token)


def forget_link(message: Message) -> None:
    """Keep nothing of the link; what stays is the mail with ``HIDDEN`` in its place."""
    message.guard = {}


def has_forgotten(message: Message) -> bool:
    """Whether the mail held a link that is kept no more, so that it cannot be sent again."""
    return message.forget_text and _SEALED not in message.guard


def _queue(
    session: Session,
    account: Account,
    template: str,
    values: dict[str, str],
    *,
    path: str,
    step: str,
    to: str,
    post: Post,
) -> Message:
    return queue_to_account(
        session, account, template,
        lambda base: AccountMail(**base, login=account.login, **values),
        path=path, step=step, to=to, post=post,
    )  # fmt: skip


def queue_to_account(
    session: Session,
    account: Account,
    template: str,
    fill: Fill,
    *,
    path: str,
    step: str,
    to: str,
    post: Post,
) -> Message:
    """Put a mail into the outbox, in the account's language; ``path`` is where it leads.

    ``step`` names what is told; a second mail of the same step is impossible.
    """
    message = queue_for_account(session, account, template, step=step, to=to, post=post)
    rendered = _rendered(session, account, template, fill, path, message.id, post.settings)
    message.subject, message.text = rendered.subject, rendered.text
    message.html = rendered.html
    session.add(message)
    session.flush()
    return message


def queue_for_account(
    session: Session,
    account: Account,
    template: str,
    *,
    step: str,
    post: Post,
    to: str | None = None,
) -> Message:
    """Put a mail without words into the outbox, to the account's address or another one."""
    message = Message(
        id=uuid5(_NAMESPACE, step).hex,
        step_key=step,
        template=template,
        organization_id=account.organization_id,
        to=to or account.email or "",
        to_name=account.name,
        language=account.language,
        queued_at=post.now,
        next_attempt_at=post.now,
    )
    session.add(message)
    session.flush()
    return message


def _rendered(
    session: Session,
    account: Account,
    template: str,
    fill: Fill,
    path: str,
    record: str,
    settings: Settings,
) -> Rendered:
    site, language = settings.site, as_language(account.language)
    english = language == "en"
    with speaking(language):
        base = {
            "organization": organization_label(
                session.get_one(Organization, account.organization_id)
            ),
            "site": site.name_en if english else site.name,
            "office": site.office_en if english else site.office,
            "phone": site.phone,
            "link": f"{site.base_url}{path}",
            "record": record[:12],
        }
        return render(template, fill(base), language)


def _sentence(change: Change) -> str:
    return {
        Change.PASSWORD: _("Your password was changed."),
        Change.FACTOR_ON: _("A second factor was set up for your account."),
        Change.FACTOR_OFF: _("The second factor of your account was taken away."),
        Change.ROLE: _("Your role or organization was changed."),
        Change.ADDRESS: _("The mail address of your account was changed."),
        Change.IDENTITY: _("How your account is known to the identity provider was changed."),
    }[change]
