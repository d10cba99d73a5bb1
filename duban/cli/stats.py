"""``duban stats``: a month in figures, and the brief of it for those who lead."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.paper_file import Pdf, as_pdf, write_file
from duban.cli.session import reading
from duban.month_shape import month_shape
from models.day_words import local_minute
from models.month import month_before, typed_month
from models.month_figures import Days, MonthFigures
from models.queries.month import month_figures
from models.ranking import NOTHING
from models.words import organization_label

app = App()


@app.callback()
def stats() -> None:
    """A noun with one verb is still called by both."""


@app.verb(help=_("A month in figures; with --to also as a brief of one page (.docx)."))
def brief(
    month: Annotated[
        str | None, typer.Option(help=_("Such as 2024-01; else the last one that is over."))
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help=_("The file to write."))] = None,
    pdf: Pdf = False,
    as_of: Annotated[str | None, typer.Option(help=_("An instant other than now."))] = None,
) -> None:
    from duban.services.write_brief import write_brief

    with reading(as_of) as desk:
        chosen = typed_month(month) if month is not None else month_before(desk.now)
        figures = month_figures(desk.session, chosen, desk.now)
    if to is not None:
        data = write_brief(figures, desk.settings)
        write_file(to, as_pdf(data) if pdf else data)

    def words() -> None:
        _say(figures)
        if to is not None:
            say(_("Written to {file}.").format(file=to))

    emit(month_shape(figures) | {"file": to}, words)


def _say(figures: MonthFigures) -> None:
    total = figures.total
    say(f"{figures.month.words}  {_('As of {now}').format(now=local_minute(figures.as_of))}")
    say(
        _("Open: {open}; overdue: {overdue}, at {late} organizations; in review: {review}").format(
            open=total.open, overdue=total.overdue, late=total.late, review=total.in_review
        )
    )
    for words, one in (
        (_("On time by the first date: {share} ({percent})"), total.by_original),
        (_("On time by the present date: {share} ({percent})"), total.by_present),
    ):
        say(words.format(share=one.words, percent=one.percent))
    for words, days in (
        (_("Their days until a report, median: {median} (n = {n})"), figures.theirs),
        (_("Our days until a decision, median: {median} (n = {n})"), figures.ours),
    ):
        say(words.format(median=_median(days), n=days.n))
    say()
    table(
        (_("Organization"), _("Open"), _("Overdue"), _("Days late"), _("Returned"),
         _("By first date"), _("By present date")),
        [
            (organization_label(one.organization), str(one.open), str(one.overdue),
             str(one.days_late), str(one.returned), one.by_original.words, one.by_present.words)
            for one in figures.organizations
        ],
    )  # fmt: skip


def _median(days: Days) -> str:
    return NOTHING if days.median is None else f"{days.median:g}"
