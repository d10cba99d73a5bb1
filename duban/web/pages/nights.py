"""The nights: what ran, what each did and did not do, what tonight would do, and running one."""

import re
from datetime import datetime

from starlette.responses import Response

from config.language import _, ngettext
from duban.services.account_log import log_event
from duban.services.account_run import page_of_account
from duban.services.catch_up import check_night, missed_nights, next_night
from duban.services.preview_night import preview_night
from duban.services.record_run import NightReport, confirm_night
from duban.shapes import cut
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.nights import adds_up, lines_of, strip, sums
from duban.web.sight import Sight
from models.calendar import SHANGHAI, civil_date
from models.day_words import list_day
from models.errors import NotFound, RefusedByRule
from models.nightly_run import DONE_STATES, NightlyRun, RunState
from models.queries.numbers import by_number
from models.queries.records import Place
from models.queries.runs import confirmed_by, runs
from models.rights import Right
from models.words import run_label

pages = Pages()

RUNS_A_PAGE, FINDINGS_A_PAGE, FORESEEN = 30, 100, 200
_PLACE = re.compile(r"(\d{1,18})-(\d{1,9})")


@pages.get("/nights", Right.READ_OFFICE)
def nights(desk: Desk) -> Response:
    with desk.reading() as sight:
        after = desk.query.get("after")
        from_here = _run(sight, after) if after else None
        found, more = cut(runs(sight.session, RUNS_A_PAGE + 1, after=from_here), RUNS_A_PAGE)
        today = datetime.combine(
            civil_date(sight.now), sight.settings.schedule.nightly_at, SHANGHAI
        )
        return desk.page(
            "nights.html",
            sight,
            runs=found,
            next=found[-1].id if more else None,
            strip=strip(
                sight.session, sight.now, nights_from=sight.installation.nights_from, tonight=today
            ),
            next_night=next_night(sight.now, sight.settings),
        )


@pages.get("/nights/preview", Right.READ_OFFICE)
def preview(desk: Desk) -> Response:
    _require_everything(desk)
    with desk.reading() as sight:
        night = next_night(sight.now, sight.settings)
        found = preview_night(sight.session, sight.rules, night, FORESEEN)
        return desk.page(
            "night_preview.html",
            sight,
            found=found,
            sums=sums(found.counts),
            at=night,
        )


@pages.post("/nights", Right.RUN_NIGHT, again=nights)
def run_now(desk: Desk) -> Response:
    _require_everything(desk)
    house, person = desk.house, desk.person
    with desk.reading() as sight:
        now = sight.now
    missed = missed_nights(house.database, now=now, settings=house.settings)
    report = check_night(house.database, as_of=now, settings=house.settings, via="web")
    with desk.writing() as sight:
        log_event(
            sight.session, "night.run", now=now, account_id=person.account_id, by=person.name,
            address=desk.address, run=report.run_id,
        )  # fmt: skip
    return desk.to(f"/nights/{report.run_id}", _said(report, len(missed) - 1))


def _said(report: NightReport, made_up_for: int) -> str:
    if report.state not in DONE_STATES:
        return _("Night of {night}: {state}").format(
            night=list_day(report.business_date), state=run_label(report.state)
        )
    if not any(report.counts.get(name, 0) for name in ("changed", "noticed", "proposals")):
        said = _("The check ran: no change.")
    else:
        said = _(
            "The check ran: {changed} became overdue, {noticed} told, {messages} mails."
        ).format(**report.counts)
    if made_up_for > 0:
        said += " " + ngettext(
            "It makes up for {n} earlier night that was missed.",
            "It makes up for {n} earlier nights that were missed.",
            made_up_for,
        ).format(n=made_up_for)
    return said


@pages.get("/nights/{number}", Right.READ_OFFICE)
def night(desk: Desk, number: str) -> Response:
    with desk.reading() as sight:
        run = _run(sight, number)
        after, acted_only = _place(desk), desk.query.get("only") == "done"
        entries, following = page_of_account(
            sight.session, run, sight.rules, after=after, limit=FINDINGS_A_PAGE,
            acted_only=acted_only, scope=sight.scope,
        )  # fmt: skip
        lines = lines_of(sight.session, run, entries, sight.now)
        whole = after is None and following is None and not acted_only
        ours = sight.scope.everything
        return desk.page(
            "night.html",
            sight,
            run=run,
            sums=sums(run.counts),
            done=[line for line in lines if line.acted],
            not_done=[line for line in lines if not line.acted],
            acted_only=acted_only,
            whole=whole,
            next=f"{following[0]}-{following[1]}" if following else None,
            adds_up=adds_up(run.counts, lines if whole and ours else None),
            confirmed=confirmed_by(sight.session, run.business_date)
            if run.state is RunState.STOPPED
            else None,
        )


@pages.post("/nights/{number}/confirm", Right.DECIDE, again=night)
def confirm(desk: Desk, number: str) -> Response:
    _require_everything(desk)
    person = desk.person
    with desk.writing() as sight:
        run = _run(sight, number)
        if run.state is not RunState.STOPPED:
            raise RefusedByRule(_("The brake did not stop this run; there is nothing to confirm."))
        confirm_night(sight.session, run.business_date, by=person.name)
        log_event(
            sight.session, "night.confirmed", now=sight.now, account_id=person.account_id,
            by=person.name, address=desk.address, run=run.id,
        )  # fmt: skip
        said = _("The night of {night} may go on; run the check again.").format(
            night=list_day(run.business_date)
        )
    return desk.to("/nights", said)


def _run(sight: Sight, number: str) -> NightlyRun:
    found = None
    if number.isascii() and number.isdigit() and len(number) <= 18:
        found = by_number(sight.session, NightlyRun, int(number))
    if found is None:
        raise NotFound(_("There is no run {number}.").format(number=number))
    return found


def _place(desk: Desk) -> Place | None:
    match = _PLACE.fullmatch(desk.query.get("after", ""))
    return (int(match[1]), int(match[2])) if match else None


def _require_everything(desk: Desk) -> None:
    """A check is about the whole district, so it is not for who sees a part of it."""
    if not desk.person.scope.everything:
        raise NotFound(_("There is no such page."))
