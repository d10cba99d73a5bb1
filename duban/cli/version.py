"""``duban version``: the program and what it stands on."""

import platform
from importlib.metadata import version as version_of

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from models.database import SCHEMA_REVISION
from models.sqlite import library

app = App()


@app.alone()
def version() -> None:
    data = {
        "duban": version_of("duban"),
        "schema": SCHEMA_REVISION,
        "python": platform.python_version(),
        "sqlite": library().sqlite_version,
    }
    emit(
        data,
        lambda: say(
            _("duban {duban} · schema {schema} · Python {python} · SQLite {sqlite}").format(**data)
        ),
    )
