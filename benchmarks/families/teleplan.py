"""Teleplan records: written, read, and claims checked, beside one format, slices and X12."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.measure import Figure, work
from benchmarks.peers.environments import run
from benchmarks.peers.x12 import write_837
from benchmarks.remittance import write_remittance
from tpi_billing.teleplan.reader import read_records
from tpi_billing.teleplan.records import LAYOUTS
from tpi_billing.teleplan.writer import writer_of

_HERE = "benchmarks.families.teleplan"
_FORMAT = "precompiled format"
_SLICES = "slices"


def _claims(size: int) -> Iterator[dict[str, Any]]:
    """Yield values of C02 records, most of them defaults."""
    for number in range(1, size + 1):
        yield {
            "data_centre": "T9999", "sequence_number": number, "payee_number": "A9999",
            "practitioner_number": "99001", "name_verify": "N OK", "phn": "9151065434",
            "dependent": "00", "units": 1, "clarification_code": "00", "fee_item": "01157",
            "billed_amount": 7792, "service_date": date(2026, 10, 13), "submission_code": "0",
            "diagnosis_1": "7291", "service_location": "Q", "referral_code_1": "B",
            "referral_number_1": "35546", "office_folio": number, "mva": "N",
            "birth_date": date(1975, 3, 2), "start_time": None, "finish_time": None,
        }  # fmt: skip


def writing(_folder: Path, size: int) -> Callable[[], Any]:
    """Write records by the strict writer."""
    values, write = list(_claims(size)), writer_of("C02").write
    return lambda: sum(len(write(one)) for one in values)


def one_format(_folder: Path, size: int) -> Callable[[], Any]:
    """Write the same records by one format of the whole of them, and look at length and bytes."""
    values = list(_claims(size))
    whole = writer_of("C02").write(values[0])
    form, names = _form(whole, values[0])

    def write() -> Any:
        total = 0
        for one in values:
            day, born = one["service_date"], one["birth_date"]
            row = {**one, "service_date": f"{day:%Y%m%d}", "birth_date": f"{born:%Y%m%d}"}
            text = form % tuple([row[name] for name in names])
            if len(text) != 424 or not (text.isascii() and text.isprintable()):
                raise ValueError(text)
            total += len(text)
        return total

    return write


def _form(whole: str, values: dict[str, Any]) -> tuple[str, list[str]]:
    """Make a format of the fields that are given; the others stand in it as they are."""
    parts, names = [], []
    for field in LAYOUTS["C02"].fields:
        if values.get(field.name) is None:
            parts.append(whole[field.first - 1 : field.last].replace("%", "%%"))
            continue
        names.append(field.name)
        whole_number = isinstance(values[field.name], int)
        parts.append(f"%0{field.length}d" if whole_number else f"%-{field.length}s")
    return "".join(parts), names


def reading(folder: Path, size: int) -> Callable[[], Any]:
    """Read a remittance by the tolerant reader."""
    content = _remittance(folder, size).read_bytes()
    return lambda: sum(record.number("paid_amount") or 0 for record in read_records(content))


def slices(folder: Path, size: int) -> Callable[[], Any]:
    """Read it by slices: texts trimmed, numbers by int(), days, signs, and each line's length."""
    content = _remittance(folder, size).read_bytes()
    plans = {
        code: (layout.length, [(f.name, f.first - 1, f.last, f.kind.name) for f in layout.fields])
        for code, layout in LAYOUTS.items()
    }
    return lambda: sum(_read_by_slices(content, plans))


def _read_by_slices(content: bytes, plans: dict[str, Any]) -> Iterator[int]:
    for raw in content.split(b"\r\n"):
        if not raw:
            continue
        text = raw.decode("latin-1")
        length, plan = plans[text[:3]]
        if len(text) != length or not (text.isascii() and text.isprintable()):
            raise ValueError(text)
        values: dict[str, Any] = {}
        for name, first, last, kind in plan:
            cut = text[first:last]
            if kind in {"NUMBER", "MONEY"}:
                values[name] = int(cut)
            elif kind == "SIGNED":
                at = "}JKLMNOPQR".find(cut[-1])
                values[name] = int(cut) if at < 0 else -int(f"{cut[:-1]}{at}")
            elif kind == "DATE":
                known = cut.strip("0 ")
                values[name] = date(int(cut[:4]), int(cut[4:6]), int(cut[6:])) if known else None
            elif kind == "DIGITS":
                values[name] = cut if cut.isdigit() else None
            else:
                values[name] = cut.rstrip()
        yield values.get("paid_amount") or 0


def claims_read(folder: Path, size: int) -> Callable[[], Any]:
    """Read as many claims' records from a file, every field of them."""
    content = _claim_file(folder, size).read_bytes()
    return lambda: sum(not record.remarks for record in read_records(content))


def _remittance(folder: Path, size: int) -> Path:
    path = folder / f"remittance-{size}.txt"
    if not path.exists():
        write_remittance(path, size)
    return path


def _claim_file(folder: Path, size: int) -> Path:
    path = folder / f"claims-{size}.txt"
    if not path.exists():
        write = writer_of("C02").write
        with path.open("w", encoding="ascii", newline="") as file:
            file.writelines(f"{write(values)}\r\n" for values in _claims(size))
    return path


def _x12(folder: Path, size: int) -> None:
    for name, version in (("a1", "005010X222A1"), ("a2", "005010X222A2")):
        write_837(folder / f"claims-{name}.837", size, version)


def _inside(function: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: work(f"{_HERE}:{function}", folder, size)


def _x12_files(folder: Path, size: int) -> None:
    _claim_file(folder, size)
    _x12(folder, size)


CASES = (
    Case(
        "write",
        "Teleplan records written",
        "record",
        20_000,
        lambda _folder, _size: None,
        (Side(OURS, _inside("writing")), Side(_FORMAT, _inside("one_format"))),
        (Goal("at least 0.7 of the precompiled format", "faster", 0.7, _FORMAT),),
    ),
    Case(
        "read",
        "Teleplan records read",
        "record",
        20_000,
        lambda folder, size: (_remittance(folder, size), None)[1],
        (Side(OURS, _inside("reading")), Side(_SLICES, _inside("slices"))),
        (Goal("at least 0.7 of slices by a precompiled plan", "faster", 0.7, _SLICES),),
    ),
    Case(
        "claims",
        "claims parsed and validated: C02 here, X12 837P there",
        "claim",
        2_000,
        _x12_files,
        (
            Side(OURS, _inside("claims_read")),
            Side(
                "pyx12",
                lambda folder, _: run("pyx12", "pyx12_claims.py", f"{folder}/claims-a1.837"),
            ),
            Side(
                "linuxforhealth-x12",
                lambda folder, _: run(
                    "linuxforhealth-x12", "linuxforhealth_claims.py", f"{folder}/claims-a2.837"
                ),
            ),
        ),
    ),
)
