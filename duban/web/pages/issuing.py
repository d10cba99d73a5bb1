"""Issuing letters: what would go out and by when, the button, and what went out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from starlette.datastructures import FormData, QueryParams
from starlette.responses import Response

from config.language import _, ngettext
from duban.services.issue_letters import LetterPlan, issue_letters, plan_letters
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.letter_choice import Choice, in_an_address, read_choice
from duban.web.pages.letters import dates_of
from duban.web.problems import status_of
from duban.web.sight import Sight
from models.calendar import civil_date
from models.deadline_proof import deadline_record, proof_sentences, rule_words
from models.deadlines import Deadline, Rule
from models.errors import BadInput, CalendarNotCovered, NotFound, StaleVersion
from models.letter import Letter
from models.message import Message
from models.queries.drafts import waiting_imports, waiting_organizations
from models.queries.letters import lines_between, mails_about
from models.rights import Right

pages = Pages()
MOST_AT_ONCE = 1_000
TEXTS_SHOWN = 300


@pages.get("/letters/new", Right.ISSUE)
def preview(desk: Desk) -> Response:
    given = _given(desk)
    with desk.reading() as sight:
        organizations = waiting_organizations(sight.session)
        imports = waiting_imports(sight.session)
        plans: list[LetterPlan] = []
        status, now = 200, sight.now
        if organizations:
            try:
                choice = read_choice(given, organizations=organizations, imports=imports, now=now)
                now = choice.at or now
                plans = _plans(sight, choice, now)
            except (BadInput, StaleVersion, CalendarNotCovered) as error:
                desk.problem, status = desk.problem or error, status_of(error)
        return desk.page(
            "issue_preview.html", sight, status=status,
            given=given, organizations=organizations, imports=imports, plans=plans,
            chosen=set(given.getlist("org")), rule_choices=rule_choices(),
            on_terms=in_an_address(given),
            **(_preview(sight, plans, now) if plans else {}),
        )  # fmt: skip


@pages.post("/letters", Right.ISSUE, again=preview)
def issue(desk: Desk) -> Response:
    with desk.writing(alone=True) as sight:
        choice = read_choice(
            desk.form, organizations=waiting_organizations(sight.session),
            imports=waiting_imports(sight.session), now=sight.now,
        )  # fmt: skip
        try:
            letters = issue_letters(
                sight.session, **desk.circumstances(sight), terms=choice.terms,
                chosen=choice.chosen, at=choice.at, seen=_seen(desk.text("seen")),
            )  # fmt: skip
        except NotFound as error:
            raise StaleVersion(
                _("Nothing waits to be issued any more; somebody else has issued it.")
            ) from error
        if desk.text("dates") != _mark_of_letter(letters[0]):
            raise StaleVersion(
                _("The dates have changed since you saw them; look at the preview again.")
            )
        first, last = letters[0], letters[-1]
        path = f"/letters/issued?year={first.year}&first={first.sequence}&last={last.sequence}"
    return desk.to(path)


@pages.get("/letters/issued", Right.ISSUE)
def issued(desk: Desk) -> Response:
    year, first, last = (_number(desk.query.get(name, "")) for name in ("year", "first", "last"))
    with desk.reading() as sight:
        lines = lines_between(
            sight.session, year, first, min(last, first + MOST_AT_ONCE), scope=sight.scope,
            now=sight.now,
        )  # fmt: skip
        if not lines:
            raise NotFound(_("There are no such letters."))
        told: dict[int | None, list[Message]] = defaultdict(list)
        ids = [line.letter.id or 0 for line in lines]
        for mail in mails_about(sight.session, ids, template="issued", limit=10 * MOST_AT_ONCE):
            told[mail.letter_id].append(mail)
        return desk.page(
            "issued.html", sight,
            lines=lines, told=told, dates=dates_of(lines[0].letter),
            findings=sum(line.tally.findings for line in lines),
            mails=sum(map(len, told.values())),
            mail_time=desk.house.settings.schedule.mail,
        )  # fmt: skip


def _given(desk: Desk) -> FormData | QueryParams:
    return desk.form if desk.request.method == "POST" else desk.query


def _plans(sight: Sight, choice: Choice, at: datetime) -> list[LetterPlan]:
    return plan_letters(
        sight.session, at=at, rules=sight.rules, terms=choice.terms, chosen=choice.chosen
    )


def _preview(sight: Sight, plans: Sequence[LetterPlan], at: datetime) -> dict[str, object]:
    """What the page says of letters that would all bear the same dates."""
    plan = plans[0]
    mails = sum(len(one.told) for one in plans)
    year = civil_date(at).year
    return {
        "finish": plan.finish,
        "report": plan.report if plan.report.last_day != plan.finish.last_day else None,
        "sign_by": plan.sign_by,
        "proof": proof_sentences(deadline_record(plan.finish)),
        "terms": rule_words(deadline_record(plan.finish)),
        "moved": plan.finish.last_day != plan.finish.nominal_day,
        "provisional": plan.finish.provisional or plan.report.provisional,
        "number": f"{sight.settings.site.letter_prefix}〔{year}〕__号",
        "button": issue_words(len(plans), mails),
        "mails": mails,
        "by_hand": sum(not one.told for one in plans),
        "findings": sum(len(one.findings) for one in plans),
        "seen": ",".join(str(finding.id) for one in plans for finding in one.findings),
        "mark": _mark(plan.finish, plan.report, plan.sign_by),
        "texts_shown": TEXTS_SHOWN,
    }


def issue_words(letters: int, mails: int) -> str:
    """What the button is going to do."""
    if mails == 0:
        words = ngettext("Issue {n} letter", "Issue {n} letters", letters)
    elif mails == 1:
        words = ngettext(
            "Issue {n} letter and send 1 mail", "Issue {n} letters and send 1 mail", letters
        )
    else:
        words = ngettext(
            "Issue {n} letter and send {m} mails", "Issue {n} letters and send {m} mails", letters
        )
    return words.format(n=letters, m=mails)


def rule_choices() -> list[tuple[str, str]]:
    """What a rest day at the end of a period may do, for a field of choices."""
    return [
        ("", _("as the rules say")),
        (Rule.NEXT_WORKDAY, _("a rest day moves it to the next working day")),
        (Rule.STATUTORY_ONLY, _("a day off of a festival moves it, a weekend does not")),
        (Rule.NATURAL, _("rest days do not move it")),
    ]


def _seen(text: str) -> list[int | None]:
    """The findings that a form showed, by their ids."""
    parts = text.split(",") if text else []
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        raise BadInput(_("This form cannot be read; open its page and send it anew."))
    return [int(part) for part in parts]


def _mark(finish: Deadline, report: Deadline, sign_by: date) -> str:
    """The days that a preview showed."""
    return f"{finish.last_day} {report.last_day} {sign_by}"


def _mark_of_letter(letter: Letter) -> str:
    return f"{letter.last_day} {letter.report_by} {letter.sign_by}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
