"""The mails: which went where, each as it was sent, and sending one again."""

from dataclasses import replace

from starlette.responses import Response

from config.language import _
from duban.services.account_log import log_event
from duban.services.send_mail import mail_of, send_again
from duban.services.write_night_mail import draft_night_mail
from duban.shapes import cut
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.letter import Letter
from models.message import Message, MessageState
from models.nightly_run import NightlyRun
from models.organization import Organization
from models.queries.organizations import organization_by_name, organizations_by_id
from models.queries.outbox import counts, messages
from models.rights import Right
from notifications.mail import Mail, as_email_message

pages = Pages()

MAILS_A_PAGE = 50
LONGEST_REASON = 500


@pages.get("/mails", Right.READ_OFFICE)
def mails(desk: Desk) -> Response:
    with desk.reading() as sight:
        asked = desk.query.get("state", "")
        if asked and asked not in set(MessageState):
            raise BadInput(
                _("There is no state “{name}”; there are: {known}.").format(
                    name=asked, known=", ".join(MessageState)
                ),
                field="state",
            )
        org = desk.query.get("org", "").strip()
        letter = desk.query.get("letter", "").strip()
        after = desk.query.get("after")
        found, more = cut(
            messages(
                sight.session,
                MessageState(asked) if asked else None,
                limit=MAILS_A_PAGE + 1,
                organization_id=_organization(sight, org) if org else None,
                letter_id=sight.letter(letter).id if letter else None,
                after=sight.message(after) if after else None,
                scope=sight.scope,
            ),
            MAILS_A_PAGE,
        )
        return desk.page(
            "mails.html",
            sight,
            mails=found,
            next=found[-1].id if more else None,
            counts=counts(sight.session, sight.scope),
            states=[*MessageState],
            asked={"state": asked, "org": org, "letter": letter},
            organizations=organizations_by_id(
                sight.session, {mail.organization_id for mail in found}
            ),
        )


def _organization(sight: Sight, name: str) -> int | None:
    found = organization_by_name(sight.session, name)
    if found is None or not sight.scope.covers(found):
        raise NotFound(_("There is no organization “{name}”.").format(name=name))
    return found.id


@pages.get("/mails/{message_id}", Right.READ_OFFICE)
def mail(desk: Desk, message_id: str) -> Response:
    with desk.reading() as sight:
        message = sight.message(message_id)
        shown = _as_it_leaves(sight, message)
        return desk.page(
            "mail.html",
            sight,
            mail=message,
            shown=shown,
            headers=_headers(shown, message) if shown else [],
            organization=sight.session.get_one(Organization, message.organization_id),
            letter=sight.session.get(Letter, message.letter_id) if message.letter_id else None,
            run=sight.session.get(NightlyRun, message.run_id) if message.run_id else None,
            again=message.state in (MessageState.REFUSED, MessageState.IN_DOUBT),
        )


@pages.post("/mails/{message_id}/send-again", Right.SEND_AGAIN, again=mail)
def again(desk: Desk, message_id: str) -> Response:
    person, reason = desk.person, desk.text("reason")
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(
            _("Say in at most {n} characters why it is sent again.").format(n=LONGEST_REASON),
            field="reason",
        )
    with desk.writing() as sight:
        message = sight.message(message_id)
        send_again(sight.session, message, sight.now)
        log_event(
            sight.session, "mail.again", now=sight.now, account_id=person.account_id,
            by=person.name, address=desk.address, mail=message.id, reason=reason,
        )  # fmt: skip
    return desk.to(f"/mails/{message_id}", _("It is queued again and leaves with the next mails."))


def _as_it_leaves(sight: Sight, message: Message) -> Mail | None:
    """The mail as it was handed over, or would be now; none where nobody else may read it."""
    if message.forget_text:
        return None
    shown = mail_of(message, sight.settings)
    if message.run_id is None or message.state is not MessageState.QUEUED:
        return shown
    draft = draft_night_mail(sight.session, message, now=sight.now, rules=sight.rules).rendered
    if draft is None:
        return None
    return replace(shown, subject=draft.subject, text=draft.text, html=draft.html)


def _headers(shown: Mail, message: Message) -> list[tuple[str, str]]:
    """The headers as they are written, readable; none where they cannot be."""
    date = message.attempted_at or message.next_attempt_at
    try:
        built = as_email_message(shown, date)
    except (BadInput, ValueError):
        return []
    return [
        (name, str(value))
        for name, value in built.items()
        if not name.startswith(("Content-", "MIME-")) and (name != "Date" or message.attempted_at)
    ]
