"""Tell the program that makes a PDF which typefaces stand in for those that are missing."""

from pathlib import Path
from xml.sax.saxutils import escape

from duban.documents.fonts import FALLBACKS

_SYSTEM = Path("/etc/fonts/fonts.conf")


def font_rules(folder: Path) -> dict[str, str]:
    """Variables for a process that looks typefaces up; the rules are written into ``folder``.

    Empty where the machine has no fontconfig.
    """
    if not _SYSTEM.exists():
        return {}
    rules = "".join(_rule(name, others) for name, others in FALLBACKS.items())
    file = folder / "fonts.conf"
    file.write_text(
        f'<?xml version="1.0"?>\n<fontconfig><include>{_SYSTEM}</include>{rules}</fontconfig>\n',
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(file)}


def _rule(name: str, others: tuple[str, ...]) -> str:
    families = "".join(f"<string>{escape(one)}</string>" for one in others)
    return (
        f'<match target="pattern"><test name="family"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="append" binding="same">{families}</edit></match>\n'
    )
