"""An organization says why a finding is late (说明情况); the due date stays what it is."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from models.errors import BadInput, IllegalTransition
from models.explanation import Explanation
from models.finding import Finding
from models.transitions import State, has_lapsed

LONGEST_EXPLANATION = 5_000


def explain(
    session: Session, finding: Finding, text: str, *, by: str, now: datetime
) -> Explanation:
    """Keep what is said about the delay; the commission reads it before it decides.

    Raises:
        BadInput: nothing is said, or too much.
        IllegalTransition: the finding is not overdue.
    """
    text = text.strip()
    if not text:
        raise BadInput(_("Say why it is late, and until when it will be done."), field="text")
    if len(text) > LONGEST_EXPLANATION:
        raise BadInput(
            _("The explanation has more than {limit} characters; shorten it.").format(
                limit=LONGEST_EXPLANATION
            ),
            field="text",
        )
    if finding.state is not State.OVERDUE and not has_lapsed(finding.state, finding.due_at, now):
        raise IllegalTransition(_("This finding is not overdue; there is nothing to explain."))
    said = Explanation(finding_id=finding.id or 0, text=text, said_at=now, said_by=by)
    session.add(said)
    session.flush()
    return said
