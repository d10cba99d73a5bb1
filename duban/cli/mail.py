"""``duban mail``: the outbox."""

from typing import Annotated

import typer

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.exit_codes import FAILED
from duban.cli.output import emit, say, table
from duban.cli.session import database, no_dry_run, now_of, reading, settings, writing
from duban.services.send_mail import send_again, send_due
from duban.services.write_night_mail import draft_night_mail
from duban.shapes import columns, cut
from models.day_words import local_minute
from models.errors import BadInput
from models.message import MessageState
from models.queries.outbox import mail_named, messages
from models.words import answer_words, mail_label, mail_words

app = App()

Id = Annotated[str, typer.Argument(help=_("The mail's number, or its first characters."))]
BODY = {"html", "text", "headers", "guard"}


@app.verb("list", help=_("Mails, the newest first."))
def list_mails(
    state: Annotated[
        str | None, typer.Option(help="queued, sending, accepted, refused, in-doubt, cancelled")
    ] = None,
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
        if one.run_id is not None and one.state is MessageState.QUEUED:
            draft = draft_night_mail(desk.session, one, now=desk.now, rules=desk.rules).rendered
            desk.session.expunge(one)  # what is shown is not stored
            if draft is not None:
                one.subject, one.text, one.html = draft.subject, draft.text, draft.html

        def words() -> None:
            say(_("To: {name} <{address}>").format(name=one.to_name, address=one.to))
            say(_("Subject: {subject}").format(subject=one.subject))
            say(_("State: {state}, attempts {attempts}").format(
                state=mail_words(one), attempts=one.attempts
            ))  # fmt: skip
            say()
            say(one.html if html else one.text)

        emit(columns(one, set()), words)


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
    data = {
        "sent": report.sent,
        "failed": report.failed,
        "cancelled": report.cancelled,
        "in_doubt": report.held,
        "rehearsed": report.rehearsed,
        "failures": [
            {"state": trouble.state, "answer": trouble.answer, "mails": mails}
            for trouble, mails in report.troubles.most_common()
        ],
    }

    def words() -> None:
        say(
            _("Sent {sent}, failed {failed}, no longer needed {cancelled}, in doubt {in_doubt}")
            .format(**data)
        )  # fmt: skip
        if report.rehearsed:
            say(
                ngettext(
                    "Rehearsal: {n} mail was written to a folder and did not leave.",
                    "Rehearsal: {n} mails were written to a folder and did not leave.",
                    report.rehearsed,
                ).format(n=report.rehearsed)
            )
        for trouble, mails in report.troubles.most_common():
            say(
                _("{n} of them {state}: {answer}").format(
                    n=mails, state=mail_label(trouble.state), answer=trouble.answer
                )
            )

    emit(data, words)
    if report.failed or report.held:
        raise typer.Exit(FAILED)


@app.verb(help=_("Queue a refused or doubtful mail once more."))
def resend(mail_id: Id) -> None:
    with writing() as desk:
        one = mail_named(desk.session, mail_id)
        send_again(desk.session, one, desk.now)
        emit(columns(one, BODY), lambda: say(_("Queued again. Next: duban mail send")))
