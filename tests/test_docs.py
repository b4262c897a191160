"""The pages are what the tool says of itself, and the README's commands are one line each."""

import re
from pathlib import Path

import pytest

from tpi_billing.checks.documentation import render as checks_page
from tpi_billing.cli.documentation import render as commands_page
from tpi_billing.intake.documentation import render as sessions_page

TOP = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("page", "render"),
    [
        ("docs/commands.md", commands_page),
        ("docs/sessions.md", sessions_page),
        ("docs/checks.md", checks_page),
    ],
)
def test_a_made_page_is_up_to_date(page: str, render: object) -> None:
    assert callable(render)
    assert (TOP / page).read_text(encoding="utf-8") == render()


def test_the_first_two_commands_of_the_readme_are_one_line_each() -> None:
    text = (TOP / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    first, second = blocks[0].strip(), blocks[1].strip()
    assert "\n" not in first
    assert first.endswith("tpi-billing demo")
    assert "\n" not in second
    assert "-m pytest" in second


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(p.name for p in (TOP / "docs").glob("*.md"))]
)
def test_every_link_between_the_pages_leads_somewhere(page: str) -> None:
    path = TOP / page if page == "README.md" else TOP / "docs" / page
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target
