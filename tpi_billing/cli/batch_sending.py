"""How `batch show` tells of the sending: each file's numbers, where it stands, what MSP said."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.masking import mask_numbers_in

if TYPE_CHECKING:
    from tpi_billing.claims.parts import PartState
    from tpi_billing.ledger.exchange import Attempt
    from tpi_billing.ledger.store import Connection

_STANDS = {
    "accepted": "MSP has it",
    "open": "nobody knows whether MSP has it",
    "refused": "refused",
    "not-sent": "not sent",
}
_BEHIND = " " * 4


def sending_rows(connection: "Connection", batch_id: int) -> list[dict[str, Any]]:
    """Return for scripts where each Teleplan file of a batch stands, with its attempts."""
    from tpi_billing.claims.parts import parts_of

    return [_row(part) for part in parts_of(connection, batch_id)]


def _row(part: "PartState") -> dict[str, Any]:
    attempts = sorted((*part.attempts, *part.test_attempts), key=lambda one: one.submission_id)
    return {
        "part": part.file.part,
        "first_number": part.file.first_number,
        "last_number": part.file.last_number,
        "claims": part.file.claims,
        "status": part.status.value,
        "by_hand": part.by_hand,
        "attempts": [
            {
                "started_at": one.started_at,
                "started_by": one.started_by,
                "site": one.site,
                "outcome": one.outcome,
                "answer": _answer(one),
            }
            for one in attempts
        ],
    }


def _answer(attempt: "Attempt") -> str:
    """Return MSP's words without what its reply carries, a person's, or a log's last line."""
    from tpi_billing.ledger.exchange import bytes_of
    from tpi_billing.teleplan.exchange.reply import read_reply

    reply = read_reply(bytes_of(attempt.reply))
    if reply is not None:
        return mask_numbers_in(f"{reply.result} {reply.messages}".strip())
    lines = attempt.reply.split("\n")
    return mask_numbers_in(next((line.strip() for line in reversed(lines) if line.strip()), ""))


def show_sending(screen: Screen, rows: list[dict[str, Any]]) -> None:
    """Write each file, and below it what was tried and what was answered."""
    if not rows:
        return
    screen.heading("Teleplan")
    for row in rows:
        stands = "uploaded, not confirmed" if row["by_hand"] else _STANDS[row["status"]]
        put(
            screen,
            f"File {row['part']}, records {row['first_number']:07d} to {row['last_number']:07d}, "
            f"{counted(row['claims'], 'claim')}: {stands}",
        )
        for one in row["attempts"]:
            where = urlsplit(one["site"]).netloc or one["site"]
            said = one["answer"] or one["outcome"] or "no answer"
            put(
                screen,
                f"{one['started_at']} {one['started_by']}, {where}: {said}",
                "  ",
                _BEHIND,
            )
