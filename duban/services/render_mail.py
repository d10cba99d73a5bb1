"""A mail in words: what every mail names, and what puts the mails about a letter together."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from config.language import Language, speaking
from duban.services.rules import Rules
from models.letter import Letter
from models.organization import Contact, Organization
from models.queries.letters import reference_of
from models.words import organization_label
from notifications import values
from notifications.render import Rendered, render

Fill = Callable[[dict[str, Any]], values.Values]
"""Makes a mail's values from what every mail names, in the language being spoken."""


def letter_facts(letter: Letter) -> values.Letter:
    """What mails say of a letter."""
    return values.Letter(
        number=letter.number,
        year=letter.year,
        sequence=letter.sequence,
        last_day=letter.present_last_day,
        report_by=letter.present_report_by,
        sign_by=letter.sign_by,
        provisional=letter.provisional,
    )


def render_mail(
    template: str,
    fill: Fill,
    *,
    language: Language,
    organization: Organization,
    letter: Letter | None,
    rules: Rules,
    record: str = "",
) -> Rendered:
    """The mail in words, with what every mail names; ``record`` is its number."""
    site = rules.settings.site
    english = language == "en"
    with speaking(language):
        base = {
            "organization": organization_label(organization),
            "site": site.name_en if english else site.name,
            "office": site.office_en if english else site.office,
            "phone": site.phone,
            "link": site.base_url + _page_of(template, letter),
            "record": record[:12],
        }
        return render(template, fill(base), language)


def _page_of(template: str, letter: Letter | None) -> str:
    """Where a mail leads: a new letter to its receipt, so that it takes one page to confirm."""
    if letter is None:
        return "/views" if template == "views" else "/"
    page = f"/letters/{reference_of(letter)}"
    return f"{page}/acknowledge" if template == "issued" else page


def thread_headers(letter: Letter | None, contact: Contact, rules: Rules) -> dict[str, str]:
    """What puts every mail about a letter to one mailbox into one thread."""
    # A root that was never sent: a lost first mail cannot break the thread. Of the address, as
    # people who share one get each mail once, and not always in the name of the same person.
    if letter is None:
        return {}
    domain = rules.settings.mail.sender.partition("@")[2]
    box = sha256((contact.email or "").casefold().encode()).hexdigest()[:12]
    root = f"<t.{letter.id}.{box}@{domain}>"
    return {"In-Reply-To": root, "References": root}
