"""What the fuzzers and the corpus have found, each with the input that broke a reader."""

import json
from pathlib import Path

import pytest

from tpi_billing import config
from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.codes.incoming import read_incoming
from tpi_billing.errors import BillingError, ConfigurationError, FileError
from tpi_billing.intake.dates import check_formats
from tpi_billing.intake.header import REASONS_TITLE
from tpi_billing.intake.table import open_table
from tpi_billing.teleplan.exchange.failures import NoAnswerError
from tpi_billing.toml_faults import parse_toml

from .answering import asked
from .feeds import review
from .readers import READERS, fed
from .recipes import USUAL, row_of, sheet, zipped

NECESSARY = ("session_id", "status", "service_date", "practitioner_number")


def opened(tmp_path: Path, parts: dict[str, str]) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(zipped({name: text.encode() for name, text in parts.items()}))
    with open_table(path) as table:
        list(table.rows())


def test_a_redirect_to_an_address_that_is_none() -> None:
    """The library follows nothing, yet looks at where it would be sent."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://host:port[\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(NoAnswerError):
        asked(moved)


@pytest.mark.parametrize("edit", [b"-64\n", b"4 00 00 00\n100 ff ff ff\n", b"200 ff\n"])
def test_a_damaged_parquet_file(edit: bytes) -> None:
    fed(READERS["facts"], edit)


def test_a_number_of_a_format_that_no_computer_counts(tmp_path: Path) -> None:
    styles = USUAL["xl/styles.xml"].replace('numFmtId="20"', 'numFmtId="99999999999999999999"')
    rows = row_of(1, *NECESSARY)
    with pytest.raises(FileError, match="damaged"):
        opened(tmp_path, {"xl/styles.xml": styles, "xl/worksheets/sheet1.xml": sheet(rows)})


def test_a_coding_of_xml_that_there_is_not(tmp_path: Path) -> None:
    coded = '<?xml version="1.0" encoding="klingon"?>' + sheet(row_of(1, *NECESSARY))
    with pytest.raises(FileError, match="damaged"):
        opened(tmp_path, {"xl/worksheets/sheet1.xml": coded})


def test_a_filter_over_half_a_range(tmp_path: Path) -> None:
    rows = row_of(1, *NECESSARY) + row_of(2, "W1", "completed", "soon", "x")
    recipe = sheet(rows, '<autoFilter ref="A1:M"/>').encode()
    fed(READERS["workbook"], b"== xl/worksheets/sheet1.xml\n" + recipe)


@pytest.mark.parametrize("letter", ["\uffff", "\ufffe", "\x1b", "\ud7ff"])
def test_a_header_that_xml_cannot_hold(letter: str) -> None:
    header = ",".join([*NECESSARY, f"odd{letter}", REASONS_TITLE + letter])
    content = f"{header}\nW1,completed,soon,x{letter},{letter},\n".encode()
    fed(READERS["export"], content)


@pytest.mark.parametrize(
    "text", ["x = " + "9" * 5_000, "x = " + "[" * 50_000, "x = " + "{a=" * 9_999]
)
def test_toml_that_the_parser_stumbles_over(text: str) -> None:
    with pytest.raises(ConfigurationError):
        config.parse(text, "tpi-billing.toml")


@pytest.mark.parametrize("form", ["%d%d", "%Y%Y-%m-%d", "%c%x", "%Z%Z%d-%b-%Y"])
def test_a_format_of_days_with_a_part_twice(form: str) -> None:
    with pytest.raises(ConfigurationError, match="does not name"):
        check_formats((form,))


def test_what_costs_the_square_of_its_length_is_bounded(tmp_path: Path) -> None:
    """Each of these took minutes or more, so that this test would not come to its end."""
    with pytest.raises(ConfigurationError):
        config.parse("x = y" + "#" * 200_000 + '"', "tpi-billing.toml")
    with pytest.raises(ValueError, match="too many parts"):
        parse_toml("a" + ".a" * 50_000 + " = 1")
    returns = tmp_path / "returns.txt"
    returns.write_bytes(b"x" + b"\r" * 500_000 + b"x")
    assert len(read_incoming(returns).lines) == 500_001
    twice = tmp_path / "twice.jsonl"
    keys = json.dumps({f"k{n}": "" for n in range(200_000)})[:-1]
    twice.write_text(f'{keys}, "k199999": ""}}\n', encoding="utf-8")
    with pytest.raises(FileError, match='the key "k199999" twice'):
        open_table(twice)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"files": [{"path": 5}]}', "[1]", "null"])
def test_a_manifest_of_facts_that_is_something_else(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(BillingError), duckdb_facts(tmp_path, tmp_path):
        pass


def test_a_review_whose_rows_lie_a_million_apart(tmp_path: Path) -> None:
    """Each of the million blank ones between was looked at as if it were filled in."""
    (seed,) = READERS["reviews"].inputs()
    apart = seed.replace(b'<row r="7"', b'<row r="1048560"')
    assert apart != seed
    answers = review(apart, tmp_path).answers
    assert [one.row for one in answers] == [5, 6, 1_048_560]
