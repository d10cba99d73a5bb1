"""``duban escalation``: what the program proposes and a named person decides."""

from typing import Annotated

import typer

from config.language import _
from duban.cli import circular
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, reading, writing
from duban.services.decide_escalation import decide
from duban.services.rescind import rescind as rescind_steps
from duban.services.tell_otherwise import heard_of
from duban.shapes import escalation_shape
from models.day_words import list_day
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.heard_before import HeardBefore
from models.queries.findings import Row, row_of
from models.queries.submissions import escalations
from models.reach_words import hearing_words
from models.transitions import Role
from models.words import level_label, organization_label, proposal_label

app = App()

Ids = Annotated[list[int], typer.Argument(help=_("Proposals' numbers."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
At = Annotated[str | None, typer.Option("--at", help=_("When it happened, if not now."))]


@app.verb("list", help=_("Proposals that wait for a decision; all of them with --all."))
def list_proposals(
    everything: Annotated[bool, typer.Option("--all", help=_("Decided ones too."))] = False,
) -> None:
    with reading() as desk:
        wanted = None if everything else EscalationState.PROPOSED
        found = [(one, _row(desk, one)) for one in escalations(desk.session, wanted)]
        heard = _heard(desk, [one for one, _its_row in found])
        data = {
            "count": len(found),
            "proposals": [escalation_shape(one, row, heard.get(one.id or 0)) for one, row in found],
        }
        headings = (_("Proposal"), _("No."), _("Organization"), _("Level"), _("Effective"),
                    _("Notice before"), _("Decision"), _("By"), _("Reason"))  # fmt: skip
        rows = [
            (str(one.id), row.reference, organization_label(row.organization),
             level_label(one.level), list_day(one.effective_on),
             hearing_words(heard[one.id or 0]) if one.id in heard else "",
             proposal_label(one.state), one.decided_by or "", one.reason or "")
            for one, row in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("Approve proposals; the organization is told."))
def approve(
    ids: Ids,
    by: By = None,
    at: At = None,
    reason: Annotated[str | None, typer.Option(help=_("A remark."))] = None,
    heard_by: Annotated[
        str | None,
        typer.Option(help=_("Who was told by telephone or on paper, if no mail reached them.")),
    ] = None,
) -> None:
    _decide(ids, True, by, at, reason, heard_by)


@app.verb(help=_("Decline proposals, with a reason."))
def decline(
    ids: Ids,
    reason: Annotated[str, typer.Option(help=_("Why; people will read it."))] = "",
    by: By = None,
    at: At = None,
) -> None:
    _decide(ids, False, by, at, reason)


@app.verb(help=_("Take back steps that were approved by mistake, with a reason."))
def rescind(
    ids: Ids,
    reason: Annotated[str, typer.Option(help=_("Why; people will read it."))] = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        who = actor(by, Role.SUPERVISOR)
        _answer(
            desk,
            rescind_steps(
                desk.session, ids, now=desk.now, at=desk.at, actor=who, rules=desk.rules,
                reason=reason,
            ),
        )  # fmt: skip


def _decide(
    ids: list[int],
    approved: bool,
    by: str | None,
    at: str | None,
    reason: str | None,
    heard_by: str | None = None,
) -> None:
    with writing(at) as desk:
        who = actor(by, Role.SUPERVISOR)
        decided = decide(
            desk.session, ids, approved, now=desk.now, at=desk.at, actor=who, rules=desk.rules,
            reason=reason, heard_by=heard_by,
        )  # fmt: skip
        _answer(desk, decided)


circular.add_to(app)


def _answer(desk: Desk, decided: list[Escalation]) -> None:
    found = [(one, _row(desk, one)) for one in decided]

    def words() -> None:
        for one, row in found:
            level, decision = level_label(one.level), proposal_label(one.state)
            say(f"{one.id}  {row.reference}  {level}: {decision}")

    emit(
        {"count": len(found), "proposals": [escalation_shape(one, row) for one, row in found]},
        words,
    )


def _heard(desk: Desk, proposals: list[Escalation]) -> dict[int, HeardBefore]:
    """How far the notices came before those that wait."""
    waiting = [one for one in proposals if one.state is EscalationState.PROPOSED]
    return heard_of(desk.session, waiting, desk.rules)


def _row(desk: Desk, proposal: Escalation) -> Row:
    return row_of(desk.session, desk.session.get_one(Finding, proposal.finding_id), desk.now)
