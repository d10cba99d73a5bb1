"""``duban rehearsal``: everything works on real data, and no mail leaves."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import actor, reading, writing
from duban.services.rehearse import Rehearsed, begin_rehearsal, end_rehearsal
from models.installation import Installation
from models.queries.outbox import queued_by_rehearsal
from models.transitions import Role

app = App()

By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]


@app.verb(help=_("Whether a rehearsal is on, and which mails it keeps."))
def show() -> None:
    with reading() as desk:
        on = desk.session.get_one(Installation, 1).rehearsal
        waiting, of_rehearsal = queued_by_rehearsal(desk.session)

        def words() -> None:
            if not on:
                say(_("No rehearsal is on; mail leaves."))
                return
            say(_("A rehearsal is on; no mail leaves."))
            say(
                _("Mails that wait for its end: {waiting}; of the rehearsal: {own}").format(
                    waiting=waiting, own=of_rehearsal
                )
            )

        own = of_rehearsal if on else 0
        emit({"rehearsal": on, "waiting": waiting, "of_rehearsal": own}, words)


@app.verb(help=_("Begin a rehearsal: mail is written to a folder and does not leave."))
def on(by: By = None) -> None:
    with writing() as desk:
        done = begin_rehearsal(desk.session, by=actor(by, Role.CLERK).name, now=desk.now)
        _answer(True, done, _("The rehearsal is on. Queued mails that wait for its end: {waiting}"))


@app.verb(help=_("End it: what waited leaves, what it queued is held back for good."))
def off(by: By = None) -> None:
    with writing() as desk:
        done = end_rehearsal(desk.session, by=actor(by, Role.CLERK).name, now=desk.now)
        _answer(
            False,
            done,
            _("The rehearsal is over. Mails that leave now: {released}; held back: {held_back}."),
        )


def _answer(on: bool, done: Rehearsed, sentence: str) -> None:
    facts = {"waiting": done.waiting, "released": done.released, "held_back": done.held_back}
    emit({"rehearsal": on, **facts}, lambda: say(sentence.format(**facts)))
