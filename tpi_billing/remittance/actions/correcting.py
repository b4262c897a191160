"""Correct answered claims, or send them again as they are: in one transaction, into one batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.actions.planning import Plan, Planner
from tpi_billing.remittance.actions.successors import store_successors
from tpi_billing.remittance.actions.wishes import Left, Successor, Wish


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the batch, None on a dry run or without a claim, its claims, what is left.

    `claims` stand in the order of `ready`; on a dry run they have the numbers that they would have.
    """

    batch_id: int | None
    claims: tuple[Claim, ...]
    ready: tuple[Successor, ...]
    left: tuple[Left, ...]


class Corrector:
    """Grants wishes about answered claims, for one clinic as of one day."""

    def __init__(
        self, ledger: Ledger, config: Config, codes: CodeBook, as_of: date, actor: str
    ) -> None:
        self._ledger = ledger
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self._actor = actor

    def correct(self, wishes: Sequence[Wish], *, dry_run: bool = False) -> Made:
        """Make the successors of all wishes, or none when one cannot be granted.

        Raise ConflictError with every trouble of every wish; what only a check holds is in `left`.
        """
        return self._make(wishes, dry_run=dry_run, all_of_them=True)

    def resubmit(self, wishes: Sequence[Wish], *, dry_run: bool = False) -> Made:
        """Make the successors that can be made; the others are left with the reason."""
        return self._make(wishes, dry_run=dry_run, all_of_them=False)

    def _make(self, wishes: Sequence[Wish], *, dry_run: bool, all_of_them: bool) -> Made:
        with self._ledger.changing(self._actor, keep=not dry_run) as transaction:
            plan = self.plan(transaction, wishes)
            if all_of_them:
                raise_troubles(plan.left)
            if not plan.ready or (all_of_them and plan.left):
                return Made(None, (), plan.ready, plan.left)
            batch_id, claims = self.store(transaction, plan.ready)
        return Made(None if dry_run else batch_id, tuple(claims), plan.ready, plan.left)

    def plan(self, transaction: Transaction, wishes: Sequence[Wish]) -> Plan:
        """Plan wishes within a transaction."""
        planner = Planner(
            transaction, self._ledger.data_centre, self._config, self._codes, self._as_of
        )
        return planner.plan(wishes)

    def store(
        self, transaction: Transaction, ready: Sequence[Successor]
    ) -> tuple[int, list[Claim]]:
        """Store what is ready as one batch within a transaction."""
        return store_successors(transaction, self._config, self._codes, self._as_of, ready)


def raise_troubles(left: Sequence[Left]) -> None:
    """Raise ConflictError for everything but what a check holds, each trouble once."""
    troubles = dict.fromkeys(one for each in left for one in each.troubles)
    if troubles:
        raise ConflictError.of(list(troubles))
