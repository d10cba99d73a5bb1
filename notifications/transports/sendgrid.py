"""Mail by SendGrid's official library; the only file that knows it."""

import socket
from datetime import datetime
from typing import Any
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from notifications.mail import Mail, check_address, headers_of
from notifications.transports import Failure, Receipt, SendFailed

PERMANENT = (400, 404, 413)
"""Answers that the same request would get again. Everything from 500 on may have been taken."""

NOT_NOW = (401, 403, 429)
"""The installation's key, or too many requests: the mails are right, so they wait."""


_NOT_TRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


class SendGridTransport:
    """One request a recipient; tracking off; an opaque id is all that is attached."""

    # A request is mostly waiting, on a connection of its own.
    lanes = 4

    def __init__(self, key: str, host: str, *, answer_seconds: float = 30) -> None:
        self.client = SendGridAPIClient(key, host=host)
        # The library has no time-out of its own and would wait for ever.
        self.client.client.timeout = answer_seconds

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Post it; 202 means queued there, not delivered."""
        # The same guards as for SMTP, whatever the interface would accept.
        headers_of(mail, date)
        try:
            response = self.client.send(request_of(mail))
        except HTTPError as error:
            answer = f"{error.status_code} {error.reason}"
            raise SendFailed(answer, _by_status(error), _asked_to_wait(error)) from error
        except URLError as error:
            known = isinstance(error.reason, (ConnectionRefusedError, socket.gaierror))
            failure = Failure.UNREACHABLE if known else Failure.IN_DOUBT
            raise SendFailed(f"{type(error.reason).__name__}: {error.reason}", failure) from error
        except OSError as error:
            raise SendFailed(f"{type(error).__name__}: {error}", Failure.IN_DOUBT) from error
        return Receipt(response.headers.get("X-Message-Id"), str(response.status_code))

    def close(self) -> None:
        """The library opens a connection for each request."""


def request_of(mail: Mail) -> dict[str, Any]:
    """The body of the request, which the library hands over as it is.

    Its own classes would make the same, at half the price of the request.
    """
    person: dict[str, Any] = {
        "to": [_person(mail.to, mail.to_name)],
        "custom_args": {"oid": mail.message_id.partition("@")[0]},
        "headers": {"Message-ID": f"<{mail.message_id}>", **mail.headers},
    }
    request = {
        "from": _person(mail.sender, mail.sender_name),
        "subject": mail.subject,
        "personalizations": [person],
        "content": [
            {"type": "text/plain", "value": mail.text},
            {"type": "text/html", "value": mail.html},
        ],
        "tracking_settings": _NOT_TRACKED,
    }
    if mail.reply_to:
        request["reply_to"] = {"email": check_address(mail.reply_to)}
    return request


def _person(address: str, name: str) -> dict[str, str]:
    found = {"email": check_address(address)}
    return found | {"name": name} if name else found


def _by_status(error: HTTPError) -> Failure:
    if error.status_code in NOT_NOW:
        return Failure.UNREACHABLE
    if error.status_code in PERMANENT:
        return Failure.PERMANENT
    return Failure.IN_DOUBT if error.status_code >= 500 else Failure.TEMPORARY


def _asked_to_wait(error: HTTPError) -> float | None:
    """The seconds of ``Retry-After``; a date there is not taken."""
    text = (error.headers or {}).get("Retry-After") or ""
    return float(text) if text.isascii() and text.isdigit() else None
