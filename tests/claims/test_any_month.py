"""Whatever is imported, billed and voided in whatever order, the ledger knows what is true.

A few made-up visits in several versions come in files of any make-up; what each rule says must
become of a row is written down here once more, in the plainest way.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import Clinic, Values, visit
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.journal import verify

VISITS = ("V1", "V2", "V3", "V4")
CANCELLED = 2
CENTS = (7_792, 6_213, 0, 7_792)
"""What each version of a visit comes to: several points, one point, cancelled, another agent."""
CHANGES: tuple[dict[str, str], ...] = (
    {},
    {"trigger_point_sites": "left trapezius"},
    {"status": "cancelled"},
    {"agent": "lidocaine 1%"},
)

Row = tuple[str, int]
rows = st.tuples(st.sampled_from(VISITS), st.integers(0, len(CHANGES) - 1))
files = st.lists(rows, min_size=1, max_size=6)


def values(row: Row) -> Values:
    name, version = row
    return visit(name, int(name[1:]), **CHANGES[version])


def counted(clinic: Clinic, file: Sequence[Row], *, dry_run: bool = False) -> dict[str, int]:
    imported = clinic.bring(*(values(row) for row in file), dry_run=dry_run)
    return {name: count for name, count in asdict(imported.counts).items() if count}


# Any imports end as if the last version of each visit had come once


@given(st.lists(files.map(lambda file: list(dict(file).items())), min_size=1, max_size=6))
@settings(max_examples=30)
def test_any_imports_end_as_the_last_versions_would(
    book: CodeBook, empty_ledger: Path, month: list[list[Row]]
) -> None:
    last = dict(row for file in month for row in file)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        often = Clinic.from_empty(empty_ledger, Path(one), book)
        for file in month:
            assert sum(counted(often, file).values()) == 2 * len(file)
        once = Clinic.from_empty(empty_ledger, Path(other), book)
        counted(once, list(last.items()))
        assert stored(often) == stored(once)
        often.close()
        once.close()


def stored(clinic: Clinic) -> dict[str, tuple[object, ...]]:
    """Return what is stored of each session, without the place where it was read."""
    return {
        one.session_id: (
            one.values,
            one.patient_key,
            one.practitioner_number,
            one.service_date,
            one.start_time,
            one.status,
            one.conflict,
            one.batch_id,
        )
        for one in clinic.sessions().values()
    }


# Imports, batches and voids in any order


@dataclass
class Truth:
    """What is known of a visit: its version, its batch, and whether a file contradicts itself."""

    version: int
    batch: int | None = None
    conflict: bool = False

    @property
    def completed(self) -> bool:
        return self.version != CANCELLED


class Months(RuleBasedStateMachine):
    """A clerk who does anything in any order."""

    batches: Bundle[int] = Bundle("batches")

    def __init__(self, empty_ledger: Path, book: CodeBook) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.book = book
        self.clinic = Clinic.from_empty(empty_ledger, Path(self.folder.name), book)
        self.truth: dict[str, Truth] = {}
        self.folios = 0

    def teardown(self) -> None:
        self.clinic.close()
        self.folder.cleanup()

    @rule(file=files)
    def import_a_file(self, file: list[Row]) -> None:
        assert counted(self.clinic, file) == self.expect(file, self.truth)

    @rule(file=files)
    def import_a_file_dry(self, file: list[Row]) -> None:
        copies = {name: Truth(**vars(one)) for name, one in self.truth.items()}
        assert counted(self.clinic, file, dry_run=True) == self.expect(file, copies)

    @staticmethod
    def expect(file: list[Row], truth: dict[str, Truth]) -> dict[str, int]:
        """Say what must become of each row, and change `truth` accordingly."""
        counts = Counter(read=len(file))
        met: dict[str, int] = {}
        for name, version in file:
            known = truth.get(name)
            same_as_before = "skipped" if version == CANCELLED else "unchanged"
            if name in met and version != met[name]:
                counts["rejected"] += 1
                if known is not None and known.batch is None:
                    known.conflict = True
            elif name in met or (known is not None and known.batch is not None):
                counts[same_as_before] += 1
            elif known is None:
                counts["skipped" if version == CANCELLED else "new"] += 1
                truth[name] = Truth(version)
            elif known.version == version:
                counts[same_as_before] += 1
                known.conflict = False
            else:
                to_be_billed = known.completed or version != CANCELLED
                counts["updated" if to_be_billed else "skipped"] += 1
                truth[name] = Truth(version)
            met.setdefault(name, version)
        return dict(counts)

    @rule(target=batches)
    def bill(self) -> object:
        clean = {
            name: one
            for name, one in self.truth.items()
            if one.completed and one.batch is None and not one.conflict
        }
        batch_id, plan = self.clinic.bill()
        assert {claim.session_id for claim in plan.claims} == set(clean)
        assert plan.amount_cents == sum(CENTS[one.version] for one in clean.values())
        if not clean:
            assert batch_id is None
            return multiple()
        for one in clean.values():
            one.batch = batch_id
        folios = [claim.office_folio for claim in plan.claims]
        assert folios == list(range(self.folios + 1, self.folios + 1 + len(clean)))
        self.folios += len(clean)
        return batch_id

    @rule(batch_id=consumes(batches))
    def void(self, batch_id: int) -> None:
        mine = [one for one in self.truth.values() if one.batch == batch_id]
        assert self.clinic.void(batch_id) == (len(mine), len(mine))
        for one in mine:
            one.batch = None

    @rule()
    def open_anew(self) -> None:
        self.clinic.close()
        self.clinic = Clinic(self.clinic.folder, self.book, create=False)

    @invariant()
    def the_ledger_knows_the_truth(self) -> None:
        found = {
            one.session_id: (one.values, one.batch_id, bool(one.conflict))
            for one in self.clinic.sessions().values()
        }
        assert found == {
            name: (values((name, one.version)), one.batch, one.conflict)
            for name, one in self.truth.items()
        }

    @invariant()
    def every_billed_visit_has_one_live_claim(self) -> None:
        live = {
            claim.session_id: (claim.batch_id, claim.amount_cents)
            for claim in self.clinic.claims(state="batched")
        }
        assert live == {
            name: (one.batch, CENTS[one.version])
            for name, one in self.truth.items()
            if one.batch is not None
        }
        assert len(live) == len(self.clinic.claims(state="batched"))

    @invariant()
    def the_journal_is_whole(self) -> None:
        with self.clinic.ledger.reading() as connection:
            assert verify(connection)[1] == []


def test_any_order_of_imports_batches_and_voids(book: CodeBook, empty_ledger: Path) -> None:
    run_state_machine_as_test(
        lambda: Months(empty_ledger, book),
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None),
    )
