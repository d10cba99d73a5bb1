"""Bringing a ledger in: its file, what it would do row by row, and doing that."""

from typing import Annotated

from fastapi import File, Path, Query, UploadFile
from starlette.responses import Response

from config.language import _
from duban.ledger.ledger import Ledger
from duban.services.compare_ledger import compare
from duban.services.comparison import Comparison
from duban.services.decide_conflicts import choice
from duban.services.import_ledger import import_ledger
from duban.services.take_ledger import KeptFile, forget_file, keep_file, kept_file, take_ledger
from duban.shapes import cut
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.imports_shapes import (
    ApplyBody,
    ImportLine,
    ImportRow,
    ImportShape,
    Reading,
    RowsAsked,
    applied_shape,
    checked_shape,
    line_of,
    rows_of,
)
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing
from duban.web.gate import too_large
from duban.web.option_words import for_program
from duban.web.problems import TooLarge
from duban.web.sight import Sight
from models.errors import BadInput, NotFound, RefusedByRule, StaleVersion
from models.installation import ImportBatch
from models.queries.uploads import Uploaded, upload_of, uploads_of
from models.rights import RIGHTS, Right
from models.uploaded_ledger import UploadedLedger

operations = Operations("imports")

Number = Annotated[
    str,
    Path(description="The id of one's own upload.", examples=["5f2c8a9d0b1e4c7f9a3d6e8b2c4f0a1d"]),
]


@operations.act("/imports", ImportShape, "Upload a ledger; nothing is brought in yet", seen=False)
def upload_ledger(
    desk: At, reading: Annotated[Reading, Query()], file: Annotated[UploadFile, File()]
) -> Response:
    enter(desk, Right.IMPORT, Right.READ_OFFICE)
    desk.may(Right.IMPORT, seen_by=Right.READ_OFFICE)
    data_dir, person = desk.house.settings.data_dir, desk.person
    most = desk.house.settings.web.upload_megabytes * 1024 * 1024

    def prepare() -> tuple[KeptFile, Comparison]:
        if (file.size or 0) > most:
            raise TooLarge(too_large(most), field="file")
        kept = keep_file(file.file, file.filename or "", data_dir)
        try:
            with desk.reading() as sight:
                return kept, _checked(desk, sight, kept, reading)
        except BaseException:
            forget_file(kept.id, data_dir)
            raise

    def act(sight: Sight, ready: tuple[KeptFile, Comparison]) -> Done:
        kept, comparison = ready
        upload = take_ledger(
            sight.session, kept, data_dir=data_dir, account_id=person.account_id, by=person.name,
            now=desk.house.wall_clock(),
        )  # fmt: skip
        return Done(checked_shape(Uploaded(upload), comparison))

    return desk.once_ready(prepare, act)


