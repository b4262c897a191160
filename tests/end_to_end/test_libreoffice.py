"""The workbooks open in a real spreadsheet program, whole and without a complaint."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from tpi_billing.cli.main import run

SOFFICE = shutil.which("soffice")

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("office") / "clinic"
    assert run(["--quiet", "demo", str(place)]) == 0
    return place


def opened(workbook: Path, tmp_path: Path, sheet: int) -> list[list[str]]:
    """Open a workbook in LibreOffice and return the cells of a sheet, from 1."""
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}",
        "--outdir",
        str(tmp_path),
        str(workbook),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    said = (done.stdout + done.stderr).lower()
    assert not any(word in said for word in ("error", "corrupt", "repair"))
    (written,) = tmp_path.glob(f"{workbook.stem}-*.csv")
    with written.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_batchs_claims_are_read_as_they_were_written(clinic: Path, tmp_path: Path) -> None:
    folder = clinic / "out" / "batch-0001"
    (workbook,) = folder.glob("*.xlsx")
    with next(folder.glob("*-claims.csv")).open(encoding="utf-8-sig", newline="") as file:
        claims = list(csv.DictReader(file))
    cells = opened(workbook, tmp_path, 2)
    header = next(row for row in cells if "PHN" in row)
    rows = [row for row in cells[cells.index(header) + 1 :] if row[0].isdigit()]
    assert [row[header.index("PHN")] for row in rows] == [claim["phn"] for claim in claims]
    assert [row[header.index("Amount")] for row in rows] == [claim["amount"] for claim in claims]


def test_the_clerks_own_workbook_comes_back_with_what_to_fix(clinic: Path, tmp_path: Path) -> None:
    cells = opened(clinic / "october-to-fix.xlsx", tmp_path, 1)
    marked = [row for row in cells if row[0].startswith("Error")]
    assert len(marked) == 11


def test_the_empty_workbook_has_its_columns(tmp_path: Path) -> None:
    out = tmp_path / "visits.xlsx"
    assert run(["--quiet", "sessions", "template", str(out)]) == 0
    (first, *_) = [row for row in opened(out, tmp_path, 1) if any(row)]
    assert first[:3] == ["session_id", "status", "service_date"]
