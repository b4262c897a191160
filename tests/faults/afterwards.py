"""How a person goes on after a fault: the command again, or what it says that must be decided."""

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from end_to_end.clinic import Said, call
from end_to_end.sending import ENVIRONMENT

from tpi_billing import clock
from tpi_billing.demo.stand_in.store import load, save

from . import looking

if TYPE_CHECKING:
    from .trials import Normal, Trial

PASSWORD = "TPI_BILLING_TELEPLAN_PASSWORD"


def _say(argv: list[str]) -> Said:
    said = call(argv)
    assert "Traceback" not in said.err, said.err
    return said


def again(trial: "Trial", known: "Normal") -> None:
    """Run it again: it finishes the work, or says that it is done already."""
    said = _say(trial.argv())
    if said.code in {0, 1}:
        return
    assert said.code == 5, said.all
    assert "  -> " in said.err, f"no hint: {said.err}"
    apart = looking.apart(trial.facts(), known.after)
    assert apart == [], f"refused, and not done: {said.err}, {apart}"


def moved_once(trial: "Trial", known: "Normal") -> None:
    """Run it again; of a move that is done, the tool says so and where to work."""
    done = looking.apart(trial.facts(), known.after) == []
    said = _say(trial.argv())
    assert said.code == (5 if done else 0), said.all
    assert not done or "was already moved to" in said.err, said.err


def script_again(trial: "Trial", known: "Normal") -> None:
    """Print the script and run it once more."""
    assert trial.work(trial.argv()) == 0


def in_an_empty_folder(trial: "Trial", known: "Normal") -> None:
    """Begin anew where a half demo lies: the command says so, and overwrites nothing."""
    said = _say(trial.argv())
    if said.code != 0:
        assert said.code == 5, said.all
        assert "  -> " in said.err
        import shutil

        shutil.rmtree(trial.clinic.workspace)
        assert _say(trial.argv()).code in {0, 1}


def settle(trial: "Trial", known: "Normal") -> None:
    """Find out as a clerk does: by the log, else by looking at it; then send what was not."""
    msp_has_it = len(load(trial.memory).files) if trial.memory.exists() else 0
    assert msp_has_it in {0, 1}, "MSP has it twice"
    state = _state(trial)
    assert state in ({"unknown", "accepted"} if msp_has_it else {"unknown", "prepared"}), state
    if state == "unknown":
        _resolve(trial, bool(msp_has_it))
    if _state(trial) == "prepared":
        _data(trial, "submit", 1)
    assert _state(trial) == "accepted"
    assert len(load(trial.memory).files) == 1, "MSP has it twice, or not at all"


def _state(trial: "Trial") -> str:
    state: str = trial.clinic.query("SELECT state FROM batches WHERE batch_id = 1")[0][0]
    return state


def _resolve(trial: "Trial", msp_has_it: bool) -> None:
    tomorrow = clock.now
    clock.now = lambda: "2037-01-01T23:00:00Z"  # what is settled is settled later
    try:
        said = _answer(trial, "submit", 1, "--resolve")
        if said["exit_code"] == 0:
            return
        assert (said["exit_code"], msp_has_it) == (5, False), said
        assert said["errors"][0]["hint"], said
        _data(trial, "submit", 1, "--resolve", "--not-sent", "--reason", "not in the log")
    finally:
        clock.now = tomorrow


def _answer(trial: "Trial", *words: object) -> dict[str, Any]:
    said = _say([*trial.clinic.argv(*words), "--json"])
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def _data(trial: "Trial", *words: object) -> dict[str, Any]:
    answer = _answer(trial, *words)
    assert answer["exit_code"] in {0, 1}, answer
    data: dict[str, Any] = answer["data"]
    return data


def sent_again(trial: "Trial") -> None:
    """Let MSP forget that it sent what the clinic has not kept (its Support Centre does that)."""
    kept = trial.clinic.query("SELECT count(*) FROM pickups")[0][0]
    if kept or list(trial.clinic.workspace.rglob("*.pickup")):
        return
    state = load(trial.memory)
    for one in (*state.claims, *state.files):
        one.told = False
    state.fetched.clear()
    save(state, trial.memory)


def with_either_password(trial: "Trial", known: "Normal") -> None:
    """Ask MSP with the old password and, when that is wrong, the new one: one of them is right."""
    new = trial.case.asked[0]
    words = trial.clinic.argv("teleplan", "log")
    if _say(words).code == 0:
        return
    os.environ[PASSWORD] = new
    try:
        assert _say(words).code == 0, "neither password is MSP's"
    finally:
        os.environ[PASSWORD] = ENVIRONMENT[PASSWORD]


AFTERWARDS: dict[str, Callable[["Trial", "Normal"], None]] = {
    "ledger move": moved_once,
    "ledger roles": script_again,
    "demo": in_an_empty_folder,
    "submit": settle,
    "teleplan password": with_either_password,
}
"""The commands after which more than the same command may be needed."""

BEFORE: dict[str, Callable[["Trial"], None]] = {"pickup": sent_again}
"""What a person asks of MSP first."""
