"""Put a backup back: verified first, the present ledger put aside, and the restoring journaled."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tpi_billing.drafts import new_draft
from tpi_billing.errors import BillingError, ConflictError, FileError, IntegrityError, Trouble
from tpi_billing.ledger import schema, upgrade
from tpi_billing.ledger.journal import Head
from tpi_billing.ledger.keeping.backup import RECORD, explained, sha256_of
from tpi_billing.ledger.keeping.copying import close_file, discard_database
from tpi_billing.ledger.keeping.loss import Loss, Mark
from tpi_billing.ledger.keeping.manifest import Manifest, read_manifest
from tpi_billing.ledger.keeping.present import present_ledger
from tpi_billing.ledger.keeping.proof import Proof, insist_database, prove
from tpi_billing.ledger.numbers import OFFICE_FOLIO, next_place, reserve
from tpi_billing.ledger.store import open_copy

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to put back where: `target` is the ledger's file, which may be there or not."""

    file: Path
    target: Path
    data_centre: str
    actor: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put back, or with a dry run might be.

    `loss` is None when there was no ledger before, or none that can be compared, which `unknown`
    tells apart. `aside` is where the ledger of before is now. `migrated_from` is the backup's
    schema if it was an earlier one. `manifest` is None for a copy without one.
    """

    target: Path
    head: Head
    manifest: Manifest | None
    migrated_from: str
    loss: Loss | None
    unknown: bool
    aside: Path | None


def restore(wanted: Wanted, *, dry_run: bool = False) -> Restored:
    """Put a backup in a ledger's place; with `dry_run` do all of it but that.

    Raise FileError for what is no backup, is cut off or cannot be written, IntegrityError for one
    that is not what was written, ConflictError for another clinic's, for one of a newer tool, and
    while somebody is at work in the present ledger. Until the last step the present one stays.
    """
    manifest = _look(wanted.file)
    with ExitStack() as leftovers:
        with explained(wanted.target, "ledger"):
            wanted.target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = new_draft(wanted.target)
        leftovers.callback(discard_database, draft)
        with explained(wanted.target, "ledger"):
            shutil.copyfile(wanted.file, draft)
        proof = _verified(wanted.file, draft, manifest)
        mark = _brought_up(wanted, draft)
        with present_ledger(wanted.target) as present:
            loss = present.loss(wanted.data_centre, mark)
            _journal(wanted, draft, proof, loss)
            with explained(wanted.target, "ledger"):
                close_file(draft)
            aside = None if dry_run else present.replaced_by(draft, wanted.data_centre)
    migrated = proof.schema if proof.schema != upgrade.HEAD else ""
    return Restored(wanted.target, proof.head, manifest, migrated, loss, present.unknown, aside)


def _look(file: Path) -> Manifest | None:
    """Compare a backup with its manifest, before anything of it is copied."""
    if file.is_dir():
        raise FileError(
            "A folder is not a backup.", hint="Name the file of a backup.", file=str(file)
        )
    insist_database(file)
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        raise FileError(
            "The file is a ledger in use: what was done last is not in it yet.",
            hint="Make a backup of it with tpi-billing ledger backup, and restore that.",
            file=str(file),
        )
    manifest = read_manifest(file)
    if manifest is not None and file.stat().st_size != manifest.bytes:
        raise FileError(
            f"The backup is cut off, or has grown: {file.stat().st_size} bytes are there, "
            f"{manifest.bytes} were written.",
            hint="Take another backup, or copy this one anew from where it was kept.",
            file=str(file),
        )
    return manifest


def _verified(file: Path, draft: Path, manifest: Manifest | None) -> Proof:
    """Verify the copy that will become the ledger, not the file that it was made of."""
    if manifest is not None and sha256_of(draft) != manifest.sha256:
        raise _altered(file, ["its SHA-256 is not that of its manifest"])
    proof = prove(draft)
    faults = list(proof.faults)
    if manifest is not None and not faults:
        told = (manifest.schema, manifest.entries, manifest.head, dict(manifest.rows))
        if told != (proof.schema, proof.head.entries, proof.head.sha256, proof.rows):
            faults.append("its manifest tells of another ledger")
    if faults:
        raise _altered(file, faults)
    return proof


def _altered(file: Path, faults: Sequence[str]) -> BillingError:
    first = Trouble(
        "The backup is not what was written; nothing was restored.",
        "Take another backup; this one was altered or damaged.",
        str(file),
    )
    return IntegrityError.of([first, *(Trouble(one, file=str(file)) for one in faults[:_SHOWN])])


def _brought_up(wanted: Wanted, draft: Path) -> Mark:
    """Migrate the copy, verify it once more, and see that it is of this clinic."""
    ledger = open_copy(draft, wanted.data_centre)
    with closing(ledger), ledger.reading() as connection:
        mark = Mark.of(draft, connection, wanted.data_centre)
        others = _other_data_centres(connection, wanted.data_centre)
    close_file(draft)
    if faults := prove(draft).faults:
        raise _altered(wanted.file, faults)
    if others:
        raise ConflictError(
            f"The backup is of data centre {', '.join(others)}, not {wanted.data_centre}.",
            hint="Take a backup of this clinic's ledger, or correct data_centre in "
            "tpi-billing.toml.",
            file=str(wanted.file),
        )
    return mark


def _other_data_centres(connection: sa.Connection, data_centre: str) -> list[str]:
    """Name the data centres of a ledger that has nothing of this one; none when it has."""
    found: set[str] = set()
    for table in (schema.imports, schema.batches, schema.counters, schema.referrals):
        found |= set(connection.execute(sa.select(table.c.data_centre).distinct()).scalars())
    return [] if data_centre in found else sorted(found)


def _journal(wanted: Wanted, draft: Path, proof: Proof, loss: Loss | None) -> None:
    """Write into the copy what becomes of it. Office folios are never given twice."""
    ledger = open_copy(draft, wanted.data_centre)
    with closing(ledger), ledger.changing(wanted.actor) as transaction:
        values: dict[str, object] = {
            "file": wanted.file.name,
            "entries": proof.head.entries,
            "sha256": proof.head.sha256,
            "schema": proof.schema,
        }
        if loss is not None:
            values["lost"] = {
                "entries": loss.entries,
                "sha256": loss.head.sha256,
                "batches": [one.batch_id for one in loss.batches],
                "next_number": loss.next_number,
            }
        transaction.journal.write("ledger.restored", RECORD, values)
        here = next_place(transaction.connection, wanted.data_centre, OFFICE_FOLIO)
        if loss is not None and loss.next_folio > here:
            reserve(transaction, wanted.data_centre, OFFICE_FOLIO, loss.next_folio - here)
