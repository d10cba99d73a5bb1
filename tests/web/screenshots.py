"""Pictures of every page, in both languages and two widths: ``make screenshots``.

They lie in ``var/screenshots/<language>-<width>/``, to be looked at before a release.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.language import LANGUAGES, set_language
from config.settings import DatabaseSettings, MailSettings, Settings
from models.database import open_database
from models.schema import upgrade
from tests.web.browser import opened
from tests.web.find_chromium import NONE, chromium
from tests.web.full_month import live_fully
from tests.web.site import Site, running
from tests.web.tour import stops, window

FOLDER = Path("var/screenshots")
SIZES = ((1366, 768), (360, 740))


def main(folder: Path = FOLDER) -> None:
    """Live the full month in a folder that is forgotten afterwards, and take the pictures."""
    program = chromium()
    if program is None:
        sys.exit(NONE)
    set_language("zh")
    with lived() as site, opened(program) as browser:
        found = stops(site)
        for language in LANGUAGES:
            for width, height in SIZES:
                target = folder / f"{language}-{width}"
                target.mkdir(parents=True, exist_ok=True)
                for login in dict.fromkeys(stop.login for stop in found):
                    visit = window(
                        browser, site, login, language, viewport={"width": width, "height": height}
                    )
                    for stop in (one for one in found if one.login == login):
                        visit.page.goto(stop.address)
                        visit.page.screenshot(path=target / f"{stop.name}.png", full_page=True)
                    visit.close()
        sys.stdout.write(f"{len(found) * len(LANGUAGES) * len(SIZES)} pictures in {folder}\n")


@contextmanager
def lived() -> Iterator[Site]:
    """A service in which the full month was lived."""
    with TemporaryDirectory() as home:
        data = Path(home)
        settings = Settings(
            data_dir=data,
            database=DatabaseSettings(url=f"sqlite:///{data / 'duban.db'}"),
            mail=MailSettings(folder=data / "mail"),
        )
        upgrade(settings.database_url).close()
        with (
            open_database(settings.database_url) as database,
            running(database, settings) as site,
        ):
            live_fully(site)
            yield site


if __name__ == "__main__":
    main()
