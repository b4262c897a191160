"""The rules of the fee items that this kind of clinic meets, as plain values.

Items are named by number; percents are whole; ages are whole years on the day of service.
"""

from typing import Literal

from tpi_billing.codes.toml import TomlTable

Certainty = Literal["printed", "inferred"]
Kind = Literal[
    "trigger-point",
    "block",
    "joint",
    "injection",
    "dtaf",
    "visit",
    "exam",
    "counselling",
    "consultation",
    "limited-consultation",
    "tray",
    "follow-up",
    "other",
]
ReferralRule = Literal["required", "clinic-policy", "optional", "forbidden"]
Specialty = Literal["family", "anesthesiology", "physical-medicine", "other"]
VisitWord = Literal["visit", "consultation", "limited-consultation", "counselling"]


class Rule(TomlTable):
    """What every rule says of itself: the page it comes from, and whether the page prints it."""

    source: str
    certainty: Certainty


class ItemRule(Rule):
    """What holds for one fee item by itself; None is no limit.

    `specialties` is a hint at who may bill it: empty for anyone. `time_required`: start and end
    on the claim. `daily_volume`, `counselling_limit`: it counts to the limits of those names.
    """

    code: str
    kind: Kind = "other"
    units_per_day: int | None = None
    from_age: int | None = None
    to_age: int | None = None
    referral: ReferralRule = "optional"
    specialties: frozenset[Specialty] = frozenset()
    telehealth: bool = False
    imaging_required: bool = False
    time_required: bool = False
    minimum_minutes: int | None = None
    daily_volume: bool = False
    counselling_limit: bool = False

    def admits_age(self, age: int) -> bool:
        """Tell whether the item may be billed for a patient of that age; both ends count."""
        return (self.from_age is None or self.from_age <= age) and (
            self.to_age is None or age <= self.to_age
        )


class Group(Rule):
    """Items paid together on a day: `max_paid` of them, the largest first at `percents`."""

    id: str
    title: str
    members: frozenset[str]
    max_paid: int
    percents: tuple[int, ...]


class Inclusion(Rule):
    """Items not paid on a day beside any of the others.

    With `within_cm` only when the sites are that close or closer. `finding` is the check's id.
    """

    id: str
    finding: str
    included: frozenset[str]
    beside: frozenset[str]
    within_cm: int | None = None


class Exclusion(Rule):
    """Items of which a patient may have only one a day."""

    id: str
    finding: str
    items: frozenset[str]


class Review(Rule):
    """Items that are paid beside the others, but that a person should look at."""

    id: str
    finding: str
    items: frozenset[str]
    beside: frozenset[str]
    unless_distinct_diagnosis: bool


class Repeat(Rule):
    """Injections given again within so many days of the last one.

    Then the injection alone is paid, or, when the visit is for an unrelated condition, the visit
    in full and the injection at `unrelated_percent`.
    """

    items: frozenset[str]
    within_days: int
    unrelated_percent: int


class ConsultationRule(Rule):
    """How long since the patient was last seen a full consultation needs.

    Seen by the same practitioner or by anyone of the group, for the same diagnosis or any.
    `limited_item` is what may be billed before, if anything.
    """

    items: frozenset[str]
    interval_months: int
    seen_by: Literal["practitioner", "group"]
    same_diagnosis: bool
    limited_item: str | None = None


class Tray(Rule):
    """A tray item and the procedures beside which it is paid, but not at those locations."""

    item: str
    size: Literal["mini", "minor", "major"]
    per_day: int
    beside: frozenset[str]
    not_at_locations: frozenset[str]


class VolumeStep(TomlTable):
    """Services of a practitioner-day up to that many (None: all further ones) at that percent."""

    up_to: int | None = None
    percent: int


class Limits(TomlTable):
    """Limits that count several items together."""

    counselling_per_calendar_year: int
    counselling_source: str
    daily_volume: tuple[VolumeStep, ...]
    daily_volume_source: str
    certainty: Certainty


class DerivationTable(Rule):
    """Which item a session's words are billed as when it names none.

    A visit word of a specialty has the items it may become: the one whose ages fit is taken.
    """

    trigger_point_single: str
    trigger_point_multiple: str
    block_single: str
    block_multiple: str
    joint_hip: str
    joint_other: str
    visits: dict[Specialty, dict[VisitWord, tuple[str, ...]]]
