"""Acts on one finding: receipt, report, review, more time, reopening, withdrawing and back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import Desk, actor, writing
from duban.cli.text_file import read_text
from duban.services.acknowledge import acknowledge as acknowledge_findings
from duban.services.extend import request_extension
from duban.services.reinstate import reinstate as reinstate_findings
from duban.services.reopen import reopen as reopen_findings
from duban.services.review import accept as accept_reports
from duban.services.review import send_back
from duban.services.submit import submit as submit_report
from duban.services.transition import Circumstances
from duban.services.withdraw import withdraw as withdraw_findings
from duban.shapes import extension_shape, finding_shape
from models.day_words import long_day
from models.errors import BadInput, StaleVersion, WrongUsage
from models.finding import Finding
from models.periods import Period
from models.queries.findings import finding_by_reference, row_of
from models.transitions import Role
from models.words import organization_label, state_label

References = Annotated[
    list[str], typer.Argument(help=_("#17, 12-3 or 2023-12-3; several are one act."))
]
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
        ("reinstate", reinstate, _("Take back a withdrawal that was a mistake, with a reason.")),
    ):
        app.verb(name, help=words)(act)


def acknowledge(
    references: References, by: By = None, at: At = None, version: Version = None
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        acknowledge_findings(desk.session, findings, **_circumstances(desk, by, Role.ORGANIZATION))
        _answer(desk, findings)


def submit(
    references: References,
    report: Annotated[str | None, typer.Option(help=_("What was done."))] = None,
    report_file: Annotated[Path | None, typer.Option(help=_("The same, from a text file."))] = None,
    evidence: Annotated[list[Path] | None, typer.Option(help=_("A file; may be repeated."))] = None,
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        submit_report(
            desk.session, findings, report=_report(report, report_file), evidence=evidence or (),
            **_circumstances(desk, by, Role.ORGANIZATION),
        )  # fmt: skip
        _answer(desk, findings)


def accept(references: References, by: By = None, at: At = None, version: Version = None) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        accept_reports(desk.session, findings, **_circumstances(desk, by, Role.VERIFIER))
        _answer(desk, findings)


def return_(
    references: References,
    reason: Reason = "",
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        send_back(desk.session, findings, reason=reason, **_circumstances(desk, by, Role.VERIFIER))
        _answer(desk, findings)


def extend(
    references: References,
    period: Annotated[str, typer.Option("--for", help=_("How much more: 10wd, P15D, P1M."))],
    reason: Reason = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, None)
        requests = request_extension(
            desk.session, findings, Period.parse(period), reason=reason, now=desk.now, at=desk.at,
            by=actor(by, Role.ORGANIZATION).name, rules=desk.rules,
        )  # fmt: skip
        asked = [
            (request, row_of(desk.session, finding, desk.at).reference)
            for request, finding in zip(requests, findings, strict=True)
        ]

        def words() -> None:
            for request, reference in asked:
                say(
                    _("Request {id} for {reference}: from {old} to {new}.").format(
                        id=request.id, reference=reference,
                        old=long_day(request.old_last_day), new=long_day(request.new_last_day),
                    )
                )  # fmt: skip
            if any(request.late for request in requests):
                say(_("It came after the last day and is marked late."))
            ids = " ".join(str(request.id) for request in requests)
            say(_("Next: duban extension approve {id} --by NAME").format(id=ids))

        shown = [extension_shape(request, reference) for request, reference in asked]
        emit({"count": len(shown), "requests": shown}, words)


def reopen(
    references: References,
    reason: Reason = "",
    window: Annotated[
        str | None, typer.Option(help=_("The new window; else the policy's."))
    ] = None,
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        reopen_findings(
            desk.session, findings, reason=reason, window=Period.parse(window) if window else None,
            **_circumstances(desk, by, Role.SUPERVISOR),
        )  # fmt: skip
        _answer(desk, findings)


def withdraw(
    references: References,
    reason: Reason = "",
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        withdraw_findings(
            desk.session, findings, reason=reason, **_circumstances(desk, by, Role.SUPERVISOR)
        )
        _answer(desk, findings)


def reinstate(
    references: References,
    reason: Reason = "",
    by: By = None,
    at: At = None,
    version: Version = None,
) -> None:
    with writing(at) as desk:
        findings = _findings(desk, references, version)
        reinstate_findings(
            desk.session, findings, reason=reason, **_circumstances(desk, by, Role.SUPERVISOR)
        )
        _answer(desk, findings)


class _Dated(Circumstances):
    """The same, with when it happened."""

    at: datetime


def _circumstances(desk: Desk, by: str | None, role: Role) -> _Dated:
    return {"now": desk.now, "at": desk.at, "actor": actor(by, role), "rules": desk.rules}


def _findings(desk: Desk, references: list[str], version: int | None) -> list[Finding]:
    findings = [finding_by_reference(desk.session, one) for one in dict.fromkeys(references)]
    if version is None:
        return findings
    if len(findings) > 1:
        raise WrongUsage(_("--version goes with one finding only."))
    (finding,) = findings
    if finding.version != version:
        raise StaleVersion(
            _("{reference} is at version {found}, not {wanted}; look again and repeat.").format(
                reference=references[0], found=finding.version, wanted=version
            ),
            version=finding.version,
        )
    return findings


def _report(text: str | None, path: Path | None) -> str:
    if (text is None) == (path is None):
        raise BadInput(_("Give the report with --report or with --report-file."))
    if path is None:
        return text or ""
    return read_text(path)


def _answer(desk: Desk, findings: list[Finding]) -> None:
    rows = [row_of(desk.session, finding, desk.at) for finding in findings]

    def words() -> None:
        for row in rows:
            say(
                _("{reference} {organization}: now {state}.").format(
                    reference=row.reference,
                    organization=organization_label(row.organization),
                    state=state_label(row.state),
                )
            )

    shown = [finding_shape(row, desk.at) for row in rows]
    emit({"count": len(shown), "findings": shown}, words)
