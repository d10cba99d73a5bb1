"""The empty ledger that newcomers fill in, and what its columns are called."""

import io
from collections.abc import Sequence

from config.language import _
from duban.ledger.mark_workbook import as_text
from duban.ledger.vocabulary import Field

REQUIRED = (Field.ORGANIZATION, Field.TEXT)
OFFERED = tuple(field for field in Field if field not in (Field.PROGRESS, Field.DUE))
"""The columns of the empty ledger."""

_ROWS = 500


def column_label(name: str) -> str:
    """What a column of a ledger is called, as a heading that the reader knows."""
    return {
        Field.CODE: _("Finding number"),
        Field.ORGANIZATION: _("Responsible organization"),
        Field.TEXT: _("Problem description"),
        Field.CATEGORY: _("Finding category"),
        Field.SOURCE: _("Finding source"),
        Field.RAISED_BY: _("Pointed out by"),
        Field.REQUIREMENT: _("Requirement"),
        Field.MEASURES: _("Measures"),
        Field.OWNER: _("Responsible person"),
        Field.LEAD: _("Responsible leader"),
        Field.CO_ORGANIZATIONS: _("Supporting organization"),
        Field.MEETING_ON: _("Meeting date"),
        Field.DUE: _("Due date"),
        Field.REMARK: _("Remarks"),
        Field.PROGRESS: _("Progress"),
    }[Field(name)]


def template_workbook(organizations: Sequence[str]) -> bytes:
    """An .xlsx with the headings, what each of them holds, and the organizations to choose from."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet, names = book.active, book.create_sheet(_("Organizations"))
    sheet.title = _("Ledger")
    for column, field in enumerate(OFFERED, start=1):
        heading = sheet.cell(1, column, column_label(field) + ("*" if field in REQUIRED else ""))
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", start_color="FFF0F2F4")
        heading.comment = Comment(_hint(field), _("Duban"), height=80, width=280)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 60 if field is Field.TEXT else 18
        if field is Field.ORGANIZATION and organizations:
            place = f"{quote_sheetname(names.title)}!$A$1:$A${len(organizations)}"
            choice = DataValidation("list", formula1=place, allow_blank=True)
            choice.showErrorMessage = False
            choice.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    names.column_dimensions["A"].width = 40
    for row, name in enumerate(organizations, start=1):
        as_text(names.cell(row, 1), name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _hint(field: Field) -> str:
    return {
        Field.CODE: _("Your own number, such as 2024-JS-007; a serial number is no such number."),
        Field.ORGANIZATION: _("Required. The full name; choose it from the list."),
        Field.TEXT: _("Required. The problem in full, one row for each."),
        Field.MEETING_ON: _("A day such as 2024-01-26."),
    }.get(field, _("May be left empty."))
