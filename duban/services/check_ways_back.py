"""Whether what is heard of mails can be taken in, by the settings."""

from config.errors import ConfigurationInvalid
from config.language import _
from config.settings import Settings
from duban.services.read_inbox import check_inbox
from models.errors import BadInput
from notifications.webhook import check_key


def check_ways_back(settings: Settings) -> None:
    """Find out before it is needed whether events and mail that comes back can be read.

    Raises:
        ConfigurationInvalid: they cannot; the sentence names the setting.
    """
    mail = settings.mail
    if mail.webhook_key is not None:
        check_key(mail.webhook_key)
    if mail.inbox is not None:
        try:
            check_inbox(mail.inbox)
        except BadInput as error:
            raise ConfigurationInvalid(
                _("{where}: {why}").format(where="“mail.inbox”", why=error.message)
            ) from error
