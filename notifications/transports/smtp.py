"""Mail by SMTP, with TLS unless the installation says otherwise."""

import smtplib
import ssl
from datetime import datetime
from typing import Literal

from notifications.mail import Mail, as_email_message
from notifications.transports import Failure, Receipt, SendFailed

CONNECT_SECONDS = 30
FINAL_DOT_SECONDS = 600
"""RFC 5321 gives the peer ten minutes to answer the final dot; less makes copies."""


_AT_FAULT = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)
"""Refusals of the installation itself; no mail is at fault."""


class SmtpTransport:
    """One connection a mail; a dead connection can then doubt one mail only."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str | None = None,
        password: str | None = None,
        security: Literal["starttls", "tls", "none"] = "tls",
        answer_seconds: float = FINAL_DOT_SECONDS,
    ) -> None:
        self.host, self.port = host, port
        self.user, self.password = user, password
        self.security = security
        self.answer_seconds = answer_seconds

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Hand over; what was refused before the text was taken is known to be unsent."""
        content = as_email_message(mail, date).as_bytes()
        try:
            with self._connect() as server:
                self._offer(server, mail)
                return self._hand_over(server, content)
        except _AT_FAULT as error:
            # A wrong password or sender is mended in the installation, without a new mail.
            raise SendFailed(_words(error), Failure.TEMPORARY) from error
        except smtplib.SMTPResponseException as error:
            raise SendFailed(_words(error), _by_code(error.smtp_code)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(_words(error), Failure.TEMPORARY) from error

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=CONNECT_SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user and self.password:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _offer(self, server: smtplib.SMTP, mail: Mail) -> None:
        server.ehlo_or_helo_if_needed()
        code, answer = server.mail(mail.sender)
        if code >= 300:
            raise smtplib.SMTPSenderRefused(code, answer, mail.sender)
        code, answer = server.rcpt(mail.to)
        if code >= 300:
            raise smtplib.SMTPResponseException(code, answer)

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> Receipt:
        if server.sock is not None:
            server.sock.settimeout(self.answer_seconds)
        try:
            code, answer = server.data(content)
        except smtplib.SMTPDataError:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(_words(error), Failure.IN_DOUBT) from error
        if code >= 300:
            raise smtplib.SMTPResponseException(code, answer)
        return Receipt(None, answer.decode("utf-8", "replace"))


def _by_code(code: int) -> Failure:
    return Failure.PERMANENT if code >= 500 else Failure.TEMPORARY


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{error.smtp_code} {text}"
    return f"{type(error).__name__}: {error}"
