"""What becomes of a file's rows (design, sections 3 and 9): nothing twice, nothing lost.

Every row that is read counts once: new, updated, unchanged, skipped (not completed) or rejected
(without a usable id or date, or another row of the file with that id differs).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import pytest
from helpers import AS_OF, CLERK, Clinic, Values, visit

from tpi_billing.claims.importing import Imported, import_files
from tpi_billing.errors import FileError
from tpi_billing.intake import importing
from tpi_billing.intake.importing import ImportCounts
from tpi_billing.intake.table import open_table
from tpi_billing.model.finding import Severity

SITES = {"trigger_point_sites": "left trapezius"}
CANCELLED = {"status": "cancelled"}


@pytest.fixture(params=[1, 2, 2_000], ids=lambda size: f"chunks of {size}")
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Read files in pieces of that many rows: where a piece ends must not matter."""
    monkeypatch.setattr(importing, "_CHUNK", request.param)
    size: int = request.param
    return size


def counted(imported: Imported) -> dict[str, int]:
    """Return the counts that are not zero; they must add up to the rows that were read."""
    counts = asdict(imported.counts)
    assert counts["read"] == sum(counts.values()) - counts["read"]
    return {name: count for name, count in counts.items() if count}


def told(imported: Imported) -> list[tuple[str, str, int | None]]:
    return [(found.session_id, found.code, found.place.row) for found in imported.findings]


# New, unchanged, updated


@pytest.mark.usefixtures("chunks")
def test_the_same_file_twice(clinic: Clinic) -> None:
    rows = [visit("V1"), visit("V2", 2), visit("V3", 3)]
    assert counted(clinic.bring(*rows)) == {"read": 3, "new": 3}
    before = clinic.sessions()
    assert counted(clinic.bring(*rows)) == {"read": 3, "unchanged": 3}
    assert clinic.sessions() == before


