"""A step after a notice that reached nobody: somebody must have told the organization otherwise."""

from collections.abc import Sequence

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from models.errors import BadInput
from models.escalation import Escalation
from models.heard_before import HeardBefore
from models.ladder import RungKind
from models.queries.heard_before import heard_before

LONGEST_HEARD_BY = 200


def heard_of(
    session: Session, proposals: Sequence[Escalation], rules: Rules
) -> dict[int, HeardBefore]:
    """How far the urging notice before each proposal came, by the proposal's id."""
    if not proposals:
        return {}
    notices = [rung.code for rung in rules.ladder if rung.kind is RungKind.NOTICE]
    return heard_before(session, proposals, notices)


def told_otherwise(
    session: Session,
    proposals: Sequence[Escalation],
    approve: bool,
    heard_by: str | None,
    rules: Rules,
) -> dict[int, str]:
    """What is added to the reason of those that nobody heard of by mail, by id.

    Raises:
        BadInput: one of them is approved, and nobody says who was told otherwise; or that is
            too long.
    """
    heard = heard_of(session, proposals if approve else (), rules)
    silent = [number for number, one in heard.items() if one.unheard]
    if not silent:
        return {}
    said = " ".join((heard_by or "").split())
    if not said:
        raise BadInput(
            _(
                "The notice before this step reached nobody; say who was told by telephone or on "
                "paper, and when."
            ),
            field="heard_by",
        )
    if len(said) > LONGEST_HEARD_BY:
        raise BadInput(
            _("Say in at most {n} characters who was told.").format(n=LONGEST_HEARD_BY),
            field="heard_by",
        )
    return dict.fromkeys(silent, _("Told by telephone or on paper: {said}").format(said=said))
