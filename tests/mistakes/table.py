"""What a tired clerk does: the command, what it says, what the ledger holds, how it is undone.

`{desk}` is the folder of her files, `{clinic}` the workspace. A day before a command's words, as in
`2026-12-01 close 2026-11`, is the one on which she gives it; else it is 5 November.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from end_to_end.clinic import Clinic, visit, write_csv

Act = Callable[[Clinic, Path], None]


@dataclass(frozen=True)
class Step:
    """A command, its exit code, words that it says, or something done without the tool."""

    words: str = ""
    code: int = 0
    says: tuple[str, ...] = ()
    act: Act | None = None


@dataclass(frozen=True)
class Mistake:
    """A mistake at a stage of the month, and its undoing; `holds` are parts of what is held."""

    name: str
    stage: str
    does: tuple[Step, ...]
    holds: Mapping[str, Any]
    undone: tuple[Step, ...] = ()
    then: Mapping[str, Any] = field(default_factory=dict)
    only_file: str = ""
    whole: bool = True


def do(words: str, code: int, *says: str) -> Step:
    """Give a command."""
    return Step(words, code, says)


def by_hand(act: Act) -> Step:
    """Do something without the tool."""
    return Step(act=act)


def _replaced(name: str, old: str, new: str) -> Act:
    def act(clinic: Clinic, _desk: Path) -> None:
        path = clinic.workspace / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return act


def _settings(old: str, new: str) -> Act:
    return _replaced("tpi-billing.toml", old, new)


def _more_visits(_clinic: Clinic, desk: Path) -> None:
    write_csv(desk / "more.csv", [visit(number) for number in (21, 22, 23)])


def _another_backup(clinic: Clinic, desk: Path) -> None:
    """Put the only backup of another clinic's ledger on the desk."""
    other = Clinic(clinic.workspace.parent / "another")
    assert clinic.run("init", other.workspace).code == 0
    shutil.copyfile(clinic.workspace / "tpi-billing.toml", other.workspace / "tpi-billing.toml")
    assert other.run("sessions", "import", desk / "same-ids.csv").code == 0
    assert other.run("ledger", "backup", "--out", desk / "there").code == 0
    (found,) = (desk / "there").glob("*.db")
    found.rename(desk / "backup.db")
    found.with_suffix(".json").rename(desk / "backup.json")


def _backup(clinic: Clinic, desk: Path) -> None:
    assert clinic.run("ledger", "backup", "--out", desk / "own").code == 0
    (found,) = (desk / "own").glob("*.db")
    found.rename(desk / "own.db")
    found.with_suffix(".json").rename(desk / "own.json")


def _set_aside(clinic: Clinic, desk: Path) -> None:
    """Name the ledger of before as a clerk copies it from the screen."""
    (found,) = (clinic.workspace / "backups").glob("aside-*.db")
    shutil.copyfile(found, desk / "aside.db")


def _sql(statement: str) -> Act:
    def act(clinic: Clinic, _desk: Path) -> None:
        clinic.query(statement)

    return act


TELEPLAN = "out/batch-0001/batch-0001-2026-10-teleplan.txt"
NOTHING = {"sessions": 0, "claims": {}, "batches": []}
READY = {"sessions": 6, "open": 6, "strangers": 0, "claims": {}, "batches": []}
BATCHED = {"sessions": 6, "open": 0, "claims": {"batched": 6}, "batches": ["prepared"], "lines": 0}
SENT = {"sessions": 6, "open": 0, "claims": {"sent": 6}, "batches": ["accepted"], "lines": 0}
ANSWERED = {"claims": {"paid": 3, "refused": 3}, "batches": ["accepted"]}

