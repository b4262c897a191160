"""Whatever is imported, billed and voided in whatever order, the ledger knows what is true.

A few made-up visits in several versions come in files of any make-up; what each rule says must
become of a row is written down here once more, in the plainest way.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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
from tpi_billing.ledger.health import examine

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


# Any imports end as if the newest version of each visit had come once


@given(st.lists(files.map(lambda file: list(dict(file).items())), min_size=1, max_size=6))
@settings(max_examples=30)
def test_any_imports_end_as_the_newest_versions_would(
    book: CodeBook, empty_ledger: Path, month: list[list[Row]]
) -> None:
    """The newest version is the one that was new last: what came again takes nothing back."""
    newest = dict(list(dict.fromkeys(row for file in month for row in file)))
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        often = Clinic.from_empty(empty_ledger, Path(one), book)
        for file in month:
            assert sum(counted(often, file).values()) == 2 * len(file)
        once = Clinic.from_empty(empty_ledger, Path(other), book)
        counted(once, list(newest.items()))
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
class Waiting:
    """What a file said of a billed visit: a version, or only that it contradicts itself."""

    version: int | None
    conflict: bool
    since: int


@dataclass
class Truth:
    """What is known of a visit: its version, its batch, and whether a file contradicts itself.

    `told` has the last file that had each version, `since` the one that the conflict came with.
    """

    version: int
    since: int
    told: dict[int, int]
    batch: int | None = None
    conflict: bool = False
    waiting: Waiting | None = None

    @property
    def completed(self) -> bool:
        return self.version != CANCELLED

    def copy(self) -> "Truth":
        waiting = self.waiting and replace(self.waiting)
        return replace(self, told=dict(self.told), waiting=waiting)

    def is_older(self, version: int, before: int) -> bool:
        return self.told.get(version, before) < before

    def meet(self, version: int, file: int) -> str:
        """Hear of the visit once in a file; return what that counts as."""
        same_as_before = "skipped" if version == CANCELLED else "unchanged"
        if self.batch is not None:
            self.hear_after_billing(version, file)
            return same_as_before
        if version == self.version:
            self.conflict = False
            return same_as_before
        if self.is_older(version, self.since if self.conflict else file):
            return same_as_before
        to_be_billed = self.completed or version != CANCELLED
        self.version, self.conflict, self.since = version, False, file
        return "updated" if to_be_billed else "skipped"

    def hear_after_billing(self, version: int, file: int) -> None:
        if version == self.version:
            self.waiting = None
            return
        known = self.waiting
        if known is not None and known.version not in {None, version}:
            before = known.since if known.conflict else file
            if self.is_older(version, before):
                return
        self.waiting = Waiting(version, False, file)

    def contradict(self, version: int, file: int) -> None:
        """Hear of another version in the same file: a completed one is kept."""
        if self.batch is None:
            self.conflict, self.since = True, file
            if not self.completed:
                self.version = version
            return
        kept = self.waiting and self.waiting.version
        if kept == CANCELLED:
            kept = None if version == CANCELLED else version
        self.waiting = Waiting(kept, True, file)

    def release(self) -> None:
        """Become what waited."""
        self.batch = None
        if self.waiting is not None:
            if self.waiting.version is not None:
                self.version = self.waiting.version
            self.conflict, self.since = self.waiting.conflict, self.waiting.since
            self.waiting = None


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
        self.files = 0

    def teardown(self) -> None:
        self.clinic.close()
        self.folder.cleanup()

    @rule(file=files)
    def import_a_file(self, file: list[Row]) -> None:
        self.files += 1
        assert counted(self.clinic, file) == self.expect(file, self.truth, self.files)

    @rule(file=files)
    def import_a_file_dry(self, file: list[Row]) -> None:
        copies = {name: one.copy() for name, one in self.truth.items()}
        dry = counted(self.clinic, file, dry_run=True)
        assert dry == self.expect(file, copies, self.files + 1)

    @staticmethod
    def expect(file: list[Row], truth: dict[str, Truth], number: int) -> dict[str, int]:
        """Say what must become of each row, and change `truth` accordingly."""
        counts = Counter(read=len(file))
        met: dict[str, int] = {}
        for name, version in file:
            known = truth.get(name)
            if known is None:
                known = truth[name] = Truth(version, number, {})
                counts["skipped" if version == CANCELLED else "new"] += 1
            elif name not in met:
                counts[known.meet(version, number)] += 1
            elif version == met[name]:
                counts["skipped" if version == CANCELLED else "unchanged"] += 1
            else:
                counts["rejected"] += 1
                known.contradict(version, number)
                continue
            met.setdefault(name, version)
            known.told[version] = number
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
            one.release()

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
    def the_journal_is_whole_and_the_tables_are_what_it_says(self) -> None:
        with self.clinic.ledger.reading() as connection:
            assert examine(connection).faults == ()


def test_any_order_of_imports_batches_and_voids(book: CodeBook, empty_ledger: Path) -> None:
    run_state_machine_as_test(
        lambda: Months(empty_ledger, book),
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None),
    )