@pytest.mark.usefixtures("chunks")
def test_an_overlapping_file(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    again = clinic.bring(visit("V2", 2), visit("V3", 3))
    assert counted(again) == {"read": 2, "new": 1, "unchanged": 1}
    assert {session_id for _, session_id in clinic.sessions()} == {"V1", "V2", "V3"}


def test_the_order_of_cells_and_blank_cells_change_nothing(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    turned = dict(reversed(visit("V1").items()))
    again = clinic.bring({**turned, "note": "", "series_number": "  "})
    assert counted(again) == {"read": 1, "unchanged": 1}


def test_a_session_that_changed_is_brought_up_to_date(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), name="first.jsonl")
    again = clinic.bring(visit("V2", 2), visit("V1", **SITES), name="second.jsonl")
    assert counted(again) == {"read": 2, "new": 1, "updated": 1}
    stored = clinic.session("V1")
    assert stored.values["trigger_point_sites"] == "left trapezius"
    assert (stored.file_name, stored.row_number) == ("second.jsonl", 2)
    assert clinic.assess()["V1"].amount_cents == 6_213


def test_everything_by_which_a_session_is_found_changes_with_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    moved = visit(
        "V1",
        2,
        service_date="2026-11-02",
        start_time="11:30",
        practitioner_number="99002",
    )
    assert counted(clinic.bring(moved)) == {"read": 1, "updated": 1}
    stored = clinic.session("V1")
    assert stored.patient_key == f"phn:{moved['phn']}/00"
    assert (stored.service_date, stored.start_time) == ("2026-11-02", "11:30")
    assert stored.practitioner_number == "99002"


def test_a_faulty_session_is_stored_and_told(clinic: Clinic) -> None:
    imported = clinic.bring(visit("V1", diagnosis_1="72885", birth_date="31.31.1975"))
    assert counted(imported) == {"read": 1, "new": 1}
    assert {code for _, code, _ in told(imported)} == {"diagnosis-unlisted", "birth-date-invalid"}
    assert clinic.session("V1").values["birth_date"] == "31.31.1975"


def test_a_cured_session_is_updated_and_told_no_more(clinic: Clinic) -> None:
    clinic.bring(visit("V1", chart_signed="no"))
    cured = clinic.bring(visit("V1"))
    assert counted(cured) == {"read": 1, "updated": 1}
    assert told(cured) == []


# An older file again


OLDER = " an older version of what the ledger has; the newer one is kept."


@pytest.mark.parametrize(
    ("first", "second"),
    [({}, SITES), ({}, CANCELLED), (CANCELLED, {}), (CANCELLED, {"status": "no-show"})],
)
@pytest.mark.usefixtures("chunks")
def test_an_older_file_takes_nothing_back(
    clinic: Clinic, first: dict[str, str], second: dict[str, str]
) -> None:
    clinic.bring(visit("V1", **first), name="first.jsonl")
    clinic.bring(visit("V1", **second), name="second.jsonl")
    before = clinic.session("V1")
    again = clinic.bring(visit("V1", **first), name="first.jsonl")
    assert counted(again) == {"read": 1, "skipped" if first == CANCELLED else "unchanged": 1}
    told_once = next(found for found in again.findings if found.message.endswith(OLDER))
    assert told_once.message == "1 visit in this file is" + OLDER
    assert (told_once.code, told_once.severity) == ("duplicate-session-id", Severity.WARNING)
    assert clinic.session("V1") == before


@pytest.mark.usefixtures("chunks")
def test_older_versions_are_told_once_for_the_file(clinic: Clinic) -> None:
    clinic.bring(*(visit(f"V{n}", n) for n in (1, 2, 3)))
    clinic.bring(visit("V1", **SITES), visit("V3", 3, **SITES))
    again = clinic.bring(*(visit(f"V{n}", n) for n in (1, 2, 3)), visit("V1"))
    assert counted(again) == {"read": 4, "unchanged": 4}
    (finding,) = again.findings
    assert finding.message == "2 visits in this file are" + OLDER
    assert (finding.place.file, finding.place.row) == ("export-3.jsonl", None)


def test_a_third_version_is_newer_than_both(clinic: Clinic) -> None:
    for change in ({}, SITES, {"agent": "lidocaine"}):
        imported = clinic.bring(visit("V1", **change))
    assert counted(imported) == {"read": 1, "updated": 1}
    for older in ({}, SITES):
        assert counted(clinic.bring(visit("V1", **older))) == {"read": 1, "unchanged": 1}
    assert clinic.session("V1").values["agent"] == "lidocaine"


@pytest.mark.usefixtures("chunks")
def test_an_older_file_heals_no_conflict_and_a_later_one_does(clinic: Clinic) -> None:
    clinic.bring(visit("V1", agent="lidocaine"))
    clinic.bring(visit("V1"), visit("V1", **SITES))
    clinic.bring(visit("V1", agent="lidocaine"))
    assert clinic.assess()["V1"].held
    healed = clinic.bring(visit("V1", **SITES))
    assert counted(healed) == {"read": 1, "updated": 1}
    assert not clinic.assess()["V1"].held


# Another source


def test_the_same_id_from_another_source_is_another_session(clinic: Clinic) -> None:
    assert counted(clinic.bring(visit("V1"))) == {"read": 1, "new": 1}
    other = visit("V1", 2)
    assert counted(clinic.bring(other, source="day-sheet")) == {"read": 1, "new": 1}
    assert counted(clinic.bring(other, source="day-sheet")) == {"read": 1, "unchanged": 1}
    assert clinic.session("V1").values == visit("V1")
    assert clinic.session("V1", "day-sheet").values == other


def test_a_change_in_one_source_leaves_the_other(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    clinic.bring(visit("V1", 2), source="day-sheet")
    assert counted(clinic.bring(visit("V1", **SITES))) == {"read": 1, "updated": 1}
    assert clinic.session("V1", "day-sheet").values == visit("V1", 2)


# Completed or not


@pytest.mark.parametrize(
    ("versions", "last"),
    [
        (["completed"], {"new": 1}),
        (["cancelled"], {"skipped": 1}),
        (["booked"], {"skipped": 1}),
        (["cancelled", "cancelled"], {"skipped": 1}),
        (["cancelled", "no-show"], {"skipped": 1}),  # never was to be billed
        (["completed", "cancelled"], {"updated": 1}),  # was, and is no more
        (["completed", "cancelled", "cancelled"], {"skipped": 1}),
        (["cancelled", "completed"], {"updated": 1}),  # the booked visit took place
        (["booked", "completed", "completed"], {"unchanged": 1}),
        (["completed", "cancelled", "no-show", "booked"], {"skipped": 1}),
    ],
)
def test_a_session_and_its_status(
    clinic: Clinic, versions: Sequence[str], last: dict[str, int]
) -> None:
    for status in versions:
        imported = clinic.bring(visit("V1", status=status))
    assert counted(imported) == {"read": 1, **last}
    assert clinic.session("V1").status == versions[-1]
    assert ("V1" in clinic.assess()) == (versions[-1] == "completed")


def test_a_cancelled_session_is_not_examined(clinic: Clinic) -> None:
    assert told(clinic.bring(visit("V1", status="cancelled", phn="1"))) == []


# Billed


@pytest.fixture
def billed(clinic: Clinic) -> Clinic:
    """Bill session V1 in batch 1."""
    clinic.bring(visit("V1"))
    assert clinic.billed() == 1
    return clinic


def test_a_billed_session_again(billed: Clinic) -> None:
    again = billed.bring(visit("V1"))
    assert (counted(again), told(again)) == ({"read": 1, "unchanged": 1}, [])


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (SITES, "unchanged"),
        ({"phn": "9151065434"}, "unchanged"),
        ({"service_date": "2026-10-14"}, "unchanged"),
        (CANCELLED, "skipped"),
    ],
)
def test_a_billed_session_that_changed_is_a_conflict_and_the_ledger_keeps_it(
    billed: Clinic, change: dict[str, str], count: str
) -> None:
    before = billed.session("V1")
    imported = billed.bring(visit("V2", 2), visit("V1", **change))
    assert counted(imported) == {"read": 2, "new": 1, count: 1}
    assert told(imported) == [("V1", "duplicate-claim", 2)]
    (finding,) = imported.findings
    assert "batch 1" in finding.message
    assert "Void batch 1" in finding.hint
    assert billed.session("V1") == before
    assert set(billed.assess()) == {"V2"}


