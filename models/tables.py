"""Every table, imported once so that the metadata is complete."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.finding_count import DueCount, FindingCount
from models.installation import CalendarImport, ImportBatch, Installation
from models.letter import Letter, LetterCounter
from models.look_again import LookAgain
from models.message import Message
from models.nightly_run import NightlyRun, PolicyVersion, RunFailure, RunUnreached
from models.organization import Contact, Organization
from models.run_shard import RunShard
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord

__all__ = [
    "CalendarImport",
    "Contact",
    "DueCount",
    "Escalation",
    "Evidence",
    "ExtensionRequest",
    "Finding",
    "FindingCount",
    "ImportBatch",
    "Installation",
    "Letter",
    "LetterCounter",
    "LookAgain",
    "Message",
    "NightlyRun",
    "Notice",
    "Organization",
    "PolicyVersion",
    "RunFailure",
    "RunShard",
    "RunUnreached",
    "Submission",
    "TransitionRecord",
    "insert_into",
    "metadata",
    "table_of",
]

metadata = SQLModel.metadata


def insert_into(connection: Connection, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do about a row that is there already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table_of(model))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements over whole tables."""
    return metadata.tables[str(model.__tablename__)]
