"""The connection is lost in the middle: all of a command is kept, or nothing, and it says so.

The server ends the command's backend at its n-th step. Then the exit code is 7 with what to do, the
ledger is whole and that of before or of after, and the same command, run again, ends where an
undisturbed one does. A few steps of each command are tried here; TPI_LONG=1 tries them all.
"""

import os
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from databases import database_of
from end_to_end.clinic import Clinic, visit, write_csv
from end_to_end.test_killed import FACTS as BILLED
from end_to_end.test_remittance_killed import FACTS as ANSWERED
from msp_lines import FIRST, paid, payee_total, pickup, refused

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.health import examine

from .losing import Steps, losing
from .server import needs_server

pytestmark = needs_server

LONG = bool(os.environ.get("TPI_LONG"))
AS_OF, AFTERWARDS = "2026-11-05", "2026-12-20"
VISITS = 4
DONE_ALREADY = frozenset({0, 1, 5})


def imported(clinic: Clinic) -> None:
    assert clinic.run("sessions", "import", visits(clinic)).code == 0


def visits(clinic: Clinic) -> str:
    rows = [visit(at) for at in range(1, VISITS + 1)]
    return str(write_csv(clinic.workspace / "visits.csv", rows))


def sent(clinic: Clinic) -> None:
    imported(clinic)
    assert clinic.run("batch", "create", "--month", "2026-10").code == 0
    assert clinic.run("batch", "sent", 1).code == 0
    assert clinic.run("batch", "confirm", 1, "--reason", "TID 005").code == 0


def answers(clinic: Clinic) -> str:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        first, *rest = find_claims(connection, "T9999", ClaimFilter())
    money = sum(claim.amount_cents for claim in rest)
    total = payee_total(FIRST, money, billed_amount=money + first.amount_cents)
    file = clinic.workspace / "remit.txt"
    file.write_bytes(pickup(refused(first), *(paid(claim) for claim in rest), total))
    return str(file)


def answered(clinic: Clinic) -> None:
    sent(clinic)
    assert clinic.run("remittance", "import", answers(clinic), as_of=AFTERWARDS).code == 1
    written_off = ("claims", "write-off", 1, "--reason", "x")
    assert clinic.run(*written_off, as_of=AFTERWARDS).code == 0


Before = Callable[[Clinic], None]
COMMANDS: dict[str, tuple[Before, Callable[[Clinic], tuple[str, ...]], frozenset[int]]] = {
    "sessions import": (
        lambda clinic: None,
        lambda clinic: ("sessions", "import", visits(clinic)),
        frozenset({0}),
    ),
    "batch create": (
        imported,
        lambda _: ("batch", "create", "--month", "2026-10"),
        frozenset({0}),
    ),
    "remittance import": (
        sent,
        lambda clinic: ("remittance", "import", answers(clinic)),
        frozenset({0, 1}),
    ),
    "close": (answered, lambda _: ("close", "2026-11"), DONE_ALREADY),
}


def facts(clinic: Clinic) -> list[Any]:
    """Return what must neither be lost nor doubled."""
    return [clinic.query(question) for question in (*BILLED, *ANSWERED)]


def faults(clinic: Clinic) -> tuple[str, ...]:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return examine(connection).faults


def sampled(steps: int) -> list[int]:
    """Return the steps that are tried: the first, the last ones, and some in between."""
    if LONG:
        return list(range(1, steps + 1))
    return sorted({1, 2, steps // 4, steps // 2, 3 * steps // 4, steps - 2, steps - 1, steps})


@pytest.mark.parametrize("name", COMMANDS)
def test_all_of_it_is_kept_or_nothing(
    name: str, clinic: Clinic, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prepare, words_of, done = COMMANDS[name]
    prepare(clinic)
    words = words_of(clinic)
    day = AS_OF if name != "close" else AFTERWARDS
    before = facts(clinic)
    undisturbed = clinic.copy_to(tmp_path_factory.mktemp("undisturbed") / "clinic")
    steps = Steps()
    with losing(steps):
        assert undisturbed.run(*words, as_of=day).code in {0, 1}
    after = facts(undisturbed)
    assert before != after
    lost = 0
    for deadly in sampled(steps.taken):
        trial = clinic.copy_to(tmp_path_factory.mktemp(f"lost-{deadly}") / "clinic")
        counting = Steps(deadly)
        with losing(counting):
            answer = trial.json(*words, as_of=day)
        now = facts(trial)
        assert now in (before, after), f"step {deadly}: half of it is kept"
        assert faults(trial) == (), f"step {deadly}"
        told(answer, kept=now == after, counting=counting)
        lost += answer["exit_code"] == 7
        assert trial.run(*words, as_of=day).code in done, f"step {deadly}"
        assert facts(trial) == after, f"step {deadly}: the next run ends elsewhere"
    assert lost


def told(answer: dict[str, Any], *, kept: bool, counting: Steps) -> None:
    """A command says that nothing was changed only when nothing was."""
    if answer["exit_code"] in {0, 1}:
        assert kept, f"step {counting.deadly}: it was said to be done"
        return
    (error,) = answer["errors"]
    assert (answer["exit_code"], error["code"]) == (7, "network"), (counting.deadly, error)
    assert "connection to the ledger" in error["message"]
    assert "run the command again" in error["hint"]
    if kept:
        assert "Nothing was changed" not in error["hint"], f"step {counting.deadly}"


def test_a_server_that_is_not_there_is_said_so(clinic: Clinic) -> None:
    settings = clinic.workspace / "tpi-billing.toml"
    text = settings.read_text(encoding="utf-8")
    address = "postgresql+psycopg://nobody@127.0.0.1:1/tpi?connect_timeout=2"
    settings.write_text(f'database = "{address}"\n' + text.partition("\n")[2], encoding="utf-8")
    answer = clinic.json("claims", "list")
    assert (answer["exit_code"], answer["errors"][0]["code"]) == (7, "network")
    assert "Traceback" not in clinic.run("claims", "list").err
