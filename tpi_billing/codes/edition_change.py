"""What differs between two editions of the fee schedule, and what of it looks like nonsense."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from tpi_billing.codes.doubts import Doubt, gone_doubts
from tpi_billing.codes.fees import FeeItem
from tpi_billing.model.money import dollars

HUNDREDFOLD = (50, 200)
"""A hundredfold, give or take a price that itself was doubled or halved."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """An item that both editions have at different prices, in cents."""

    fee_item: str
    title: str
    old_cents: int
    new_cents: int

    @property
    def difference_cents(self) -> int:
        """What the new price is above the old one; negative when it fell."""
        return self.new_cents - self.old_cents

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of the old price, to one decimal; None when that was zero."""
        if self.old_cents == 0:
            return None
        exact = Decimal(self.difference_cents) * 100 / self.old_cents
        return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class EditionChange:
    """Items that are new, gone, or of another price, each by their numbers."""

    before: int
    added: tuple[FeeItem, ...]
    dropped: tuple[FeeItem, ...]
    changed: tuple[PriceChange, ...]

    def only(self, items: Container[str]) -> "EditionChange":
        """Leave out every item but these."""
        return replace(
            self,
            added=tuple(item for item in self.added if item.code in items),
            dropped=tuple(item for item in self.dropped if item.code in items),
            changed=tuple(change for change in self.changed if change.fee_item in items),
        )


def compare(before: Mapping[str, FeeItem], after: Mapping[str, FeeItem]) -> EditionChange:
    """Compare the items in force on two days."""
    return EditionChange(
        before=len(before),
        added=tuple(after[code] for code in sorted(after.keys() - before.keys())),
        dropped=tuple(before[code] for code in sorted(before.keys() - after.keys())),
        changed=tuple(
            PriceChange(
                code,
                after[code].title or before[code].title,
                before[code].amount_cents,
                after[code].amount_cents,
            )
            for code in sorted(before.keys() & after.keys())
            if before[code].amount_cents != after[code].amount_cents
        ),
    )


def price_doubts(change: EditionChange, ours: Container[str]) -> list[Doubt]:
    """List what no new edition does by itself; `ours` are the items that the clinic bills."""
    doubts = list(_priced_oddly(change))
    doubts += [
        Doubt("own-item-gone", f"{_named(item)} is gone, and the clinic bills it")
        for item in change.dropped
        if item.code in ours
    ]
    return doubts + gone_doubts([item.code for item in change.dropped], change.before, "fee items")


def _priced_oddly(change: EditionChange) -> Iterator[Doubt]:
    for one in change.changed:
        kind, why = _oddity(one.old_cents, one.new_cents)
        if kind:
            now = f"{dollars(one.new_cents)} instead of {dollars(one.old_cents)}"
            yield Doubt(kind, f"{one.fee_item} would cost {now}: {why}")


def _oddity(old: int, new: int) -> tuple[str, str]:
    """Return the first kind that applies and why; blank for a price that may well be right."""
    low, high = HUNDREDFOLD
    kinds = (
        ("zero", new == 0, "an item that had a price costs nothing"),
        (
            "hundredfold",
            low * old <= new <= high * old,
            "a hundredfold, as if its cents were taken for dollars",
        ),
        (
            "hundredfold",
            low * new <= old <= high * new,
            "a hundredth, as if its dollars were taken for cents",
        ),
        ("doubled", new > 2 * old, "more than twice as much"),
        ("halved", 2 * new < old, "less than half"),
    )
    if old == 0:
        return "", ""
    return next(((kind, why) for kind, applies, why in kinds if applies), ("", ""))


def _named(item: FeeItem) -> str:
    return f"{item.code} {item.title}".rstrip()
