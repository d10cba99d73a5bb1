"""``duban receipt``: whether a saved receipt is as it was issued; no database is asked."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.output import emit, say
from duban.cli.session import settings
from duban.services.seal_receipt import Fault, check_receipt, receipt_key
from duban.services.secret_words import house_key, is_key_there
from models.errors import BadInput

app = App()


@app.verb(help=_("Whether a saved receipt is as it was issued; without network and database."))
def check(
    file: Annotated[Path, typer.Argument(help=_("The file that was saved."))],
    key: Annotated[
        str | None, typer.Option(help=_("The key that the commission publishes for its receipts."))
    ] = None,
) -> None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=file, why=error.strerror)
        ) from error
    wanted = key.strip().lower() if key is not None else _own_key()
    found = check_receipt(data, wanted)
    verdicts = {
        None: _("The receipt is as it was issued."),
        Fault.LINES: _("The receipt was changed: its digest does not fit its lines."),
        Fault.SIGNATURE: _("The receipt was changed: its signature does not fit lines and key."),
        Fault.KEY: _("The receipt was signed by somebody else: its key is another one."),
    }

    def words() -> None:
        say(verdicts[found.fault])
        say(_("Key: {key}").format(key=found.key))
        if wanted is None and found.fault is None:
            say(
                _(
                    "Compare this key with the one that the commission publishes, or name that "
                    "one with --key: anybody can sign with a key of their own."
                )
            )

    facts = {"fault": found.fault, "key": found.key, "key_compared": wanted is not None}
    emit({"as_issued": found.fault is None, **facts}, words)
    if found.fault is not None:
        raise typer.Exit(ATTENTION)


@app.verb(help=_("The key by which receipts of this installation are checked."))
def key() -> None:
    found = receipt_key(house_key(settings().data_dir))
    emit({"algorithm": "Ed25519", "key": found}, lambda: say(found))


def _own_key() -> str | None:
    """This installation's key; none on a machine that holds no installation."""
    folder = settings().data_dir
    return receipt_key(house_key(folder)) if is_key_there(folder) else None
