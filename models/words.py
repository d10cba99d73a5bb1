"""The words for states, events, rungs and reasons, in the current language."""

from config.language import _, current_language, ngettext
from models.escalation import EscalationState
from models.message import (
    HEARD_LATER,
    HELD_UNTIL,
    JOINED,
    NO_LONGER_TRUE,
    NOBODY_THERE,
    REHEARSED,
    SETTLED,
    Message,
    MessageState,
)
from models.nightly_run import RunState
from models.organization import ContactRole, Organization, OrganizationKind
from models.rights import AccountRole
from models.transition_log import TransitionRecord
from models.transitions import Event, Role, State


def state_label(state: State) -> str:
    """A state as a tag."""
    return {
        State.DRAFT: _("Draft"),
        State.ISSUED: _("Awaiting receipt"),
        State.ACKNOWLEDGED: _("In progress"),
        State.SUBMITTED: _("Awaiting review"),
        State.OVERDUE: _("Overdue"),
        State.RECTIFIED: _("Closed"),
        State.WITHDRAWN: _("Withdrawn"),
    }[state]


def level_label(level: int) -> str:
    """A level of the ladder; from the circular on, a person decided it."""
    names = (_("Reminder"), _("Urging notice"), _("Circular"), _("Summons"), _("Referral"))
    return names[level] if level < len(names) else _("Level {level}").format(level=level)


def reason_label(reason: str) -> str:
    """Why nothing was done for a finding, or a rung was not told."""
    return {
        "not-due": _("no further step due"),
        "awaiting-our-review": _("waits for our review"),
        "extension-pending": _("a request for more time is undecided"),
        "already-sent-this-rung": _("this rung was told already"),
        "rest-day-deferred": _("put off to a working day"),
        "no-working-address": _("no working address; telephone"),
        "error": _("could not be checked"),
        "later-reminder-instead": _("a later reminder took its place"),
        "receipt-was-there": _("the receipt was there"),
        "report-was-there": _("the report was there"),
        "reviewed-in-time": _("we reviewed in time"),
        "reviewed-late": _("we reviewed late, before a check could tell it"),
        "closed-by-then": _("it was closed by then"),
        "check-has-not-run": _("the nightly check has not run since"),
        "too-late-to-remind": _("no working day was left before the end of the period"),
        "no-check-before-the-end": _("no check ran before the last day was over"),
        NO_LONGER_TRUE: _("it was no longer true when the mail was to leave"),
        "reached-nobody": _("the mail reached nobody"),
        "not-in-that-state": _("it was not in that state on a night since"),
    }.get(reason, reason)


def answer_words(answer: str) -> str:
    """What a mail server answered, in its own words, or why a mail was not handed to it."""
    if answer == REHEARSED:
        return _("it was written during a rehearsal, when no mail leaves")
    if answer == JOINED:
        return _("its lines left in another mail to the same address")
    if answer == NOBODY_THERE:
        return _("its recipient receives mail no more; the next person was told instead")
    if answer == HEARD_LATER:
        return _("it was heard only later that the mail server had taken it")
    if answer.startswith(SETTLED):
        return _("settled by hand, {who_and_why}").format(who_and_why=answer.removeprefix(SETTLED))
    return reason_label(NO_LONGER_TRUE) if answer == NO_LONGER_TRUE else answer


def mail_words(mail: Message) -> str:
    """Where one mail is, with what its state alone does not say."""
    if mail.state is MessageState.CANCELLED and mail.answer == REHEARSED:
        return _("held back, rehearsal")
    if mail.state is MessageState.CANCELLED and mail.joined_id is not None:
        return _("left together with another mail")
    if mail.state is MessageState.QUEUED and mail.next_attempt_at == HELD_UNTIL:
        return _("waits for the end of the rehearsal")
    if mail.state is MessageState.QUEUED and mail.attempts:
        return _("not taken yet, will be tried again")
    return mail_label(mail.state)


def template_label(template: str) -> str:
    """What a mail is about."""
    return {
        "issued": _("a letter was issued"),
        "acknowledged": _("the receipt was recorded"),
        "submitted": _("a report came in"),
        "returned": _("a report was returned"),
        "closed": _("everything was closed"),
        "withdrawn": _("findings were withdrawn"),
        "reopened": _("findings were reopened"),
        "taken-back": _("something was taken back"),
        "extension": _("a request for more time was decided"),
        "deadline-moved": _("a last day moved"),
        "escalated": _("an escalation was approved"),
        "digest": _("the nightly check reminds or urges"),
        "overdue": _("the nightly check urges: findings are overdue"),
        "reminder": _("the nightly check reminds: a last day or a receipt"),
        "brief": _("the morning's brief"),
        "review-late": _("our own review is late"),
        "urged": _("somebody urged by hand"),
        "invitation": _("somebody was invited to sign in"),
        "reset": _("a new password can be set"),
        "account-changed": _("an account was changed"),
        "views": _("saved views, on chosen days"),
    }.get(template, template)


def event_label(event: str) -> str:
    """An event as a past act."""
    return {
        "issue": _("issued"),
        "acknowledge": _("acknowledged"),
        "submit": _("submitted"),
        "accept": _("accepted and closed"),
        "return": _("returned"),
        "lapse": _("became overdue"),
        "extend": _("extended"),
        "redate": _("due date settled"),
        "reopen": _("reopened"),
        "withdraw": _("withdrawn"),
        "reinstate": _("withdrawal taken back"),
        "revoke": _("more time taken back"),
        "rescind": _("approved step taken back"),
        "annul": _("receipt taken back"),
    }[event]