EXPORTS = (
    Mistake(
        "the wrong month",
        "imported",
        (do("batch create --month 2026-09", 0, "nothing new to bill", "2026-10 (6 sessions)"),),
        READY,
        (do("batch create --month 2026-10", 0, "Made batch 1"),),
        BATCHED,
    ),
    Mistake(
        "the wrong month, looked at",
        "imported",
        (do("check --month 2025-10", 0, "0 sessions", "2026-10 (6 sessions)"),),
        READY,
    ),
    Mistake(
        "the same file twice",
        "imported",
        (do("sessions import {desk}/october.csv", 0, "6 visits read, 0 new"),),
        READY,
    ),
    Mistake(
        "the same file under another name",
        "batched",
        (do("sessions import {desk}/october (1).csv", 0, "6 visits read, 0 new"),),
        BATCHED,
    ),
    Mistake(
        "last year's file",
        "imported",
        (
            do(
                "sessions import {desk}/october-2025.csv",
                *(1, "All 6 completed visits", "too late for MSP", "an old export"),
            ),
        ),
        {"sessions": 12, "open": 12, "claims": {}},
        (
            do("sessions import {desk}/taken-back.csv", 0, "6 visits read, 0 new"),
            do("batch create --month 2026-10", 0, "Made batch 1"),
        ),
        {"sessions": 12, "open": 0, "claims": {"batched": 6}},
    ),
    Mistake(
        "two clinics' files mixed",
        "new",
        (
            do(
                "sessions import {desk}/two-clinics.csv",
                *(1, "practitioner-unknown", "Practitioner 88123", "payee-mismatch"),
            ),
            do("batch create --month 2026-10", 1, "Made batch 1", "2 sessions stay held"),
        ),
        {"sessions": 8, "open": 2, "claims": {"batched": 6}},
        (do("sessions import {desk}/not-ours.csv", 0, "2 visits read, 0 new"),),
        {"sessions": 8, "open": 0, "claims": {"batched": 6}},
    ),
    Mistake(
        "another clinic's file, whose visits have the same ids",
        "imported",
        (
            do("sessions import {desk}/same-ids.csv", 1, "another patient's visit", "6 rejected"),
            do("batch create --month 2026-10", 1, "nothing new to bill", "6 sessions stay held"),
        ),
        READY,
        (
            do("sessions import {desk}/october.csv", 0, "0 held, 0 rejected"),
            do("batch create --month 2026-10", 0, "Made batch 1"),
        ),
        {**BATCHED, "strangers": 0},
    ),
    Mistake(
        "another clinic's file, after the visits of these ids were billed",
        "batched",
        (do("sessions import {desk}/same-ids.csv", 1, "which is billed", "6 rejected"),),
        {**BATCHED, "strangers": 0},
        (do('batch void 1 --reason "look again"', 0), do("batch create --month 2026-10", 0)),
        {"strangers": 0, "claims": {"batched": 6, "void": 6}},
    ),
    Mistake(
        "an export whose columns have shifted",
        "new",
        (
            do(
                "sessions import {desk}/shifted.csv",
                *(1, "6 rejected", "the columns seem to have shifted", "export again"),
            ),
        ),
        NOTHING,
        (do("sessions import {desk}/october.csv", 0, "6 new"),),
        READY,
    ),
    Mistake(
        "columns shifted behind the dates",
        "new",
        (
            do("sessions import {desk}/shifted-names.csv", 1, "columns seem to have shifted"),
            do("batch create --month 2026-10", 1, "nothing new to bill"),
        ),
        {"sessions": 6, "open": 6, "claims": {}},
        (
            do("sessions import {desk}/october.csv", 0, "6 visits read, 0 new"),
            do("batch create --month 2026-10", 0, "Made batch 1"),
        ),
        BATCHED,
    ),
    Mistake(
        "a shifted file over the right one",
        "imported",
        (
            do("sessions import {desk}/shifted-names.csv", 1, "columns seem to have shifted"),
            do("batch create --month 2026-10", 1, "nothing new to bill"),
        ),
        READY,
        (
            do("sessions import {desk}/october.csv", 0, "0 held"),
            do("batch create --month 2026-10", 0, "Made batch 1"),
        ),
        BATCHED,
    ),
    Mistake(
        "a remittance taken for an export",
        "imported",
        (do("sessions import {desk}/remittance.txt", 4, "No header row was found"),),
        READY,
    ),
    Mistake(
        "the computer's clock a year slow",
        "new",
        (
            do("2025-11-05 sessions import {desk}/october.csv", 1, "after today, 2025-11-05"),
            do("2025-11-05 batch create --month 2026-10", 1, "nothing new", "service-date-future"),
        ),
        READY,
        (do("batch create --month 2026-10", 0, "Made batch 1"),),
        BATCHED,
    ),
    Mistake(
        "the computer's clock a year fast",
        "imported",
        (
            do("2027-11-05 sessions import {desk}/october.csv", 1, "is the computer's date wrong?"),
            do("2027-11-05 batch create --month 2026-10", 1, "nothing new", "submission-overdue"),
        ),
        READY,
        (do("batch create --month 2026-10", 0, "Made batch 1"),),
        BATCHED,
    ),
)

