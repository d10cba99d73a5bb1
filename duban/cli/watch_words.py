"""What ``duban run watch`` found, in words."""

from config.language import _
from duban.services.raise_alarm import Alarm, Told
from models.day_words import local_minute
from models.trouble_words import trouble_words
from models.words import run_label


def alarm_line(alarm: Alarm) -> str:
    """What is wrong, in a sentence."""
    if alarm.trouble is not None:
        return trouble_words(alarm.trouble)
    if alarm.expected is None:
        return ""
    line = _("The nightly check of {time} has not been done.").format(
        time=local_minute(alarm.expected)
    )
    if alarm.early and alarm.attempt is not None:
        line += " " + _("What came of it: {attempt}").format(attempt=run_label(alarm.attempt))
    return line


def good_news(told: Told) -> list[str]:
    """Who knows of the alarm, or would."""
    kinds = (
        (_("An alarm was mailed to {to}."), told.now),
        (_("An alarm was mailed in the last 24 hours to {to}."), told.before),
        (_("An alarm would be mailed to {to}; in a dry run, a rehearsal or a demo none leaves."),
         told.would),
    )  # fmt: skip
    return [line.format(to=", ".join(people)) for line, people in kinds if people]


def bad_news(told: Told) -> list[str]:
    """Who does not, and why."""
    lines = [
        _("No alarm reached {to}: {why}; it is tried again at the next call.").format(
            to=to, why=why.rstrip(".")
        )
        for to, why in told.failures.items()
    ]
    if told.forgotten is not None:
        line = _("The folder “data_dir” cannot be written ({why}), so the next call mails again.")
        lines.append(line.format(why=told.forgotten))
    if not (told.now or told.before or told.would or told.failures):
        lines.append(_("Nobody is mailed: “watch.to” names no address."))
    return lines
