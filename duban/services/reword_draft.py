"""The words of a finding may be mended as long as no letter carries it."""

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from models.errors import RefusedByRule, StaleVersion
from models.finding import Finding
from models.transitions import State


def reword_draft(session: Session, finding: Finding, text: str) -> None:
    """Give a draft another text and a new version.

    Raises:
        RefusedByRule: a letter carries it; what was issued stays as it is.
        StaleVersion: somebody changed it since it was read.
    """
    if finding.state is not State.DRAFT:
        raise RefusedByRule(
            _("Finding #{id} stands in an issued letter already.").format(id=finding.id)
        )
    written = session.exec(
        update(Finding)
        .where(
            col(Finding.id) == finding.id,
            col(Finding.version) == finding.version,
            col(Finding.phase) == State.DRAFT,
        )
        .values(text=text, version=finding.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not written.rowcount:
        raise StaleVersion(
            _("Finding #{id} was changed by somebody else meanwhile; look again and repeat.")
            .format(id=finding.id)
        )  # fmt: skip
    session.refresh(finding)
