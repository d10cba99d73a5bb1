"""``duban db``: the schema of the database."""

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import database, no_dry_run, settings
from models.database import SCHEMA_REVISION, require_file

app = App()


@app.verb(help=_("Whether this program and the database fit together."))
def check() -> None:
    database().close()
    emit(
        {"revision": SCHEMA_REVISION},
        lambda: say(_("The database is at revision {n}, as it must be.").format(n=SCHEMA_REVISION)),
    )


@app.verb(help=_("Bring the tables to this program's version."))
def upgrade() -> None:
    no_dry_run("duban db check")
    from models.schema import upgrade as upgrade_schema

    url = settings().database_url
    require_file(url)
    upgrade_schema(url).close()
    emit(
        {"revision": SCHEMA_REVISION},
        lambda: say(_("The database is at revision {n}.").format(n=SCHEMA_REVISION)),
    )
