"""The rules of one edition, looked up by item; and what a session's words are billed as."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from tpi_billing.codes.rules import (
    ConsultationRule,
    DerivationTable,
    Exclusion,
    Group,
    Inclusion,
    ItemRule,
    Limits,
    Repeat,
    Review,
    Tray,
)

T = TypeVar("T")


class Derivation:
    """The item that a session's words are billed as, without a price or a check."""

    def __init__(self, table: DerivationTable, item: Callable[[str], ItemRule]) -> None:
        """Take the table, and how to find an item's ages."""
        self._table = table
        self._item = item
        self._visits: Mapping[str, Mapping[str, tuple[str, ...]]] = {
            specialty: {str(word): codes for word, codes in words.items()}
            for specialty, words in table.visits.items()
        }

    def trigger_point(self, count: int) -> str:
        """Return the item for that many trigger point injections, one or more."""
        table = self._table
        return table.trigger_point_single if count == 1 else table.trigger_point_multiple

    def block(self, count: int) -> str:
        """Return the item for that many peripheral nerve blocks, one or more."""
        return self._table.block_single if count == 1 else self._table.block_multiple

    def joint(self, is_hip: bool) -> str:
        """Return the item for an injection of the hip, or of any other joint, tendon or bursa."""
        return self._table.joint_hip if is_hip else self._table.joint_other

    def visit(self, kind: str, specialty: str, age: int | None) -> str | None:
        """Return the item for a session's `visit` word, by specialty and age in whole years.

        None when the combination has no item, or when the age decides and is not known.
        """
        for code in self._visits.get(specialty, {}).get(kind, ()):
            rule = self._item(code)
            if age is None:
                if rule.from_age is None and rule.to_age is None:
                    return code
            elif rule.admits_age(age):
                return code
        return None


class Rules:
    """Every rule, by item where it is an item's, else as a tuple in the file's order.

    An item without a rule of its own has no limits, and a referral is optional for it.
    """

    def __init__(
        self,
        *,
        edition: str,
        limits: Limits,
        items: Iterable[ItemRule],
        groups: tuple[Group, ...],
        inclusions: tuple[Inclusion, ...],
        exclusions: tuple[Exclusion, ...],
        reviews: tuple[Review, ...],
        repeats: tuple[Repeat, ...],
        consultations: tuple[ConsultationRule, ...],
        trays: tuple[Tray, ...],
        derivation: DerivationTable,
    ) -> None:
        """Take rules that were checked against each other already."""
        self.edition = edition
        self.limits = limits
        self.groups = groups
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.reviews = reviews
        self.repeats = repeats
        self.consultations = consultations
        self.trays = trays
        self.items: Mapping[str, ItemRule] = {rule.code: rule for rule in items}
        self.derivation = Derivation(derivation, self.item)
        self._group_of = _by_item((group.members, group) for group in groups)
        self._repeat_of = _by_item((repeat.items, repeat) for repeat in repeats)
        self._consultation_of = _by_item((each.items, each) for each in consultations)
        self._tray_of = {tray.item: tray for tray in trays}

    def item(self, code: str) -> ItemRule:
        """Return the item's rule, or one without limits when the file has none for it."""
        return self.items.get(code) or ItemRule(
            code=code, source="no rule is known", certainty="inferred"
        )

    def group_of(self, code: str) -> Group | None:
        """Return the group that the item is paid in."""
        return self._group_of.get(code)

    def repeat_of(self, code: str) -> Repeat | None:
        """Return the rule for giving the injection again soon."""
        return self._repeat_of.get(code)

    def consultation_of(self, code: str) -> ConsultationRule | None:
        """Return the interval that the item needs, when it is a full consultation."""
        return self._consultation_of.get(code)

    def tray_of(self, code: str) -> Tray | None:
        """Return what the tray item may accompany, when it is one."""
        return self._tray_of.get(code)


def _by_item(entries: Iterable[tuple[frozenset[str], T]]) -> dict[str, T]:
    return {code: rule for codes, rule in entries for code in codes}
