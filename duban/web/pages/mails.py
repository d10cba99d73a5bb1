"""The mails: which went where, each as it was sent, sending one again, and settling one."""

from dataclasses import replace
from datetime import timedelta
from email.header import decode_header, make_header

from starlette.responses import Response

from config.language import _
from duban.services.account_log import log_event
from duban.services.draft_mail import draft_mail, is_written_later
from duban.services.find_troubles import find_troubles
from duban.services.hand_over import mail_of
from duban.services.send_mail import SENT_AGAIN, send_again
from duban.services.settle_mail import (
    LONGEST_REASON,
    MAY_BE_SETTLED,
    Settler,
    settle_as_arrived,
)
from duban.shapes import cut
from duban.web.charts.deliveries import deliveries
from duban.web.charts.picture import Chart
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.calendar import civil_date
from models.errors import BadInput, NotFound
from models.heard_words import reason_words
from models.letter import Letter
from models.message import Message, MessageState
from models.nightly_run import NightlyRun
from models.organization import Organization
from models.queries.delivery_days import delivery_days
from models.queries.mail_story import heard_of, joined_into
from models.queries.organizations import organization_by_name, organizations_by_id
from models.queries.outbox import counts, messages
from models.rights import Right
from models.trouble import Trouble, TroubleKind
from notifications.mail import Mail, headers_of

pages = Pages()

MAILS_A_PAGE, DAYS_SHOWN = 50, 14


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
        whole = not (asked or org or letter or after)
        return desk.page(
            "mails.html",
            sight,
            troubles=_troubles(sight) if whole else [],
            chart=_chart(sight) if whole else None,
            mails=found,
            next=found[-1].id if more else None,
            counts=counts(sight.session, sight.scope),
            states=[*MessageState],
            asked={"state": asked, "org": org, "letter": letter},
            organizations=organizations_by_id(
                sight.session, {mail.organization_id for mail in found}
            ),
        )


def _chart(sight: Sight) -> Chart:
    today = civil_date(sight.now)
    days = [today - timedelta(days=n) for n in reversed(range(DAYS_SHOWN))]
    return deliveries(delivery_days(sight.session, days, sight.scope))


def _troubles(sight: Sight) -> list[Trouble]:
    """What is wrong with mail; of everything, so for those who see everything."""
    if not sight.scope.everything:
        return []
    found = find_troubles(sight.session, sight.rules, sight.now)
    return [one for one in found if one.kind is not TroubleKind.CALENDAR]


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
            plain=reason_words(message.answer or ""),
            heard=heard_of(sight.session, message.id),
            joined=joined_into(sight.session, message),
            again=message.state in SENT_AGAIN,
            settles=message.state in MAY_BE_SETTLED,
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


@pages.post("/mails/{message_id}/settle", Right.SEND_AGAIN, again=mail)
def settle(desk: Desk, message_id: str) -> Response:
    person = desk.person
    who = Settler(person.name, person.account_id, desk.address)
    with desk.writing() as sight:
        settle_as_arrived(
            sight.session, sight.message(message_id), reason=desk.text("reason"), who=who,
            now=sight.now,
        )  # fmt: skip
    return desk.to(f"/mails/{message_id}", _("It counts as sent; what you said stands with it."))


def _as_it_leaves(sight: Sight, message: Message) -> Mail | None:
    """The mail as it was handed over, or would be now; none where nobody else may read it."""
    if message.forget_text:
        return None
    shown = mail_of(message, sight.settings)
    if not is_written_later(message):
        return shown
    draft = draft_mail(sight.session, message, now=sight.now, rules=sight.rules)
    if draft is None:
        return None
    return replace(shown, subject=draft.subject, text=draft.text, html=draft.html)


def _headers(shown: Mail, message: Message) -> list[tuple[str, str]]:
    """The headers as they are written, readable; none where they cannot be."""
    date = message.attempted_at or message.next_attempt_at
    try:
        named = headers_of(shown, date)
    except (BadInput, ValueError):
        return []
    return [
        (name, str(make_header(decode_header(value))))
        for name, value in named
        if name != "Date" or message.attempted_at
    ]
