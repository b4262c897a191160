"""Ten people at work in one ledger at the same moment: nothing is lost, doubled or dead-locked.

Four import exports, two of them the same files; two make batches; two send them to the stand-in of
MSP; two bring in MSP's answers to an earlier month, both of them every file. TPI_LONG=1 gives them
twenty times as much to do.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import databases
import pytest
from end_to_end.clinic import AS_OF, Clinic, health_number, visit, write_csv
from end_to_end.sending import TODAY, Office, office
from msp_lines import FIRST, paid, payee_total, pickup

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.model.claim import Claim

from .server import database_of, needs_server

pytestmark = needs_server

WORKER = Path(__file__).with_name("worker.py")
SIZE = 20 if os.environ.get("TPI_LONG") else 1
FILES, ROWS = 3 * SIZE, 10
"""Each importer brings so many files of so many visits."""
BATCHES = 4 * SIZE
"""Each of those who bill makes a batch so often."""
ANSWERS, LINES = 4 * SIZE, 5
"""So many files of MSP's, about so many claims each."""
PRICE = 7792


def day_of(number: int, month: str) -> str:
    return f"{month}-{1 + number % 28:02d}"


def visits(first: int, count: int, month: str) -> list[dict[str, str]]:
    """Make visits up, each of a patient of its own: every one is one claim of 77.92."""
    return [
        visit(at, phn=health_number(10_000_000 + 101 * at), service_date=day_of(at, month),
              referral_date="2026-08-01", session_id=f"N{at}", patient_id=f"C{at}")
        for at in range(first, first + count)
    ]  # fmt: skip


def claims_of(clinic: Clinic, **wanted: Any) -> list[Claim]:
    ledger = open_ledger(databases.database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter(**wanted))


def earlier_month(here: Office, folder: Path) -> list[Path]:
    """Bill and send September; return MSP's answers, by file."""
    count = ANSWERS * LINES
    file = write_csv(folder / "september.csv", visits(50_000, count, "2026-09"))
    here.clinic.data("sessions", "import", file)
    here.clinic.data("batch", "create", "--month", "2026-09")
    assert here.clinic.run("submit", 1).code == 0
    claims = claims_of(here.clinic)
    assert len(claims) == count
    files = []
    for at in range(ANSWERS):
        lines = [paid(claim) for claim in claims[at * LINES : (at + 1) * LINES]]
        # All of it is one remittance, whose total the first file brings.
        total = [payee_total(FIRST, PRICE * count)] if at == 0 else []
        files.append(folder / f"remit-{at}.txt")
        files[-1].write_bytes(pickup(*lines, *total))
    return files


def exports(folder: Path) -> list[list[Path]]:
    """Write each importer's files; the last two importers have the same."""
    made = []
    for importer in range(3):
        first = 1 + importer * FILES * ROWS
        rows = visits(first, FILES * ROWS, "2026-10")
        made.append(
            [
                write_csv(folder / f"export-{importer}-{at}.csv", rows[at * ROWS : (at + 1) * ROWS])
                for at in range(FILES)
            ]
        )
    return [*made, made[-1]]


@contextmanager
def worker(folder: Path, name: str, **work: Any) -> Iterator["subprocess.Popen[str]"]:
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"jobs": [], "sends_until": "", **work}), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(WORKER), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def start(workers: Sequence["subprocess.Popen[str]"]) -> None:
    for one in workers:
        assert one.stdout is not None
        said = one.stdout.readline()
        assert said == "ready\n", one.communicate()
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()


def ended(one: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    out, err = one.communicate()
    assert err == ""
    found: list[dict[str, Any]] = json.loads(out)["ended"]
    for each in found:
        assert each["exit_code"] in {0, 1}, each
    return found


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_dead_locked(clinic: Clinic, tmp_path: Path) -> None:
    october = 3 * FILES * ROWS
    over = tmp_path / "everything-is-batched"
    with office(clinic) as here:
        answers = earlier_month(here, tmp_path)
        common = clinic.argv(as_of=AS_OF)
        imports = [[["sessions", "import", str(file)] for file in of] for of in exports(tmp_path)]
        bills = [["batch", "create", "--month", "2026-10"]] * BATCHES
        reads = [["remittance", "import", str(file)] for file in answers]
        with (
            worker(tmp_path, "importer-1", common=common, jobs=imports[0]) as first,
            worker(tmp_path, "importer-2", common=common, jobs=imports[1]) as second,
            worker(tmp_path, "importer-3", common=common, jobs=imports[2]) as third,
            worker(tmp_path, "importer-4", common=common, jobs=imports[3]) as fourth,
            worker(tmp_path, "biller-1", common=common, jobs=bills) as fifth,
            worker(tmp_path, "biller-2", common=common, jobs=bills) as sixth,
            worker(tmp_path, "sender-1", common=common, sends_until=str(over)) as seventh,
            worker(tmp_path, "sender-2", common=common, sends_until=str(over)) as eighth,
            worker(tmp_path, "reader-1", common=common, jobs=reads) as ninth,
            worker(tmp_path, "reader-2", common=common, jobs=reads[::-1]) as tenth,
        ):
            importers, billers = (first, second, third, fourth), (fifth, sixth)
            senders, readers = (seventh, eighth), (ninth, tenth)
            start([*importers, *billers, *senders, *readers])
            imported = [one["data"] for each in importers for one in ended(each)]
            billed = [one["data"] for each in billers for one in ended(each)]
            billed.append(clinic.data("batch", "create", "--month", "2026-10"))  # what came last
            over.touch()
            sent = [one["data"] for each in senders for one in ended(each)]
            read = [one["data"] for each in readers for one in ended(each)]
        received = sorted(one.record.number("office_folio") or 0 for one in here.msp.claims)

    assert sum(one["new"] for one in imported) == october
    assert sum(one["unchanged"] for one in imported) == FILES * ROWS
    assert sum(one["claims"] for one in billed) == october
    assert sum(one["paid"] for one in read) == 2 * ANSWERS * LINES  # each says what a file says
    whole_ledger(clinic, october, received)
    made = [one["batch_id"] for one in billed if one["batch_id"] is not None]
    assert len(made) == len(set(made)) == len(sent)
    assert clinic.query("SELECT DISTINCT state FROM batches") == [("accepted",)]


def whole_ledger(clinic: Clinic, october: int, received: list[int]) -> None:
    """Every visit is one claim with its own numbers, which MSP has once; all is journaled."""
    september = ANSWERS * LINES
    claims = claims_of(clinic)
    assert len(claims) == october + september
    assert len({claim.session_id for claim in claims}) == len(claims)
    folios = sorted(claim.office_folio or 0 for claim in claims)
    assert folios == list(range(1, len(claims) + 1)) == received
    numbers = sorted(claim.sequence_number or 0 for claim in claims)
    assert len(set(numbers)) == len(numbers)
    assert sum(claim.paid_cents or 0 for claim in claims) == september * PRICE
    assert clinic.query("SELECT count(*) FROM remittance_lines WHERE record = 'S01'") == [
        (september,)
    ]
    assert clinic.query("SELECT count(*) FROM sessions") == [(october + september,)]
    found = clinic.json("audit", "verify")
    assert (found["exit_code"], found["data"]["intact"]) == (0, True)
    with databases.server().connect() as connection:
        deadlocks = connection.exec_driver_sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", (database_of(clinic),)
        ).scalar()
    assert deadlocks == 0
    assert clinic.data("claims", "list", "--state", "batched")["claims"] == []


def test_the_days_are_those_of_the_stand_in() -> None:
    """It judges claims by its own day, which is that of the commands."""
    assert TODAY.isoformat() == AS_OF
