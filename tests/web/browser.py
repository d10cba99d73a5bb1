"""A real browser over a running service: Chromium, driven by Playwright.

The one that is found is used; without one these tests are reported as not run, and in CI they
fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


@contextmanager
def opened(program: str) -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One person's browser window; every request it makes is remembered."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(base_url=address, **options)
        self.page: Page = self.context.new_page()
        self.hosts: set[str] = set()
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.context.set_default_timeout(10_000)

    def sign_in(self, login: str, password: str) -> None:
        """By the form, as a person does."""
        self.page.goto("/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def faults(self) -> list[tuple[str, str]]:
        """What axe finds serious or critical on the page: (rule, first place)."""
        script = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        # The page's policy forbids foreign scripts; the debugger's own evaluation is not of the page.
        self.page.evaluate(script)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            (one["id"], one["nodes"][0]["target"][0])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    def close(self) -> None:
        """Close the window."""
        self.context.close()
