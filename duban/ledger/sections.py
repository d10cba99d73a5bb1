"""What the section rows of a ledger say of the findings below them."""

import re
from dataclasses import dataclass

from duban.ledger.organization_cell import UNIT
from duban.ledger.row_kinds import COUNT, SECTION

_DOUBLED = re.compile(r"^([(（]?[一二三四五六七八九十]+[)）]?)[、.．]?、")
_ABOUT = re.compile(r"以上|以下|由|已|请|注")
_THEME = re.compile(r".*(方面|类|类别|问题|情况|责任|纪律|廉洁|作风|队伍|建设)")
LONGEST_UNIT, LONGEST_THEME = 20, 30


@dataclass
class Sections:
    """The unit and the theme in force, each with the level of its number."""

    unit: tuple[int, str] | None = None
    theme: tuple[int, str] | None = None

    def enter(self, heading: str) -> None:
        """“一、主体责任方面” is a category; “二、区水利局党组（3个问题）” an organization.

        What stands under it by its number leaves it in force: （一） under 一、. A remark
        without a number changes nothing.
        """
        heading = _DOUBLED.sub(r"\1、", heading)
        numbered = SECTION.match(heading)
        level = 0 if numbered is None else 2 if numbered[0][0] in "(（" else 1
        name = COUNT.sub("", SECTION.sub("", heading, count=1)).strip()
        if numbered is None and _ABOUT.search(name):
            return
        if UNIT.fullmatch(name) and (numbered or len(name) <= LONGEST_UNIT):
            self.unit = (level, name)
            self.theme = self.theme if self.theme and self.theme[0] < level else None
        elif is_theme(name) and len(name) <= LONGEST_THEME:
            self.theme = (level, name)
            self.unit = self.unit if self.unit and self.unit[0] < level else None


def is_theme(text: str) -> bool:
    """Whether a text names a kind of findings rather than a person or a unit."""
    return _THEME.fullmatch(text) is not None
