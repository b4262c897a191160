"""What a person sees: whole numbers in every table, 80 columns, nothing that steers a terminal."""

from collections.abc import Callable

import pytest

from tpi_billing.cli.screen import Screen, counted, harmless, show_troubles
from tpi_billing.errors import Trouble
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Place, Severity


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[str]]:
    def lines() -> list[str]:
        return capsys.readouterr().out.splitlines()

    return lines


def finding(**changes: str) -> Finding:
    check = CHECK["phn-check-digit"]
    parts = {"message": "The last digit is wrong.", "hint": check.cure, **changes}
    return Finding(
        code=check.id,
        severity=check.severity,
        place=Place("october.csv", "", 6),
        column=parts.pop("column", "phn"),
        value=parts.pop("value", "9151065431"),
        session_id=parts.pop("session_id", "V1005"),
        **parts,
    )


@pytest.mark.parametrize("state", ["batched", "paid-changed", "debit-requested"])
@pytest.mark.parametrize("session", ["V1", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "x" * 200])
def test_a_long_id_never_costs_a_table_its_numbers(
    written: Callable[[], list[str]], session: str, state: str
) -> None:
    names = ("claim", "session", "date", "pract.", "item", "units", "%", "amount", "state")
    row = ("1234", session, "2026-10-31", "99001", "01157", "1", "100", "12345.67", state)
    Screen().table(names, [row], right=("claim", "amount"), wrap=("session", "state"))
    lines = written()
    assert all(len(line) <= 80 for line in lines)
    for whole in (*names, *(cell for cell in row if cell not in {session, state})):
        assert any(whole in line for line in lines), whole
    for name, end, cell in (("session", "date", session), ("state", None, state)):
        stop = None if end is None else lines[0].index(end)
        column = [line[lines[0].index(name) : stop].strip() for line in lines[2:]]
        assert "".join(column) == cell


def test_facts_are_wrapped_beside_their_names(written: Callable[[], list[str]]) -> None:
    sites = "; ".join(f"left muscle number {number}" for number in range(12))
    Screen().facts([("sites", sites), ("blank", ""), ("agent", "saline")])
    first, *rest, last = written()
    assert first.startswith("sites  left muscle number 0;")
    assert last == "agent  saline"
    assert all(line.startswith("       ") and line[7] != " " for line in rest)
    assert all(len(line) <= 80 and line == line.rstrip() for line in (first, *rest))


def test_a_finding_is_told_with_its_place_its_cure_and_a_masked_value(
    written: Callable[[], list[str]],
) -> None:
    Screen().findings([finding(message="word " * 40)], more="")
    lines = written()
    text = "\n".join(lines)
    assert "V1005  october.csv, row 6" in lines
    assert "******5431" in text
    assert "9151065431" not in text
    assert "    -> " in text
    assert all(len(line) <= 80 for line in lines)


def test_unmasked_it_is_told_whole(written: Callable[[], list[str]]) -> None:
    Screen(unmask=True).findings([finding()], more="")
    assert "9151065431" in "\n".join(written())


def test_many_sessions_are_cut_short_with_a_way_to_see_all(
    written: Callable[[], list[str]],
) -> None:
    Screen().findings([finding(session_id=f"V{n}") for n in range(13)], more="See --xlsx.")
    lines = written()
    assert lines[-1] == "... and 1 more session. See --xlsx."
    assert sum("october.csv, row 6" in line for line in lines) == 12


def test_the_worst_comes_first(written: Callable[[], list[str]]) -> None:
    mild = Finding("tray-unbilled", Severity.INFO, "m", "h", session_id="V1")
    Screen().findings([mild, mild, finding()], more="")
    kinds = [line.split()[0] for line in written() if line.startswith(("error", "info"))]
    assert kinds == ["error", "info"]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 claims"), (1, "1 claim"), (2, "2 claims"), (1000, "1000 claims")]
)
def test_things_are_counted_in_words(number: int, said: str) -> None:
    assert counted(number, "claim") == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bélanger – naïve", "Bélanger – naïve"),
        ("\x1b[31mred", "�[31mred"),
        ("a\x07b\x00c", "a�b�c"),
        ("two\nlines", "two\nlines"),
        ("\u202eright to left", "�right to left"),
    ],
)
def test_what_steers_a_terminal_is_not_written(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_no_control_character_of_an_export_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J"
    screen = Screen(unmask=True)
    screen.line(evil)
    screen.remark(evil)
    screen.heading(evil)
    screen.facts([("name", evil)])
    screen.table(("name",), [(evil,)])
    screen.findings([finding(message=evil, value=evil, hint=evil, session_id=evil)], more=evil)
    show_troubles([Trouble(evil, evil, file=evil, value=evil)])
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "\x07" not in said.out + said.err


def test_a_trouble_is_told_with_its_place_and_its_cure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_troubles([Trouble("It is empty.", "Export it again.", "a.xlsx", "May", 7, "phn", "x")])
    assert capsys.readouterr().err.splitlines() == [
        "Error: a.xlsx, sheet May, row 7, column phn: It is empty. (it says: *)",
        "  -> Export it again.",
    ]


def test_a_cure_that_troubles_share_is_told_once_below_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_troubles([Trouble("A", "Do this."), Trouble("B", "Do this."), Trouble("C", "Do that.")])
    assert capsys.readouterr().err.splitlines() == [
        "Error: A",
        "Error: B",
        "  -> Do this.",
        "Error: C",
        "  -> Do that.",
    ]


def test_a_word_between_colons_stays_what_it_is(written: Callable[[], list[str]]) -> None:
    screen = Screen()
    screen.line("session :100: of :heart:")
    screen.facts([("name", ":x:")])
    assert written() == ["session :100: of :heart:", "name  :x:"]
