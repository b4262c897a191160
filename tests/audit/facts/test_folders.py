"""A folder of facts that is read: whole, or refused with what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.errors import BillingError
from tpi_billing.ledger.facts import FACT_NAMES

from .folders import folder_of, two_months, write_parquet

SEPTEMBER, OCTOBER = (f"month={month}/claims.parquet" for month in ("2026-09", "2026-10"))
NOVEMBER, BESIDE = "month=2026-11/claims.parquet", "month=2026-10/part-1.parquet"
ALL = "SELECT * FROM claim_facts CROSS JOIN parameters"
Change = Callable[[Path], object]


def every(folder: Path) -> list[tuple[Any, ...]]:
    with duckdb_facts(folder, folder.parent) as facts:
        return list(facts.rows(ALL, FACT_NAMES, {"one": 1}))


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text("utf-8")))


def tell(folder: Path, **changes: object) -> None:
    (folder / "manifest.json").write_text(json.dumps({**told(folder), **changes}), "utf-8")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert every(folder_of(tmp_path, two_months()).folder) == two_months()


def test_days_and_claims_by_month(tmp_path: Path) -> None:
    """30 September 2026 is day 20726, 31 October day 20757."""
    with duckdb_facts(folder_of(tmp_path, two_months()).folder, tmp_path) as facts:
        assert facts.days() == (20_726, 20_757)
        assert facts.claims_by_month(20_726, 20_727) == [
            ("99001", "2026-09", 1),
            ("99001", "2026-10", 1),
        ]


def twice(folder: Path) -> None:
    first, *others = told(folder)["files"]
    tell(folder, files=[first, first, *others])


def extra(place: str) -> Change:
    def change(folder: Path) -> None:
        (folder / place).parent.mkdir(exist_ok=True)
        write_parquet(folder / place, two_months())

    return change


@pytest.mark.parametrize(
    ("change", "message", "file"),
    [
        (lambda f: (f / OCTOBER).unlink(), "The file is missing.", OCTOBER),
        (lambda f: (f / OCTOBER).write_bytes(b""), "The file is not what was written.", OCTOBER),
        (
            lambda f: (f / OCTOBER).write_bytes((f / SEPTEMBER).read_bytes()),
            "The file is not what was written.",
            OCTOBER,
        ),
        (extra(NOVEMBER), "The manifest does not name this file.", NOVEMBER),
        (extra(BESIDE), "The manifest does not name this file.", BESIDE),
        (twice, "This is no manifest of claim_facts.", "manifest.json"),
        (
            lambda f: tell(f, columns=[]),
            "The facts were written by another version of the tool.",
            "manifest.json",
        ),
        (lambda f: (f / "manifest.json").unlink(), "There are no facts here", "manifest.json"),
    ],
    ids=[
        "a month is missing",
        "a month is empty",
        "a month is another's",
        "a month too many",
        "a month twice, beside it",
        "a month twice, in the manifest",
        "other columns",
        "no manifest",
    ],
)
def test_a_folder_that_is_not_as_it_was_written_is_refused(
    tmp_path: Path, change: Change, message: str, file: str
) -> None:
    folder = folder_of(tmp_path, two_months()).folder
    change(folder)
    with pytest.raises(BillingError) as raised:
        every(folder)
    (one,) = raised.value.troubles
    assert message in one.message
    assert one.hint
    assert one.file.endswith(str(Path(file)))


def test_a_foreign_folder_of_parquet_is_told_how_to_become_facts(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    write_parquet(tmp_path / "lake" / "claims.parquet", two_months())
    with pytest.raises(BillingError) as raised:
        every(tmp_path / "lake")
    (one,) = raised.value.troubles
    assert "--from-files" in one.hint
