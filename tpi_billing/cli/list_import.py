"""Keep an imported list in the workspace and in the journal: both, or neither."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.claims.repricing import Repriced, reprice_unbilled
from tpi_billing.cli.settings import Settings
from tpi_billing.codes.doubts import Doubt, refusal
from tpi_billing.codes.explanatory_file import plan_explanatory, read_explanatory_file
from tpi_billing.codes.fee_file import read_fee_file
from tpi_billing.codes.list_file import plan_diagnoses, read_diagnosis_file
from tpi_billing.codes.new_edition import planned_edition
from tpi_billing.ledger.imported_lists import is_recorded, record_list
from tpi_billing.model.money import dollars
from tpi_billing.reports.publishing import NewFile, publish

if TYPE_CHECKING:
    from tpi_billing.codes.explanatory_file import ExplanatoryPlan
    from tpi_billing.codes.incoming import UnknownLine
    from tpi_billing.codes.list_file import CodeFile, DiagnosisPlan
    from tpi_billing.ledger import Transaction


def import_fees(
    settings: Settings, path: Path, valid_from: date | None, *, confirm: bool, dry_run: bool
) -> dict[str, Any]:
    """Import a fee schedule as an edition; return the command's data.

    ConflictError lists every doubt about the file unless they are confirmed.
    """
    file = read_fee_file(path, valid_from)
    keeping = _Keeping(settings, path, confirm=confirm, dry_run=dry_run)
    with keeping.transaction() as transaction, planned_edition(settings.workspace, file) as plan:
        doubts = keeping.settle(plan.doubts, unchanged=plan.unchanged)
        repriced = (
            Repriced()
            if plan.unchanged
            else reprice_unbilled(
                transaction.connection, settings.config, plan.before, plan.after, settings.as_of
            )
        )
        data = {
            "kind": "fees",
            "form": file.form,
            "edition": file.date.isoformat(),
            "complete": file.complete,
            "sha256": file.sha256,
            "items": len(file.items),
            "added": len(plan.change.added),
            "dropped": len(plan.change.dropped),
            "changed": len(plan.change.changed),
            "repriced": {
                "sessions": repriced.sessions,
                "before": dollars(repriced.before_cents),
                "after": dollars(repriced.after_cents),
                "newly_held": repriced.newly_held,
            },
            **keeping.common(plan.path, doubts, file.unknown, unchanged=plan.unchanged),
        }
        keeping.keep(transaction, f"fees:{file.date}", plan.path, plan.content, data)
    return data


def import_diagnoses(
    settings: Settings, path: Path, *, confirm: bool, dry_run: bool
) -> dict[str, Any]:
    """Import MSP's diagnostic codes; return the command's data; ConflictError as `import_fees`."""
    return _import_codes(
        settings, path, "diagnoses", read_diagnosis_file, plan_diagnoses, confirm, dry_run
    )


def import_explanatory(
    settings: Settings, path: Path, *, confirm: bool, dry_run: bool
) -> dict[str, Any]:
    """Import MSP's explanatory codes; return the command's data, as `import_diagnoses`."""
    return _import_codes(
        settings, path, "explanatory", read_explanatory_file, plan_explanatory, confirm, dry_run
    )


def _import_codes(
    settings: Settings,
    path: Path,
    kind: str,
    read: "Callable[[Path], CodeFile]",
    plan_list: "Callable[[Path, CodeFile], DiagnosisPlan | ExplanatoryPlan]",
    confirm: bool,
    dry_run: bool,
) -> dict[str, Any]:
    file = read(path)
    keeping = _Keeping(settings, path, confirm=confirm, dry_run=dry_run)
    with keeping.transaction() as transaction:
        plan = plan_list(settings.workspace, file)
        doubts = keeping.settle(plan.doubts, unchanged=plan.unchanged)
        data = {
            "kind": kind,
            "sha256": file.sha256,
            "items": plan.codes,
            "added": len(plan.added),
            "dropped": len(plan.dropped),
            **keeping.common(plan.path, doubts, file.unknown, unchanged=plan.unchanged),
        }
        keeping.keep(transaction, kind, plan.path, plan.content, data)
    return data


class _Keeping:
    """One import: what was asked for, and how it ends."""

    def __init__(self, settings: Settings, source: Path, *, confirm: bool, dry_run: bool) -> None:
        self._settings = settings
        self._source = source
        self._confirm = confirm
        self._dry_run = dry_run
        self._undo = ExitStack()

    @contextmanager
    def transaction(self) -> "Iterator[Transaction]":
        """Give the ledger's transaction; a list that it cannot record is taken back."""
        with self._undo:
            with self._settings.ledger.changing(
                self._settings.actor, keep=not self._dry_run
            ) as transaction:
                yield transaction
            self._undo.pop_all()

    def settle(self, doubts: Sequence[Doubt], *, unchanged: bool) -> list[str]:
        """Return the doubts that were confirmed, or raise them; a known list raises none."""
        if unchanged:
            return []
        if doubts and not self._confirm:
            raise refusal(doubts, self._source)
        return [doubt.message for doubt in doubts]

    def common(
        self,
        path: Path,
        doubts: list[str],
        unknown: "Sequence[UnknownLine]",
        *,
        unchanged: bool,
    ) -> dict[str, Any]:
        """Return the data that every kind of import has."""
        return {
            "path": path.relative_to(self._settings.workspace).as_posix(),
            "unchanged": unchanged,
            "dry_run": self._dry_run,
            "confirmed": doubts,
            "unknown": [{"row": line.row, "text": line.text} for line in unknown],
        }

    def keep(
        self,
        transaction: "Transaction",
        record: str,
        path: Path,
        content: bytes,
        data: dict[str, Any],
    ) -> None:
        """Record the list and put it into force; a known one is only recorded if it never was."""
        if self._dry_run:
            return
        data_centre = self._settings.ledger.data_centre
        previous = path.read_bytes() if path.exists() else None
        kept = previous if data["unchanged"] and previous is not None else content
        digest = hashlib.sha256(kept).hexdigest()
        if data["unchanged"] and is_recorded(transaction.connection, data_centre, record, digest):
            return
        values = {
            **{name: value for name, value in data.items() if name not in {"dry_run", "unknown"}},
            "file": self._source.name,
            "list_sha256": digest,
            "replaced_sha256": previous and hashlib.sha256(previous).hexdigest(),
            "unknown": len(data["unknown"]),
        }
        record_list(transaction, data_centre, record, values)
        if not data["unchanged"]:
            publish([NewFile(path, "csv", content)])
            self._undo.callback(_put_back, path, previous)


def _put_back(path: Path, previous: bytes | None) -> None:
    if previous is None:
        path.unlink(missing_ok=True)
    else:
        publish([NewFile(path, "csv", previous)])
