"""Mail by SMTP, with TLS unless the installation says otherwise."""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from typing import Literal

from notifications.mail import Mail, as_bytes
from notifications.transports import Failure, Receipt, SendFailed

CONNECT_SECONDS = 30
FINAL_DOT_SECONDS = 600
"""RFC 5321 gives the peer ten minutes to answer the final dot; less makes copies."""

_GOING_AWAY = 421
"""What a server says before it ends a connection that was idle or carried enough."""

_AT_FAULT = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)
"""Refusals of the installation itself; no mail is at fault."""


class SmtpTransport:
    """One connection for mail after mail, each to one recipient.

    ``archive`` is an internal address that gets a copy of each, in the same transaction: what
    lies in its mailbox was taken.
    """

    lanes = 1

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str | None = None,
        password: str | None = None,
        security: Literal["starttls", "tls", "none"] = "tls",
        archive: str | None = None,
        answer_seconds: float = FINAL_DOT_SECONDS,
    ) -> None:
        self.host, self.port = host, port
        self.user, self.password = user, password
        self.security = security
        self.archive = archive
        self.answer_seconds = answer_seconds
        self._server: smtplib.SMTP | None = None

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Hand over; what was refused before the text was taken is known to be unsent."""
        content = as_bytes(mail, date)
        try:
            server = self._offered(mail)
            receipt = self._hand_over(server, content)
        except _AT_FAULT as error:
            # A wrong password or sender is mended in the installation, without a new mail.
            self.close()
            raise SendFailed(_words(error), Failure.UNREACHABLE) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[mail.to]
            self._begin_anew()
            refused = Failure.NO_SUCH_ADDRESS if code >= 500 else Failure.TEMPORARY
            raise SendFailed(f"{code} {_text(answer)}", refused) from error
        except smtplib.SMTPResponseException as error:
            self._begin_anew()
            raise SendFailed(_words(error), _by_code(error.smtp_code)) from error
        except SendFailed:
            self.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise SendFailed(_words(error), Failure.UNREACHABLE) from error
        return receipt

    def close(self) -> None:
        """End the connection, politely where that is still possible."""
        server, self._server = self._server, None
        if server is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()

    def _offered(self, mail: Mail) -> smtplib.SMTP:
        """A server that wants the text; a connection that died of idleness is made anew."""
        if self._server is not None:
            try:
                self._offer(self._server, mail)
                return self._server
            except smtplib.SMTPServerDisconnected:
                self.close()
            except smtplib.SMTPResponseException as error:
                if error.smtp_code != _GOING_AWAY:
                    raise
                self.close()
        self._server = self._connect()
        self._offer(self._server, mail)
        return self._server

    def _begin_anew(self) -> None:
        """Forget the mail that was refused; the connection is as good as before."""
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

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
        if server.sock is not None:
            server.sock.settimeout(CONNECT_SECONDS)
        server.ehlo_or_helo_if_needed()
        told = server.has_extn("dsn")
        number = mail.message_id.partition("@")[0]
        code, answer = server.mail(mail.sender, [f"ENVID={number}", "RET=HDRS"] if told else ())
        if code >= 300:
            raise smtplib.SMTPSenderRefused(code, answer, mail.sender)
        code, answer = server.rcpt(mail.to, ["NOTIFY=FAILURE,DELAY"] if told else ())
        if code >= 300:
            raise smtplib.SMTPRecipientsRefused({mail.to: (code, answer)})
        if self.archive is not None:
            # Whoever keeps no copy has no proof, but has the mail.
            server.rcpt(self.archive, ["NOTIFY=NEVER"] if told else ())

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
        return Receipt(None, _text(answer))


def _by_code(code: int) -> Failure:
    return Failure.PERMANENT if code >= 500 else Failure.TEMPORARY


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
