"""Every table, imported once so that the metadata is complete."""

from sqlmodel import SQLModel

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.installation import CalendarImport, ImportBatch, Installation
from models.letter import Letter, LetterCounter
from models.message import Message
from models.nightly_run import NightlyRun, RunItem
from models.organization import Contact, Organization
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord

__all__ = [
    "CalendarImport",
    "Contact",
    "Escalation",
    "Evidence",
    "ExtensionRequest",
    "Finding",
    "ImportBatch",
    "Installation",
    "Letter",
    "LetterCounter",
    "Message",
    "NightlyRun",
    "Notice",
    "Organization",
    "RunItem",
    "Submission",
    "TransitionRecord",
    "metadata",
]

metadata = SQLModel.metadata
