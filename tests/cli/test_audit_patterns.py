"""`audit patterns`: what a person sees, what a script gets, and an auditor's own files."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import database_of
from made_up_facts import day, facts, store

from tpi_billing.ledger import open_ledger

from .conftest import Run

AS_OF = "2026-10-31"
CAREFUL = ("99002", "99003", "99004", "99005")
_OWN = """\
-- id: late-starts
-- title: Visits that begin late
-- kind: cases
-- detail: minute of the day
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: visits after eight in the evening.
-- why: the clinic is closed.
-- source: the clinic's hours
SELECT practitioner, month, claim_id AS case_key, claim_id, start_minute AS detail
FROM claim_facts
WHERE start_minute > 1200
"""


def rows() -> list[tuple[Any, ...]]:
    """Return 50 October claims of each of five; 99001 has ten without a referral, five late."""
    made: list[dict[str, Any]] = []
    for number in ("99001", *CAREFUL):
        for at in range(50):
            start = 540 + 15 * (at % 10)
            made.append(
                {
                    "practitioner": number,
                    "service_day": day("2026-10-05") + at // 10,
                    "referral_given": int(number != "99001" or at >= 10),
                    "start_minute": start,
                    "end_minute": start + 15,
                }
            )
    for late in made[5:10]:
        late |= {"start_minute": late["start_minute"] + 700, "end_minute": late["end_minute"] + 700}
    return facts(*made)


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    folder = tmp_path / "clinic"
    assert run("init", folder).code == 0
    config = (folder / "tpi-billing.toml").read_text(encoding="utf-8")
    assert 'data_centre = "T9999"' in config
    ledger = open_ledger(database_of(folder), folder, "T9999")
    with ledger.changing("test") as transaction:
        store(transaction.connection, rows())
    ledger.close()
    return folder


def ask(run: Run, workspace: Path, *words: object) -> tuple[int, dict[str, Any]]:
    said = run("--workspace", workspace, "--as-of", AS_OF, "--json", "audit", "patterns", *words)
    assert said.err == ""
    answer: dict[str, Any] = json.loads(said.out)
    assert answer["exit_code"] == said.code
    return said.code, answer["data"]


def test_who_stands_out_is_named_with_every_claim(run: Run, workspace: Path) -> None:
    code, data = ask(run, workspace)
    assert code == 1
    assert (data["from"], data["to"], data["named"]) == ("2025-11-01", "2026-10-31", 1)
    found = {one["id"]: one for one in data["patterns"]}
    assert len(found) == 17
    first, *others = found["no-referral"]["practitioners"]
    assert first["practitioner_number"] == "99001"
    assert (first["figure"], first["cases"], first["denominator"]) == ("20.0", 10, 50)
    assert first["reasons"] == ["limit", "peers"]
    assert first["claims"] == list(range(1, 11))
    assert first["case_list"][0] == {"case": "1", "detail": 7792, "claims": [1]}
    # the others have none: by chance one of 50 is expected, which is 2%; 20 / 2 = 10
    assert first["peers"] == {
        "others": 4,
        "middle": "0.0",
        "robust_deviations": 10.0,
        "standard_deviations": None,
    }
    assert [one["practitioner_number"] for one in others] == list(CAREFUL)
    assert all(not one["claims"] and not one["reasons"] for one in others)


def test_the_screen_shows_some_claims_and_how_to_see_all(run: Run, workspace: Path) -> None:
    said = run("--workspace", workspace, "--as-of", AS_OF, "audit", "patterns")
    assert said.code == 1
    assert "17 patterns looked at, 2025-11-01 to 2026-10-31." in said.out
    assert "Claims without a referral (no-referral)" in said.out
    assert "99001: 20.0% of claims" in said.out
    assert "10 claims: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more" in said.out
    assert "--json" in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_one_pattern_shows_every_figure(run: Run, workspace: Path) -> None:
    said = run(
        "--workspace", workspace, "--as-of", AS_OF, "audit", "patterns", "--only", "no-referral"
    )  # fmt: skip
    assert all(number in said.out for number in ("99001", *CAREFUL))
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ((), ("2025-11-01", "2026-10-31")),
        (("--month", "2026-02"), ("2026-02-01", "2026-02-28")),
        (("--month", "2026-12"), ("2026-12-01", "2026-12-31")),
        (("--from", "2026-10-06"), ("2026-10-06", "2026-10-31")),
        (("--to", "2026-10-06"), ("2025-11-01", "2026-10-06")),
        (("--from", "2026-10-06", "--to", "2026-10-06"), ("2026-10-06", "2026-10-06")),
    ],
)
def test_the_period(
    run: Run, workspace: Path, words: tuple[str, ...], days: tuple[str, str]
) -> None:
    _, data = ask(run, workspace, "--only", "no-referral", *words)
    assert (data["from"], data["to"]) == days


def test_nobody_stands_out_in_a_month_without_trouble(run: Run, workspace: Path) -> None:
    code, data = ask(run, workspace, "--from", "2026-10-06")
    assert (code, data["named"]) == (0, 0)
    said = run(
        "--workspace", workspace, "--as-of", AS_OF, "audit", "patterns", "--month", "2026-01"
    )  # fmt: skip
    assert said.code == 0
    assert "Nobody stands out." in said.out


def test_one_practitioner_is_still_compared_with_all(run: Run, workspace: Path) -> None:
    _, data = ask(run, workspace, "--only", "no-referral", "--practitioner", "99001")
    ((one,),) = (each["practitioners"] for each in data["patterns"])
    assert one["peers"]["others"] == 4
    code, data = ask(run, workspace, "--practitioner", "99002")
    assert (code, data["named"]) == (0, 0)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--month", "2026-10", "--from", "2026-10-01"), "Give the month, or the days."),
        (("--from", "2026-10-02", "--to", "2026-10-01"), "Turn them round."),
        (("--month", "October"), "2026-10"),
        (("--only", "no-referrals"), "Did you mean no-referral?"),
        (("--show", "nothing"), "--list"),
    ],
)
def test_words_that_make_no_sense_end_with_2(
    run: Run, workspace: Path, words: tuple[str, ...], hint: str
) -> None:
    said = run("--workspace", workspace, "--as-of", AS_OF, "audit", "patterns", *words)
    assert said.code == 2
    assert hint in said.err


def test_a_pattern_is_shown_as_it_is(run: Run, workspace: Path) -> None:
    said = run("--workspace", workspace, "audit", "patterns", "--show", "mva-use")
    assert said.code == 0
    assert said.out.startswith("-- id: mva-use\n")
    assert "FROM claim_facts f CROSS JOIN parameters p" in said.out


def test_own_patterns_and_thresholds_are_taken(run: Run, workspace: Path) -> None:
    folder = workspace / "patterns"
    folder.mkdir()
    (folder / "late-starts.sql").write_text(_OWN, encoding="utf-8")
    said = run("--workspace", workspace, "audit", "patterns", "--list")
    assert (said.code, "late-starts" in said.out) == (0, True)
    # five late claims of fifty are 10%; by default five cases and 2% are named
    code, data = ask(run, workspace, "--only", "late-starts")
    assert (code, data["named"]) == (1, 1)
    assert data["patterns"][0]["practitioners"][0]["claims"] == [6, 7, 8, 9, 10]
    (folder / "thresholds.toml").write_text(
        '[cases.late-starts]\nreason = "We are open late."\nlimit = "10.1"\n', encoding="utf-8"
    )
    code, data = ask(run, workspace, "--only", "late-starts", "--practitioner", "99001")
    assert "limit" not in data["patterns"][0]["practitioners"][0]["reasons"]


def test_a_bad_pattern_is_told_with_file_and_line(run: Run, workspace: Path) -> None:
    folder = workspace / "patterns"
    folder.mkdir()
    (folder / "late-starts.sql").write_text(_OWN.replace("SELECT", "DELETE"), encoding="utf-8")
    said = run("--workspace", workspace, "--as-of", AS_OF, "audit", "patterns")
    assert said.code == 3
    assert "late-starts.sql, row 9: A statement does not begin with SELECT or WITH." in said.err
    (folder / "late-starts.sql").write_text(
        _OWN.replace("FROM claim_facts", "FROM claims"), encoding="utf-8"
    )
    said = run("--workspace", workspace, "--as-of", AS_OF, "audit", "patterns")
    assert said.code == 3
    assert "late-starts.sql, row" in said.err
    assert "Traceback" not in said.err


def test_the_workbook_says_the_same(run: Run, workspace: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    out = tmp_path / "patterns.xlsx"
    code, data = ask(run, workspace, "--xlsx", out)
    assert (code, data["xlsx"]) == (1, str(out))
    book = load_workbook(out)
    assert book.sheetnames == ["Named", "Figures", "Claims", "Patterns"]
    named = [row for row in book["Named"].iter_rows(min_row=5, values_only=True) if row[0]]
    assert [(row[0], row[1], row[4]) for row in named] == [
        ("99001", "Claims without a referral", 10)
    ]
    claims = [row[2] for row in book["Claims"].iter_rows(min_row=5, values_only=True)]
    assert claims == list(range(1, 11))
    figures = list(book["Figures"].iter_rows(min_row=5, values_only=True))
    assert len(figures) == sum(len(one["practitioners"]) for one in data["patterns"])
    assert len(list(book["Patterns"].iter_rows(min_row=5, values_only=True))) == 17
    before = out.read_bytes()
    ask(run, workspace, "--xlsx", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == before


def test_an_auditor_who_may_only_read_is_told_the_same(run: Run, workspace: Path) -> None:
    words = ("--as-of", AS_OF, "--json", "audit", "patterns")
    said = run("--workspace", workspace, "--read-only", *words)
    assert said.code == 1
    assert said.out == run("--workspace", workspace, *words).out


def test_nothing_in_the_ledger_moves(run: Run, workspace: Path) -> None:
    def state() -> bytes:
        ledger = open_ledger(database_of(workspace), workspace, "T9999")
        with ledger.reading() as connection:
            tables = sa.inspect(connection).get_table_names()
            told = [
                connection.exec_driver_sql(f"SELECT * FROM {name}").all()
                for name in sorted(tables)
                if name in {"claims", "sessions", "journal", "journal_head", "batches"}
            ]
        ledger.close()
        return repr((sorted(tables), told)).encode()

    before = state()
    ask(run, workspace)
    assert state() == before
