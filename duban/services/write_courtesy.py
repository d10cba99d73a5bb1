"""The one mail of courtesy of a day is written when it leaves, of what is then true."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.language import as_language
from duban.services.join_courtesies import joined_to
from duban.services.morning_facts import as_kept, figures_of_morning, morning_facts
from duban.services.night_entries import night_entries, review_entries
from duban.services.night_lines import Kind, Line, as_said, lines_of
from duban.services.render_mail import render_mail
from duban.services.rules import Rules
from duban.services.view_entries import view_entries
from duban.services.withdraw_notices import withdraw_untold
from duban.services.write_night_mail import give_thread, put_into
from models.calendar import civil_date
from models.letter import Letter
from models.message import BRIEF, VIEWS, Message
from models.organization import Organization
from notifications.brief_values import Brief, BriefFigures
from notifications.render import Rendered
from notifications.values import CourtesyMail


@dataclass
class Held:
    """What a mail of courtesy holds: lines of nights, mails about views, and the brief."""

    lines: list[Line] = field(default_factory=list)
    views: list[Message] = field(default_factory=list)
    brief: Message | None = None
    figures: BriefFigures | None = None

    @property
    def letter_id(self) -> int | None:
        """The one letter that it is about, where it is about nothing else."""
        letters = {line.letter_id for line in self._reminders}
        alone = len(self._reminders) == len(self.lines) and not self.views and not self.brief
        return letters.pop() if alone and len(letters) == 1 else None

    @property
    def _reminders(self) -> list[Line]:
        return [line for line in self.lines if line.kind is not Kind.REVIEW]

    def __bool__(self) -> bool:
        return bool(self.lines or self.views or self.brief)


def write_courtesy(session: Session, message: Message, *, now: datetime, rules: Rules) -> bool:
    """Let ``message`` say what of it and of all that joined it is true; false if nothing is."""
    members = [message, *joined_to(session, message)]
    held = hold(session, members, now=now, rules=rules, keep=True)
    if not held:
        return False
    put_into(message, render_courtesy(session, message, held, now=now, rules=rules))
    give_thread(session, message, held.letter_id, rules)
    return True


def hold(
    session: Session, members: Sequence[Message], *, now: datetime, rules: Rules, keep: bool
) -> Held:
    """What of these mails is true at ``now``; with ``keep`` each keeps its lines."""
    held = Held()
    for one in members:
        of_today = civil_date(one.queued_at) == civil_date(now)
        if one.template == VIEWS and of_today and VIEWS in one.guard:
            held.views.append(one)
        elif one.template == BRIEF and of_today:
            held.brief, held.figures = one, figures_of_morning(session, now)
            if keep:
                one.guard = {**one.guard, "figures": as_kept(held.figures)}
                session.add(one)
        elif one.run_id is not None:
            lines = lines_of(session, one, rules, now)
            held.lines += [line for line in lines if line.true]
            if keep:
                withdraw_untold(session, one, [line for line in lines if not line.true], now)
                said = as_said(line for line in lines if line.true)
                one.guard = {**one.guard, "lines": said}
                session.add(one)
    return held


def render_courtesy(
    session: Session, message: Message, held: Held, *, now: datetime, rules: Rules
) -> Rendered:
    """The words of a mail of courtesy that holds this."""
    reminders = [line for line in held.lines if line.kind is not Kind.REVIEW]
    reviews = [line for line in held.lines if line.kind is Kind.REVIEW]
    base_url = rules.settings.site.base_url

    def fill(base: dict[str, Any]) -> CourtesyMail:
        return CourtesyMail(
            **base,
            at=now,
            reminders=night_entries(session, reminders, now=now, rules=rules),
            reviews=review_entries(session, reviews),
            views=tuple(entry for one in held.views for entry in view_entries(one, base_url)),
            views_link=f"{base_url}/views",
            brief=_brief(session, held, now=now, rules=rules),
        )

    letter_id = held.letter_id
    return render_mail(
        message.template,
        fill,
        language=as_language(message.language),
        organization=session.get_one(Organization, message.organization_id),
        letter=None if letter_id is None else session.get_one(Letter, letter_id),
        rules=rules,
        record=message.id,
    )


def _brief(session: Session, held: Held, *, now: datetime, rules: Rules) -> Brief | None:
    if held.brief is None or held.figures is None:
        return None
    return morning_facts(session, held.brief, held.figures, now=now, rules=rules)