def test_after_a_void_the_change_comes_in(billed: Clinic) -> None:
    billed.bring(visit("V2", 2), visit("V1", **SITES), name="later.jsonl")
    assert billed.session("V1").values == visit("V1")
    billed.void(1)
    stored = billed.session("V1")
    assert stored.values == visit("V1", **SITES)
    assert (stored.file_name, stored.row_number) == ("later.jsonl", 2)
    assert counted(billed.bring(visit("V1", **SITES))) == {"read": 1, "unchanged": 1}
    assert billed.assess()["V1"].amount_cents == 6_213


def test_a_visit_cancelled_after_it_was_billed_is_not_billed_again(billed: Clinic) -> None:
    billed.bring(visit("V1", **CANCELLED))
    billed.void(1)
    assert billed.session("V1").status == "cancelled"
    assert billed.bill()[0] is None


def test_the_billed_version_again_takes_the_change_back(billed: Clinic) -> None:
    billed.bring(visit("V1", **CANCELLED))
    assert told(billed.bring(visit("V1"))) == []
    billed.void(1)
    assert billed.session("V1").values == visit("V1")


def test_the_newest_change_of_a_billed_session_waits(billed: Clinic) -> None:
    billed.bring(visit("V1", **SITES))
    billed.bring(visit("V1", agent="lidocaine"))
    older = billed.bring(visit("V1", **SITES))
    assert told(older) == [("", "duplicate-session-id", None)]
    billed.void(1)
    assert billed.session("V1").values["agent"] == "lidocaine"


@pytest.mark.parametrize("changes", [({}, CANCELLED), (CANCELLED, {}), (SITES, CANCELLED)])
@pytest.mark.usefixtures("chunks")
def test_a_contradiction_about_a_billed_session_holds_it_after_a_void(
    billed: Clinic, changes: Sequence[dict[str, str]]
) -> None:
    billed.bring(*(visit("V1", **change) for change in changes))
    billed.void(1)
    assert billed.assess()["V1"].held
    billed.bring(visit("V1", **CANCELLED))
    assert billed.assess() == {}


