"""``duban letter``: preview, issue, acknowledge and list reminder letters."""

from typing import Annotated, Any

import typer

from config.language import _, ngettext
from duban.cli import letter_document, letter_papers, letter_receipts
from duban.cli.app import App
from duban.cli.letter_draft import Draft, write_draft
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, confirm_count, reading, writing
from duban.services.issue_letters import (
    Chosen,
    LetterPlan,
    Terms,
    issue_letters,
    plan_letters,
    start_numbers_at,
)
from duban.shapes import cut, finding_shape, letter_shape, plans_shape
from models.day_words import list_day, local_minute, long_day
from models.deadline_proof import deadline_record, proof_sentences, told
from models.deadlines import Rule
from models.errors import BadInput, RefusedByRule
from models.letter import Letter
from models.organization import Organization
from models.periods import Period
from models.queries.findings import Row, finding_by_reference, of_letter, row_of
from models.queries.letters import letter_by_reference, letters
from models.queries.organizations import organization_named
from models.transitions import Role, State
from models.typed_days import typed_day
from models.words import organization_label, state_label

app = App()

Org = Annotated[
    list[str] | None,
    typer.Option(help=_("Only this organization; may be repeated.")),
]
Findings = Annotated[
    list[str] | None,
    typer.Option("--finding", help=_("Only this finding (#17); may be repeated.")),
]
Import = Annotated[int | None, typer.Option("--import", help=_("Only what this import brought."))]
Window = Annotated[str | None, typer.Option(help=_("To finish: P1M, P15D, 10wd."))]
Report = Annotated[str | None, typer.Option("--report", help=_("To report back, if not the same."))]
RuleName = Annotated[str | None, typer.Option(help="natural, next-workday, statutory-only")]
Meeting = Annotated[str | None, typer.Option(help=_("The day of the review meeting."))]
At = Annotated[str | None, typer.Option("--at", help=_("When the letters are dated, if not now."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
Number = Annotated[str, typer.Argument(help=_("12, 2023-12 or the full number."))]


@app.verb("list", help=_("Letters, the newest first."))
def list_letters(limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200) -> None:
    with reading() as desk:
        newest, more = cut(letters(desk.session, limit + 1), limit)
        found = [_with_addressee(desk, letter) for letter in newest]
        data = {
            "count": len(found),
            "truncated": more,
            "letters": [letter_shape(letter, org, count) for letter, org, count in found],
        }
        headings = (_("Number"), _("Organization"), _("Findings"), _("Issued"), _("Last day"))
        rows = [
            (letter.number, organization_label(org), str(count), local_minute(letter.issued_at),
             list_day(letter.present_last_day))
            for letter, org, count in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("One letter with its findings."))
def show(number: Number) -> None:
    with reading() as desk:
        letter = letter_by_reference(desk.session, number)
        letter, organization, count = _with_addressee(desk, letter)
        rows = [row_of(desk.session, f, desk.now) for f in of_letter(desk.session, letter.id or 0)]
        data: dict[str, Any] = {
            **letter_shape(letter, organization, count),
            "proof": _proof(letter),
            "items": [finding_shape(row, desk.now) for row in rows],
        }

        def words() -> None:
            say(f"{letter.number}  {organization_label(organization)}")
            say(_("Issued {when} by {who}").format(
                when=local_minute(letter.issued_at), who=letter.issued_by
            ))  # fmt: skip
            _say_dates(letter)
            for sentence in proof_sentences(letter.proof.get("settled", letter.proof)):
                say(f"  {sentence}")
            say()
            table(
                (_("No."), _("State"), _("Last day"), _("Finding")),
                [
                    (row.reference, state_label(row.state), _last_day(letter, row),
                     row.finding.text)
                    for row in rows
                ],
            )  # fmt: skip

        emit(data, words)


@app.verb(help=_("What issuing would do: which letters, by when, and why that day."))
def preview(
    org: Org = None, finding: Findings = None, import_: Import = None, window: Window = None,
    report: Report = None, rule: RuleName = None,
    meeting: Meeting = None, at: At = None, to: Draft = None,
) -> None:  # fmt: skip
    with reading(at) as desk:
        terms = _terms(window, report, rule, meeting)
        plans = _plans(desk, _chosen(desk, org, finding, import_), terms)
        if to is not None:
            write_draft(desk, plans, terms, to)
        emit(plans_shape(plans), lambda: _say_plans(plans))


@app.verb(help=_("Issue one letter to each organization for its imported findings."))
def issue(
    org: Org = None, finding: Findings = None, import_: Import = None, window: Window = None,
    report: Report = None, rule: RuleName = None,
    meeting: Meeting = None, by: By = None, at: At = None,
) -> None:  # fmt: skip
    terms = _terms(window, report, rule, meeting)
    with reading(at) as desk:
        chosen = _chosen(desk, org, finding, import_)
        issued_at, plans = desk.at, _plans(desk, chosen, terms)
        seen = [finding.id for plan in plans for finding in plan.findings]
        question = ngettext(
            "Issue {n} letter, to be finished by {day}? Type {n}:",
            "Issue {n} letters, to be finished by {day}? Type {n}:",
            len(plans),
        ).format(n=len(plans), day=long_day(plans[0].finish.last_day))
    confirm_count(question, len(plans))
    with writing(at) as desk:
        issued = issue_letters(
            desk.session, now=desk.now, at=issued_at, actor=actor(by, Role.CLERK),
            rules=desk.rules, terms=terms, chosen=chosen, seen=seen,
        )  # fmt: skip
        found = [_with_addressee(desk, letter) for letter in issued]
        data = {
            "count": len(found),
            "letters": [letter_shape(letter, org, count) for letter, org, count in found],
        }

        def words() -> None:
            for letter, organization, count in found:
                findings = ngettext("{n} finding", "{n} findings", count).format(n=count)
                say(f"{letter.number}  {organization_label(organization)}  {findings}")
            _say_dates(issued[0])
            say(_("Next: duban mail send · duban status"))

        emit(data, words)


@app.verb("number-from", help=_("Let a year's letters begin at another number than 1."))
def number_from(
    first: Annotated[int, typer.Argument(min=1, max=999_999, help=_("The first number to give."))],
    year: Annotated[int, typer.Option(min=1990, max=2100, help=_("Such as 2024."))],
) -> None:
    with writing() as desk:
        start_numbers_at(desk.session, year, first)
        emit(
            {"year": year, "first": first},
            lambda: say(_("The letters of {year} begin at {n}.").format(year=year, n=first)),
        )


letter_receipts.add_to(app)
letter_document.add_to(app)
letter_papers.add_to(app)


def _terms(window: str | None, report: str | None, rule: str | None, meeting: str | None) -> Terms:
    if rule is not None and rule not in set(Rule):
        raise BadInput(
            _("There is no rule “{rule}”; there are: {known}.").format(
                rule=rule, known=", ".join(Rule)
            )
        )
    return Terms(
        window=Period.parse(window) if window else None,
        report_window=Period.parse(report) if report else None,
        rule=Rule(rule) if rule else None,
        meeting_on=typed_day(meeting) if meeting else None,
    )


def _chosen(
    desk: Desk, names: list[str] | None, references: list[str] | None, import_id: int | None
) -> Chosen:
    """What the line names, looked up; a finding that stands in a letter cannot be chosen."""
    found = [finding_by_reference(desk.session, reference) for reference in references or []]
    for finding in found:
        if finding.state is not State.DRAFT:
            raise RefusedByRule(
                _("Finding #{id} stands in an issued letter already.").format(id=finding.id)
            )
    return Chosen(
        tuple(organization_named(desk.session, name).id or 0 for name in names or []),
        tuple(finding.id or 0 for finding in found),
        import_id,
    )


def _plans(desk: Desk, chosen: Chosen, terms: Terms) -> list[LetterPlan]:
    return plan_letters(desk.session, at=desk.at, rules=desk.rules, terms=terms, chosen=chosen)


def _say_plans(plans: list[LetterPlan]) -> None:
    table(
        (_("Organization"), _("Findings"), _("Mail to")),
        [
            (organization_label(plan.organization), str(len(plan.findings)),
             ", ".join(person.name for person in plan.contacts)
             or _("nobody has an address: deliver by hand"))
            for plan in plans
        ],
    )  # fmt: skip
    say()
    say(_("Receipt by {day}").format(day=long_day(plans[0].sign_by)))
    say(_("Finish by {day}").format(day=long_day(plans[0].finish.last_day)))
    for sentence in proof_sentences(deadline_record(plans[0].finish)):
        say(f"  {sentence}")
    if plans[0].report.last_day != plans[0].finish.last_day:
        say(_("Report back by {day}").format(day=long_day(plans[0].report.last_day)))
    say(_("Next: duban letter issue"))


def _say_dates(letter: Letter) -> None:
    say(_("Receipt by {day}").format(day=long_day(letter.sign_by)))
    say(_("Finish by {day}").format(day=long_day(letter.present_last_day)))
    if letter.present_last_day != letter.last_day:
        say(_("The letter itself bears {day}.").format(day=long_day(letter.last_day)))
    if letter.present_report_by != letter.present_last_day:
        say(_("Report back by {day}").format(day=long_day(letter.present_report_by)))
    if letter.provisional:
        say(_("The date is provisional until the year's holiday notice is imported."))


def _proof(letter: Letter) -> dict[str, Any]:
    """The reasoning of the date that the letter bears, and of the one that a notice gave."""
    proof = told(letter.proof)
    return {**proof, "settled": told(proof["settled"])} if "settled" in proof else proof


def _last_day(letter: Letter, row: Row) -> str:
    """A finding's present last day where it is another than its letter's."""
    last_day = row.finding.last_day
    if last_day is None or last_day == letter.present_last_day:
        return ""
    return list_day(last_day)


def _with_addressee(desk: Desk, letter: Letter) -> tuple[Letter, Organization, int]:
    organization = desk.session.get_one(Organization, letter.organization_id)
    return letter, organization, len(of_letter(desk.session, letter.id or 0))
