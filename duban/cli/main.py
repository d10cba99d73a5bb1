"""The command ``duban``: language first, then only the one command that was asked for."""

import gc
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

import typer

from config.errors import ConfigurationInvalid
from config.language import _
from duban.cli.app import App
from duban.cli.exit_codes import DONE, FAILED, INTERRUPTED, USAGE, exit_code_of
from duban.cli.options import OPTIONS, take_global_options
from duban.cli.streams import deliver, open_streams, refuse_closed_output
from duban.cli.usage import usage_sentence
from models.errors import DubanError, WrongUsage


@dataclass(frozen=True)
class Noun:
    """A command, the module that holds it, and its line in the help."""

    name: str
    module: str
    help: str


def nouns() -> tuple[Noun, ...]:
    """Every command, in the order of the help.

    Modules are named, not imported: a command costs only what it needs, and the
    command line stays a sibling of the flows.
    """
    return (
        Noun("status", "duban.cli.status", _("Everything a supervisor asks, on one screen.")),
        Noun("demo", "duban.cli.demo", _("The demo month: an invented district, night by night.")),
        Noun("init", "duban.cli.init", _("Create the database of an installation.")),
        Noun("serve", "duban.cli.serve", _("The pages and the API, with nights and mail.")),
        Noun("account", "duban.cli.account", _("Who may sign in: add, list, invite, switch off.")),
        Noun("token", "duban.cli.token", _("What programs sign in to the API with.")),
        Noun("up", "duban.cli.up", _("Run nightly checks and mail in one process.")),
        Noun("import", "duban.cli.imports", _("Bring in ledgers, organizations and calendars.")),
        Noun("ledger", "duban.cli.ledger", _("Hand the ledger out as a spreadsheet.")),
        Noun("letter", "duban.cli.letter", _("Preview, issue and acknowledge reminder letters.")),
        Noun("receipt", "duban.cli.receipt", _("Whether a saved receipt is as it was issued.")),
        Noun("finding", "duban.cli.finding", _("Ask about findings and act on them.")),
        Noun("extension", "duban.cli.extension", _("Decide on requests for more time.")),
        Noun("escalation", "duban.cli.escalation", _("Decide on proposed escalations.")),
        Noun("stats", "duban.cli.stats", _("A month in figures, and the brief of it.")),
        Noun("org", "duban.cli.org", _("Organizations and their contacts.")),
        Noun("run", "duban.cli.run", _("Nightly checks: run, preview, list, show.")),
        Noun("mail", "duban.cli.mail", _("The outbox: list, show, send, try again.")),
        Noun("rehearsal", "duban.cli.rehearsal", _("Real data and no mail: on, off, show.")),
        Noun("calendar", "duban.cli.calendar", _("Holidays, working days and due dates.")),
        Noun("evidence", "duban.cli.evidence", _("Evidence files that nobody knows: sweep.")),
        Noun("db", "duban.cli.db", _("The database's schema.")),
        Noun(
            "config",
            "duban.cli.config",
            _("The settings and where each comes from."),
        ),
        Noun("version", "duban.cli.version", _("The program and what it stands on.")),
        Noun("help", "duban.cli.topics", _("Exit codes, variables, formats and terms.")),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line and leave with its exit code."""
    open_streams()
    code = refuse_closed_output()
    if code is None:
        code = deliver(run(list(sys.argv[1:] if arguments is None else arguments)))
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code is the answer."""
    try:
        rest = take_global_options(arguments, OPTIONS)
        app = _without_collecting(lambda: build(rest))
        answer = app(rest, prog_name="duban", standalone_mode=False)
        return answer if isinstance(answer, int) else DONE
    except (DubanError, ConfigurationInvalid) as error:
        details = dict(getattr(error, "details", {}))
        return _report(error.message, error.code, exit_code_of(error), details)
    except typer.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001  the last line of defence: a sentence, not a traceback
        sentence = usage_sentence(error)
        if sentence == "":
            return USAGE
        if sentence is not None:
            return _report(sentence, WrongUsage.code, USAGE, {})
        if OPTIONS.debug:
            traceback.print_exc()
        return _report(
            _("Unexpected: {kind}: {error}. Repeat with --debug and report it.").format(
                kind=type(error).__name__, error=getattr(error, "orig", None) or error
            ),
            "unexpected",
            FAILED,
            {},
        )


def build(arguments: Sequence[str]) -> App:
    """The command line with the one noun that ``arguments`` name filled in."""
    app = App(
        name="duban",
        help=_("Duban (督办): follow findings from a review meeting until they are rectified."),
        epilog=_(
            "Every command takes: --json[=FIELD,…], --csv[=FIELD,…], --plain, --lang zh|en, "
            "--config FILE, --database PATH|URL, --quiet, --no-color, --no-input, --debug; "
            "what writes takes --dry-run and --yes."
        ),
    )
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for noun in nouns():
        group = import_module(noun.module).app if noun.name == wanted else App()
        app.add_typer(group, name=noun.name, help=noun.help)
    return app


def _without_collecting(load: Callable[[], App]) -> App:
    """Loading frees nothing: collecting meanwhile is an eighth of the time to the first answer."""
    gc.disable()
    try:
        return load()
    finally:
        gc.freeze()
        gc.enable()


def _report(message: str, code: str, exit_code: int, details: dict[str, object]) -> int:
    if OPTIONS.json:
        problem = {"type": f"/problems/{code}", "code": code, "detail": message, **details}
        sys.stderr.write(json.dumps(problem, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(message + "\n")
    return exit_code
