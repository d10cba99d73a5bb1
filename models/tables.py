"""Every table, imported once so that the metadata is complete."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from models.account import Account
from models.account_event import AccountEvent
from models.api_token import ApiToken, IdempotentAnswer
from models.calendar_feed import CalendarFeed
from models.cell_change import CellChange
from models.delivery_event import DeliveryEvent
from models.escalation import Escalation, Notice
from models.explanation import CallNote, Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.finding_count import DueCount, FindingCount
from models.installation import CalendarImport, ImportBatch, Installation
from models.letter import Letter, LetterCounter
from models.look_again import LookAgain
from models.message import Message
from models.nightly_run import NightlyRun, PolicyVersion, RunFailure, RunUnreached
from models.one_time_link import OneTimeLink
from models.organization import Contact, Organization
from models.pending_change import PendingChange
from models.report_draft import ReportDraft
from models.run_shard import RunShard
from models.saved_view import SavedView
from models.sign_in import SignIn, SignInDelay
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord
from models.uploaded_ledger import UploadedLedger
from models.view_mail import ViewMail

__all__ = [
    "Account",
    "AccountEvent",
    "ApiToken",
    "CalendarFeed",
    "CalendarImport",
    "CallNote",
    "CellChange",
    "Contact",
    "DeliveryEvent",
    "DueCount",
    "Escalation",
    "Evidence",
    "Explanation",
    "ExtensionRequest",
    "Finding",
    "FindingCount",
    "IdempotentAnswer",
    "ImportBatch",
    "Installation",
    "Letter",
    "LetterCounter",
    "LookAgain",
    "Message",
    "NightlyRun",
    "Notice",
    "OneTimeLink",
    "Organization",
    "PendingChange",
    "PolicyVersion",
    "ReportDraft",
    "RunFailure",
    "RunShard",
    "RunUnreached",
    "SavedView",
    "SignIn",
    "SignInDelay",
    "Submission",
    "TransitionRecord",
    "UploadedLedger",
    "ViewMail",
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
