"""What a mailing did, in words and as data."""

from typing import Any

from config.language import _, ngettext
from duban.cli.output import say
from duban.services.send_report import SendReport
from models.words import mail_label


def report_data(report: SendReport) -> dict[str, Any]:
    """The numbers, and for each answer that mails have in common how many there are."""
    return {
        "sent": report.sent,
        "failed": report.failed,
        "cancelled": report.cancelled,
        "in_doubt": report.held,
        "rehearsed": report.rehearsed,
        "sent_again_without_proof": report.blind,
        "waiting_for_hours": report.waiting,
        "another_process": report.elsewhere,
        "failures": [
            {"state": trouble.state, "answer": trouble.answer, "mails": mails}
            for trouble, mails in report.troubles.most_common()
        ],
    }


def say_report(report: SendReport) -> None:
    """The same as sentences."""
    if report.elsewhere:
        say(_("Another process is sending mail just now; nothing was done here."))
        return
    say(
        _("Sent {sent}, failed {failed}, no longer needed {cancelled}, in doubt {in_doubt}").format(
            sent=report.sent,
            failed=report.failed,
            cancelled=report.cancelled,
            in_doubt=report.held,
        )
    )
    if report.waiting:
        say(
            ngettext(
                "{n} mail waits for the hours in which it may leave.",
                "{n} mails wait for the hours in which they may leave.",
                report.waiting,
            ).format(n=report.waiting)
        )
    if report.blind:
        say(
            ngettext(
                "{n} mail was queued once more without proof that it had not been taken.",
                "{n} mails were queued once more without proof that they had not been taken.",
                report.blind,
            ).format(n=report.blind)
        )
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
