"""The heading of a table, over however many merged rows it runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from duban.ledger.fields import LOOSE, WEAK, field_of, normal
from duban.ledger.vocabulary import KINDS_OF_UNITS, LEADING, PARTS_OF_TEXT, SUPPORTING, Field
from duban.ledger.workbook import Sheet, is_blank

_COMMENT = re.compile(r"(同志)?(现场)?(点评|评议)(意见|内容|问题)?$")
_COUNTING = re.compile(r"数|数量|个数|占比|比例|得分|分值|金额|总数|条数")
SERIALS = frozenset({"序号", "序", "号", "顺序号", "no", "sn", "seq", "item", "number"})
TOGETHER = frozenset({Field.TEXT, Field.ORGANIZATION})
"""Where a table has several columns of these, none of them is left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (from 0), its heading as people read it, and what it is.

    ``also`` marks a further column of a field that has its own; ``member`` is what
    stands over a column under a group heading of organizations (教育局, 各乡镇), ``said_by``
    over one under a group heading of findings: a leader who comments, or a category.
    """

    index: int
    heading: str
    field: Field | None = None
    also: bool = False
    member: str | None = None
    said_by: str | None = None


@dataclass(frozen=True)
class Header:
    """The rows of a heading (from 0, inclusive) and the columns under it."""

    first: int
    last: int
    columns: tuple[Column, ...]

    def column(self, field: Field) -> Column | None:
        """The column that holds ``field``."""
        return self._own.get(field)

    def more(self, field: Field) -> tuple[Column, ...]:
        """The further columns of ``field``."""
        return self._further.get(field, ())

    @cached_property
    def _own(self) -> Mapping[Field, Column]:
        return {c.field: c for c in reversed(self.columns) if c.field and not c.also}

    @cached_property
    def _further(self) -> Mapping[Field, tuple[Column, ...]]:
        further = {c.field for c in self.columns if c.field and c.also}
        return {f: tuple(c for c in self.columns if c.field is f and c.also) for f in further}

    @cached_property
    def fields(self) -> set[Field]:
        """The fields that have a column."""
        return {column.field for column in self.columns if column.field is not None}

    @cached_property
    def places(self) -> Mapping[int, Column]:
        """The columns by their place."""
        return {column.index: column for column in self.columns}

    @cached_property
    def needed(self) -> frozenset[int]:
        """The places of what a finding cannot do without."""
        return frozenset(column.index for column in self.columns if column.field in TOGETHER)

    @cached_property
    def width(self) -> int:
        """The number of columns up to the last one that has a heading."""
        return max(self.places, default=0) + 1

    @cached_property
    def members(self) -> tuple[Column, ...]:
        """Columns that stand for an organization, or a kind of them, each."""
        return tuple(column for column in self.columns if column.member is not None)

    @cached_property
    def matrix(self) -> tuple[Column, ...]:
        """Columns whose every filled cell is a finding of its own."""
        return tuple(column for column in self.columns if column.said_by is not None)

    @property
    def is_side_by_side(self) -> bool:
        """Whether two whole tables, or two sets of columns, stand beside each other."""
        text = self.column(Field.TEXT)
        if text is not None and "/" in text.heading:
            own = text.heading.rsplit("/", 1)[-1]
            if any(more.heading.rsplit("/", 1)[-1] == own for more in self.more(Field.TEXT)):
                return True
        return all(
            normal(column.heading) in {normal(more.heading) for more in self.more(field)}
            for field in TOGETHER
            if (column := self.column(field)) is not None
        ) and {column.field for column in self.columns if column.also} == set(TOGETHER)


def header_at(sheet: Sheet, first: int, last: int) -> Header:
    """The heading that stands in the rows ``first`` to ``last``."""
    labels = {c: _label(sheet, first, last, c) for c in range(sheet.width)}
    found: dict[int, tuple[Field, int]] = {}
    members: dict[int, str] = {}
    sayers: dict[int, str] = {}
    for index, parts in labels.items():
        if _is_under(parts, Field.ORGANIZATION):
            members[index] = parts[-1]
        elif _is_under(parts, Field.TEXT):
            sayers[index] = parts[-1]
        elif (match := _match(parts)) is not None:
            found[index] = match
    best: dict[Field, int] = {}
    for index, (field, distance) in found.items():
        if field not in best or distance < found[best[field]][1]:
            best[field] = index
    if Field.TEXT not in best and not sayers:
        sayers = _commenters(labels, found)
    _prefer_real_codes(best, found, labels)
    columns = []
    for index, parts in labels.items():
        if parts:
            matched, distance = found.get(index, (None, 0))
            also = matched is not None and best[matched] != index
            kept = matched if not also or _belongs(matched, distance, parts[-1]) else None
            member = members.get(index) if Field.ORGANIZATION not in best else None
            said_by = sayers.get(index) if Field.TEXT not in best else None
            columns.append(
                Column(index, "/".join(parts), kept, also and kept is not None, member, said_by)
            )
    return Header(first, last, tuple(columns))


def repeats(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a row below says the heading again, as on each printed page."""
    same = 0
    for column in header.columns:
        said = _squeezed(str(sheet.shown(row, column.index)))
        if said and said in _ways_to_say(column.heading):
            same += 1
        elif said:
            return False
    return same >= 2


