"""Builders for tests: a clean made-up visit, a made-up clinic's configuration, and its ledger."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from databases import SERVER, copy_ledger, database_of

from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.batch_contents import read_contents
from tpi_billing.claims.batches import Plan, create_batch
from tpi_billing.claims.importing import Imported, import_files
from tpi_billing.claims.voiding import void_batch
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config, parse
from tpi_billing.intake.table import open_table
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.sessions import Scope, StoredSession, listed
from tpi_billing.model.batch import BatchContents
from tpi_billing.model.claim import Claim
from tpi_billing.model.identifiers import phn_check_digit

AS_OF = date(2026, 11, 5)
MONTH = "2026-10"
CLERK = "m.jones"
Values = dict[str, str]

CLINIC_TOML = """
[clinic]
name = "Made-up Clinic"
data_centre = "T9999"
payee_number = "A9999"
location_code = "Q"

[[practitioners]]
number = "99001"
name = "Avery Example"
specialty = "family"

[[practitioners]]
number = "99002"
name = "Blair Sample"
specialty = "anesthesiology"
payee_number = "B1111"
"""


def clinic_config(more: str = "", *, data_centre: str = "T9999") -> Config:
    """Make the configuration of a clinic with two practitioners; `more` is further TOML."""
    return parse(CLINIC_TOML.replace("T9999", data_centre) + more, "tpi-billing.toml")


def made_up_phn(number: int) -> str:
    """Return the `number`-th health number, counted from 9000000000, that has a check digit."""
    while (check := phn_check_digit(f"{number:08}")) is None:
        number += 10_000_000
    return f"9{number:08}{check}"


def visit(session_id: str = "V1001", patient: int = 1, **changes: str) -> Values:
    """Return a clean visit's canonical text: four trigger points on 13 October 2026, 77.92.

    A patient's number decides his health number, his chart, and when he comes: patient 1 at nine,
    each next one a quarter of an hour later. A change to `""` blanks the cell.
    """
    start = changes.get("start_time", _later("09:00", 15 * (patient - 1)))
    values = {
        "session_id": session_id,
        "status": "completed",
        "service_date": "2026-10-13",
        "start_time": start,
        "end_time": _later(start, 15) if start else "",
        "practitioner_number": "99001",
        "patient_id": f"C{patient:05}",
        "phn": made_up_phn(patient),
        "patient_first_name": "Noor",
        "patient_surname": "Okanese",
        "birth_date": "1975-03-02",
        "sex": "F",
        "referral_number": "35546",
        "referral_name": "Dr Hollis",
        "referral_profession": "physician",
        "referral_date": "2026-08-20",
        "diagnosis_1": "7291",
        "trigger_point_sites": "left trapezius; right trapezius; left rhomboid; right rhomboid",
        "agent": "0.9% saline",
        "volume_ml": "2",
        "chart_signed": "yes",
        **changes,
    }
    return {column: text for column, text in values.items() if text}


def _later(start: str, minutes: int) -> str:
    began = datetime.strptime(start, "%H:%M")  # noqa: DTZ007
    return (began + timedelta(minutes=minutes)).strftime("%H:%M")


def block(session_id: str = "V1001", patient: int = 1, **changes: str) -> Values:
    """Return a clean visit of two nerve blocks and no trigger point: 01125, 99.16."""
    return visit(
        session_id,
        patient,
        **{
            "trigger_point_sites": "",
            "nerve_block_sites": "left greater occipital; right greater occipital",
            **changes,
        },
    )


class Clinic:
    """A clinic at work: a ledger in a folder, and what its clerk does with it."""

    def __init__(
        self, folder: Path, codes: CodeBook, config: Config | None = None, *, create: bool = True
    ) -> None:
        self.folder = folder
        self.codes = codes
        given = config or clinic_config()
        self.config = given.model_copy(update={"database": database_of(folder)})
        self.data_centre = self.config.clinic.data_centre
        self.ledger = open_ledger(self.config.database, folder, self.data_centre, create=create)
        self._files = 0

    @classmethod
    def from_empty(cls, ledger: Path, folder: Path, codes: CodeBook) -> "Clinic":
        """Make a clinic with a copy of an empty ledger."""
        copy_ledger(ledger.parent, folder)
        return cls(folder, codes, create=False)

    def close(self) -> None:
        self.ledger.close()

    def write(self, rows: Iterable[Mapping[str, str]], name: str = "") -> Path:
        """Write rows as a JSON Lines export."""
        self._files += 1
        path = self.folder / (name or f"export-{self._files}.jsonl")
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
        return path

    def bring(
        self,
        *rows: Mapping[str, str],
        name: str = "",
        source: str = "canonical",
        dry_run: bool = False,
        as_of: date = AS_OF,
    ) -> Imported:
        """Import rows as one file."""
        path = self.write(rows, name)
        with open_table(path, source=source) as table:
            return import_files(
                self.ledger, self.config, self.codes, as_of, CLERK, [table], dry_run=dry_run
            )

    def assess(self, scope: Scope | None = None, as_of: date = AS_OF) -> dict[str, Assessed]:
        """Assess what is not billed yet, by session id."""
        with self.ledger.reading() as connection:
            assessor = Assessor(self.config, self.codes, as_of)
            found = list(assessor.assess(connection, scope or Scope()))
        return {one.session.session_id: one for one in found}

    def bill(
        self,
        month: str = MONTH,
        practitioner: str | None = None,
        *,
        dry_run: bool = False,
        as_of: date = AS_OF,
    ) -> tuple[int | None, Plan]:
        """Make a batch of a month."""
        scope = Scope(month=month, practitioner=practitioner)
        return create_batch(
            self.ledger, self.config, self.codes, as_of, scope, CLERK, dry_run=dry_run
        )

    def billed(self, month: str = MONTH) -> int:
        """Make a batch that must have claims; return its number."""
        batch_id, _ = self.bill(month)
        assert batch_id is not None
        return batch_id

    def void(self, batch_id: int, reason: str = "wrong month") -> tuple[int, int]:
        return void_batch(self.ledger, CLERK, batch_id, reason)

    def contents(self, batch_id: int) -> BatchContents:
        with self.ledger.reading() as connection:
            return read_contents(connection, self.ledger, batch_id)

    def claims(self, **wanted: Any) -> list[Claim]:
        with self.ledger.reading() as connection:
            return find_claims(connection, self.data_centre, ClaimFilter(**wanted))

    def sessions(self) -> dict[tuple[str, str], StoredSession]:
        """Return every stored session by source and session id."""
        with self.ledger.reading() as connection:
            found = listed(connection, self.data_centre, Scope(), None)
        return {(one.source, one.session_id): one for one in found}

    def session(self, session_id: str, source: str = "canonical") -> StoredSession:
        return self.sessions()[source, session_id]

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.ledger.reading() as connection:
            found = sa.inspect(connection)
            return {
                table: [
                    tuple(row)
                    for row in connection.exec_driver_sql(
                        f"SELECT * FROM {table} {_in_order(found, table)}"
                    )
                ]
                for table in sorted(found.get_table_names())
            }


def _in_order(found: sa.Inspector, table: str) -> str:
    """SQLite gives rows as they came; a server as it likes, so it is asked for their numbers."""
    keys = found.get_pk_constraint(table)["constrained_columns"] if SERVER else []
    return "ORDER BY " + ", ".join(f'"{key}"' for key in keys) if keys else ""