@pytest.mark.usefixtures("chunks")
def test_a_billed_session_twice_in_a_file_that_changed_it(billed: Clinic) -> None:
    """The two rows are equal to each other: only the batch is in the way."""
    imported = billed.bring(visit("V1", **SITES), visit("V1", **SITES))
    assert counted(imported) == {"read": 2, "unchanged": 2}
    assert told(imported) == [("V1", "duplicate-claim", 1)]


@pytest.mark.usefixtures("chunks")
def test_a_billed_session_with_two_versions_in_a_file(billed: Clinic) -> None:
    before = billed.session("V1")
    imported = billed.bring(visit("V1"), visit("V1", **SITES))
    assert counted(imported) == {"read": 2, "unchanged": 1, "rejected": 1}
    assert told(imported) == [("V1", "duplicate-session-id", 2)]
    assert billed.session("V1") == before
    other_way = billed.bring(visit("V1", **SITES), visit("V1"))
    assert counted(other_way) == {"read": 2, "unchanged": 1, "rejected": 1}
    assert billed.session("V1") == before


# One id twice in a file


@pytest.mark.usefixtures("chunks")
def test_two_equal_rows_are_one_session(clinic: Clinic) -> None:
    imported = clinic.bring(visit("V1"), visit("V2", 2), visit("V1"))
    assert counted(imported) == {"read": 3, "new": 2, "unchanged": 1}
    assert told(imported) == []


@pytest.mark.usefixtures("chunks")
def test_two_equal_rows_of_a_cancelled_session_are_both_skipped(clinic: Clinic) -> None:
    imported = clinic.bring(visit("V1", **CANCELLED), visit("V1", **CANCELLED))
    assert counted(imported) == {"read": 2, "skipped": 2}


@pytest.mark.usefixtures("chunks")
def test_two_rows_that_differ_hold_the_session(clinic: Clinic) -> None:
    imported = clinic.bring(visit("V1"), visit("V2", 2), visit("V1", **SITES))
    assert counted(imported) == {"read": 3, "new": 2, "rejected": 1}
    assert told(imported) == [
        ("V1", "duplicate-session-id", 1),
        ("V1", "duplicate-session-id", 3),
    ]
    assert all("Rows 1 and 3" in finding.message for finding in imported.findings)
    assert clinic.session("V1").values == visit("V1")
    assert clinic.bill()[1].held[0].session.session_id == "V1"
    assert [claim.session_id for claim in clinic.claims()] == ["V2"]


@pytest.mark.usefixtures("chunks")
def test_three_rows_of_one_id(clinic: Clinic) -> None:
    imported = clinic.bring(visit("V1"), visit("V1", **SITES), visit("V1"))
    assert counted(imported) == {"read": 3, "new": 1, "unchanged": 1, "rejected": 1}
    assert clinic.assess()["V1"].held


