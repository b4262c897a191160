"""A batch's Teleplan files: numbered, written, read back and compared, all before it is stored."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing import __version__
from tpi_billing.claims.outgoing import outgoing
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.exchange import StoredFile
from tpi_billing.ledger.numbers import SEQUENCE, SequenceNumber, reserve
from tpi_billing.model.altered import altered
from tpi_billing.model.claim import Claim
from tpi_billing.teleplan.folding import Change
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.read_back import read_back
from tpi_billing.teleplan.splitting import Limits
from tpi_billing.teleplan.submission import (
    Submission,
    SubmissionFile,
    Vendor,
    plan_submission,
    write_file,
)

SOFTWARE = "TPI-BILLING"


@dataclass(frozen=True, slots=True)
class RenderedBatch:
    """A batch's files, its claims with their numbers, and every value written differently."""

    files: tuple[StoredFile, ...]
    claims: tuple[Claim, ...]
    changes: tuple[tuple[Claim | None, Change], ...]


def render_batch(
    transaction: Transaction,
    config: Config,
    codes: CodeBook,
    batch_id: int,
    claims: Sequence[Claim],
    installed_on: date,
) -> RenderedBatch:
    """Reserve sequence numbers for the claims and render the batch's files.

    The claims have their office folio numbers. Each file is read back and compared with its
    claims before anything is stored; a difference is an IntegrityError and undoes all of it.
    """
    outs = [on_its_way(claim, codes) for claim in claims]
    vendor, limits = _vendor(config, installed_on), _limits(config)
    plan = plan_submission(vendor, outs, 1, limits)
    count = sum(file.records for file in plan.files)
    place = reserve(transaction, config.clinic.data_centre, SEQUENCE, count)
    plan = plan.numbered_from(SequenceNumber.at(place).number)
    files = tuple(_rendered(batch_id, part, file) for part, file in enumerate(plan.files, start=1))
    return RenderedBatch(files, tuple(_numbered(plan, place)), plan.changes)


def insist_writable(
    config: Config, codes: CodeBook, claims: Sequence[Claim], installed_on: date
) -> None:
    """Raise RecordRefusedError for whatever would stop the whole batch, such as a long contact."""
    outs = [
        on_its_way(replace(claim, office_folio=at), codes)
        for at, claim in enumerate(claims, start=1)
    ]
    plan_submission(_vendor(config, installed_on), outs, 1, _limits(config))


def on_its_way(claim: Claim, codes: CodeBook) -> OutgoingClaim:
    """Return a claim that keeps with it those of its session, and those it was priced with.

    MSP may take one file and not the next: a claim that was priced beside another must not be left
    behind by it.
    """
    session = ("session", claim.session_key)
    day = ("day", claim.patient_key, claim.practitioner_number, claim.service_date)
    return replace(outgoing(claim, codes), kept_with=(session, day))


def _vendor(config: Config, installed_on: date) -> Vendor:
    clinic = config.clinic
    return Vendor(
        data_centre=clinic.data_centre,
        software_name=SOFTWARE,
        software_version=__version__,
        installed_on=installed_on,
        company=clinic.name[:40],
        phone=clinic.contact_phone,
        contact=clinic.contact_name,
    )


def _limits(config: Config) -> Limits:
    teleplan = config.teleplan
    return Limits(teleplan.max_records, teleplan.max_dollars * 100)


def _rendered(batch_id: int, part: int, file: SubmissionFile) -> StoredFile:
    content = b"".join(write_file(file))
    read_back(content, file)
    return StoredFile(
        batch_id=batch_id,
        part=part,
        first_number=file.first_number,
        last_number=file.last_number,
        records=file.records,
        claims=len(file.claims),
        amount_cents=file.amount_cents,
        content=content.decode("ascii"),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _numbered(plan: Submission, place: int) -> list[Claim]:
    """Give each claim the number and cycle of its place: VS1 first, a note behind its claim."""
    claims: list[Claim] = []
    for file in plan.files:
        place += 1
        for out in file.claims:
            number = SequenceNumber.at(place)
            claims.append(
                altered(out.claim, sequence_cycle=number.cycle, sequence_number=number.number)
            )
            place += _records(out)
    return claims


def _records(out: OutgoingClaim) -> int:
    return 2 if out.note else 1
