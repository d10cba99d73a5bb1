"""Bringing a ledger in: the file, its check, its marked copy, and the one button that writes."""

from pathlib import PurePath

from starlette.responses import Response

from config.language import _, ngettext
from duban.ledger.template import column_label, template_workbook
from duban.services.compare_ledger import compare
from duban.services.comparison import Comparison
from duban.services.decide_conflicts import choice
from duban.services.import_ledger import import_ledger
from duban.services.take_ledger import forget_file, keep_file, kept_file, take_ledger
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.download import XLSX, download
from duban.web.gate import too_large
from duban.web.ledger_options import COLUMN, COLUMNS, LedgerOptions, given_options, read_options
from duban.web.option_words import for_form, for_form_of
from duban.web.problems import TooLarge
from duban.web.show_check import Check, shown, verdict_label
from duban.web.sight import Sight
from models.errors import BadInput, RefusedByRule, StaleVersion
from models.installation import ImportBatch
from models.organization import OrganizationKind
from models.queries.ledger import drafts_of, import_batches, named_organizations
from models.queries.uploads import upload_of
from models.rights import Right
from models.uploaded_ledger import UploadedLedger

pages = Pages()
RECENT = 20


@pages.get("/imports/new", Right.IMPORT)
def form(desk: Desk) -> Response:
    with desk.reading() as sight:
        return desk.page(
            "import_new.html", sight,
            recent=import_batches(sight.session, RECENT),
            given=given_options(desk.form),
            fields=_column_fields(),
            megabytes=desk.house.settings.web.upload_megabytes,
        )  # fmt: skip


@pages.get("/imports", Right.IMPORT)
def start(desk: Desk) -> Response:
    return desk.to("/imports/new")


@pages.get("/imports/template.xlsx", Right.IMPORT)
def template(desk: Desk) -> Response:
    with desk.reading() as sight:
        names = [
            one.name
            for one in named_organizations(sight.session)
            if one.kind is not OrganizationKind.COMMISSION
        ]
    return download(template_workbook(names), _("Ledger template") + ".xlsx", XLSX)


@pages.post("/imports", Right.IMPORT, again=form, uploads=True)
def upload(desk: Desk) -> Response:
    options, files = read_options(given_options(desk.form)), desk.files("file")
    if len(files) != 1:
        raise BadInput(
            _("Select one file at a time.") if files else _("Select a file."), field="file"
        )
    most = desk.house.settings.web.upload_megabytes * 1024 * 1024
    if (files[0].size or 0) > most:
        raise TooLarge(too_large(most), field="file")
    data_dir, person = desk.house.settings.data_dir, desk.person
    try:
        file = keep_file(files[0].file, files[0].filename or "", data_dir)
    except BadInput as error:
        raise BadInput(error.message, field="file") from error
    with desk.writing() as sight:
        take_ledger(
            sight.session, file, data_dir=data_dir, account_id=person.account_id, by=person.name,
            now=desk.house.wall_clock(),
        )  # fmt: skip
    return desk.to(f"/imports/{file.id}{options.query}")


@pages.get("/imports/{upload_id}", Right.IMPORT)
def check(desk: Desk, upload_id: str) -> Response:
    given = given_options(desk.form if desk.request.method == "POST" else desk.query)
    with desk.reading() as sight:
        found = upload_of(sight.session, upload_id, desk.person.account_id)
        if found.batch_id is not None:
            batch = sight.session.get_one(ImportBatch, found.batch_id)
            return desk.page(
                "import_done.html", sight, upload=found, batch=batch,
                waiting=drafts_of(sight.session, found.batch_id),
            )  # fmt: skip
        checked: Check | None = None
        try:
            options = read_options(given)
            comparison = _compared(desk, sight, found, options)
            checked = shown(comparison, options, desk.query.get("from", ""))
        except BadInput as error:
            desk.problem = desk.problem or error
        return desk.page(
            "import_check.html", sight, status=200 if checked else 422,
            upload=found, check=checked, given=given, path=f"/imports/{upload_id}",
            fields=_column_fields(), column_label=column_label, verdict_label=verdict_label,
        )  # fmt: skip


@pages.get("/imports/{upload_id}/marked.xlsx", Right.IMPORT)
def marked(desk: Desk, upload_id: str) -> Response:
    from duban.ledger.mark_workbook import marked_workbook

    options = read_options(given_options(desk.query))
    with desk.reading() as sight:
        found = upload_of(sight.session, upload_id, desk.person.account_id)
        path, name = kept_file(found, desk.house.settings.data_dir), found.name
        refusals = _compared(desk, sight, found, options).refusals
    data = marked_workbook(path, name, [for_form_of(refusal) for refusal in refusals])
    return download(data, _("{name}, marked").format(name=PurePath(name).stem) + ".xlsx", XLSX)


@pages.post("/imports/{upload_id}/apply", Right.IMPORT, again=check)
def apply(desk: Desk, upload_id: str) -> Response:
    from duban.ledger.read import read_ledger

    options, data_dir = read_options(given_options(desk.form)), desk.house.settings.data_dir
    account_id = desk.person.account_id
    with desk.reading() as sight:
        found = upload_of(sight.session, upload_id, account_id)
        _refuse_second(found)
        ledger = read_ledger(kept_file(found, data_dir), options.mapping, name=found.name)
    with desk.writing(alone=True) as sight:
        found = upload_of(sight.session, upload_id, account_id)
        _refuse_second(found)
        try:
            comparison, batch = import_ledger(
                sight.session, ledger, now=sight.now, by=desk.person.name,
                checked=desk.text("checked"), skip_refused=desk.text("skip_refused") == "1",
                create_organizations=options.create_organizations,
                conflicts=choice(desk.text("conflicts")),
            )  # fmt: skip
        except StaleVersion as error:
            raise StaleVersion(
                _("The check now gives another result than you saw, so nothing was written. "
                  "This is the new one; look at it again.")
            ) from error  # fmt: skip
        except RefusedByRule as error:
            raise RefusedByRule(for_form(error.message)) from error
        if batch is not None:
            found.batch_id = batch.id
            sight.session.add(found)
    if batch is None:
        return desk.to(f"/imports/{upload_id}{options.query}")
    forget_file(upload_id, data_dir)
    return desk.to(f"/imports/{upload_id}", _said(comparison))


def _compared(
    desk: Desk, sight: Sight, found: UploadedLedger, options: LedgerOptions
) -> Comparison:
    from duban.ledger.read import read_ledger

    path = kept_file(found, desk.house.settings.data_dir)
    try:
        ledger = read_ledger(path, options.mapping, name=found.name)
    except BadInput as error:
        raise BadInput(for_form(error.message), **error.details) from error
    return compare(sight.session, ledger, create_organizations=options.create_organizations)


def _column_fields() -> list[tuple[str, str]]:
    """The fields of the form that name columns, with what each column is called."""
    return [(name, column_label(name.removeprefix(COLUMN))) for name in COLUMNS]


def _refuse_second(found: UploadedLedger) -> None:
    if found.batch_id is not None:
        raise StaleVersion(_("This file was brought in already; nothing was written again."))


def _said(comparison: Comparison) -> str:
    counts = comparison.counts
    wanted = counts["new"] + counts["changed"]
    return ngettext("{n} row is brought in.", "{n} rows are brought in.", wanted).format(n=wanted)