@pytest.mark.usefixtures("chunks")
def test_two_rows_that_differ_from_each_other_and_from_the_ledger(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    imported = clinic.bring(visit("V1", agent="lidocaine"), visit("V1", **SITES))
    assert counted(imported) == {"read": 2, "updated": 1, "rejected": 1}
    assert clinic.session("V1").values["agent"] == "lidocaine"
    assert clinic.assess()["V1"].held


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("status", ["cancelled", "booked"])
@pytest.mark.parametrize("completed_first", [True, False])
def test_a_completed_row_and_another_of_one_id(
    clinic: Clinic, status: str, *, completed_first: bool
) -> None:
    """Whichever comes first: the session is held, and whoever looks sees it."""
    rows = [visit("V1"), visit("V1", status=status)]
    for _ in range(2):
        imported = clinic.bring(*(rows if completed_first else reversed(rows)))
        first = counted(imported)
        assert (first.pop("read"), first.pop("rejected")) == (2, 1)
        assert ("V1", "duplicate-session-id", 2) in told(imported)
        (held,) = clinic.bill()[1].held
        assert any("Rows 1 and 2" in finding.message for finding in held.findings)
    healed = clinic.bring(visit("V1", status=status))
    assert counted(healed) == {"read": 1, "updated": 1}
    assert clinic.assess() == {}


@pytest.mark.usefixtures("chunks")
def test_the_file_with_two_versions_again_stays_in_conflict(clinic: Clinic) -> None:
    rows = [visit("V1"), visit("V1", **SITES)]
    clinic.bring(*rows)
    again = clinic.bring(*rows)
    assert counted(again) == {"read": 2, "unchanged": 1, "rejected": 1}
    assert clinic.assess()["V1"].held


@pytest.mark.parametrize(
    ("corrected", "count", "cents"), [({}, "unchanged", 7_792), (SITES, "updated", 6_213)]
)
@pytest.mark.usefixtures("chunks")
def test_a_corrected_file_heals_the_conflict(
    clinic: Clinic, corrected: dict[str, str], count: str, cents: int
) -> None:
    clinic.bring(visit("V1"), visit("V1", **SITES))
    healed = clinic.bring(visit("V1", **corrected))
    assert counted(healed) == {"read": 1, count: 1}
    assert told(healed) == []
    one = clinic.assess()["V1"]
    assert (one.held, one.amount_cents) == (False, cents)


def test_a_conflict_stays_while_its_session_is_in_no_file(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V1", **SITES))
    clinic.bring(visit("V2", 2))
    assert clinic.assess()["V1"].held


# Rows that cannot be stored, and rows that are none


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"session_id": ""}, {("missing-value", "session_id")}),
        ({"service_date": ""}, {("missing-value", "service_date")}),
        ({"service_date": "13/10/2026"}, {("invalid-value", "service_date")}),
        ({"service_date": "03/04/2026"}, {("invalid-value", "service_date")}),
        ({"service_date": "2026-02-30"}, {("invalid-value", "service_date")}),
        (
            {"session_id": "", "service_date": "soon"},
            {("missing-value", "session_id"), ("invalid-value", "service_date")},
        ),
    ],
)
def test_a_row_without_a_usable_id_or_date_is_rejected(
    clinic: Clinic, change: dict[str, str], problems: set[tuple[str, str]]
) -> None:
    imported = clinic.bring(visit("V1"), visit(**{"session_id": "V2", "patient": 2, **change}))  # type: ignore[arg-type]
    assert counted(imported) == {"read": 2, "new": 1, "rejected": 1}
    assert {(found.code, found.column) for found in imported.findings} == problems
    assert {found.place.row for found in imported.findings} == {2}
    assert list(clinic.sessions()) == [("canonical", "V1")]


@pytest.mark.parametrize(
    "row",
    [
        {"session_id": "Total", "note": "2 visits"},
        {"patient_surname": "Total"},
        {"note": "printed on Friday"},
    ],
)
def test_a_total_or_a_remark_is_passed_over_and_counted_nowhere(
    clinic: Clinic, row: Values
) -> None:
    imported = clinic.bring(visit("V1"), row, visit("V2", 2))
    assert counted(imported) == {"read": 2, "new": 2}
    (finding,) = imported.findings
    assert (finding.code, finding.severity) == ("missing-value", Severity.INFO)
    assert (finding.place.row, finding.session_id) == (2, "")


def test_a_row_with_a_date_is_no_remark(clinic: Clinic) -> None:
    imported = clinic.bring({"service_date": "2026-10-13", "note": "closed"}, visit("V1"))
    assert counted(imported) == {"read": 2, "new": 1, "rejected": 1}


# Dry runs, several files, failures


def test_a_dry_run_says_the_same_and_changes_nothing(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2), visit("V3", 3))
    clinic.billed()
    clinic.bring(visit("V4", 4))
    rows = [
        visit("V1", **SITES),
        visit("V4", 4, chart_signed="no"),
        visit("V5", 5),
        visit("V5", 5, **SITES),
        visit("", 6),
    ]
    before = clinic.snapshot()
    dry = clinic.bring(*rows, name="november.jsonl", dry_run=True)
    assert clinic.snapshot() == before
    assert clinic.bring(*rows, name="november.jsonl") == dry