@operations.get("/imports", Listing[ImportLine], "One's uploads, the newest first", paged=True)
def list_imports(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    enter(desk, Right.READ_OFFICE)
    place, person = desk.place(cursor), desk.person.account_id
    with desk.reading() as sight:
        after = upload_of(sight.session, place, person) if place else None
        found, more = cut(uploads_of(sight.session, person, limit=limit + 1, after=after), limit)
        following = found[-1].upload.id if more else None
        return desk.listing(Listing[ImportLine], [line_of(one) for one in found], following)


@operations.get("/imports/{number}", ImportShape, "What it would do, or has done")
def show_import(desk: At, number: Number, reading: Annotated[Reading, Query()]) -> Response:
    enter(desk, Right.READ_OFFICE)
    with desk.reading() as sight:
        found = called(desk, sight, number)
        if found.batch is not None:
            return desk.answer(applied_shape(found))
        comparison = _checked(desk, sight, found.upload, reading)
        return desk.answer(checked_shape(found, comparison))


@operations.get("/imports/{number}/rows", Listing[ImportRow], "Row by row", paged=True)
def list_rows_of_import(desk: At, number: Number, asked: Annotated[RowsAsked, Query()]) -> Response:
    enter(desk, Right.READ_OFFICE)
    place = desk.place(asked.cursor)
    with desk.reading() as sight:
        comparison = _checked(desk, sight, called(desk, sight, number).upload, asked)
    seen, _dot, start = (place or f"{comparison.digest}.0").partition(".")
    if seen != comparison.digest:
        raise BadInput(
            _("The check now gives another result; begin without the cursor."), field="cursor"
        )
    rows = rows_of(comparison, asked.status)
    first, end = int(start), int(start) + asked.limit
    following = f"{seen}.{end}" if end < len(rows) else None
    return desk.page_of(Listing[ImportRow], rows[first:end], following, len(rows))


@operations.act("/imports/{number}/apply", ImportShape, "Bring it in", status=200, seen=False)
def apply_import(
    desk: At, number: Number, reading: Annotated[Reading, Query()], body: ApplyBody
) -> Response:
    enter(desk, Right.IMPORT, Right.READ_OFFICE)

    def prepare() -> Ledger:
        with desk.reading() as sight:
            found = called(desk, sight, number)
            desk.may(Right.IMPORT, seen_by=Right.READ_OFFICE)
            return _ledger(desk, _waiting(found).upload, reading)

    def act(sight: Sight, ledger: Ledger) -> Done:
        found = _waiting(called(desk, sight, number))
        try:
            comparison, batch = import_ledger(
                sight.session, ledger, now=sight.now, by=desk.person.name, checked=body.checked,
                skip_refused=body.skip_refused, create_organizations=reading.create_organizations,
                conflicts=choice(body.conflicts),
            )  # fmt: skip
        except StaleVersion as error:
            raise StaleVersion(
                _("The check now gives another result than you saw, so nothing was written.")
            ) from error
        except RefusedByRule as error:
            raise RefusedByRule(for_program(error.message)) from error
        if batch is None:
            return Done(checked_shape(found, comparison), 200)
        found.upload.batch_id = batch.id
        sight.session.add(found.upload)
        return Done(applied_shape(Uploaded(found.upload, batch)), 200)

    answer = desk.once_ready(prepare, act)
    with desk.reading() as sight:
        if called(desk, sight, number).batch is not None:
            forget_file(number, desk.house.settings.data_dir)
    return answer


def enter(desk: ApiDesk, *rights: Right) -> None:
    """Refuse who has none of these rights, or no account that brings ledgers in.

    Raises:
        NotFound: what is behind the door is not said.
    """
    desk.enter(*rights)
    if Right.IMPORT not in RIGHTS[desk.person.role]:
        raise NotFound(_("There is nothing here."))


def called(desk: ApiDesk, sight: Sight, number: str) -> Uploaded:
    """The visitor's own upload with this number.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    plain = number if number.isascii() and number.isalnum() else ""
    upload = upload_of(sight.session, plain, desk.person.account_id)
    if upload.batch_id is None:
        return Uploaded(upload)
    return Uploaded(upload, sight.session.get_one(ImportBatch, upload.batch_id))


def _waiting(found: Uploaded) -> Uploaded:
    if found.batch is not None:
        raise StaleVersion(_("This file was brought in already; nothing was written again."))
    return found


def _checked(
    desk: ApiDesk, sight: Sight, file: UploadedLedger | KeptFile, reading: Reading
) -> Comparison:
    ledger = _ledger(desk, file, reading)
    return compare(sight.session, ledger, create_organizations=reading.create_organizations)


def _ledger(desk: ApiDesk, file: UploadedLedger | KeptFile, reading: Reading) -> Ledger:
    from duban.ledger.read import read_ledger

    path = kept_file(file, desk.house.settings.data_dir)
    try:
        return read_ledger(path, reading.mapping, name=file.name)
    except BadInput as error:
        raise BadInput(for_program(error.message), **error.details) from error
