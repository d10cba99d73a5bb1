"""``duban calendar``: due dates with their reasons, and which years are covered."""

from typing import Annotated, Any

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import policy_rules, settings
from duban.shapes import calendar_year_shape
from models.calendar import Calendar, shipped_calendar
from models.database import open_database
from models.day_words import festival_words, list_day, long_day
from models.deadline_proof import deadline_record, proof_sentences, rule_words, told
from models.deadlines import Rule, compute_due
from models.errors import BadInput, NotFound, Unavailable
from models.periods import Period
from models.typed_days import typed_instant

app = App()

Year = Annotated[int, typer.Argument(help=_("Such as 2024."))]


@app.verb(help=_("When a period ends, and why on that day."))
def due(
    issued: Annotated[str, typer.Argument(help=_("2024-01-12 or 2024-01-12T10:00+08:00."))],
    window: Annotated[str, typer.Option(help="P1M, P15D, 10wd")] = "P1M",
    rule: Annotated[str, typer.Option(help="natural, next-workday, statutory-only")] = (
        Rule.NEXT_WORKDAY.value
    ),
    provisional: Annotated[
        bool,
        typer.Option("--provisional", help=_("Answer even for a year without a notice.")),
    ] = False,
) -> None:
    if rule not in set(Rule):
        raise BadInput(
            _("There is no rule “{rule}”; there are: {known}.").format(
                rule=rule, known=", ".join(Rule)
            )
        )
    calendar = _calendar()
    deadline = compute_due(
        typed_instant(issued),
        Period.parse(window),
        Rule(rule),
        calendar.provisionally() if provisional else calendar,
    )
    record = deadline_record(deadline)

    def words() -> None:
        say(long_day(deadline.last_day))
        for sentence in proof_sentences(record):
            say(f"  {sentence}")
        say(
            _("  {period_and_rule} · calendar {calendar} · due {due_at}").format(
                period_and_rule=rule_words(record),
                calendar=deadline.calendar_version or _("none consulted"),
                due_at=record["due_at"],
            )
        )  # fmt: skip

    emit(told(record), words)


@app.verb("list", help=_("The days off and make-up working days of a year."))
def list_year(year: Year) -> None:
    calendar = _calendar()
    if not calendar.covers(year):
        raise NotFound(
            _("The holiday notice for {year} is not loaded; see “duban calendar coverage”.").format(
                year=year
            )
        )
    found = calendar.years[year]
    data = calendar_year_shape(found)
    rows = sorted(
        [
            (list_day(day), festival_words(name), what)
            for days, what in ((found.off_days, _("off")), (found.make_up_days, _("worked")))
            for day, name in days.items()
        ],
        key=lambda row: row[0].split()[-1] if row[0][0].isalpha() else row[0],
    )
    emit(data, lambda: table((_("Day"), _("Festival"), _("Kind")), rows))


@app.verb(help=_("Which years have a notice."))
def coverage() -> None:
    calendar = _calendar()
    rows: list[dict[str, Any]] = [
        {
            "year": year,
            "version": calendar.years[year].version,
            "notice": calendar.years[year].notice_number,
            "noticed_on": calendar.years[year].noticed_on,
        }
        for year in calendar.covered_years
    ]

    def words() -> None:
        table(
            (_("Year"), _("Version"), _("Notice"), _("Of")),
            [[str(value) for value in row.values()] for row in rows],
        )
        say(
            _("A date in {year} or later is provisional until its notice is imported.").format(
                year=calendar.covered_years[-1] + 1
            )
        )

    emit({"count": len(rows), "years": rows}, words)


def _calendar() -> Calendar:
    """The shipped years and, where there is an installation, its imported ones."""
    try:
        opened = open_database(settings().database_url)
    except Unavailable:
        return shipped_calendar()
    try:
        with opened.read() as session:
            return policy_rules(session).calendar
    finally:
        opened.close()
