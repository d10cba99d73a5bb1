"""``duban help``: short texts on what all commands have in common."""

from config.language import _
from duban.cli.app import App
from duban.cli.exit_codes import meanings
from duban.cli.output import emit, table

app = App()


@app.verb("exit-codes", help=_("What the exit codes mean."))
def exit_codes() -> None:
    _say("codes", ("code", "meaning"), [(str(code), text) for code, text in meanings().items()])


@app.verb(help=_("The variables of the environment that are read."))
def environment() -> None:
    _say(
        "variables",
        ("variable", "meaning"),
        [
            ("DUBAN_CONFIG", _("the file of the settings, where --config names none")),
            ("DUBAN_SECTION__KEY", _("one setting, such as DUBAN_MAIL__HOST; wins over the file")),
            ("LC_ALL, LC_MESSAGES, LANG", _("the language, where --lang names none")),
            ("NO_COLOR", _("no colours, as with --no-color")),
            ("COLUMNS", _("how wide a table may be")),
        ],
    )


@app.verb(help=_("How days, periods and references are written, and how answers are."))
def formats() -> None:
    _say(
        "formats",
        ("form", "meaning"),
        [
            ("2024-01-26", _("a day; where an instant is asked for, its beginning")),
            ("2024-01-26T10:00", _("an instant in Beijing time; +00:00 behind it names another")),
            ("P1M  P15D  10wd", _("a month, 15 days, 10 working days")),
            ("12-3  2023-12-3  #17", _("a finding: letter and item, with its year, or its number")),
            ("12  2023-12", _("a letter, or its full number")),
            ("--json  --json=open,overdue", _("one object, whole or with some of its fields")),
            ("--csv  --csv=reference,text", _("a heading and one record a line, for spreadsheets")),
            ("--plain", _("one record a line without headings, parted by tabs")),
        ],
    )


@app.verb(help=_("The terms, in Chinese and English."))
def glossary() -> None:
    _say(
        "terms",
        ("term", "chinese", "meaning"),
        [
            ("finding", "问题", _("one thing to be rectified, followed until it is struck off")),
            ("letter", "提醒函", _("tells one organization its findings and their last day")),
            ("receipt", "签收", _("the organization has the letter")),
            ("last day", "限期", _("the last day of the period, inclusive")),
            ("overdue", "逾期", _("the last day has passed without a report")),
            ("report", "整改报告", _("what the organization did, with its evidence")),
            ("review", "核验", _("the commission accepts a report or returns it")),
            ("extension", "延期", _("more time, asked for with a reason and decided by a person")),
            ("ladder", "督办梯级", _("the steps before and after the last day")),
            ("urging notice", "催办", _("the first step after the last day")),
            ("circular", "通报", _("proposed by the program, decided by a named person")),
            ("summons", "约谈", _("the step after the circular, decided likewise")),
            ("referral", "移送", _("the last step, decided likewise")),
            ("re-check", "回头看", _("a rectified finding is looked at again and may be reopened")),
            ("provisional", "暂定", _("a last day in a year whose holiday notice is not out yet")),
            ("brake", "刹车", _("stops a night that would act far beyond its forecast")),
        ],
    )


def _say(name: str, fields: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    headings = {
        "code": _("Code"), "variable": _("Variable"), "form": _("Form"), "term": _("Term"),
        "chinese": _("Chinese"), "meaning": _("Meaning"),
    }  # fmt: skip
    data = {"count": len(rows), name: [dict(zip(fields, row, strict=True)) for row in rows]}
    emit(data, lambda: table([headings[field] for field in fields], rows))
