"""``duban evidence``: the folder in which evidence files lie."""

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say
from duban.cli.session import confirm_count, reading
from duban.services.keep_evidence import evidence_folder
from duban.services.sweep_evidence import unknown_files
from models.errors import RefusedByRule
from models.installation import Installation

app = App()


@app.verb(help=_("Remove files older than a day that the database does not know."))
def sweep() -> None:
    with reading() as desk:
        if desk.session.get_one(Installation, 1).demo:
            raise RefusedByRule(
                _("A demo may share its folder with real data; nothing is removed for it.")
            )
        folder = evidence_folder(desk.settings.data_dir)
        found = unknown_files(desk.session, folder, now=desk.now)
        size = sum(path.stat().st_size for path in found)
    if found:
        question = ngettext(
            "Remove {n} unknown file? Type {n}:", "Remove {n} unknown files? Type {n}:", len(found)
        ).format(n=len(found))
        confirm_count(question, len(found))
    if not OPTIONS.dry_run:
        for path in found:
            path.unlink(missing_ok=True)
    sentence = ngettext(
        "{n} unknown file, {bytes} bytes.", "{n} unknown files, {bytes} bytes.", len(found)
    ).format(n=len(found), bytes=size)
    emit(
        {"files": len(found), "bytes": size, "removed": not OPTIONS.dry_run},
        lambda: say(sentence),
    )
