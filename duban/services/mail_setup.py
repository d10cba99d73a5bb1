"""The way out for mail, by the settings: found wanting before any mail is claimed."""

from config.errors import ConfigurationInvalid
from config.language import _
from config.secrets import read_secret
from config.settings import MailSettings, Settings
from models.errors import BadInput
from notifications.mail import check_address
from notifications.transports import Transport
from notifications.transports.file import FileTransport


def transport_of(settings: Settings, *, demo: bool = False, rehearsal: bool = False) -> Transport:
    """The transport of the settings; a demonstration and a rehearsal only ever write files.

    Raises:
        ConfigurationInvalid: an address, a key or a password is missing or cannot be used;
            the sentence names the setting.
    """
    mail = settings.mail
    _check_address("mail.sender", mail.sender)
    if mail.reply_to is not None:
        _check_address("mail.reply_to", mail.reply_to)
    if mail.archive is not None:
        _check_address("mail.archive", mail.archive)
    if demo or rehearsal:
        return FileTransport(mail.folder / ("demo" if demo else "rehearsal"))
    if mail.transport == "file":
        return FileTransport(mail.folder)
    return _smtp(mail) if mail.transport == "smtp" else _sendgrid(mail)


def check_watch(settings: Settings) -> None:
    """Find out before it is needed whether an alarm could leave.

    Raises:
        ConfigurationInvalid: it could not; the sentence names the setting.
    """
    for address in settings.watch.to:
        _check_address("watch.to", address)
    if settings.watch.to:
        transport_of(settings)


def _smtp(mail: MailSettings) -> Transport:
    from notifications.transports.smtp import SmtpTransport

    password = None
    if mail.password_file is not None:
        password = read_secret("mail.password_file", mail.password_file).get_secret_value()
    if mail.user is not None and password is None:
        raise ConfigurationInvalid(
            _("“mail.user” is set, so “mail.password_file” must name the file of its password.")
        )
    return SmtpTransport(
        mail.host, mail.port, user=mail.user, password=password, security=mail.security,
        archive=mail.archive,
    )  # fmt: skip


def _sendgrid(mail: MailSettings) -> Transport:
    if mail.sendgrid_key_file is None:
        raise ConfigurationInvalid(
            _("“mail.sendgrid_key_file” is missing; the transport sendgrid needs its key.")
        )
    from notifications.transports.sendgrid import SendGridTransport

    key = read_secret("mail.sendgrid_key_file", mail.sendgrid_key_file)
    return SendGridTransport(key.get_secret_value(), mail.sendgrid_host)


def _check_address(key: str, address: str) -> None:
    try:
        check_address(address)
    except BadInput as error:
        raise ConfigurationInvalid(
            _("{where}: {why}").format(where=f"“{key}”", why=error.message)
        ) from error
