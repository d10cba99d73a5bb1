"""``duban mail``: the outbox."""

from typing import Annotated

import typer

from config.language import _, ngettext
from duban.cli import mail_read
from duban.cli.app import App
from duban.cli.exit_codes import FAILED
from duban.cli.output import emit, say, table
from duban.cli.send_words import report_data, say_report
from duban.cli.session import actor, database, no_dry_run, now_of, reading, settings, writing
from duban.services.draft_mail import draft_mail, is_written_later
from duban.services.send_mail import send_again, send_due
from duban.services.settle_mail import Settler, settle_as_arrived
from duban.shapes import columns, cut
from models.day_words import local_minute
from models.errors import BadInput
from models.heard_words import heard_words, reason_words
from models.message import MessageState
from models.queries.mail_story import heard_of
from models.queries.outbox import mail_named, messages
from models.transitions import Role
from models.words import answer_words, mail_words

app = App()

Id = Annotated[str, typer.Argument(help=_("The mail's number, or its first characters."))]
BODY = {"html", "text", "headers", "guard"}


@app.verb("list", help=_("Mails, the newest first."))
def list_mails(
    state: Annotated[str | None, typer.Option(help=", ".join(MessageState))] = None,
    to: Annotated[str | None, typer.Option(help=_("An address."))] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    if state is not None and state not in set(MessageState):
        raise BadInput(
            _("There is no state “{name}”; there are: {known}.").format(
                name=state, known=", ".join(MessageState)
            )
        )
    with reading() as desk:
        wanted = MessageState(state) if state else None
        found, more = cut(messages(desk.session, wanted, to, limit + 1), limit)
        data = {
            "count": len(found),
            "truncated": more,
            "mails": [columns(one, BODY) for one in found],
        }
        headings = (_("Mail"), _("Queued"), _("State"), _("Recipient"), _("Subject"), _("Answer"))
        rows = [
            (one.id[:12], local_minute(one.queued_at), mail_words(one), one.to,
             one.subject or _("(written when it leaves)"), answer_words(one.answer or ""))
            for one in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("One mail as it was sent, or as it would leave now."))
def show(
    mail_id: Id,
    html: Annotated[bool, typer.Option("--html", help=_("Print the HTML part."))] = False,
) -> None:
    with reading() as desk:
        one = mail_named(desk.session, mail_id)
        if is_written_later(one):
            draft = draft_mail(desk.session, one, now=desk.now, rules=desk.rules)
            desk.session.expunge(one)  # what is shown is not stored
            if draft is not None:
                one.subject, one.text, one.html = draft.subject, draft.text, draft.html

        heard = heard_of(desk.session, one.id)

        def words() -> None:
            say(_("To: {name} <{address}>").format(name=one.to_name, address=one.to))
            say(_("Subject: {subject}").format(subject=one.subject))
            say(_("State: {state}, attempts {attempts}").format(
                state=mail_words(one), attempts=one.attempts
            ))  # fmt: skip
            if plain := reason_words(one.answer or ""):
                say(_("Reason: {why}").format(why=plain))
            if one.blind_copies:
                say(ngettext(
                    "Handed over {n} more time though nobody knew whether it had been taken.",
                    "Handed over {n} more times though nobody knew whether it had been taken.",
                    one.blind_copies,
                ).format(n=one.blind_copies))  # fmt: skip
            for event in heard:
                say(f"{local_minute(event.at)} {heard_words(event)}")
            say()
            say(one.html if html else one.text)

        told = [columns(event, {"id", "key", "message_id"}) for event in heard]
        emit({**columns(one, set()), "heard": told}, words)


@app.verb(help=_("Send what is due now, outside the scheduler."))
def send() -> None:
    no_dry_run("duban mail list --state queued")
    opened = database()
    try:
        with opened.read() as session:
            now = now_of(session)
        report = send_due(opened, now=now, settings=settings())
    finally:
        opened.close()
    emit(report_data(report), lambda: say_report(report))
    if report.failed or report.held:
        raise typer.Exit(FAILED)


@app.verb(help=_("Queue a refused, returned, held or doubtful mail once more."))
def resend(mail_id: Id) -> None:
    with writing() as desk:
        one = mail_named(desk.session, mail_id)
        send_again(desk.session, one, desk.now)
        emit(columns(one, BODY), lambda: say(_("Queued again. Next: duban mail send")))


@app.verb(help=_("Say that a held or doubtful mail did arrive, and how you know."))
def settle(
    mail_id: Id,
    reason: Annotated[str, typer.Option(help=_("How it is known that it arrived."))],
    by: Annotated[
        str | None, typer.Option("--by", help=_("Who acts; else the system's user."))
    ] = None,
) -> None:
    with writing() as desk:
        one = mail_named(desk.session, mail_id)
        who = Settler(actor(by, Role.CLERK).name)
        settle_as_arrived(desk.session, one, reason=reason, who=who, now=desk.now)
        emit(columns(one, BODY), lambda: say(_("It counts as sent.")))


mail_read.add_to(app)
