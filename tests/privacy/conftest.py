"""A marked clinic in the middle of everything, and the files that its commands read."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from end_to_end.clinic import Clinic, new_clinic, visit, write_csv
from end_to_end.sending import ENVIRONMENT, configure
from hostile.world import OTHER_PHN, PHN, TODAY, build, say, visits_of
from openpyxl import Workbook

from tpi_billing.demo.stand_in import StandIn

from .marks import CELLS


@dataclass(frozen=True)
class Place:
    """A clinic, what its commands read, and where they write."""

    clinic: Clinic
    data: Path
    out: Path

    def copy_to(self, folder: Path) -> "Place":
        data = folder / "data"
        shutil.copytree(self.data, data)
        (folder / "out").mkdir()
        return Place(self.clinic.copy_to(folder / "clinic"), data, folder / "out")


@pytest.fixture(scope="session")
def marked_once(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return build_marked(tmp_path_factory.mktemp("marked"))


def build_marked(folder: Path) -> Place:
    """Make the clinic and the files that its commands read."""
    place = Place(new_clinic(folder / "clinic"), folder / "data", folder / "out")
    place.data.mkdir()
    build(place.clinic, CELLS, place.data)
    say(place.clinic, "claims", "correct", "--export", place.data / "correct.xlsx")
    write_inputs(place.data)
    return place


@pytest.fixture
def marked(marked_once: Place, tmp_path: Path) -> Place:
    return marked_once.copy_to(tmp_path)


@pytest.fixture(scope="session")
def msp() -> Iterator[StandIn]:
    with StandIn(today=TODAY) as started:
        yield started


@pytest.fixture
def answered(marked: Place, msp: StandIn, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The marked clinic with the stand-in as its MSP."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    configure(marked.clinic, msp)
    return marked


def write_inputs(data: Path) -> None:
    """Write the files that commands read, good ones and bad ones."""
    visits = visits_of(CELLS)
    write_csv(
        data / "changed.csv", [{**row, "patient_first_name": "Zebulonia X"} for row in visits]
    )
    names = list(dict.fromkeys(name for row in visits for name in row))
    book = Workbook()
    assert book.active is not None
    book.active.append(names)
    for row in visits:
        book.active.append([row.get(name, "") for name in names])
    book.save(data / "export.xlsx")
    lines = "".join(f"{json.dumps(row)}\n" for row in visits)
    (data / "export.jsonl").write_text(lines, encoding="utf-8")
    (data / "broken.jsonl").write_text(lines[: len(lines) - 40], encoding="utf-8")
    (data / "broken.csv").write_text(
        f'session_id,status,service_date,practitioner_number\n"{PHN} Zebulonia\n', encoding="utf-8"
    )
    (data / "no-header.csv").write_text(f"Zebulonia,Vantablackwood\n{PHN},1\n", encoding="utf-8")
    _write_shifted(data / "shifted.csv", visits)
    referral = {"phn": PHN, "referral_number": "35546", "referral_date": "2026-09-02"}
    told = {"referral_name": "Dr Ompherelli", "reason": "Gloamwhistle", "letter": "Flibberton"}
    wrong = {"phn": OTHER_PHN, "referral_number": "Ompherelli", "referral_date": "Vantablackwood"}
    write_csv(data / "referrals.csv", [{**referral, **told}, {**wrong, **told}])
    strange = (data / "remit.txt").read_bytes().replace(b"STRAYPATIENT", b"VANTABLACKWO")
    (data / "strange.txt").write_bytes(
        strange[:-70] + PHN.encode() + b" Zebulonia\r\nXYZ Quixandra"
    )


def _write_shifted(path: Path, visits: list[dict[str, str]]) -> None:
    """Write the export with every cell one column further right than its title."""
    names = [*visit(1), "address_1", "note"]
    lines = [",".join(names)]
    lines += [",".join(["", *(row.get(name, "")[:60] for name in names[:-1])]) for row in visits]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
