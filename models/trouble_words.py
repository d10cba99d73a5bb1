"""The words for what is wrong: what, what to do about it, and what comes of doing nothing."""

from config.language import _, ngettext
from models.trouble import Trouble, TroubleKind


def trouble_title(trouble: Trouble) -> str:
    """The cause in a few words, as in a subject."""
    return {
        TroubleKind.QUEUED: _("Mail does not leave"),
        TroubleKind.IN_DOUBT: _("Mails have been in doubt for more than an hour"),
        TroubleKind.HELD: _("Mails wait for a person's decision"),
        TroubleKind.BOUNCES: _("Many mails do not arrive"),
        TroubleKind.SILENT: _("Nothing is heard from the mail provider"),
        TroubleKind.CALENDAR: _("The holiday notice for {year} is missing"),
    }[trouble.kind].format(year=trouble.year)


def trouble_words(trouble: Trouble) -> str:
    """What is the matter, with its figures; no person and no organization is named."""
    n = trouble.n
    return {
        TroubleKind.QUEUED: ngettext(
            "{n} mail could have left more than half an hour ago and has not.",
            "{n} mails could have left more than half an hour ago and have not.", n,
        ),
        TroubleKind.IN_DOUBT: ngettext(
            "Of {n} mail nobody knows whether the mail server took it, and no proof has come.",
            "Of {n} mails nobody knows whether the mail server took them, and no proof has come.",
            n,
        ),
        TroubleKind.HELD: ngettext(
            "{n} mail may have arrived or not; no proof was found, and it leaves no more by "
            "itself.",
            "{n} mails may have arrived or not; no proof was found, and they leave no more by "
            "themselves.", n,
        ),
        TroubleKind.BOUNCES: _(
            "Of the {of} mails of the last 24 hours {n} were refused or came back."
        ),
        TroubleKind.SILENT: _(
            "Mail was handed to the provider more than an hour ago, and its events do not come."
        ),
        TroubleKind.CALENDAR: _("Letters issued today reach into a year without holiday notice."),
    }[trouble.kind].format(n=n, of=trouble.of)  # fmt: skip


def trouble_remedy_words(trouble: Trouble) -> str:
    """What to do about it."""
    return {
        TroubleKind.QUEUED: _(
            "On the machine that runs Duban see whether duban serve, duban up or the Prefect "
            "worker is running. Then: duban mail send. It says why mails do not leave."
        ),
        TroubleKind.IN_DOUBT: _(
            "See whether mail is being sent, and look in the mail server's log. Then duban mail "
            "settle for what arrived, duban mail resend for what did not."
        ),
        TroubleKind.HELD: _(
            "Ask the recipients, then settle each mail or send it again on its page, or by duban "
            "mail settle and duban mail resend."
        ),
        TroubleKind.BOUNCES: _(
            "Look at duban mail list --state refused and --state bounced, correct the addresses "
            "and telephone. If all are refused for one reason, it is the sender's set-up."
        ),
        TroubleKind.SILENT: _(
            "See in the provider's settings whether the event webhook is on and leads here, and "
            "whether the key is the one of “mail.webhook_key”."
        ),
        TroubleKind.CALENDAR: _(
            "A clerk loads the notice of the State Council and a supervisor approves it, or: "
            "duban import calendar check FILE, then apply."
        ),
    }[trouble.kind]


def trouble_effect_words(trouble: Trouble) -> str:
    """What comes of it if nobody does anything."""
    return {
        TroubleKind.QUEUED: _(
            "If nothing is done, organizations are not told of letters and last days while their "
            "periods run."
        ),
        TroubleKind.IN_DOUBT: _(
            "If nothing is done, later mails about the same letters to the same people wait behind "
            "them."
        ),
        TroubleKind.HELD: _("If nothing is done, whoever did not get it never will."),
        TroubleKind.BOUNCES: _(
            "If nothing is done, these people are not told, and mail servers may soon refuse "
            "everything from this sender."
        ),
        TroubleKind.SILENT: _(
            "If nothing is done, mail that comes back is not noticed, and nothing proves what "
            "became of doubtful mail."
        ),
        TroubleKind.CALENDAR: _(
            "If nothing is done, last days in that year are provisional, or letters are refused."
        ),
    }[trouble.kind]
