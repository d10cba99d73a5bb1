"""The key by which a finding is known again, and the fingerprint by which a change shows."""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from config.language import _
from duban.ledger.ledger import LedgerRow, Refusal
from duban.ledger.rows import Draft
from duban.ledger.vocabulary import Field

ANOTHER_MEETING = timedelta(days=31)
"""Meetings further apart than this are two, and what both point out is a recurrence."""

_SERIAL = re.compile(r"\d{1,4}(\.\d{1,4})*|[〇零一二三四五六七八九十百]+|例")


def with_keys(drafts: Iterable[Draft]) -> tuple[list[LedgerRow], list[Refusal]]:
    """Rows with their keys, and a refusal for each row that stands in the file twice.

    A code such as 2023-JS-007 identifies; a serial number (1, 2, 3 …) starts anew in
    every ledger and does not, so then the organization and the text do.
    """
    good = [draft for draft in drafts if not draft.refusals]
    refusals = [refusal for draft in drafts for refusal in draft.refusals]
    texts: dict[str, set[str]] = defaultdict(set)
    for draft in good:
        texts[_key(draft, False)].add(_digest(draft.values.get(Field.TEXT)))
    rows: dict[str, LedgerRow] = {}
    for draft in sorted(good, key=_meeting):
        key = _key(draft, len(texts[_key(draft, False)]) > 1)
        if key in rows and _is_later_meeting(draft, rows[key]):
            key = f"{key}-{draft.values[Field.MEETING_ON]}"
        if key in rows:
            refusals.append(_duplicate(draft, rows[key]))
        else:
            rows[key] = _row(draft, key)
    order = {(draft.sheet, draft.row): place for place, draft in enumerate(good)}
    return sorted(rows.values(), key=lambda row: order[row.sheet, row.row]), refusals


def _meeting(draft: Draft) -> date:
    """Earlier meetings first, so that the first one keeps the plain key."""
    met = draft.values.get(Field.MEETING_ON)
    return met if isinstance(met, date) else date.min


def _is_later_meeting(draft: Draft, first: LedgerRow) -> bool:
    met = draft.values.get(Field.MEETING_ON)
    return (
        isinstance(met, date)
        and first.meeting_on is not None
        and met - first.meeting_on >= ANOTHER_MEETING
    )


def is_serial(code: str | None) -> bool:
    """Whether a code only counts the rows of one ledger: 7, 1.2, （3）, ④, 五、."""
    if code is None:
        return True
    plain = unicodedata.normalize("NFKC", code).strip("第条号项.、,。() ")
    return _SERIAL.fullmatch(plain) is not None


def normal_text(value: object) -> str:
    """A text by which two are equal for a reader: width, spaces and a last stop do not count."""
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split()).rstrip("。.;,")


def _key(draft: Draft, code_repeats: bool) -> str:
    code = draft.values.get(Field.CODE)
    organization = draft.values.get(Field.ORGANIZATION)
    if isinstance(code, str) and not is_serial(code):
        also = draft.values.get(Field.TEXT) if code_repeats else None
        return "c-" + _digest(code, organization, also)
    return "t-" + _digest(organization, draft.values.get(Field.TEXT))


def _row(draft: Draft, key: str) -> LedgerRow:
    values = {
        field.value: draft.values.get(field) for field in Field if field is not Field.PROGRESS
    }
    content = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    return LedgerRow(
        sheet=draft.sheet, row=draft.row, key=key, fingerprint=fingerprint, **values  # type: ignore[arg-type]  # the readers give each field its type
    )  # fmt: skip


def _duplicate(draft: Draft, first: LedgerRow) -> Refusal:
    return Refusal(
        sheet=draft.sheet,
        row=draft.row,
        column=None,
        heading=None,
        value=str(draft.values.get(Field.CODE) or ""),
        code="duplicate-row",
        reason=_("the same finding stands in row {row} of “{sheet}”").format(
            row=first.row, sheet=first.sheet
        ),
        remedy=_("delete one of the two rows")
        if first.sheet == draft.sheet
        else _("read one of the two sheets only, with --sheet NAME"),
    )


def _digest(*values: object) -> str:
    joined = "\x1f".join(normal_text(value) for value in values)
    return hashlib.sha256(joined.encode()).hexdigest()[:40]
