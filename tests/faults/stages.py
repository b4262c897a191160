"""Workspaces at the stages of a month, each in a folder with what its commands need."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import databases
from databases import copy_workspace
from end_to_end.clinic import Clinic, health_number, new_clinic, visit, write_csv
from end_to_end.sending import configure
from end_to_end.whole_month import claims_of
from msp_lines import changed, paid, payee_total, pickup, refused
from openpyxl import load_workbook

from tpi_billing.demo.stand_in import How, StandIn

from .line import address

TODAY, FETCHED, LATER = date(2026, 11, 5), date(2026, 11, 26), "2026-12-20"
MEMORY = "stand-in.json"
"""What the stand-in of MSP remembers, beside the workspace."""
OWN = "ledger.own.db"
"""A ledger in a file, in a workspace of the stage that has one although there is a server."""

PHN = health_number(11_000_000 + 37)
RIGHT = f"phn={health_number(55_000_000)}"
_NO_REFERRAL = {f"referral_{part}": "" for part in ("number", "name", "profession", "date")}


def folder_of(root: Path, stage: str) -> Path:
    return root / stage


def clinic_in(folder: Path) -> Clinic:
    return Clinic(folder / "clinic")


def copy_stage(source: Path, target: Path) -> Clinic:
    """Copy a stage's folder: the workspace with its ledger, and the memory of the stand-in."""
    target.mkdir(parents=True)
    if (source / "clinic" / OWN).exists():
        shutil.copytree(source / "clinic", target / "clinic")
    elif (source / "clinic").exists():
        copy_workspace(source / "clinic", target / "clinic")
    if (source / MEMORY).exists():
        (target / MEMORY).write_bytes((source / MEMORY).read_bytes())
    return clinic_in(target)


def name_msp(clinic: Clinic, url: str) -> None:
    """Let the configuration name a stand-in by its address."""
    msp: Any = SimpleNamespace(url=url)
    configure(clinic, msp)


def build(root: Path) -> None:
    """Make every stage once: each is a copy of the one before, and one step further."""
    (root / "nothing").mkdir()
    new_clinic(root / "clinic" / "clinic")
    _files(root / "clinic" / "clinic")
    steps = (*_STEPS, ("in a file", "answered", _move_out)) if databases.SERVER else _STEPS
    for stage, before, step in steps:
        clinic = copy_stage(root / before, root / stage)
        step(clinic)


def _files(place: Path) -> None:
    """Write what is taken in: visits, referrals, prices."""
    rows = [visit(at) for at in range(1, 6)]
    rows.append(visit(1, session_id="N2001", start_time="15:00", end_time="15:15"))
    rows.append(visit(10, chart_signed="no"))
    rows.append(visit(11, service_date="2026-07-02"))
    rows.append(visit(12, **_NO_REFERRAL))
    rows.append(visit(20, service_date="soon"))
    write_csv(place / "visits.csv", rows)
    referral = {"number": "35546", "name": "Dr Norquay", "profession": "physician"}
    row = {f"referral_{name}": value for name, value in referral.items()}
    write_csv(place / "referrals.csv", [{"phn": PHN, **row, "referral_date": "2026-08-01"}])
    prices = "# edition: 2026-10-14\nfee_item,amount\n01157,80.00\n"
    (place / "prices.csv").write_text(prices, encoding="utf-8")


def _must(clinic: Clinic, *words: object, as_of: str = "2026-11-05") -> None:
    said = clinic.run(*words, as_of=as_of)
    assert said.code in {0, 1}, (words, said.all)


def _import(clinic: Clinic) -> None:
    _must(clinic, "sessions", "import", clinic.workspace / "visits.csv")


def _refer(clinic: Clinic) -> None:
    """Keep two referrals, of which one has ended."""
    for serial in (1, 2):
        phn = health_number(11_000_000 + 37 * serial)
        _must(clinic, "referrals", "add", "--phn", phn, "--number", "35546", "--name",
              "Dr Norquay", "--date", "2026-08-15")  # fmt: skip
    _must(clinic, "referrals", "close", 2, "--on", "2026-11-01", "--reason", "has ended")


def _bill(clinic: Clinic) -> None:
    _must(clinic, "batch", "create", "--month", "2026-10")


def _upload(clinic: Clinic) -> None:
    _must(clinic, "batch", "sent", 1)


def _accept(clinic: Clinic) -> None:
    _must(clinic, "batch", "confirm", 1, "--reason", "TID 005")
    first, second, third, *rest = claims_of(clinic)
    lines = [refused(first, codes=("AB",)), refused(second, codes=("AF",))]
    lines += [changed(third, 5000, codes=("FP",)), *(paid(claim) for claim in rest)]
    money = 5000 + sum(claim.amount_cents for claim in rest)
    billed = sum(claim.amount_cents for claim in (first, second, third, *rest))
    total = payee_total(paid_cents=money, billed_amount=billed)
    (clinic.workspace / "remit.txt").write_bytes(pickup(*lines, total))


def _answer(clinic: Clinic) -> None:
    _must(clinic, "remittance", "import", clinic.workspace / "remit.txt", as_of="2026-11-20")


def _draw(clinic: Clinic) -> None:
    """Draw a sample of charts, and fill the reviewer's workbook in."""
    path = clinic.workspace / "review.xlsx"
    _must(clinic, "audit", "sample", "--month", "2026-10", "--size", 3, "--seed", 7, path)
    book = load_workbook(path)
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, columns["Verdict"]).value = "supported"
    book.save(path)


def _send(clinic: Clinic, *, answer_lost: bool = False) -> None:
    memory = clinic.workspace.parent / MEMORY
    with StandIn(today=TODAY, memory=memory) as msp:
        name_msp(clinic, address(msp.url))
        if answer_lost:
            msp.fail("AputRemit", How.REPLY_LOST)
        assert clinic.run("submit", 1).code == (7 if answer_lost else 0)


def _lose_the_answer(clinic: Clinic) -> None:
    _send(clinic, answer_lost=True)


def _back_up(clinic: Clinic) -> None:
    """Make a backup; what is done afterwards is lost when it is put back, and said to be."""
    _must(clinic, "ledger", "backup", "--out", clinic.workspace / "copies")
    _must(clinic, "batch", "void", 1, "--reason", "wrong month")


def _move_out(clinic: Clinic) -> None:
    """Move the ledger from the server into a file, and work there."""
    place = clinic.workspace
    _must(clinic, "ledger", "move", "--to", f"sqlite:///{place / OWN}", as_of=LATER)
    (place / databases.MARK).write_text(f"sqlite:///{OWN}", encoding="utf-8")
    databases.use_database(place)


_STEPS: tuple[tuple[str, str, Callable[[Clinic], None]], ...] = (
    ("imported", "clinic", _import),
    ("referred", "imported", _refer),
    ("billed", "referred", _bill),
    ("uploaded", "billed", _upload),
    ("accepted", "uploaded", _accept),
    ("drawn", "accepted", _draw),
    ("answered", "accepted", _answer),
    ("sent", "billed", _send),
    ("in doubt", "billed", _lose_the_answer),
    ("backed up", "billed", _back_up),
)
"""A stage, the stage before it, and the step between them."""
