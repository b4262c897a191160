"""Import files and check what came in, in one transaction: all of it, or nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

from tpi_billing.checks.engine import to_findings
from tpi_billing.claims.assessment import Assessor
from tpi_billing.claims.file_doubts import Doubt, doubts_of_file, doubts_of_ledger, months_of
from tpi_billing.claims.found import FoundFindings
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.importing import ImportCounts, Importer
from tpi_billing.intake.table import Table
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.health import other_data_centres
from tpi_billing.ledger.sessions import Scope, listed
from tpi_billing.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of all files together, with every finding in the files' own order.

    `months` counts their completed visits by month; `doubts` are about whole files.
    """

    counts: ImportCounts
    findings: Collection[Finding]
    months: dict[str, int]
    doubts: tuple[Doubt, ...]


def import_files(
    ledger: Ledger,
    config: Config,
    codes: CodeBook,
    as_of: date,
    actor: str,
    tables: Sequence[Table],
    *,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda _rows: None,
    assessed: Callable[[int], None] = lambda _sessions: None,
) -> Imported:
    """Import tables and assess every unbilled session in them; a dry run changes nothing."""
    files = [table.file for table in tables]
    found = FoundFindings(lambda finding: (_rank(files, finding), finding.place.row or 0))
    counts = ImportCounts()
    with ledger.changing(actor, keep=not dry_run) as transaction:
        doubts = list(_of_ledger(transaction, ledger.data_centre))
        reports = [
            Importer(transaction, ledger.data_centre, table, advance).run() for table in tables
        ]
        for report in reports:
            _add(counts, report.counts)
            for problem, place, session_id in report.problems:
                found.add(to_findings([problem], config, place, session_id))
        scope = Scope(import_ids=tuple(report.import_id for report in reports))
        for one in Assessor(config, codes, as_of).assess(transaction.connection, scope):
            found.add(one.findings)
            assessed(1)
    impressions = [report.impression for report in reports]
    doubts += (doubt for one in impressions for doubt in doubts_of_file(one, as_of))
    return Imported(counts, found.in_order(), months_of(impressions), tuple(doubts))


def _of_ledger(transaction: Transaction, data_centre: str) -> Iterator[Doubt]:
    if others := other_data_centres(transaction.connection, data_centre):
        ours = len(listed(transaction.connection, data_centre, Scope(), limit=1))
        yield from doubts_of_ledger(ours, others, data_centre)


def _add(total: ImportCounts, more: ImportCounts) -> None:
    for field in fields(ImportCounts):
        setattr(total, field.name, getattr(total, field.name) + getattr(more, field.name))


def _rank(files: Sequence[str], finding: Finding) -> int:
    return files.index(finding.place.file) if finding.place.file in files else len(files)
