"""Mails as mail servers send them back, with Python's own library as far as it goes."""

from email import message_from_bytes
from email.message import EmailMessage, Message, MIMEPart
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText

from notifications.mail import as_bytes
from tests.notifications.samples import WHEN, mail

DATE = "Sat, 27 Jan 2024 01:00:00 +0000"


def original(number: str, to: str = "x@a.example") -> bytes:
    """A mail of ours, as it left."""
    return as_bytes(mail(message_id=f"{number}@duban.example", to=to), WHEN)


def report(
    number: str,
    action: str,
    status: str,
    said: str,
    *,
    to: str = "x@a.example",
    final: str | None = None,
    envelope: str | None = None,
    returned: str = "message/rfc822",
    words: str = "Delivery report.",
) -> bytes:
    """A report by RFC 3464; ``returned`` says how our mail stands in it."""
    outer = MIMEMultipart("report", report_type="delivery-status")
    outer["From"] = "Mail Delivery System <MAILER-DAEMON@mx.example>"
    outer["To"], outer["Date"] = "duban@duban.example", DATE
    outer["Auto-Submitted"] = "auto-replied"
    outer["Message-ID"] = f"<report-{action}@mx.example>"
    outer.attach(MIMEText(words, "plain", "utf-8"))
    about, one = Message(), Message()
    about["Reporting-MTA"] = "dns; mx.example"
    if envelope is not None:
        about["Original-Envelope-Id"] = envelope
    one["Original-Recipient"] = f"rfc822;{to}"
    one["Final-Recipient"] = f"rfc822; {final or to}"
    one["Action"], one["Status"] = action, status
    one["Diagnostic-Code"] = f"smtp; {said}"
    told = MIMENonMultipart("message", "delivery-status")
    told.set_payload([about, one])
    outer.attach(told)
    if returned == "message/rfc822":
        outer.attach(MIMEMessage(message_from_bytes(original(number, to))))
    elif returned:
        head = original(number, to).decode().replace("\r\n", "\n").partition("\n\n")[0]
        outer.attach(MIMEText(head, "rfc822-headers"))
    return outer.as_bytes()


def bounce(
    number: str,
    words: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "Undeliverable",
    charset: str = "utf-8",
    attached: bool = True,
    **headers: str,
) -> bytes:
    """A bounce in nobody's form: words, and our mail attached or copied into them."""
    outer = MIMEMultipart()
    outer["From"], outer["To"], outer["Subject"] = sender, "duban@duban.example", subject
    outer["Date"], outer["Message-ID"] = DATE, "<bounce@mx.example>"
    for name, value in headers.items():
        outer[name.replace("_", "-")] = value
    copied = "" if attached else f"\n\n{original(number).decode()}"
    outer.attach(MIMEText(words + copied, "plain", charset))
    if attached:
        outer.attach(MIMEMessage(message_from_bytes(original(number))))
    return outer.as_bytes()


def answer(number: str, words: str = "I am away.", **headers: str) -> bytes:
    """What a person or their mailbox answers to our mail."""
    found = EmailMessage()
    found["From"], found["To"], found["Date"] = "x@a.example", "duban@duban.example", DATE
    found["Subject"], found["Message-ID"] = "Re: 函", "<answer@a.example>"
    found["In-Reply-To"] = found["References"] = f"<{number}@duban.example>"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(words)
    return found.as_bytes()


def read_receipt(number: str) -> bytes:
    """What a mail program says when a person opened our mail."""
    outer = MIMEMultipart("report", report_type="disposition-notification")
    outer["From"], outer["To"], outer["Date"] = "postmaster@a.example", "duban@duban.example", DATE
    outer.attach(MIMEText(f"x@a.example read it.\nMessage-ID: <{number}@duban.example>"))
    told = MIMEPart()
    told.set_content("Disposition: manual-action; displayed\n")
    told.replace_header("Content-Type", "message/disposition-notification")
    outer.attach(told)
    return outer.as_bytes()
