"""Small files of sessions for the tests of the intake, and a clean row to start from."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]

CLEAN = {
    "session_id": "V1",
    "status": "completed",
    "service_date": "2026-10-13",
    "start_time": "09:00",
    "end_time": "09:15",
    "practitioner_number": "99001",
    "phn": "9914177765",
    "patient_first_name": "Goran",
    "patient_surname": "Dunmore",
    "birth_date": "1952-01-20",
    "sex": "F",
    "diagnosis_1": "7294",
    "trigger_point_sites": "left trapezius; right trapezius",
}


@pytest.fixture
def clean() -> dict[str, str]:
    return dict(CLEAN)


@pytest.fixture
def table_rows() -> Callable[..., list[list[str]]]:
    """Return a header and rows made of the clean one with the changes given."""

    def make(*changes: Mapping[str, str]) -> list[list[str]]:
        columns = list(dict.fromkeys([*CLEAN, *(name for change in changes for name in change)]))
        rows = [{**CLEAN, "session_id": f"V{n}", **c} for n, c in enumerate(changes, start=1)]
        return [columns, *([row.get(name, "") for name in columns] for row in rows)]

    return make


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(
        rows: Rows, name: str = "visits.csv", encoding: str = "utf-8", **dialect: Any
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, **dialect).writerows(rows)
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(
        rows: Rows,
        name: str = "visits.xlsx",
        sheet: str = "Visits",
        formats: Mapping[str, str] | None = None,
    ) -> Path:
        book = Workbook()
        worksheet = book.active
        assert worksheet is not None
        worksheet.title = sheet
        for row in rows:
            worksheet.append(list(row))
        for cell, number_format in (formats or {}).items():
            worksheet[cell].number_format = number_format
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def edit_part(tmp_path: Path) -> Callable[..., Path]:
    """Rewrite one part of a workbook: what a spreadsheet program would never write."""

    def edit(path: Path, part: str, old: bytes, new: bytes) -> Path:
        edited = tmp_path / f"edited-{path.name}"
        with ZipFile(path) as before, ZipFile(edited, "w", ZIP_DEFLATED) as after:
            for name in before.namelist():
                content = before.read(name)
                if name == part:
                    assert old in content
                    content = content.replace(old, new, 1)
                after.writestr(name, content)
        return edited

    return edit