BATCHES = (
    Mistake(
        "a batch made twice by impatience",
        "batched",
        (do("batch create --month 2026-10", 0, "nothing new to bill"),),
        BATCHED,
    ),
    Mistake(
        "a batch voided after it was uploaded, which nobody had told",
        "exported",
        (
            do('batch void 1 --reason "wrong month"', 0, "If one was uploaded all the same"),
            do("batch sent 1", 5, "Batch 1 is void"),
            do("remittance import {desk}/remittance.txt", 1, "not applied"),
            do("worklist", 1, "answered-void", "may be billed twice"),
        ),
        {"open": 6, "claims": {"void": 6}, "batches": ["void"]},
        # MSP has these claims for good: what it refused can be billed again, and nothing else.
        (do("worklist", 1, "See what else was billed for the session"),),
        {"claims": {"void": 6}},
    ),
    Mistake(
        "a batch voided that MSP has answered",
        "exported",
        (
            do("remittance import {desk}/remittance.txt", 1, "not applied"),
            do('batch void 1 --reason "wrong month"', 5, "MSP has answered 6 claims"),
        ),
        {"open": 0, "claims": {"batched": 6}, "batches": ["prepared"]},
        (do("batch sent 1", 0), do("batch confirm 1", 0, "is accepted", "6 claims")),
        ANSWERED,
    ),
    Mistake(
        "a batch voided that was said to be uploaded",
        "exported",
        (
            do("batch sent 1", 0),
            do('batch void 1 --reason "wrong month"', 5, "uploaded by hand", "batch confirm 1"),
        ),
        {"claims": {"batched": 6}, "batches": ["sent"]},
        (
            do('batch confirm 1 --rejected --reason "never uploaded"', 0, "is rejected"),
            do('batch void 1 --reason "never uploaded"', 0, "is void"),
            do("batch create --month 2026-10", 0, "Made batch 2"),
        ),
        {"claims": {"batched": 6, "void": 6}, "batches": ["void", "prepared"]},
    ),
    Mistake(
        "a batch voided that MSP has",
        "sent",
        (do('batch void 1 --reason "wrong month"', 5, "cannot be voided"),),
        SENT,
    ),
    Mistake(
        "the Teleplan file edited before it was uploaded",
        "exported",
        (
            by_hand(_replaced(TELEPLAN, "0007792", "0009999")),
            do("batch sent 1", 6, "was changed since it was written", "batch export 1"),
        ),
        BATCHED,
        (do("batch export 1", 0), do("batch sent 1", 0, "Batch 1 is sent")),
        {"batches": ["sent"]},
    ),
    Mistake(
        "a batch said to be uploaded that was never written",
        "batched",
        (do("batch sent 1", 0, "its files were never written", "batch export 1"),),
        {"batches": ["sent"], "claims": {"batched": 6}},
        (do("batch export 1", 0, "Wrote batch 1"), do("batch confirm 1", 0)),
        SENT,
    ),
    Mistake(
        "a void batch written again",
        "exported",
        (
            do('batch void 1 --reason "wrong month"', 0, "must not be submitted any more"),
            do("batch export 1", 5, "is void"),
        ),
        {"open": 6, "batches": ["void"]},
        (do("doctor", 1, "which is void, still in place", "delete them"),),
    ),
)

