"""MSP's file of explanatory codes, on its way into the workspace's own list."""

from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.codes.explanatory_file import (
    ExplanatoryPlan,
    plan_explanatory,
    read_explanatory_file,
)
from tpi_billing.errors import FileError

SHIPPED = CodeBook.load().explanatory_codes


def plan(workspace: Path, *lines: str) -> ExplanatoryPlan:
    path = workspace / "codes.txt"
    path.write_bytes("\r\n".join(["REM MADE UP", *lines]).encode("cp1252"))
    return plan_explanatory(workspace, read_explanatory_file(path))


def every_code(*without: str) -> list[str]:
    return [f"{code.code} SOME WORDS" for code in SHIPPED if code.code not in without]


def put(plan: ExplanatoryPlan) -> None:
    plan.path.parent.mkdir(parents=True, exist_ok=True)
    plan.path.write_bytes(plan.content)


def test_a_known_code_keeps_our_words_and_a_new_one_has_msps(tmp_path: Path) -> None:
    made = plan(tmp_path, *every_code(), "9@ NO CODE", "Q9 A NEW REASON")
    assert (made.added, made.dropped, made.doubts, made.unchanged) == (("Q9",), (), (), False)
    put(made)
    book = CodeBook.load(tmp_path)
    assert book.explanatory_code("VM") == CodeBook.load().explanatory_code("VM")
    new = book.explanatory_code("Q9")
    assert new is not None
    assert (new.family, new.meaning, new.resubmit) == ("new", "A NEW REASON", "no")
    assert plan(tmp_path, *every_code(), "Q9 A NEW REASON").unchanged


def test_a_code_that_msp_has_no_more_is_dropped(tmp_path: Path) -> None:
    made = plan(tmp_path, *every_code("VM"))
    assert made.dropped == ("VM",)
    put(made)
    assert CodeBook.load(tmp_path).explanatory_code("VM") is None


def test_a_file_that_lost_most_codes_is_doubted(tmp_path: Path) -> None:
    assert plan(tmp_path, "AA SOME WORDS", "AB OTHERS").doubts


@pytest.mark.parametrize("text", ["", "REM NOTHING\r\n", "<html>an error page</html>"])
def test_a_file_without_a_code_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "codes.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError):
        read_explanatory_file(path)
