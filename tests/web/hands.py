"""How people work a page: with a mouse, with a keyboard alone, or in a browser without scripts.

Controls are found by what they are called, as people find them; each page that opens is waited
for. ``acts`` counts what was done on purpose: opening, pressing, ticking, choosing files. What
is typed is not counted, and signing in is one act.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, Locator

from tests.web.browser import Visit

MOST_STOPS = 80
"""How often somebody presses Tab before giving up."""

NARROW = {"width": 320, "height": 640}
"""A window of 1280 pixels at four times the size."""
AT_A_STOP = """target => {
  const here = document.activeElement, look = getComputedStyle(here);
  if (here.matches("body, main")) return {here: false, seen: true};
  const place = here.getClientRects()[0];
  const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
  const top = document.elementFromPoint(middle(place.left, place.right, innerWidth),
                                        middle(place.top, place.bottom, innerHeight));
  const edge = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  return {here: here === target, what: here.outerHTML.slice(0, 120),
          seen: (edge || look.boxShadow !== "none") && place.width > 1 && place.height > 1
                && top !== null && (here.contains(top) || top.contains(here))};
}"""
"""Whether the focus is on the target, and whether it can be seen: marked, on screen, uncovered."""
IS_BEHIND = """target => Boolean(
  document.activeElement.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING
)"""


class Hands(ABC):
    """Somebody at a window, and the ways they have to act."""

    scripts = True

    def __init__(self, visit: Callable[..., Visit], **options: Any) -> None:
        self.visit = visit(java_script_enabled=self.scripts, **options)
        self.page = self.visit.page
        self.acts = 0

    def open(self, address: str) -> None:
        """Go to an address, as from a mail or a bookmark."""
        self.acts += 1
        self.page.goto(address)

    def press(self, words: str, key: str = "") -> None:
        """Press the button or link of this name, or the key that it bears; a page opens."""
        self.acts += 1
        page = self.page
        button = page.get_by_role("button", name=words, exact=True)
        found = button.or_(page.get_by_role("link", name=words, exact=True)).first
        self._go_to(found, key)
        with page.expect_navigation():
            self._push(found, key)

    def unfold(self, words: str, key: str = "") -> None:
        """Open what is folded under these words."""
        self.acts += 1
        fold = self.page.locator("summary").filter(has_text=words).first
        self._go_to(fold, key)
        self._push(fold, key)

    def tick(self, words: str) -> None:
        """Tick the box of this name."""
        self.acts += 1
        box = self.page.get_by_role("checkbox", name=words)
        self._tick(box)
        assert box.is_checked()

    def write(self, words: str, text: str) -> None:
        """Type into the field of this name, over what stands there."""
        field = self.page.get_by_label(words)
        self._write(field, text)
        assert field.input_value() == text

    def choose(self, words: str, *files: FilePayload) -> None:
        """Choose files for the field of this name."""
        self.acts += 1
        field = self.page.get_by_label(words)
        self._choose(field, list(files))
        chosen = field.evaluate("field => Array.from(field.files, file => file.name)")
        assert chosen == [file["name"] for file in files]

    @property
    def words(self) -> str:
        """What the page says to whoever looks at it."""
        return " ".join(self.page.inner_text("body").split())

    @property
    def heading(self) -> str:
        """What stands above the page."""
        return self.page.locator("h1").inner_text()

    @property
    def state(self) -> str:
        """The state of the finding whose page it is."""
        return self.page.locator(".finding-head .tag").inner_text()

    @property
    def figures(self) -> list[str]:
        """The numbers of the dashboard, in order."""
        return self.page.locator(".figure strong:not(.said)").all_inner_texts()

    @property
    def findings(self) -> list[str]:
        """The findings that the ledger's page lists, in its order."""
        return self.page.locator("td.together a").all_inner_texts()

    @abstractmethod
    def _go_to(self, control: Locator, key: str) -> None: ...

    @abstractmethod
    def _push(self, control: Locator, key: str) -> None: ...

    @abstractmethod
    def _tick(self, box: Locator) -> None: ...

    @abstractmethod
    def _write(self, field: Locator, text: str) -> None: ...

    @abstractmethod
    def _choose(self, field: Locator, files: list[FilePayload]) -> None: ...


class Mouse(Hands):
    """Points and clicks."""

    def _go_to(self, control: Locator, key: str) -> None:
        control.wait_for()

    def _push(self, control: Locator, key: str) -> None:
        control.click()

    def _tick(self, box: Locator) -> None:
        box.click()

    def _write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def _choose(self, field: Locator, files: list[FilePayload]) -> None:
        field.set_input_files(files)


class WithoutScripts(Mouse):
    """The same where no script of a page runs."""

    scripts = False


class Keyboard(Hands):
    """Never touches a mouse; each stop on the way must be visible."""

    def __init__(self, visit: Callable[..., Visit], **options: Any) -> None:
        super().__init__(visit, viewport=NARROW, reduced_motion="reduce", **options)
        # Who listens from the start misses no chooser: the browser is told of it in time.
        self.page.on("filechooser", lambda _chooser: None)

    def _go_to(self, control: Locator, key: str) -> None:
        if not key:
            self._reach(control)

    def _push(self, control: Locator, key: str) -> None:
        self.page.keyboard.press(key or "Enter")

    def _tick(self, box: Locator) -> None:
        self._reach(box)
        self.page.keyboard.press("Space")

    def _write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _choose(self, field: Locator, files: list[FilePayload]) -> None:
        self._reach(field)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Enter")
        opened.value.set_files(files)

    def _reach(self, control: Locator) -> None:
        """Press Tab until the control has the focus; back with Shift where it lies behind."""
        if self.page.evaluate("document.activeElement === document.body"):
            self._enter(control)
        step = "Shift+Tab" if control.evaluate(IS_BEHIND) else "Tab"
        for _ in range(MOST_STOPS):
            stop = control.evaluate(AT_A_STOP)
            assert stop["seen"], f"the focus cannot be seen on {stop['what']}"
            if stop["here"]:
                return
            self.page.keyboard.press(step)
        raise AssertionError(f"{MOST_STOPS} stops do not lead to {control}")

    def _enter(self, control: Locator) -> None:
        """On a page that has just opened, the first stop leads past the menu."""
        assert self.page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]
        self.page.keyboard.press("Tab")
        assert self.page.locator(".skip:focus").is_visible()
        if control.evaluate("target => document.getElementById('main').contains(target)"):
            self.page.keyboard.press("Enter")
            self.page.locator("#main:focus").wait_for()
