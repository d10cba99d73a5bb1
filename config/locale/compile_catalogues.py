"""Build step: compile the .po catalogues, so that every installation carries Chinese."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(folder: Path) -> None:
    """Write a .mo beside each .po below ``folder``."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


class CompileCatalogues(BuildHookInterface[Any]):
    """Hatch calls this before it packs a wheel or an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place."""
        compile_catalogues(Path(self.root) / "config" / "locale")
