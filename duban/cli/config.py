"""``duban config``: the settings in force, where each comes from, and whether they fit."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from config.origins import Origin, origins
from config.policy_file import policy_file
from config.settings import SEARCHED, Settings, settings_file
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say, table
from duban.cli.session import settings
from duban.services.check_ways_back import check_ways_back
from duban.services.mail_setup import check_watch, transport_of
from duban.services.rules import policy_in

app = App()


@app.verb(help=_("Every setting with its value and where it comes from; no secrets."))
def show() -> None:
    found = origins(settings(), OPTIONS.config, OPTIONS.database)
    data = {
        "count": len(found),
        "file": settings_file(OPTIONS.config),
        "settings": [{"key": one.key, "value": one.value, "origin": one.origin} for one in found],
    }
    rows = [
        (one.key, "" if one.value is None else str(one.value), _origin_label(one.origin))
        for one in found
    ]
    emit(data, lambda: table((_("Setting"), _("Value"), _("Origin")), rows))


@app.verb(help=_("Whether settings, policy, templates and the way mail leaves can be used."))
def check(
    policy: Annotated[
        Path | None, typer.Option("--policy", help=_("Another policy than the one in force."))
    ] = None,
) -> None:
    chosen = settings()
    file = policy_file(policy or chosen.policy.file)
    version = policy_in(file)[0].version
    templates = _templates_of(chosen)
    transport_of(chosen)
    check_watch(chosen)
    check_ways_back(chosen)

    def words() -> None:
        say(_("The settings, the policy and the mail set-up fit."))
        if templates:
            say(_("Own templates: {names}").format(names=", ".join(templates)))
        say(_("Policy {version}, SHA-256 {digest}").format(version=version, digest=file.sha256))

    found = {"version": version, "sha256": file.sha256}
    emit({"valid": True, "policy": found, "templates": templates}, words)


@app.verb(help=_("Which file the settings are read from."))
def path() -> None:
    found = settings_file(OPTIONS.config)

    def words() -> None:
        if found is not None:
            say(str(found))
            return
        say(
            _("No file is read: none is named, and there is none of {searched}.").format(
                searched=", ".join(map(str, SEARCHED))
            )
        )

    emit({"file": found, "searched": list(SEARCHED)}, words)


def _templates_of(chosen: Settings) -> list[str]:
    """The office's own templates, each tried."""
    if chosen.documents.templates is None:
        return []
    from duban.documents.shipped import check_templates

    return check_templates(chosen.documents.templates)


def _origin_label(origin: Origin) -> str:
    return {
        Origin.FLAG: _("command line"),
        Origin.ENVIRONMENT: _("environment"),
        Origin.FILE: _("file"),
        Origin.DEFAULT: _("default"),
    }[origin]
