"""Which claims are drawn: the same for the same ledger, scope and seed, on every computer.

A claim's rank is the SHA-256 of `SEED:CLAIM` in decimal digits, read as a number; the claims with
the lowest ranks are drawn. A larger simple sample of the same seed holds the smaller one.
"""

import hashlib
import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tpi_billing.ledger.samples import Drawable
from tpi_billing.model.sample import SampledClaim, Stratum

BANDS = ((5_000, "under $50"), (10_000, "$50 to $99.99"), (20_000, "$100 to $199.99"))
"""Amounts billed below so many cents, and what each band is called."""

_LARGEST = "$200 and more"


def _band(claim: Drawable) -> tuple[int, str]:
    for place, (below, name) in enumerate(BANDS):
        if claim.billed_cents < below:
            return place, name
    return len(BANDS), _LARGEST


STRATIFIERS: Mapping[str, Callable[[Drawable], tuple[int, str]]] = {
    "": lambda _claim: (0, ""),
    "practitioner": lambda claim: (0, claim.practitioner_number),
    "fee-item": lambda claim: (0, claim.fee_item),
    "amount": _band,
}
"""By what a sample may be stratified: a claim's stratum as its place in order and its name."""


def rank(seed: int, claim_id: int) -> int:
    """Return a claim's place in the draw; no two claims share one in practice."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{claim_id}".encode()).digest(), "big")


def allocate(size: int, populations: Mapping[str, int]) -> dict[str, int]:
    """Share a sample out in proportion to the strata, by the largest remainder.

    Equal remainders go in the order of the mapping. When the size allows, each stratum gets at
    least one, taken from where most is above its share. No stratum gets more than it has.
    """
    whole = sum(populations.values())
    size = min(size, whole)
    shares = {name: divmod(size * count, whole) for name, count in populations.items()}
    given = {name: quotient for name, (quotient, _) in shares.items()}
    order = sorted(populations, key=lambda name: -shares[name][1])
    for name in order[: size - sum(given.values())]:
        given[name] += 1
    if size >= len(populations):
        for name in [name for name, count in given.items() if not count]:
            # In parts of `whole`: how much more than its share a stratum has.
            giver = max(
                (one for one, count in given.items() if count > 1),
                key=lambda one: given[one] * whole - size * populations[one],
            )
            given[giver] -= 1
            given[name] = 1
    return given


@dataclass
class _Part:
    """A stratum while the claims go by: what it holds, and the lowest ranks of it so far."""

    population: int = 0
    cents: int = 0
    lowest: list[tuple[int, int, Drawable]] = field(default_factory=list)

    def take(self, place: int, claim: Drawable, most: int) -> None:
        """Count a claim, and keep it while it is among the `most` lowest ranks."""
        self.population += 1
        self.cents += claim.billed_cents if claim.paid_cents is None else claim.paid_cents
        entry = (-place, -claim.claim_id, claim)
        if len(self.lowest) < most:
            heapq.heappush(self.lowest, entry)
        elif entry > self.lowest[0]:
            heapq.heapreplace(self.lowest, entry)


def draw(
    claims: Iterable[Drawable], stratified_by: str, size: int, seed: int
) -> tuple[tuple[Stratum, ...], tuple[SampledClaim, ...]]:
    """Draw `size` claims, or all when there are fewer; both results are empty without any claim.

    `stratified_by` is one of `STRATIFIERS`. Memory holds `size` claims of each stratum.
    """
    stratify = STRATIFIERS[stratified_by]
    parts: dict[tuple[int, str], _Part] = {}
    for claim in claims:
        part = parts.setdefault(stratify(claim), _Part())
        part.take(rank(seed, claim.claim_id), claim, size)
    ordered = {key[1]: parts[key] for key in sorted(parts)}
    if not ordered:
        return (), ()
    given = allocate(size, {name: part.population for name, part in ordered.items()})
    strata, chosen = [], []
    for number, (name, part) in enumerate(ordered.items(), 1):
        strata.append(Stratum(number, name, part.population, part.cents, given[name]))
        lowest = sorted(part.lowest, reverse=True)[: given[name]]
        chosen += [(number, entry[2]) for entry in lowest]
    return tuple(strata), tuple(
        SampledClaim(claim.claim_id, position, number, claim.billed_cents, claim.paid_cents)
        for position, (number, claim) in enumerate(chosen, 1)
    )
