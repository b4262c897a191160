"""The page of the records is the tables, nothing else."""

from pathlib import Path

from tpi_billing.teleplan import documentation
from tpi_billing.teleplan.records import KNOWN_BY_NAME, LAYOUTS

PAGE = Path(__file__).parents[2] / "docs" / "teleplan-records.md"


def test_the_page_of_the_records_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == documentation.render()


def test_every_record_has_its_table_and_every_field_its_row() -> None:
    page = documentation.render()

    for layout in LAYOUTS.values():
        table = page.split(f"### {layout.code} - ")[1].split("\n### ")[0].split("\n## ")[0]
        rows = [row for row in table.splitlines() if row.startswith("| ") and "`" in row]
        assert len(rows) == len(layout.fields)
    for code in KNOWN_BY_NAME:
        assert f"- {code}: " in page
