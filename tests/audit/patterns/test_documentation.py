"""The page of the patterns is what their headers say."""

from pathlib import Path

from tpi_billing.audit.patterns.documentation import render
from tpi_billing.ledger.facts import FACT_NAMES

from .asking import SHIPPED

PAGE = Path(__file__).parents[3] / "docs" / "patterns.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_pattern_and_every_column_stands_on_it() -> None:
    page = render()
    for pattern in SHIPPED.values():
        assert f"\n### {pattern.id}\n" in page
        assert pattern.looks_for in page
    for name in FACT_NAMES:
        assert f"\n| `{name}` |" in page
