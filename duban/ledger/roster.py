"""Reading a list of organizations and their people (单位联络员名单) from a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config.language import _
from duban.ledger.cells import NOTHING, Fault, read_name, shown
from duban.ledger.fields import normal
from duban.ledger.ledger import Refusal
from duban.ledger.workbook import Cell, Sheet, is_blank, read_sheets
from duban.ledger.xlsx_parts import column_letter
from models.errors import BadInput
from models.organization import ContactRole, OrganizationKind

T = TypeVar("T")

LOOKED_AT = 30

HEADINGS = {
    "organization": "单位名称 单位 党组织 党组织名称 单位全称 部门 organization organisation unit",
    "code": "单位编码 编码 代码 简称 单位简称 code shortname",
    "name_en": "英文名称 英文名 englishname nameen",
    "kind": "单位类别 单位类型 党组织类别 党组织类型 类别 类型 kind type",
    "group": "分组 排名组 单位分组 组别 group rankinggroup",
    "under": "上级单位 上级党组织 上级 under parent",
    "person": "姓名 联系人 联络员 人员 name person contact",
    "role": "角色 身份 职责 职务 role",
    "email": "邮箱 电子邮箱 电子邮件 邮件地址 邮箱地址 email emailaddress mail",
    "phone": "电话 联系电话 手机 手机号 办公电话 phone telephone mobile",
    "language": "语言 language",
}
"""The columns, and the headings under which people write them."""

KINDS = {
    "党组": OrganizationKind.GROUP,
    "党委": OrganizationKind.COMMITTEE,
    "党工委": OrganizationKind.WORKING_COMMITTEE,
    "工委": OrganizationKind.WORKING_COMMITTEE,
    "其他": OrganizationKind.OTHER,
    **{kind.value: kind for kind in OrganizationKind},
}
ROLES = {
    "联络员": ContactRole.CONTACT,
    "联系人": ContactRole.CONTACT,
    "主要负责人": ContactRole.HEAD,
    "负责人": ContactRole.HEAD,
    "书记": ContactRole.HEAD,
    "党组书记": ContactRole.HEAD,
    "党委书记": ContactRole.HEAD,
    "分管领导": ContactRole.LEADER_IN_CHARGE,
    "经办人": ContactRole.CLERK,
    "督办领导": ContactRole.SUPERVISOR,
    "主管领导": ContactRole.SUPERVISOR,
    **{role.value: role for role in ContactRole},
}
LANGUAGES = {"中文": "zh", "英文": "en", "chinese": "zh", "english": "en", "zh": "zh", "en": "en"}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of one organization, or an organization alone; empty where nothing is said."""

    sheet: str
    row: int
    organization: str
    code: str = ""
    name_en: str = ""
    kind: OrganizationKind | None = None
    group: str = ""
    under: str = ""
    person: str = ""
    role: ContactRole = ContactRole.CONTACT
    email: str = ""
    phone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole file: every filled row is in ``rows`` or has a refusal."""

    file_name: str
    rows: tuple[RosterRow, ...]
    refusals: tuple[Refusal, ...]


def read_roster(path: Path) -> Roster:
    """The organizations and people of a file; nothing is stored.

    Raises:
        BadInput: the file cannot be read, or no row names the columns.
    """
    sheets, _sha256 = read_sheets(path)
    rows: list[RosterRow] = []
    refusals: list[Refusal] = []
    tables = [
        table for sheet in sheets if not sheet.hidden and (table := _table(sheet)) is not None
    ]
    for table in tables:
        for row in range(table.heading + 1, len(table.sheet.rows)):
            said = {name: table.cell(row, name) for name in table.columns}
            if any(not is_blank(table.sheet.cell(row, c)) for c in table.columns.values()):
                found = _row(table.sheet.name, row + 1, said)
                rows += [found] if isinstance(found, RosterRow) else []
                refusals += [] if isinstance(found, RosterRow) else table.refusals(row, found)
    if not tables:
        raise BadInput(
            _(
                "The file {name} lists no organizations: no row has the headings 单位名称 "
                "(organization) and 姓名 (name) or 编码 (code)."
            ).format(name=path.name)
        )
    if not rows and not refusals:
        raise BadInput(
            _(
                "The file {name} lists no organizations: below its headings no row is filled."
            ).format(name=path.name)
        )
    return Roster(path.name, tuple(rows), tuple(refusals))


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet, its heading row and the column of each field."""

    sheet: Sheet
    heading: int
    columns: Mapping[str, int]

    def cell(self, row: int, name: str) -> Cell:
        """The value a reader sees; a unit merged over its people is that of each."""
        return self.sheet.shown(row, self.columns[name])

    def refusals(self, row: int, faults: Mapping[str, Fault]) -> list[Refusal]:
        """One for each faulty cell of a row."""
        return [
            Refusal(
                sheet=self.sheet.name,
                row=row + 1,
                column=column_letter(self.columns[name]),
                heading=shown(self.cell(self.heading, name)),
                value=shown(self.cell(row, name)),
                code=fault.code,
                reason=fault.reason,
                remedy=fault.remedy,
            )
            for name, fault in faults.items()
        ]


def _table(sheet: Sheet) -> _Table | None:
    known = {normal(word): name for name, words in HEADINGS.items() for word in words.split()}
    for row in range(min(len(sheet.rows), LOOKED_AT)):
        columns: dict[str, int] = {}
        for index in range(sheet.width):
            cell = sheet.shown(row, index)
            name = known.get(normal(cell)) if isinstance(cell, str) else None
            if name is not None:
                columns.setdefault(name, index)
        if "organization" in columns and len(columns) > 1:
            return _Table(sheet, row, columns)
    return None


def _row(sheet: str, row: int, cells: Mapping[str, Cell]) -> RosterRow | dict[str, Fault]:
    """The row, or what is wrong with its cells."""
    read = {name: read_name(cell) for name, cell in cells.items()}
    faults = {name: value for name, value in read.items() if isinstance(value, Fault)}
    said = {
        name: value
        for name, value in read.items()
        if isinstance(value, str) and value not in NOTHING
    }
    if "organization" not in said:
        faults["organization"] = Fault(
            "organization-missing", _("the row names no organization"), _("write its name")
        )
    kind = _one_of(KINDS, said.pop("kind", ""), "kind", faults)
    role = _one_of(ROLES, said.pop("role", ""), "role", faults)
    language = _one_of(LANGUAGES, said.pop("language", "").lower(), "language", faults)
    if faults:
        return faults
    return RosterRow(
        sheet, row, kind=kind, role=role or ContactRole.CONTACT, language=language or "", **said
    )


def _one_of(known: Mapping[str, T], said: str, name: str, faults: dict[str, Fault]) -> T | None:
    if said and said not in known:
        faults[name] = Fault(
            f"{name}-unknown",
            _("“{value}” is none of the known ones").format(value=said),
            _("write one of: {known}").format(known=", ".join(known)),
        )
    return known.get(said)
