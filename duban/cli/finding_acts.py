"""Acts on one finding: acknowledge, submit, accept, return, ask for time, reopen, withdraw."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import Desk, actor, writing
from duban.cli.shapes import extension_shape, finding_shape
from duban.services.acknowledge import acknowledge as acknowledge_finding
from duban.services.extend import request_extension
from duban.services.reopen import reopen as reopen_finding
from duban.services.review import accept as accept_report
from duban.services.review import send_back
from duban.services.submit import submit as submit_report
from duban.services.withdraw import withdraw as withdraw_finding
from models.day_words import long_day
from models.errors import BadInput, StaleVersion
from models.finding import Finding
from models.periods import Period
from models.queries.findings import finding_by_reference, row_of
from models.transitions import Role
from models.words import organization_label, state_label

Reference = Annotated[str, typer.Argument(help=_("#17, 12-3 or 2023-12-3."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
At = Annotated[str | None, typer.Option("--at", help=_("When it happened, if not now."))]
Reason = Annotated[str, typer.Option("--reason", help=_("Why; people will read it."))]
Version = Annotated[
    int | None,
    typer.Option("--version", help=_("Act only if this is still the finding's version.")),
]


def add_to(app: App) -> None:
    """Give ``duban finding`` its acts."""
    for name, act, words in (
        (
            "acknowledge",
            acknowledge,
            _("Record the receipt of one finding; a whole letter: duban letter acknowledge."),
        ),
        (
            "submit",
            submit,
            _("Hand in the organization's report, with references to its evidence files."),
        ),
        (
            "accept",
            accept,
            _("Accept the report and close the finding; never by who submitted it."),
        ),
        ("return", return_, _("Return the report for rework, with a reason.")),
        (
            "extend",
            extend,
            _("Ask for more time; a supervisor decides with duban extension approve."),
        ),
        (
            "reopen",
            reopen,
            _("Open a rectified finding again after a re-check, with a new window."),
        ),
        ("withdraw", withdraw, _("Withdraw a finding that was issued in error, with a reason.")),
    ):
        app.verb(name, help=words)(act)


def acknowledge(
    reference: Reference, by: By = None, at: At = None, version: Version = None
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        who = actor(by, Role.ORGANIZATION)
        acknowledge_finding(desk.session, finding, now=desk.now, actor=who, rules=desk.rules)
        _answer(desk, finding)


def submit(
    reference: Reference,
    report: Annotated[str | None, typer.Option(help=_("What was done."))] = None,
    report_file: Annotated[Path | None, typer.Option(help=_("The same, from a text file."))] = None,
    evidence: Annotated[list[Path] | None, typer.Option(help=_("A file; may be repeated."))] = None,
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        submit_report(
            desk.session, finding, report=_report(report, report_file), now=desk.now,
            actor=actor(by, Role.ORGANIZATION), rules=desk.rules, evidence=evidence or (),
        )  # fmt: skip
        _answer(desk, finding)


def accept(reference: Reference, by: By = None, at: At = None, version: Version = None) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        who = actor(by, Role.VERIFIER)
        accept_report(desk.session, finding, now=desk.now, actor=who, rules=desk.rules)
        _answer(desk, finding)


def return_(
    reference: Reference, reason: Reason = "", by: By = None, at: At = None, version: Version = None
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        send_back(
            desk.session, finding, reason=reason, now=desk.now,
            actor=actor(by, Role.VERIFIER), rules=desk.rules,
        )  # fmt: skip
        _answer(desk, finding)


def extend(
    reference: Reference,
    period: Annotated[str, typer.Option("--for", help=_("How much more: 10wd, P15D, P1M."))],
    reason: Reason = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, None)
        request = request_extension(
            desk.session, finding, Period.parse(period), reason=reason, now=desk.now,
            by=actor(by, Role.ORGANIZATION).name, rules=desk.rules,
        )  # fmt: skip
        row = row_of(desk.session, finding, desk.now)
        data = extension_shape(request, row.reference)

        def words() -> None:
            say(
                _("Request {id} for {reference}: from {old} to {new}.").format(
                    id=request.id, reference=row.reference,
                    old=long_day(request.old_last_day), new=long_day(request.new_last_day),
                )
            )  # fmt: skip
            if request.late:
                say(_("It came after the last day and is marked late."))
            say(_("Next: duban extension approve {id} --by NAME").format(id=request.id))

        emit(data, words)


def reopen(
    reference: Reference,
    reason: Reason = "",
    window: Annotated[
        str | None, typer.Option(help=_("The new window; else the policy's."))
    ] = None,
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        reopen_finding(
            desk.session, finding, reason=reason, now=desk.now,
            actor=actor(by, Role.SUPERVISOR), rules=desk.rules,
            window=Period.parse(window) if window else None,
        )  # fmt: skip
        _answer(desk, finding)


def withdraw(
    reference: Reference, reason: Reason = "", by: By = None, at: At = None, version: Version = None
) -> None:
    with writing(at) as desk:
        finding = _finding(desk, reference, version)
        withdraw_finding(
            desk.session, finding, reason=reason, now=desk.now,
            actor=actor(by, Role.SUPERVISOR), rules=desk.rules,
        )  # fmt: skip
        _answer(desk, finding)


def _finding(desk: Desk, reference: str, version: int | None) -> Finding:
    finding = finding_by_reference(desk.session, reference)
    if version is not None and finding.version != version:
        raise StaleVersion(
            _("{reference} is at version {found}, not {wanted}; look again and repeat.").format(
                reference=reference, found=finding.version, wanted=version
            ),
            version=finding.version,
        )
    return finding


def _report(text: str | None, path: Path | None) -> str:
    if (text is None) == (path is None):
        raise BadInput(_("Give the report with --report or with --report-file."))
    if path is None:
        return text or ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(
                path=path, why=getattr(error, "strerror", None) or _("it is not UTF-8 text")
            )
        ) from error


def _answer(desk: Desk, finding: Finding) -> None:
    row = row_of(desk.session, finding, desk.now)

    def words() -> None:
        say(
            _("{reference} {organization}: now {state}.").format(
                reference=row.reference,
                organization=organization_label(row.organization),
                state=state_label(row.state),
            )
        )

    emit(finding_shape(row, desk.now), words)
