"""The typefaces of official documents, and what stands in where they are not installed."""

import shutil
import subprocess
from functools import cache
from typing import Any

from config.language import _
from duban.documents.parts import element

FANGSONG, XIAOBIAOSONG, HEITI, KAITI, SONG = (
    "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体",
)  # fmt: skip
FALLBACKS: dict[str, tuple[str, ...]] = {
    FANGSONG: ("仿宋", "FangSong", "方正仿宋_GBK", "方正仿宋简体", "华文仿宋", "STFangsong",
               "Noto Serif CJK SC"),
    XIAOBIAOSONG: ("方正小标宋_GBK", "华文中宋", "STZhongsong", "思源宋体", "Source Han Serif SC",
                   "Noto Serif CJK SC"),
    HEITI: ("SimHei", "方正黑体_GBK", "华文黑体", "STHeiti", "Noto Sans CJK SC"),
    KAITI: ("楷体", "KaiTi", "方正楷体_GBK", "华文楷体", "STKaiti", "Noto Serif CJK SC"),
    SONG: ("SimSun", "华文宋体", "STSong", "Noto Serif CJK SC"),
}  # fmt: skip
"""What is asked for, and what may stand in for it, the most like it first."""
_SHAPED_OTHERWISE = ("思源宋体", "Source Han Serif SC", "Noto Serif CJK SC", "Noto Sans CJK SC")
"""Legible, but not the typeface that the standard names."""


def font_table() -> list[Any]:
    """Entries of a document's font table that name the stand-ins to the program that opens it."""
    return [
        element("w:font", element("w:altName", val=",".join(others)), name=name)
        for name, others in FALLBACKS.items()
    ]


@cache
def installed_fonts() -> frozenset[str] | None:
    """The names of the typefaces on this machine; None where it cannot be asked."""
    asked = shutil.which("fc-list")
    if asked is None:
        return None
    try:
        told = subprocess.run(
            [asked, "--format", "%{family}\n"], capture_output=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = told.stdout.decode("utf-8", "replace").splitlines()
    return frozenset(name.strip() for line in lines for name in line.split(","))


def missing_fonts(installed: frozenset[str] | None) -> list[str]:
    """The typefaces asked for of which neither they nor a near relative is installed."""
    if installed is None:
        return []
    return [
        name
        for name, others in FALLBACKS.items()
        if installed.isdisjoint({name, *others} - set(_SHAPED_OTHERWISE))
    ]


def font_warning(installed: frozenset[str] | None) -> str | None:
    """What to say beside a PDF made with other typefaces than the standard's; none if all is well.

    The .docx asks for the right ones whatever is installed here.
    """
    missing = missing_fonts(installed)
    if not missing:
        return None
    return _(
        "This machine has no {names}: the PDF shows other typefaces. "
        "Install them here, or print the .docx where they are."
    ).format(names="、".join(missing))