@lru_cache(maxsize=1024)
def _ways_to_say(heading: str) -> frozenset[str]:
    return frozenset(_squeezed(part) for part in (heading, *heading.split("/")))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _label(sheet: Sheet, first: int, last: int, column: int) -> list[str]:
    """The headings above a column from the outermost in, each once."""
    parts: list[str] = []
    for row in range(first, last + 1):
        cell = sheet.shown(row, column)
        if is_blank(cell) and row < last and not is_blank(sheet.shown(last, column)):
            cell = _group_to_the_left(sheet, row, column)
        text = " ".join(str(cell).split())
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _group_to_the_left(sheet: Sheet, row: int, column: int) -> str:
    for left in range(column - 1, -1, -1):
        cell = sheet.shown(row, left)
        if not is_blank(cell):
            return str(cell)
    return ""


def _is_under(parts: list[str], field: Field) -> bool:
    """Whether a column stands under a group of ``field`` without being a field by itself."""
    if len(parts) < 2 or normal(parts[-1]) in LEADING | SUPPORTING:
        return False
    group = field_of(parts[-2])
    if group is None or group[0] is not field or group[1] >= LOOSE:
        return False
    own = field_of(parts[-1])
    if field is Field.TEXT:
        said = normal(parts[-1])
        return own is None and said not in PARTS_OF_TEXT and not _COUNTING.fullmatch(said)
    return own is None or (
        own[0] is field and (own[1] >= LOOSE or normal(parts[-1]) in KINDS_OF_UNITS)
    )


def _belongs(field: Field | None, distance: int, heading: str) -> bool:
    """Whether a further column says more of the same: 具体表现 does, 整改中的问题 does not."""
    if field is Field.TEXT and distance >= LOOSE:
        return heading.endswith("问题") and len(heading) <= 6
    return field in TOGETHER and distance < LOOSE


def _commenters(
    labels: dict[int, list[str]], found: dict[int, tuple[Field, int]]
) -> dict[int, str]:
    """Columns such as “区长李某点评”, one for each leader."""
    sayers = {
        index: _COMMENT.sub("", parts[-1])
        for index, parts in labels.items()
        if index not in found and parts and _COMMENT.search(parts[-1])
    }
    return sayers if len(sayers) > 1 else {}


def _prefer_real_codes(
    best: dict[Field, int], found: dict[int, tuple[Field, int]], labels: dict[int, list[str]]
) -> None:
    """“督办编号” beside “序号” is the number that stays."""
    index = best.get(Field.CODE)
    if index is None or normal(labels[index][-1]) not in SERIALS:
        return
    others = [i for i, (field, _d) in found.items() if field is Field.CODE and i != index]
    if others:
        best[Field.CODE] = min(others, key=lambda i: found[i][1])


def _match(parts: list[str]) -> tuple[Field, int] | None:
    if not parts:
        return None
    if len(parts) > 1:
        group = field_of("".join(parts[:-1]))
        if group is not None and group[0] is Field.ORGANIZATION:
            if normal(parts[-1]) in LEADING:
                return Field.ORGANIZATION, 0
            if normal(parts[-1]) in SUPPORTING:
                return Field.CO_ORGANIZATIONS, 0
        if group is not None and group[0] is Field.TEXT and normal(parts[-1]) in PARTS_OF_TEXT:
            return Field.TEXT, 1
    own = field_of(parts[-1])
    if own is not None or len(parts) == 1:
        return own
    joined = field_of("".join(parts))
    # “责任单位/教育局” ends in no known word: the group alone does not name its columns.
    return joined if joined is not None and joined[1] < WEAK else None
