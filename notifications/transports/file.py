"""Mail as .eml files in a folder: for trying out, demonstrations and handing over."""

from datetime import datetime
from pathlib import Path

from config.language import _
from notifications.mail import Mail, as_bytes
from notifications.transports import Failure, Receipt, SendFailed


class FileTransport:
    """Writes each mail to ``folder``; the same mail again is the same file."""

    lanes = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Write the file whole or not at all."""
        target = self.folder / f"{mail.message_id.partition('@')[0]}.eml"
        unfinished = target.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(as_bytes(mail, date))
            unfinished.replace(target)
        except OSError as error:
            raise SendFailed(
                _("The mail folder {folder} cannot be written: {why}.").format(
                    folder=self.folder, why=error.strerror
                ),
                Failure.TEMPORARY,
            ) from error
        return Receipt(None, target.name)

    def close(self) -> None:
        """Nothing is kept open."""
