"""A clinic at each stage of its month, the files on its clerk's desk, and what its ledger holds."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from databases import database_of
from end_to_end.clinic import Clinic, new_clinic, visit, write_csv
from msp_lines import FIRST, paid, payee_total, pickup, refused
from openpyxl import load_workbook

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.model.claim import Claim

VISITS = [visit(number) for number in range(1, 7)]
"""October's visits: six, 77.92 each, all of which can be billed."""
OTHERS = [
    {**visit(number), "session_id": row["session_id"], "patient_surname": "Elsewhere"}
    | {"patient_first_name": "Bo", "birth_date": "1981-05-06"}
    for number, row in enumerate(VISITS, start=60)
]
"""Another clinic's visits, whose record system gives the same ids."""
COLUMNS = list(VISITS[0])
AFTER_OCTOBER, AFTER_NOVEMBER = "2026-11-05", "2026-12-01"


def claims_of(clinic: Clinic) -> list[Claim]:
    """Return every claim of a ledger."""
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter())


def holds(clinic: Clinic) -> dict[str, Any]:
    """Sum up what a ledger holds, in the few words that the table uses."""
    open_ones = clinic.query(
        "SELECT count(*) FROM sessions WHERE batch_id IS NULL AND status = 'completed'"
    )
    states = clinic.query("SELECT state FROM claims")
    batches = clinic.query("SELECT batch_id, state FROM batches ORDER BY batch_id")
    (lines,) = clinic.query("SELECT count(*) FROM remittance_lines")
    patients = clinic.query("SELECT content FROM sessions")
    return {
        "sessions": len(patients),
        "open": open_ones[0][0],
        "strangers": sum("Elsewhere" in content for (content,) in patients),
        "claims": dict(sorted(Counter(state for (state,) in states).items())),
        "batches": [state for _, state in batches],
        "lines": lines[0],
    }


def build_desk(desk: Path) -> None:
    """Write the files that a clerk has on her desk, the right ones and the wrong ones."""
    desk.mkdir()
    write_csv(desk / "october.csv", VISITS)
    write_csv(desk / "october (1).csv", VISITS)
    old = [
        {**row, "session_id": f"L{at}", "service_date": f"2025-10-{at + 1:02d}"}
        | {"referral_date": "2025-09-01"}
        for at, row in enumerate(VISITS)
    ]
    write_csv(desk / "october-2025.csv", old)
    write_csv(desk / "taken-back.csv", [{**row, "status": "cancelled"} for row in old])
    foreign = [
        {**visit(81), "practitioner_number": "88123"},
        {**visit(82), "payee_number": "B1234"},
    ]
    write_csv(desk / "two-clinics.csv", [*VISITS, *foreign])
    write_csv(
        desk / "not-ours.csv", [{**row, "status": "cancelled"} for row in foreign], encoding="utf-8"
    )
    write_csv(desk / "same-ids.csv", OTHERS)
    _write_shifted(desk / "shifted.csv", COLUMNS[0])
    _write_shifted(desk / "shifted-names.csv", "practitioner_number")


def _write_shifted(path: Path, begins: str) -> None:
    """Write the visits with every cell from one column on below the next column's title."""
    at = COLUMNS.index(begins)
    rows = [list(row.values()) for row in VISITS]
    moved = [[*cells[:at], "", *cells[at:-1]] for cells in rows]
    write_csv(path, [dict(zip(COLUMNS, cells, strict=True)) for cells in moved])


def answers(
    path: Path, claims: Sequence[Claim], centre: str = "T9999", payee: str = "A9999"
) -> None:
    """Write a remittance: the first three claims paid, the others refused."""
    lines = [paid(one) for one in claims[:3]] + [refused(one) for one in claims[3:]]
    content = pickup(*lines, payee_total(FIRST, 3 * 7_792))
    path.write_bytes(content.replace(b"T9999", centre.encode()).replace(b"A9999", payee.encode()))


def say(clinic: Clinic, *words: object, as_of: str = AFTER_OCTOBER) -> None:
    """Give a command that must end well."""
    said = clinic.run(*words, as_of=as_of)
    assert said.code in {0, 1}, (words, said.all)


def build_stages(folder: Path, desk: Path) -> Mapping[str, Clinic]:
    """Make a clinic and keep a copy of it at each stage; the files of MSP go to the desk."""
    clinic = new_clinic(folder / "new")
    stages = {"new": clinic}

    def next_stage(name: str, *commands: tuple[object, ...]) -> Clinic:
        last = list(stages.values())[-1].copy_to(folder / name)
        for words in commands:
            say(last, *words)
        stages[name] = last
        return last

    next_stage("imported", ("sessions", "import", desk / "october.csv"))
    batched = next_stage("batched", ("batch", "create", "--month", "2026-10"))
    claims = claims_of(batched)
    answers(desk / "remittance.txt", claims)
    answers(desk / "other-centre.txt", claims, "T8888")
    answers(desk / "other-payee.txt", claims, payee="B7777")
    mixed = pickup(paid(claims[0]), paid(claims[1]).replace("T9999", "T8888"))
    (desk / "mixed.txt").write_bytes(mixed)
    next_stage("exported", ("batch", "export", 1))
    next_stage("sent", ("batch", "sent", 1), ("batch", "confirm", 1))
    next_stage("answered", ("remittance", "import", desk / "remittance.txt"))
    _write_workbooks(folder, desk, stages["answered"])
    return stages


def _write_workbooks(folder: Path, desk: Path, answered: Clinic) -> None:
    """Write workbooks of corrections and of a sample: this ledger's, and another clinic's."""
    other = new_clinic(folder / "other-clinic")
    visits = write_csv(folder / "other.csv", [visit(number) for number in range(50, 56)])
    say(other, "sessions", "import", visits)
    say(other, "batch", "create", "--month", "2026-10")
    say(other, "batch", "sent", 1)
    say(other, "batch", "confirm", 1)
    answers(folder / "other.txt", claims_of(other))
    say(other, "remittance", "import", folder / "other.txt")
    ours = answered.copy_to(folder / "ours")
    for clinic, name in ((ours, "corrections.xlsx"), (other, "other-corrections.xlsx")):
        say(clinic, "claims", "correct", "--export", desk / name)
        _decide(desk / name)
    sample = ("--month", "2026-10", "--seed", 7, "--size", 3)
    say(other, "audit", "sample", *sample, desk / "other-review.xlsx")
    shutil.rmtree(folder / "ours")


def _decide(path: Path) -> None:
    """Let a clerk decide in every row: corrected, with a note to MSP."""
    book = load_workbook(path)
    sheet = book["Corrections"]
    rows = sheet.iter_rows()
    header = next(row for row in rows if row[0].value == "Claim")
    column = {str(cell.value): at for at, cell in enumerate(header)}
    for row in rows:
        row[column["Decision"]].value = "correct"
        row[column["Note"]].value = "COVERED ON THAT DAY"
        row[column["Patient second name"]].value = "Bea"
    book.save(path)
