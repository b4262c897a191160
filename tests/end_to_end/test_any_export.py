"""Whatever stands in an export, the commands end as promised, and the books are right.

Visits that could be billed get arbitrary cells: words and numbers of other columns, damaged ones,
control characters, nothing. Then the whole month is worked through.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tpi_billing.model.session import COLUMNS

from .clinic import Clinic, visit, write_csv

TEXTS = (
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "60",
        "61",
        "1e400",
        "NaN",
        "1.5",
        "x",
        "é😀",
        "=1+1",
        "'",
        ";;",
        "\n",
    ),
    *("01156; 01157", "01125; 00015x3", "01157x0", "99999", "01157x999999", "a" * 5_000),
    *("2026-10-05", "2026-02-30", "05/10/2026", "1899-12-31", "9999-12-31", "09:00", "24:00"),
    *("MSP", "AB", "ICBC", "WSBC", "QC", "PRIVATE", "00", "66", "M", "F", "yes", "no", "completed"),
    *("99001", "99002", "00000", "visit", "consultation", "counselling", "physician", "left hip"),
    *("7291", "729.1", "V01", "٣", "a\u202eb", "\x1b[0m", "9123456780"),
)
# Cells of nothing but invisible characters are specified with the reader of cells.
CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cf", "Cs"])
CELLS = st.dictionaries(
    st.sampled_from([column.name for column in COLUMNS]),
    st.sampled_from(TEXTS) | st.text(CHARACTERS),
    max_size=4,
)
VISITS = st.lists(
    st.builds(
        lambda patient, number, cells: {**visit(patient), "session_id": f"R{number}", **cells},
        st.integers(1, 4),
        st.integers(1, 14),
        CELLS,
    ),
    min_size=1,
    max_size=12,
)
EXAMPLES = 250 if os.environ.get("TPI_LONG") else 6
MONTH = ("--month", "2026-10")


def work_through(clinic: Clinic, export: Path) -> None:
    """Do a month; every command ends well, or says that there is no batch."""
    out = clinic.workspace / "written"
    for words in (
        ["sessions", "import", export],
        ["sessions", "import", export, "--corrections", f"{out}.xlsx"],
        ["check"],
        ["batch", "create", *MONTH],
        ["batch", "create", *MONTH],
        ["batch", "show", 1],
        ["batch", "export", 1, "--out", out],
        ["sessions", "list"],
        ["sessions", "show", "R1"],
        ["claims", "list"],
    ):
        said = clinic.run(*words)
        nothing = said.code == 2 and said.err.startswith("Error: There is no ")
        assert said.code in {0, 1} or nothing, (words, said.err)
        assert "\x1b" not in said.all


@settings(max_examples=EXAMPLES)
@given(visits=VISITS)
def test_any_export_is_worked_through_and_the_books_are_right(
    visits: list[dict[str, str]], fresh: Clinic, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    clinic = fresh.copy_to(folder / "clinic")
    work_through(clinic, write_csv(folder / "any.csv", visits))

    for batch in clinic.data("batch", "list")["batches"]:
        claims = clinic.query(
            "SELECT count(*), sum(amount_cents) FROM claims WHERE batch_id = ?", batch["batch_id"]
        )
        assert claims == [(batch["claims"], int(batch["amount"].replace(".", "")))]
    # A visit is billed whole or held, never both, and no fee item twice on one day.
    billed = {c["session_ids"][0] for c in clinic.data("claims", "list")["claims"]}
    findings = clinic.json("check")["findings"]
    assert not billed & {f.get("session_id") for f in findings if f["severity"] == "error"}
    twice = clinic.query(
        "SELECT 1 FROM claims GROUP BY patient_key, practitioner_number, service_date, fee_item"
        " HAVING count(*) > 1"
    )
    assert twice == []
    ledger = [c for c in clinic.data("doctor")["checks"] if c["what"] == "ledger"]
    assert [check["ok"] for check in ledger] == [True], json.dumps(ledger)