ANSWERS = (
    Mistake(
        "another clinic's remittance",
        "sent",
        (do("remittance import {desk}/other-centre.txt", 5, "T8888", "Nothing was taken in"),),
        SENT,
    ),
    Mistake(
        "last month's remittance again",
        "answered",
        (do("remittance import {desk}/remittance.txt", 1, "nothing in it is new"),),
        {**ANSWERED, "lines": 8},
    ),
    Mistake(
        "a remittance before its batch was said to be uploaded",
        "exported",
        (
            do("remittance import {desk}/remittance.txt", 1, "not applied"),
            do("worklist", 1, "not recorded as", "batch sent 1"),
        ),
        {"claims": {"batched": 6}, "lines": 8},
        (do("batch sent 1", 0), do("batch confirm 1", 0, "waited for that; they count")),
        ANSWERED,
    ),
    Mistake(
        "a file with lines of another clinic in it",
        "sent",
        (do("remittance import {desk}/mixed.txt", 1, "lines that match no claim"),),
        {"claims": {"paid": 1, "sent": 5}},
        (do("worklist", 1, "it is of data centre T8888"),),
    ),
    Mistake(
        "the remittance of another payee of the same data centre",
        "sent",
        (do("remittance import {desk}/other-payee.txt", 1, "is of payee B7777, for whom nobody"),),
        {"claims": {"paid": 3, "refused": 3}},
        (do("remittance list", 0, "2026-11-12-B7777"),),
    ),
    Mistake(
        "the file of claims taken for MSP's answer",
        "exported",
        (do("remittance import {clinic}/" + TELEPLAN, 5, "This is a file of claims"),),
        BATCHED,
    ),
    Mistake(
        "an export taken for MSP's answer",
        "sent",
        (do("remittance import {desk}/october.csv", 4, "Nothing in the file is a record"),),
        SENT,
    ),
    Mistake(
        "a workbook of corrections of another ledger",
        "answered",
        (
            do(
                "claims correct --import {desk}/other-corrections.xlsx",
                *(5, "of another session", "the workbook of another ledger"),
            ),
        ),
        ANSWERED,
        (do("claims correct --import {desk}/corrections.xlsx", 0, "3 claims in batch 2"),),
        {"claims": {"batched": 3, "corrected": 3, "paid": 3}},
    ),
    Mistake(
        "a workbook of corrections twice",
        "answered",
        (
            do("claims correct --import {desk}/corrections.xlsx", 0, "3 claims in batch 2"),
            do(
                "claims correct --import {desk}/corrections.xlsx",
                0,
                "3 rows done by an earlier import",
            ),
        ),
        {"claims": {"batched": 3, "corrected": 3, "paid": 3}},
        (do('batch void 2 --reason "not yet"', 0, "As they were before"),),
        {"claims": {"paid": 3, "refused": 3, "void": 3}},
    ),
    Mistake(
        "an old workbook of corrections",
        "answered",
        (
            do(
                'claims correct 4 --set patient_surname=Other --note "COVERED"',
                0,
                "1 claim in batch 2",
            ),
            do("claims correct --import {desk}/corrections.xlsx", 5, "row 5"),
        ),
        {"claims": {"batched": 1, "corrected": 1, "paid": 3, "refused": 2}},
        (do('batch void 2 --reason "not yet"', 0, "claims 4"),),
        {"claims": {"paid": 3, "refused": 3, "void": 1}},
    ),
    Mistake(
        "a reviewer's workbook of another ledger's sample",
        "answered",
        (
            do(
                "2026-12-01 audit review {desk}/other-review.xlsx",
                *(5, "no such sample", "belongs to another ledger"),
            ),
        ),
        ANSWERED,
    ),
    Mistake(
        "a month closed that is not over",
        "sent",
        (do("close 2026-11", 5, "2026-11 is not over on 2026-11-05"),),
        SENT,
    ),
    Mistake(
        "a month closed before its remittance was in",
        "sent",
        (do("2026-12-01 close 2026-11", 0, "6 claims of 467.52", "no remittance of it is here"),),
        SENT,
        (
            do('2026-12-01 close 2026-11 --reopen --reason "too early"', 0, "is open again"),
            do("2026-12-01 remittance import {desk}/remittance.txt", 1, "paid"),
            do("2026-12-01 report books --month 2026-11", 0, "233.76"),
        ),
        ANSWERED,
    ),
)