def brought(
    clinic: Clinic,
    *files: Sequence[Values],
    advance: Callable[[int], None] = lambda _rows: None,
) -> Imported:
    """Import several files in one go."""
    tables = [open_table(clinic.write(rows)) for rows in files]
    try:
        return import_files(
            clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK, tables, advance=advance
        )
    finally:
        for table in tables:
            table.close()


def test_several_files_are_counted_together(clinic: Clinic) -> None:
    imported = brought(
        clinic, [visit("V1"), visit("V2", 2)], [visit("V2", 2, **SITES), visit("", 3)]
    )
    assert counted(imported) == {"read": 4, "new": 2, "updated": 1, "rejected": 1}


def test_findings_come_in_the_order_of_the_files_and_rows(clinic: Clinic) -> None:
    faulty = {"chart_signed": "no"}
    imported = brought(
        clinic,
        [visit("V9", 9, **faulty), visit("", 8), visit("V7", 7, **faulty)],
        [visit("V1", 1, **faulty), visit("V2", 2), visit("V3", 3, **faulty)],
    )
    places = [(found.place.file, found.place.row) for found in imported.findings]
    assert places == [
        ("export-1.jsonl", 1),
        ("export-1.jsonl", 2),
        ("export-1.jsonl", 3),
        ("export-2.jsonl", 1),
        ("export-2.jsonl", 3),
    ]


@pytest.mark.usefixtures("chunks")
def test_a_failure_half_way_leaves_nothing_of_any_file(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    before = clinic.snapshot()
    done = 0

    def stop(rows: int) -> None:
        nonlocal done
        done += rows
        if done >= 4:
            raise FileError("The file ends within a row.")

    with pytest.raises(FileError):
        brought(
            clinic,
            [visit("V1", **SITES), visit("V2", 2), visit("V3", 3)],
            [visit("V4", 4), visit("V5", 5)],
            advance=stop,
        )
    assert clinic.snapshot() == before


@pytest.mark.usefixtures("chunks")
def test_progress_counts_every_row(clinic: Clinic) -> None:
    steps: list[int] = []
    rows = [visit("V1"), {"note": "Total"}, visit("", 2), visit("V1"), visit("V3", 3)]
    brought(clinic, rows, advance=steps.append)
    assert sum(steps) == 5


def test_a_file_without_rows_is_imported_as_nothing(clinic: Clinic) -> None:
    path = clinic.folder / "empty.csv"
    path.write_text("session_id,status,service_date,practitioner_number\n", encoding="utf-8")
    with open_table(path) as table:
        imported = import_files(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK, [table])
    assert imported.counts == ImportCounts()
    assert [f.message for f in imported.findings] == ["The file has a header and no visits."]


# What is written down


def test_the_journal_tells_of_every_row_that_changed_something(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    clinic.bring(visit("V1", **SITES), visit("V2", 2), visit("V3", 3))
    actions = [(entry[3], entry[4]) for entry in clinic.snapshot()["journal"]]
    assert actions == [
        ("import.started", "import:1"),
        ("session.new", "session:1"),
        ("session.new", "session:2"),
        ("import.rows", "import:1"),
        ("import.finished", "import:1"),
        ("import.started", "import:2"),
        ("session.changed", "session:1"),
        ("session.new", "session:3"),
        ("import.rows", "import:2"),
        ("import.finished", "import:2"),
    ]


def test_the_journal_has_the_values_that_the_ledger_has(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V1", **SITES))
    entries = {entry[3]: json.loads(entry[5]) for entry in clinic.snapshot()["journal"]}
    written = entries["session.new"]
    assert json.loads(written["content"]) == visit("V1")
    assert "Rows 1 and 2" in written["conflict"]
    assert entries["import.finished"] == asdict(ImportCounts(read=2, new=1, rejected=1))


def test_every_row_is_remembered_with_what_became_of_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, **CANCELLED))
    clinic.bring(visit("V1"), visit("V2", 2), visit("V1", **SITES), {"note": "Total"})
    assert [row[:4] for row in clinic.snapshot()["import_rows"]] == [
        (1, 1, 1, "new"),
        (1, 2, 2, "skipped"),
        (2, 1, 1, "unchanged"),
        (2, 2, 2, "updated"),
    ]
