"""The key by which a finding is known again, and the fingerprint by which a change shows."""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from config.language import _
from duban.ledger.cells import Read
from duban.ledger.draft import Draft
from duban.ledger.ledger import LedgerRow, Refusal
from duban.ledger.vocabulary import Field

ANOTHER_MEETING = timedelta(days=31)
"""Meetings further apart than this are two, and what both point out is a recurrence."""

_KEPT = [(field.value, field) for field in Field if field is not Field.PROGRESS]
_BY_CODE, _BY_TEXT = "c-", "t-"
_COUNTS_ON = 9_000
_LONG_SERIAL = re.compile(r"[1-9]\d{4,5}")
_DIGITS = 4
_ENCODED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)
_SERIAL = re.compile(r"\d{1,4}(\.\d{1,4})*|[〇零一二三四五六七八九十百]+|例")


def with_keys(drafts: Sequence[Draft]) -> tuple[list[LedgerRow], list[Refusal]]:
    """Rows with their keys, and a refusal for each row that stands in the file twice.

    A code such as 2023-JS-007 identifies; a serial number (1, 2, 3 …) starts anew in
    every ledger and does not, so then the organization and the text do.
    """
    good = [draft for draft in drafts if not draft.refusals]
    refusals = [refusal for draft in drafts for refusal in draft.refusals]
    coded = _coded(good)
    texts: dict[str, set[str]] = defaultdict(set)
    for draft in good:
        if id(draft) in coded:
            texts[_key_by_code(draft)].add(_digest(draft.values.get(Field.TEXT)))
    rows: dict[str, LedgerRow] = {}
    for draft in sorted(good, key=_meeting):
        key = _key_by_code(draft) if id(draft) in coded else _key_by_text(draft)
        if len(texts.get(key, ())) > 1:
            key = _key_by_code(draft, draft.values.get(Field.TEXT))
        if key in rows and _is_later_meeting(draft, rows[key]):
            key = f"{key}-{draft.values[Field.MEETING_ON]}"
        if key in rows:
            refusals.append(_duplicate(draft, rows[key]))
        else:
            rows[key] = row_with_key(draft, key)
    sheets = {name: n for n, name in enumerate(dict.fromkeys(draft.sheet for draft in good))}
    return sorted(rows.values(), key=lambda row: (sheets[row.sheet], row.row)), refusals


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
    if code is None or (code.isascii() and code.isdigit() and len(code) <= _DIGITS):
        return True
    plain = unicodedata.normalize("NFKC", code).strip("第条号项.、,。() ")
    return _SERIAL.fullmatch(plain) is not None


def normal_text(value: object) -> str:
    """A text by which two are equal for a reader: width, spaces and a last stop do not count."""
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split()).rstrip("。.;,")


def is_keyed_by_text(key: str) -> bool:
    """Whether a key says that the finding had no number but a serial one."""
    return key.startswith(_BY_TEXT)


def _coded(drafts: Sequence[Draft]) -> set[int]:
    """The drafts (by ``id``) whose code identifies them.

    A sheet that has counted nearly to 9999 goes on counting: its 10000 is a serial number,
    which it would not be in a short ledger.
    """
    found: dict[str, dict[int, str]] = defaultdict(dict)
    counted: Counter[str] = Counter()
    for draft in drafts:
        code = draft.values.get(Field.CODE)
        if isinstance(code, str) and not is_serial(code):
            found[draft.sheet][id(draft)] = code
        elif code is not None:
            counted[draft.sheet] += 1
    return {
        place
        for sheet, codes in found.items()
        for place, code in codes.items()
        if counted[sheet] < _COUNTS_ON or not _LONG_SERIAL.fullmatch(code)
    }


def _key_by_code(draft: Draft, also: Read = None) -> str:
    code, organization = draft.values.get(Field.CODE), draft.values.get(Field.ORGANIZATION)
    return _BY_CODE + _digest(code, organization, also)


def _key_by_text(draft: Draft) -> str:
    return _BY_TEXT + _digest(draft.values.get(Field.ORGANIZATION), draft.values.get(Field.TEXT))


def row_with_key(draft: Draft, key: str) -> LedgerRow:
    """A row as it was read, under this key."""
    values = {name: draft.values.get(field) for name, field in _KEPT}
    fingerprint = hashlib.sha256(_ENCODED.encode(values).encode()).hexdigest()
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


_normal = lru_cache(maxsize=1024, typed=True)(normal_text)
"""For the names and numbers that many rows have in common."""


def _digest(*values: object) -> str:
    joined = "\x1f".join(_normal(value) for value in values)
    return hashlib.sha256(joined.encode()).hexdigest()[:40]
