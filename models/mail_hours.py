"""Which mails may leave at an instant: nobody is written to at night or on a day of rest."""

from datetime import datetime, time

from models.calendar import SHANGHAI, Calendar, civil_date
from models.mail_classes import Hours


def hours_at(now: datetime, calendar: Calendar, begins: time, ends: time) -> tuple[Hours, ...]:
    """The hours that ``now`` belongs to, from the minute ``begins`` to the minute ``ends``.

    A year without a published notice has its weekends and the law's own days off.
    """
    clock = now.astimezone(SHANGHAI).time().replace(second=0, microsecond=0)
    if not begins <= clock <= ends:
        return (Hours.ANY,)
    if calendar.provisionally().is_rest_day(civil_date(now)):
        return Hours.ANY, Hours.DAILY
    return Hours.ANY, Hours.DAILY, Hours.OFFICE