def recorded_reason(record: TransitionRecord) -> str:
    """The reason that somebody gave, the holiday notice, or who entered what was on paper."""
    if notice := record.details.get("notice"):
        return _("holiday notice {number}").format(number=notice)
    if clerk := record.details.get("entered_by"):
        return _("on paper, entered by {name}").format(name=clerk)
    return record.reason or ""


def run_label(state: RunState) -> str:
    """How a night went."""
    return {
        RunState.RUNNING: _("running"),
        RunState.COMPLETED: _("completed"),
        RunState.WARNINGS: _("completed with warnings"),
        RunState.STOPPED: _("stopped by the brake"),
        RunState.FAILED: _("failed"),
        RunState.MISSED: _("missed, made up for later"),
    }[state]


def organization_label(organization: Organization) -> str:
    """The name in the current language, the official one where there is no other."""
    if current_language() == "en" and organization.name_en:
        return organization.name_en
    return organization.name


def rung_label(code: str) -> str:
    """A rung of the ladder that ships; another one is called by its code."""
    return {
        "receipt": _("receipt missing"),
        "receipt-again": _("receipt missing, second time"),
        "due-7": _("7 days before"),
        "due-3": _("3 days before"),
        "due-1": _("1 day before"),
        "urge": _("urging notice"),
        "circular": _("circular"),
        "summons": _("summons"),
        "referral": _("referral"),
        "review-late": _("our review is late"),
    }.get(code, code)


def size_words(size: int) -> str:
    """How large a file is."""
    if size < 1024:
        return ngettext("{n} byte", "{n} bytes", size).format(n=size)
    if size < 1024 * 1024:
        return f"{size / 1024:.1f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def mail_label(state: MessageState) -> str:
    """Where a mail is."""
    return {
        MessageState.QUEUED: _("to be sent"),
        MessageState.SENDING: _("being sent"),
        MessageState.ACCEPTED: _("sent"),
        MessageState.REFUSED: _("refused"),
        MessageState.IN_DOUBT: _("in doubt"),
        MessageState.CANCELLED: _("no longer needed"),
        MessageState.HELD: _("waits for a person's decision"),
        MessageState.DELIVERED: _("delivered"),
        MessageState.BOUNCED: _("returned as undeliverable"),
    }[state]


def proposal_label(state: EscalationState) -> str:
    """What became of a proposal."""
    return {
        EscalationState.PROPOSED: _("to be decided"),
        EscalationState.APPROVED: _("approved"),
        EscalationState.DECLINED: _("declined"),
        EscalationState.DROPPED: _("no longer needed"),
        EscalationState.RESCINDED: _("taken back"),
    }[state]


def act_label(event: Event) -> str:
    """An event as something that people do."""
    return {
        Event.ISSUE: _("issue"),
        Event.ACKNOWLEDGE: _("acknowledge"),
        Event.SUBMIT: _("submit"),
        Event.ACCEPT: _("accept"),
        Event.RETURN: _("return"),
        Event.LAPSE: _("lapse"),
        Event.EXTEND: _("extend"),
        Event.REDATE: _("settle the due date"),
        Event.REOPEN: _("reopen"),
        Event.WITHDRAW: _("withdraw"),
        Event.REINSTATE: _("take back the withdrawal"),
        Event.REVOKE: _("take back granted time"),
        Event.RESCIND: _("take back an approved step"),
        Event.ANNUL: _("take back the receipt"),
    }[event]


def role_label(role: Role) -> str:
    """In which role somebody acts."""
    return {
        Role.CLERK: _("clerk"),
        Role.ORGANIZATION: _("organization"),
        Role.VERIFIER: _("verifier"),
        Role.SUPERVISOR: _("supervisor"),
        Role.SYSTEM: _("system"),
    }[role]


def kind_label(kind: OrganizationKind) -> str:
    """What a body is."""
    return {
        OrganizationKind.COMMISSION: _("discipline inspection commission"),
        OrganizationKind.COMMITTEE: _("party committee"),
        OrganizationKind.GROUP: _("leading party members' group"),
        OrganizationKind.WORKING_COMMITTEE: _("party working committee"),
        OrganizationKind.OTHER: _("other"),
    }[kind]


def contact_label(role: ContactRole) -> str:
    """In which capacity a person receives mail."""
    return {
        ContactRole.CONTACT: _("contact person"),
        ContactRole.HEAD: _("head"),
        ContactRole.LEADER_IN_CHARGE: _("leader in charge"),
        ContactRole.CLERK: _("clerk"),
        ContactRole.SUPERVISOR: _("supervisor"),
    }[role]


def account_role_label(role: AccountRole) -> str:
    """In which capacity somebody signs in."""
    return {
        AccountRole.CLERK: _("clerk"),
        AccountRole.VERIFIER: _("verifier"),
        AccountRole.SUPERVISOR: _("supervisor"),
        AccountRole.ORGANIZATION: _("organization"),
        AccountRole.ADMINISTRATOR: _("administrator"),
        AccountRole.AUDITOR: _("auditor"),
    }[role]
