"""The page in a real browser: it fetches nothing, fits, prints, breaks no accessibility rule."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, Scheme, browser, needs_a_browser, violations
from made_up_report import CLINIC, NAMES, empty, figures, money, refusals

from tpi_billing.audit.report.figures import AuditFigures, Referred
from tpi_billing.reports.audit_report.page import audit_page

pytestmark = needs_a_browser


def many() -> AuditFigures:
    """Twenty practitioners, twelve causes, amounts of millions, and books that do not tie."""
    made = figures(refusals=refusals(12), money=money(owed=1))
    people = tuple(Referred(f"99{at:03}", 100, 100 - at) for at in range(20))
    spreads = tuple(
        replace(row, standing=replace(row.standing, practitioner=f"99{at:03}"))
        for at, row in enumerate(made.services.rows * 5)
    )
    large = tuple(replace(line, opening=line.opening * 10_000 - 3) for line in made.money.lines)
    return replace(
        made,
        referrals=people,
        services=replace(made.services, rows=spreads),
        money=replace(made.money, lines=large),
    )


MADE = {"october": figures, "nothing": empty, "many": many}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {name: folder / f"{name}.html" for name in MADE}
    for name, path in found.items():
        path.write_bytes(audit_page(MADE[name](), CLINIC, NAMES))
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("october", "light", 1280),
        ("october", "light", 400),
        ("october", "dark", 1280),
        ("october", "dark", 400),
        ("nothing", "light", 1280),
        ("many", "dark", 1280),
    ],
)
def test_no_accessibility_rule_is_broken(
    chromium: Any, pages: dict[str, Path], name: str, scheme: Scheme, width: int
) -> None:
    opened = Opened(chromium, pages[name], scheme, width)
    assert violations(opened) == []


def test_no_rule_is_broken_on_paper(chromium: Any, pages: dict[str, Path]) -> None:
    opened = Opened(chromium, pages["october"], "dark")
    opened.page.emulate_media(media="print")
    assert opened.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert violations(opened) == []


def test_the_page_asks_for_itself_only_and_nothing_is_refused(
    chromium: Any, pages: dict[str, Path]
) -> None:
    opened = Opened(chromium, pages["october"])
    assert opened.asked == [pages["october"].as_uri()]
    assert opened.said == []  # what the policy refuses is said there
    assert opened.ask("getComputedStyle(document.querySelector('svg .added')).fill") != (
        "rgb(0, 0, 0)"
    )


def test_the_policy_refuses_a_script_and_a_picture_from_elsewhere(
    chromium: Any, pages: dict[str, Path], tmp_path: Path
) -> None:
    """So that the test above would see it."""
    bad = tmp_path / "bad.html"
    text = pages["october"].read_text("utf-8")
    more = "<script>document.title = 'run'</script><img alt='' src='other.png'></body>"
    bad.write_text(text.replace("</body>", more), encoding="utf-8")
    opened = Opened(chromium, bad)
    assert opened.ask("document.title").startswith("Audit report")
    assert len([text for text in opened.said if "Content Security Policy" in text]) == 2


@pytest.mark.parametrize("name", ["october", "many"])
@pytest.mark.parametrize("width", [700, 320])
def test_only_tables_scroll_sideways(
    chromium: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    opened = Opened(chromium, pages[name], width=width)
    assert opened.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", MADE)
def test_words_of_pictures_are_neither_cut_nor_on_top_of_one_another(
    chromium: Any, pages: dict[str, Path], name: str
) -> None:
    opened = Opened(chromium, pages[name])
    found = opened.ask("""
        [...document.querySelectorAll('svg[role=img]')].map(svg => ({
            name: svg.id,
            width: svg.viewBox.baseVal.width,
            height: svg.viewBox.baseVal.height,
            words: [...svg.querySelectorAll('text')].map(text => {
                const box = text.getBBox();
                return {said: text.textContent, x: box.x, y: box.y,
                        right: box.x + box.width, bottom: box.y + box.height};
            }),
        }))
    """)
    assert found
    for picture in found:
        for one in picture["words"]:
            assert one["x"] >= -1, (picture["name"], one)
            assert one["y"] >= -1, (picture["name"], one)
            assert one["right"] <= picture["width"] + 1, (picture["name"], one)
            assert one["bottom"] <= picture["height"] + 1, (picture["name"], one)
        for at, one in enumerate(picture["words"]):
            for other in picture["words"][at + 1 :]:
                assert not _overlap(one, other), (picture["name"], one, other)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two texts run into one another; lines may touch."""
    beside = min(one["right"], other["right"]) - max(one["x"], other["x"])
    below = min(one["bottom"], other["bottom"]) - max(one["y"], other["y"])
    return bool(beside > 0.5 and below > 4)


def test_everything_can_be_reached_by_the_keyboard(chromium: Any, pages: dict[str, Path]) -> None:
    opened = Opened(chromium, pages["many"], width=400)
    opened.page.keyboard.press("Tab")
    assert opened.ask("document.activeElement.className") == "skip"
    assert opened.ask("document.activeElement.getBoundingClientRect().left") >= 0
    opened.page.keyboard.press("Enter")
    assert opened.ask("document.activeElement.id") == "report"
    reached = []
    for _ in range(opened.ask("document.querySelectorAll('.scroll').length")):
        opened.page.keyboard.press("Tab")
        reached.append(opened.ask("document.activeElement.getAttribute('aria-labelledby')"))
        outline = opened.ask("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", "whoever has the focus shows it"
    assert reached == opened.ask(
        "[...document.querySelectorAll('.scroll')].map(one => one.getAttribute('aria-labelledby'))"
    )
    opened.page.keyboard.press("Shift+Tab")
    opened.page.keyboard.press("ArrowRight")
    for _ in range(100):
        if opened.ask("document.activeElement.scrollLeft") > 0:
            return
        opened.page.wait_for_timeout(50)
    pytest.fail("the arrow keys do not scroll a table")


def test_dark_is_dark(chromium: Any, pages: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = Opened(chromium, pages["october"], "light").ask(ground)
    dark = Opened(chromium, pages["october"], "dark").ask(ground)
    assert light == "rgb(255, 255, 255)"
    assert sum(map(int, re.findall(r"\d+", dark))) < 3 * 40


def test_it_prints_on_letter_paper_without_its_links(
    chromium: Any, pages: dict[str, Path], tmp_path: Path
) -> None:
    opened = Opened(chromium, pages["october"], "dark")
    opened.page.emulate_media(media="print")
    assert not opened.page.is_visible("nav")
    made = opened.page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made))
    assert sizes == {(b"612", b"792")}
    # No table is wider than the paper.
    opened.page.set_viewport_size({"width": 700, "height": 900})
    wide = opened.ask("[...document.querySelectorAll('table')].map(one => one.offsetWidth)")
    assert max(wide) <= 700
