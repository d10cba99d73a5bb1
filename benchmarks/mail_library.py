"""A mail as SendGrid's own classes make it, to be compared with."""

from typing import Any

from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    CustomArg,
    Email,
    Header,
    OpenTracking,
    Personalization,
    SubscriptionTracking,
    To,
    TrackingSettings,
)
from sendgrid.helpers.mail import Mail as Request

from notifications.mail import Mail


def made_by_library(mail: Mail) -> Any:
    """The request that carries the same as ``request_of``."""
    request = Request(from_email=Email(mail.sender, mail.sender_name), subject=mail.subject)
    person = Personalization()
    person.add_to(To(mail.to, mail.to_name or None))
    person.add_custom_arg(CustomArg("oid", mail.message_id.partition("@")[0]))
    for name, value in {"Message-ID": f"<{mail.message_id}>", **mail.headers}.items():
        person.add_header(Header(name, value))
    request.add_personalization(person)
    request.add_content(Content("text/plain", mail.text))
    request.add_content(Content("text/html", mail.html))
    off = TrackingSettings()
    off.click_tracking = ClickTracking(False, False)
    off.open_tracking = OpenTracking(False)
    off.subscription_tracking = SubscriptionTracking(False)
    request.tracking_settings = off
    return request
