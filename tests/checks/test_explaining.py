"""What the reference page and `check --explain` say of a check."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.checks import documentation
from tpi_billing.checks.explaining import explain
from tpi_billing.cli.main import run
from tpi_billing.codes import CodeBook
from tpi_billing.model.catalogue import CHECK

Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path) -> Called:
    """Run a command where there is no workspace; return its code and both streams."""

    def run_it(*words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--workspace", str(tmp_path), *words])
        return code, out.getvalue(), err.getvalue()

    return run_it


@pytest.mark.parametrize("check_id", CHECK)
def test_every_check_is_explained_in_full(book: CodeBook, check_id: str) -> None:
    explained = explain(check_id, book)
    check = CHECK[check_id]
    assert explained.check is check
    assert explained.rule.endswith(".")
    assert bool(explained.why_locked) == check.locked
    assert bool(explained.meaning) == bool(check.explanatory_code)
    assert explained.example


@pytest.mark.parametrize(
    ("check_id", "lines"),
    [
        ("phn-missing", ["this session: phn is blank"]),
        ("note-too-long", ["this session: note has 416 characters"]),
        ("referral-unknown", ["the registry: a referral from 36000 of 2026-02-02"]),
        (
            "sessions-overlap",
            ["another session of another patient: start_time = 09:10; end_time = 09:25"],
        ),
        (
            "daily-volume",
            [
                "this session: trigger_point_sites is blank; visit = visit",
                (
                    "another session of another patient: trigger_point_sites is blank; "
                    "visit = visit; start_time = 08:00; end_time is blank, and 49 more like it"
                ),
            ],
        ),
        (
            "duplicate-claim",
            [
                "another session: session_id = V0987",
                "The other session is in a batch already; this one came with a new id.",
            ],
        ),
    ],
)
def test_an_example_is_told_by_what_differs(
    book: CodeBook, check_id: str, lines: list[str]
) -> None:
    assert list(explain(check_id, book).example) == lines


@pytest.mark.parametrize(
    ("check_id", "why"),
    [
        ("phn-missing", "MSP would refuse the claim with AA"),
        ("private-not-msp", "what is paid privately is no claim to MSP"),
        ("missing-value", "without it there is no session to bill"),
        ("series-frequency", ""),
        ("chart-not-signed", ""),
    ],
)
def test_why_a_check_cannot_be_lowered(book: CodeBook, check_id: str, why: str) -> None:
    assert explain(check_id, book).why_locked == why


@pytest.mark.parametrize("check_id", CHECK)
def test_the_command_explains_any_check_without_a_workspace(call: Called, check_id: str) -> None:
    code, out, err = call("check", "--explain", check_id)
    check = CHECK[check_id]
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{check_id}: {check.title}"
    assert all(len(line) <= 80 for line in lines[1:])
    said = " ".join(out.split())
    for text in (check.severity, check.explanatory_code, check.field, check.cure, check.source):
        assert text in said


def test_what_the_command_says(call: Called) -> None:
    _, out, _ = call("check", "--explain", "submission-overdue")
    assert out == (
        "submission-overdue: More than 90 days have passed since the service\n"
        "rule      Hold a service more than 90 days old: the 90th may still be sent\n"
        "          (refused BV). A claim that MSP approved as over-age may be sent later\n"
        "          (MSP billing facts, section 4).\n"
        "severity  error; it cannot be lowered: MSP would refuse the claim with BV\n"
        f"{wrapped_meaning('BV')}"
        "field     P30\n"
        "cure      Ask MSP for approval of an over-age claim (form HLTH 2943); clerical\n"
        "          mistakes and staff shortage do not qualify.\n"
        "source    MSP billing facts, section 4\n"
        "example   a clean session, from which this differs:\n"
        "          this session: service_date = 2026-08-06\n"
    )


def wrapped_meaning(code: str) -> str:
    """Return MSP's code and what the code list says of it, as the screen breaks it."""
    found = CodeBook.load().explanatory_code(code)
    assert found is not None
    line = f"MSP says  {code}  {found.meaning}"
    assert len(line) <= 80
    return line + "\n"


def test_a_check_that_can_be_moved_says_where(call: Called) -> None:
    _, out, _ = call("check", "--explain", "series-frequency")
    said = " ".join(out.split())
    assert "warning; it can be set to error, warning, info or off under [checks]" in said


@pytest.mark.parametrize("check_id", ["phn-missing", "series-frequency", "private-not-msp"])
def test_the_json_says_the_same(call: Called, book: CodeBook, check_id: str) -> None:
    code, out, err = call("check", "--explain", check_id, "--json")
    answer: dict[str, Any] = json.loads(out)
    explained, check = explain(check_id, book), CHECK[check_id]
    assert (code, err, answer["status"], answer["findings"]) == (0, "", "ok", [])
    assert answer["data"] == {
        "check": check_id,
        "title": check.title,
        "rule": explained.rule,
        "severity": check.severity,
        "movable": not check.locked,
        "why_not_movable": explained.why_locked,
        "explanatory_code": check.explanatory_code,
        "explanatory_meaning": explained.meaning,
        "field": check.field,
        "cure": check.cure,
        "source": check.source,
        "example": list(explained.example),
    }


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("consultation-to-soon", "Did you mean consultation-too-soon"),
        ("zzz", "docs/checks.md lists all."),
        ("", "docs/checks.md lists all."),
    ],
)
def test_a_check_that_does_not_exist(call: Called, asked: str, hint: str) -> None:
    code, out, err = call("check", "--explain", asked)
    assert (code, out) == (2, "")
    assert "There is no check of that id." in err
    assert hint in " ".join(err.split())


def test_the_page_has_every_check_in_its_overview_and_in_a_section() -> None:
    lines = documentation.render().splitlines()
    overview = [line.split("`")[1] for line in lines if line.startswith("| [`")]
    sections = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
    assert overview == sections == list(CHECK)


def test_the_page_names_what_cannot_be_lowered_and_why(book: CodeBook) -> None:
    lines = documentation.render().splitlines()
    start = lines.index("| Cannot be lowered | Why |")
    table = lines[start + 2 : lines.index("", start)]
    assert [line.split("`")[1] for line in table] == [
        check.id for check in CHECK.values() if check.locked
    ]
    for line in table:
        check_id, why = line.split("`")[1], line.split(" | ")[1]
        assert why.casefold().startswith(explain(check_id, book).why_locked.casefold())


def test_the_page_is_the_one_in_docs() -> None:
    page = Path(__file__).parents[2] / "docs" / "checks.md"
    assert page.read_text(encoding="utf-8") == documentation.render()
