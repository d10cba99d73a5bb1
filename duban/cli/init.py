"""``duban init``: the database of an installation."""

from config import clock
from config.language import _
from config.origins import without_password
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import no_dry_run, settings
from duban.services.install import install
from models.schema import create

app = App()


@app.alone()
def init() -> None:
    no_dry_run("duban db check")
    chosen = settings()
    database = create(chosen.database_url)
    try:
        with database.begin(alone=True) as session:
            commission = install(session, now=clock.now(), settings=chosen)
            name = commission.name
    finally:
        database.close()

    def words() -> None:
        say(_("The database of {name} is ready.").format(name=name))
        say(_("Next: duban org add · duban import ledger check FILE · duban up"))

    emit({"commission": name, "database": without_password(chosen.database_url)}, words)
