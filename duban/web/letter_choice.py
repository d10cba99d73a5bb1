"""Which drafts are to be issued and on what terms: the fields of the preview's form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from config.language import _
from duban.services.issue_letters import Chosen, Terms
from models.day_words import local_minute
from models.deadlines import Rule
from models.errors import BadInput, StaleVersion
from models.installation import ImportBatch
from models.organization import Organization
from models.periods import Period
from models.typed_days import typed_day, typed_instant


@dataclass(frozen=True)
class Choice:
    """What was chosen; ``at`` is the instant that the letters bear, if it is not now."""

    chosen: Chosen
    terms: Terms
    at: datetime | None


def read_choice(
    given: FormData | QueryParams,
    *,
    organizations: Sequence[tuple[Organization, int]],
    imports: Sequence[tuple[ImportBatch, int]],
    now: datetime,
) -> Choice:
    """What the fields say of the drafts that wait.

    Raises:
        BadInput: a field cannot be used; ``field`` says which.
        StaleVersion: what was chosen has no drafts any more.
    """
    waiting = {one.code: one.id or 0 for one, _count in organizations}
    codes = [code for code in given.getlist("org") if isinstance(code, str) and code]
    import_id = _text(given, "import")
    batches = {str(batch.id): batch.id for batch, _count in imports}
    if not set(codes) <= set(waiting) or (import_id and import_id not in batches):
        raise StaleVersion(
            _("What you chose has no finding to issue any more; look at the preview again.")
        )
    at, meeting = _text(given, "at"), _text(given, "meeting")
    return Choice(
        Chosen(
            organizations=tuple(waiting[code] for code in codes),
            import_id=batches[import_id] if import_id else None,
        ),
        Terms(
            window=_period(given, "window"),
            report_window=_period(given, "report"),
            rule=_rule(given),
            meeting_on=typed_day(meeting, "meeting") if meeting else None,
        ),
        _past(at, now) if at else None,
    )


def in_an_address(given: FormData | QueryParams) -> str:
    """The terms and the import that were chosen, as the query of an address."""
    names = ("import", "window", "report", "rule", "meeting", "at")
    return urlencode([(name, text) for name in names if (text := _text(given, name))])


def _past(text: str, now: datetime) -> datetime:
    found = typed_instant(text, "at")
    if found > now:
        raise BadInput(
            _("{at} lies ahead; only what has happened can be entered.").format(
                at=local_minute(found)
            ),
            field="at",
        )
    return found


def _period(given: FormData | QueryParams, name: str) -> Period | None:
    text = _text(given, name)
    try:
        return Period.parse(text) if text else None
    except BadInput as error:
        raise BadInput(error.message, field=name) from error


def _rule(given: FormData | QueryParams) -> Rule | None:
    text = _text(given, "rule")
    if text and text not in set(Rule):
        raise BadInput(
            _("There is no rule “{rule}”; there are: {known}.").format(
                rule=text, known=", ".join(Rule)
            ),
            field="rule",
        )
    return Rule(text) if text else None


def _text(given: FormData | QueryParams, name: str) -> str:
    value = given.get(name, "")
    return value.strip() if isinstance(value, str) else ""
