"""Builders for the tests of sending: MSP's answers, and a service that gives them in turn."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from helpers import AS_OF, CLERK, Clinic, clinic_config, visit

from tpi_billing.claims.parts import Status, batch_state, parts_of
from tpi_billing.claims.submitting import Sending, Sent, submit_batch
from tpi_billing.teleplan.exchange.reply import Reply, read_reply
from tpi_billing.teleplan.exchange.service import TEST_SITE, TeleplanService

MSP = "https://teleplan.example/TeleplanBroker"
THREE_RECORDS = "\n[teleplan]\nmax_records = 3\n"
"""A limit that puts two claims into each file: VS1 and two C02."""

Answer = Reply | BaseException | Callable[[], Reply]

__all__ = ["MSP", "TEST_SITE"]


def said(result: str = "SUCCESS", messages: str = "") -> Reply:
    """A reply of MSP's."""
    reply = read_reply(f"#TID=001;Result={result};Filename=x;Msgs={messages};\r\n".encode())
    assert reply is not None
    return reply


def refused(messages: str = "VENDOR RECORD ERROR") -> Reply:
    return said("FAILURE", messages)


def sequence_error(expected: int, committed: int) -> Reply:
    """The refusal of a file's number (Teleplan facts, section 3)."""
    return refused(
        f"TETA-022 SEQ NUMBER ERROR. EXPECTED: {expected:07d} LAST COMMITTED:{committed:07d}"
    )


class Scripted:
    """A service that gives answers in turn, and notes what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []

    def submit(self, _name: str, content: bytes) -> Reply:
        self.sent.append(content)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Reply) else answer()


def sending(clinic: Clinic, site: str = MSP, as_of: date = AS_OF, patience: float = 0) -> Sending:
    return Sending(clinic.ledger, CLERK, site, as_of, clinic.folder / "out", patience)


def submit(clinic: Clinic, batch_id: int, *answers: Answer, **how: Any) -> list[Sent]:
    """Submit a batch to a service with these answers, all of which must be asked for."""
    service = Scripted(*answers)
    sent = submit_batch(sending(clinic, **how), batch_id, cast("TeleplanService", service))
    assert service.answers == []
    return sent


def split(clinic: Clinic, visits: int = 4) -> int:
    """Make a batch of two claims a file."""
    clinic.config = clinic_config(THREE_RECORDS)
    clinic.bring(*(visit(f"V{at}", at) for at in range(1, visits + 1)))
    return clinic.billed()


def statuses(clinic: Clinic, batch_id: int) -> list[Status]:
    with clinic.ledger.reading() as connection:
        return [part.status for part in parts_of(connection, batch_id)]


def state(clinic: Clinic, batch_id: int) -> str:
    return batch_state(clinic.ledger, batch_id).value


def claim_states(clinic: Clinic, batch_id: int) -> list[str]:
    return [claim.state.value for claim in clinic.claims(batch_id=batch_id)]


def attempts(clinic: Clinic) -> list[tuple[Any, ...]]:
    """Every attempt: file, where, outcome, whether it is over."""
    query = "SELECT part, site, outcome, finished_at IS NOT NULL FROM submissions ORDER BY 1, 2"
    with clinic.ledger.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
