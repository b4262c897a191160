"""Take a sample: draw it, and keep in the ledger what was drawn and how."""

from dataclasses import dataclass

from tpi_billing.audit.sampling.drawing import draw
from tpi_billing.errors import UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.samples import add_sample, drawable_claims, find_same, read_sample
from tpi_billing.model.sample import Sample, SampleScope


@dataclass(frozen=True, slots=True)
class Taken:
    """A sample; `new` unless the very same was taken before."""

    sample: Sample
    new: bool


def take_sample(
    ledger: Ledger, actor: str, scope: SampleScope, *, stratified_by: str, size: int, seed: int
) -> Taken:
    """Draw a sample and store it; the very same one again is found and changes nothing.

    Raise UsageError when no claim in scope went to MSP.
    """
    centre = ledger.data_centre
    with ledger.changing(actor) as transaction:
        connection = transaction.connection
        claims = drawable_claims(connection, centre, scope)
        strata, chosen = draw(claims, stratified_by, size, seed)
        if not chosen:
            raise UsageError(
                f"No claim with a service from {scope.first} to {scope.last} went to MSP.",
                hint="See which months have claims: tpi-billing batch list.",
            )
        drawn = Sample(centre, scope, stratified_by, seed, strata, chosen)
        known = find_same(connection, drawn)
        number = add_sample(transaction, drawn) if known is None else known
    with ledger.reading() as connection:
        sample = read_sample(connection, centre, number)
    if sample is None:
        raise RuntimeError("a sample that was just stored is gone")
    return Taken(sample, known is None)
