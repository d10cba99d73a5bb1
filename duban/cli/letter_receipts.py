"""``duban letter``: an organization's receipt of a letter, and taking one back."""

from typing import Annotated

import typer

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.session import actor, writing
from duban.services.acknowledge import acknowledge_letter
from duban.services.annul_receipt import annul_receipt
from models.queries.letters import letter_by_reference
from models.transitions import Role

Number = Annotated[str, typer.Argument(help=_("12, 2023-12 or the full number."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
At = Annotated[str | None, typer.Option("--at", help=_("When it happened, if not now."))]


def add_to(app: App) -> None:
    """Give ``duban letter`` its receipts."""
    app.verb("acknowledge", help=_("Record an organization's receipt of a letter."))(acknowledge)
    app.verb("annul", help=_("Take back a receipt that was recorded by mistake, with a reason."))(
        annul
    )


def acknowledge(number: Number, by: By = None, at: At = None) -> None:
    with writing(at) as desk:
        letter = letter_by_reference(desk.session, number)
        who = actor(by, Role.ORGANIZATION)
        receipts = acknowledge_letter(
            desk.session, letter, now=desk.now, at=desk.at, actor=who, rules=desk.rules
        )
        data = {"number": letter.number, "acknowledged": len(receipts)}

        def words() -> None:
            if receipts:
                say(
                    ngettext(
                        "{number}: receipt recorded for {n} finding.",
                        "{number}: receipt recorded for {n} findings.",
                        len(receipts),
                    ).format(number=letter.number, n=len(receipts))
                )
            else:
                say(_("{number}: every finding had its receipt already.").format(
                    number=letter.number
                ))  # fmt: skip

        emit(data, words)


def annul(
    number: Number,
    reason: Annotated[str, typer.Option(help=_("Why; people will read it."))] = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        letter = letter_by_reference(desk.session, number)
        annulled = annul_receipt(
            desk.session, letter, reason=reason, now=desk.now, at=desk.at,
            actor=actor(by, Role.CLERK), rules=desk.rules,
        )  # fmt: skip

        def words() -> None:
            say(
                ngettext(
                    "{number}: receipt taken back for {n} finding.",
                    "{number}: receipt taken back for {n} findings.",
                    len(annulled),
                ).format(number=letter.number, n=len(annulled))
            )

        emit({"number": letter.number, "annulled": len(annulled)}, words)
