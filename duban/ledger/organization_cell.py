"""Whom a finding is for, from what stands in the cells of its row."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from config.language import _
from duban.ledger.cells import NOTHING, Fault, Read, read_text
from duban.ledger.workbook import Cell

LONGEST_NAME = 200
DITTO = frozenset({"同上", "同前", "〃", "″", '"', "''", "ditto"})
UNIT = re.compile(
    r".*(党组|党委|党工委|工委|党支部|党总支|总支|支部|局|委|办|院|中心|公司|集团|镇|乡|街道|社区|村|厅"
    r"|处|所|站|大队|支队|政府|学校|中学|小学|银行|协会|联合会|工会|团委|妇联|部)(\s*[(（].*[)）])?"
)
"""How the names of organizations end."""

_SEAL = re.compile(r"\s*[(（](盖章|公章|签章|章)[)）]")
_LEAD_AND_OTHERS = re.compile(
    r"(?:牵头|主办|主责|责任)(?:单位|部门)?[:：]\s*(?P<lead>.+?)[\s;；，,、。]*"
    r"(?:配合|协办|协助)(?:单位|部门)?[:：]\s*(?P<others>.+)",
    re.DOTALL,
)
_NUMBERED = re.compile(r"^\s*(\d+\s*[.、．]|[(（]?[一二三四五六七八九十\d]+[)）、.．])\s*")
_LEADS_AND_HELPS = re.compile(
    r"(?P<lead>.+?)\s*[(（](?:牵头|主办|主责)[)）][\s、，,;；]*(?P<others>.+?)\s*[(（](?:配合|协办)[)）]"
)
_PERSON_BEHIND = re.compile(
    r"(?P<unit>.+?)\s*(?:[(（](?P<a>[^()（）]{2,4})[)）]|[:：]\s*(?P<b>.{2,12}))"
)
_JOINED = re.compile(r"\s+|和|与|及|\+|&")
_SEVERAL = re.compile(r"[、；;]|[，,]|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff])|等\s*\d*\s*个")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LEADING_MARK = re.compile(r"牵头|主责|主办|[★▲◎●]|lead", re.IGNORECASE)
_NO_MARK = re.compile(r"[×✗✘xX/／\\—–-]|0|否|无|不涉及|n/?a|no", re.IGNORECASE)
_MARK = re.compile(
    r"[√✓✔☑☒★☆▲△◎●○■□1vV]|是|有|y|yes|牵头(单位)?|配合(单位)?|主办|协办|主责|责任(单位)?|参与|lead|support",
    re.IGNORECASE,
)


class Addressee(NamedTuple):
    """The organization of a finding, those that help it, and a person named with it."""

    organization: Read
    others: str | None = None
    person: str | None = None


def read_organization(
    cell: Cell, aliases: Mapping[str, str], *, with_person: bool = False
) -> Addressee:
    """What one cell says; ``with_person`` where its heading announces one too."""
    text = read_text(cell)
    if not isinstance(text, str) or text in NOTHING:
        return Addressee(None if isinstance(text, str) else text)
    if known := aliases.get(" ".join(text.split())):
        return Addressee(known)
    if text.replace(".", "", 1).isdecimal():
        return Addressee(
            Fault("organization-is-number", _("a number is no organization"), _("write its name"))
        )
    if found := _LEAD_AND_OTHERS.fullmatch(text) or _LEADS_AND_HELPS.fullmatch(text):
        return Addressee(_name(found["lead"], aliases), _one_line(found["others"]))
    if with_person and (parts := _unit_and_person(text)):
        return Addressee(_name(parts[0], aliases), None, _one_line(parts[1]))
    return Addressee(_name(text, aliases))


def read_members(marks: Mapping[str, Cell], aliases: Mapping[str, str]) -> Addressee:
    """What stands under a group heading: a mark (√) for a unit, or the unit's own name."""
    named: dict[str, bool] = {}
    for heading, cell in marks.items():
        text = read_text(cell)
        if not isinstance(text, str):
            continue
        if _MARK.fullmatch(text):
            named[heading] = bool(_LEADING_MARK.search(text))
        elif not _NO_MARK.fullmatch(text):
            named[_one_line(text)] = bool(_LEADING_MARK.search(heading))
    leading = [name for name, leads in named.items() if leads]
    if len(named) != 1 and len(leading) != 1:
        return Addressee(_several() if named else None)
    chosen = (leading or list(named))[0]
    others = [name for name in named if name != chosen]
    return Addressee(_name(chosen, aliases), "、".join(others) or None)


def joined(names: Iterable[object]) -> str | None:
    """Names of helping organizations as one text, each once."""
    texts = [name for name in names if isinstance(name, str)]
    return "、".join(dict.fromkeys(texts)) or None


def _name(text: str, aliases: Mapping[str, str]) -> Read:
    name = _NUMBERED.sub("", _SEAL.sub("", text), count=1).strip().strip("、，,；;。").strip()
    lines = [line.strip() for line in name.splitlines() if line.strip()]
    if len(lines) > 1 and all(len(line) > 2 and UNIT.fullmatch(line) for line in lines):
        return _several()
    name = "".join(lines) if _CHINESE.search(name) else " ".join(lines)
    name = _one_line(name)
    if name in aliases:
        return aliases[name]
    without_brackets = re.sub(r"[(（].*?[)）]", "", name)
    parts = _JOINED.split(without_brackets)
    if _CHINESE.search(name) and (
        _SEVERAL.search(without_brackets)
        or (len(parts) > 1 and all(len(part) > 2 and UNIT.fullmatch(part) for part in parts))
    ):
        return _several()
    if len(name) > LONGEST_NAME:
        return Fault("too-long", _("the text is too long for a name or number"), _("shorten it"))
    return name or None


def _unit_and_person(text: str) -> list[str] | None:
    """“区教育局 王某”, “区教育局（王某）”, “区教育局：王某”."""
    words = text.split(maxsplit=1)
    if len(words) == 2 and not UNIT.fullmatch(words[1]):
        return words
    found = _PERSON_BEHIND.fullmatch(text)
    person = found and (found["a"] or found["b"])
    if found is None or not person or UNIT.fullmatch(person):
        return None
    return [found["unit"], person]


def unit_of(text: str) -> str | None:
    """The unit that a section or a sheet is named after: numbers and remarks taken off."""
    name = _REMARK.sub("", _NUMBERED.sub("", text, count=1)).strip()
    return name if UNIT.fullmatch(name) else None


def _several() -> Fault:
    return Fault(
        "several-organizations",
        _("several organizations are named for one finding"),
        _("name or mark the leading one (牵头) and put the others into a column 配合单位, "
          "or write one row for each"),
    )  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())