LEDGERS = (
    Mistake(
        "a wrong year typed behind --as-of",
        "exported",
        (
            do("2025-11-05 batch sent 1", 2, "365 days before the newest batch", "year right?"),
            do("2062-11-05 batch sent 1", 2, "days after", "leave --as-of out"),
        ),
        BATCHED,
        (do("batch sent 1", 0), do("batch confirm 1", 0)),
        SENT,
    ),
    Mistake(
        "an amount edited with another program",
        "sent",
        (
            by_hand(_backup),
            by_hand(_sql("UPDATE claims SET amount_cents = 9999 WHERE claim_id = 1")),
            do("audit verify", 6, "claim:1: amount_cents", "restore the last backup"),
            do("2026-12-01 close 2026-11", 6, "not what the journal says"),
            do("ledger backup", 6, "no backup was made"),
        ),
        SENT,
        (
            do("ledger restore {desk}/own.db", 1, "Restored"),
            do("audit verify", 0, "Intact:"),
        ),
        SENT,
        only_file="a server's backups are its administrator's",
    ),
    Mistake(
        "an older version of the tool on a newer ledger",
        "sent",
        (
            by_hand(_sql("UPDATE alembic_version SET version_num = '9999'")),
            do("claims list", 5, "made by a newer version", "Install the newest"),
            do("ledger backup", 5, "made by a newer version"),
            do("doctor", 5, "made by a newer version"),
        ),
        SENT,
        whole=False,
    ),
    Mistake(
        "a practitioner's number mistyped in the settings",
        "sent",
        (
            by_hand(_settings('"99001"', '"99010"')),
            by_hand(_more_visits),
            do("doctor", 1, "practitioner 99001 has 6 claims and is not in it", "typing mistake"),
            do("sessions import {desk}/more.csv", 1, "practitioner-unknown"),
            do("batch create --month 2026-10", 1, "nothing new to bill"),
        ),
        {"claims": {"sent": 6}, "open": 3},
        (
            by_hand(_settings('"99010"', '"99001"')),
            do("batch create --month 2026-10", 0, "Made batch 2"),
        ),
        {"claims": {"batched": 3, "sent": 6}, "open": 0},
    ),
    Mistake(
        "the payee mistyped in the settings",
        "sent",
        (
            by_hand(_settings("A9999", "A9990")),
            do("doctor", 1, "payee A9999 has 6 claims and is not in it"),
        ),
        SENT,
    ),
    Mistake(
        "the data centre mistyped in the settings",
        "sent",
        (
            by_hand(_settings("T9999", "T9990")),
            do("sessions import {desk}/october.csv", 1, "first visits of data centre T9990"),
            do("doctor", 1, "6 sessions and 6 live claims are of data centre T9999"),
        ),
        {"sessions": 12, "claims": {"sent": 6}},
        (
            by_hand(_settings("T9990", "T9999")),
            do("sessions import {desk}/october.csv", 0, "6 visits read, 0 new"),
            do("batch create --month 2026-10", 0, "nothing new to bill"),
        ),
        {"claims": {"sent": 6}},
        only_file="clinics may share a server's ledger",
    ),
    Mistake(
        "another clinic's backup put back",
        "sent",
        (
            by_hand(_another_backup),
            do("ledger restore {desk}/backup.db --dry-run", 1, "ANOTHER ledger", "batch 1"),
            do("ledger restore {desk}/backup.db", 1, "ANOTHER ledger", "To take this back"),
        ),
        {"strangers": 6, "claims": {}},
        (
            by_hand(_set_aside),
            do("ledger restore {desk}/aside.db", 1, "Restored"),
        ),
        SENT,
        only_file="a server's backups are its administrator's",
    ),
    Mistake(
        "a backup put back that is older than what MSP has",
        "exported",
        (
            by_hand(_backup),
            do("batch sent 1", 0),
            do("batch confirm 1", 0),
            do("ledger restore {desk}/own.db", 1, "Batch 1 was sent since", "must not be billed"),
        ),
        {"claims": {"batched": 6}, "batches": ["prepared"]},
        (do("batch sent 1", 0), do("batch confirm 1", 0)),
        SENT,
        only_file="a server's backups are its administrator's",
    ),
)

MISTAKES = (*EXPORTS, *BATCHES, *ANSWERS, *LEDGERS)
