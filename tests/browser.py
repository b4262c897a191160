"""A real browser without a window, for tests of pages; they are skipped, with the reason, without.

Nothing is fetched when a test runs: Chromium is the system's, and the checker of accessibility
rules (axe-core) comes with a package.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVERS = ("playwright", "axe_playwright_python")
_MISSING = [name for name in DRIVERS if find_spec(name) is None]

needs_a_browser = pytest.mark.skipif(
    CHROMIUM is None or bool(_MISSING),
    reason="Chromium is not on this machine"
    if CHROMIUM is None
    else "Chromium is here, but not what drives it: install the extra `browser`",
)

Scheme = Literal["light", "dark"]


@contextmanager
def browser() -> Iterator[Any]:
    """Start Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM)
        try:
            yield started
        finally:
            started.close()


class Opened:
    """A page that was opened, and all that it asked for or complained of."""

    def __init__(self, started: Any, file: Path, scheme: Scheme = "light", width: int = 1280):
        self._started = started
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page = self._page(scheme, width)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(file.as_uri())

    def _page(self, scheme: Scheme, width: int) -> Any:
        size = {"width": width, "height": 900}
        return self._started.new_page(color_scheme=scheme, viewport=size)

    def ask(self, script: str) -> Any:
        """Evaluate something in the page."""
        return self.page.evaluate(script)


def violations(opened: Opened) -> list[str]:
    """Return every rule of axe-core that the page breaks, with the elements that break it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened.page).response
    assert found["passes"], "the checker looked at nothing"
    return [
        f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]
