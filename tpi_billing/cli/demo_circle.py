"""The demo's exchange: the batches go to a stand-in of MSP on this computer, and answers come back.

It is never MSP: the address is the stand-in's, and so are the user and the password. The keyring
is not asked.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tpi_billing.cli.demo_answers import (
    account_step,
    close_step,
    correct_claim,
    go_to,
    paid_said,
    worklist_step,
)
from tpi_billing.cli.demo_month import Month, Step
from tpi_billing.cli.screen import counted
from tpi_billing.cli.teleplan_session import exchange_folder, patience, service_for, site_of
from tpi_billing.errors import NetworkError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.submitting import Sent
    from tpi_billing.remittance.counting import Counts
    from tpi_billing.teleplan.exchange.service import TeleplanService


def circle_steps(month: Month) -> Iterator[Step]:
    """Send, and fetch what comes back; say so plainly when that cannot be tried here."""
    done: list[str] = []
    month.data["exchange"] = {"with": "a stand-in on this computer, not MSP", "done": done}
    trouble = month.trouble
    if not trouble:
        try:
            for part in _CIRCLE:
                yield from part(month)
                done.append(part.__name__.strip("_").removesuffix("_step"))
        except NetworkError as error:
            trouble = str(error)
    if trouble:
        month.data["exchange"]["left_out"] = trouble
        yield Step(
            "LEFT OUT: sending the batches, and what MSP answers",
            f"tpi-billing demo {month.settings.workspace} --serve",
            [
                "A stand-in on this computer was to play MSP, and that does not work here:",
                trouble,
                "Nothing was sent anywhere. Try the command above when the cause is gone.",
            ],
        )


@contextmanager
def _signed_on(month: Month) -> "Iterator[TeleplanService]":
    from tpi_billing.demo.stand_in import PASSWORD, USERNAME

    with service_for(month.settings) as service:
        service.sign_on(USERNAME, PASSWORD)
        yield service


def _sent(month: Month) -> Iterator[Step]:
    from tpi_billing.claims.parts import batch_state

    s = month.settings
    month.sent_on = s.as_of
    for batch in month.data["batches"]:
        batch_id = batch["batch_id"]
        files = _submit(month, batch_id)
        batch["state"] = batch_state(s.ledger, batch_id).value
        yield Step(
            f"Batch {batch_id} is sent to the STAND-IN, which plays MSP on this computer",
            f"tpi-billing submit {batch_id}",
            [
                f"To {month.stand_in.url}: not MSP, and nothing is paid.",
                *(
                    f"{one.reply.result}: {counted(one.file.claims, 'claim')}, record numbers "
                    f"{one.file.first_number:07d} to {one.file.last_number:07d}."
                    for one in files
                ),
                f"Batch {batch_id} is {batch['state']}; its claims are sent.",
            ],
        )


def _submit(month: Month, batch_id: int) -> "Sequence[Sent]":
    from tpi_billing.claims.submitting import Sending, submit_batch

    s = month.settings
    site = site_of(s, test_site=False)
    how = Sending(s.ledger, s.actor, site, s.as_of, exchange_folder(s), patience())
    with _signed_on(month) as service:
        return submit_batch(how, batch_id, service)


def _refused(month: Month) -> Iterator[Step]:
    day = month.sent_on + timedelta(days=1)
    yield _fetched(
        month,
        day,
        f"A day later, {day}: the STAND-IN's refusals are fetched",
        "C12: those claims are not paid as they are, and must be corrected.",
    )


def _paid(month: Month) -> Iterator[Step]:
    day = month.stand_in.remittance_day(month.sent_on)
    yield _fetched(
        month,
        day,
        f"After the close-off, {day}: the STAND-IN's remittance is fetched",
        "Made-up money: nobody is paid. Every record is kept word for word.",
    )


def _corrected(month: Month) -> Iterator[Step]:
    done = correct_claim(month)
    if done is None:
        return
    claim, made, change = done
    (successor,) = made.claims[:1]
    number = claim.claim_id
    what = f"{dollars(successor.due_cents)}, submission code {successor.submission_code}"
    yield Step(
        f"The clerk finds out what was wrong with claim {number}, and corrects it",
        f"tpi-billing claims correct {number} --set {change}",
        [f"Claim {successor.claim_id} stands in its place, in batch {made.batch_id}: {what}."],
    )
    (file,) = _submit(month, made.batch_id or 0)
    yield Step(
        f"Batch {made.batch_id} is sent to the STAND-IN, too",
        f"tpi-billing submit {made.batch_id}",
        [f"{file.reply.result}: {counted(file.file.claims, 'claim')}."],
    )
    day = month.stand_in.remittance_day(month.settings.as_of)
    step = _fetched(month, day, f"After the next close-off, {day}: what became of it", "")
    yield replace(step, said=[*step.said[:-1], paid_said(month, successor.claim_id or 0)])


_CIRCLE: tuple[Callable[[Month], Iterator[Step]], ...] = (
    _sent,
    _refused,
    _paid,
    account_step,
    worklist_step,
    _corrected,
    close_step,
)
"""What happens after the files are made, in its order; each gives steps of the tour."""


def _fetched(month: Month, day: date, title: str, remark: str) -> Step:
    from tpi_billing.claims.pickups import Shelf, keep_pickup
    from tpi_billing.cli.pickup_import import take_in_pickups

    s = month.settings
    go_to(month, day)
    with _signed_on(month) as service:
        reply = service.pick_up(remittances=True)
    shelf = Shelf(s.ledger, s.actor, exchange_folder(s), patience())
    kept = keep_pickup(shelf, site_of(s, test_site=False), reply.content)
    month.data["exchange"].setdefault("pickups", []).append(
        {"pickup_id": kept.pickup_id, "day": day.isoformat(), "records": kept.records}
    )
    taken = take_in_pickups(s, {kept.pickup_id})
    rows = [f"{count:>5}  {code}  {meaning}" for code, count, meaning in kept.table]
    came = [line for one in taken.taken for line in _came(one.imported.counts)]
    return Step(title, "tpi-billing pickup", [*rows, *kept.remarks, *came, remark])


def _came(counts: "Counts") -> Iterator[str]:
    """Say what became of claims."""
    kinds = [
        (counts.paid, "paid as billed"),
        (counts.changed, "paid otherwise"),
        (counts.refused, "refused"),
        (counts.held, "held"),
    ]
    said = ", ".join(f"{many} {what}" for many, what in kinds if many)
    yield f"Imported: {said}." if said else "Imported."
