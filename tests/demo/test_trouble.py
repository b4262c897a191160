"""Planted misuse is named, whoever is merely busy is not, whatever the seed."""

import os
from collections.abc import Mapping
from datetime import date
from random import Random

import pytest

from tpi_billing.audit.patterns.finding import Period, Result
from tpi_billing.audit.patterns.pattern import shipped_patterns
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.demo.trouble import BUSY, MISUSE, Habits, clinic_facts, habits
from tpi_billing.ledger.facts import FACT_NAMES, facts_of

SEEDS = range(30 if os.environ.get("TPI_LONG") else 5)
BEGINS, MONTHS = date(2025, 10, 1), 12
PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30))
BUSY_ONE, TROUBLE = "99006", "99007"
CAREFUL = [f"9900{number}" for number in range(1, 6)]

FOLLOWS = {
    "visits-with-procedures": {"services-per-day", "services-per-patient", "cost-per-patient"},
    "blocks-with-trigger-points": {"services-per-day", "services-per-patient", "cost-per-patient"},
    "short-intervals": {"sessions-per-patient", "services-per-patient", "cost-per-patient"},
    "repeat-consultations": {
        "services-per-day", "services-per-patient", "cost-per-patient", "sessions-per-patient",
    },
}  # fmt: skip
"""Figures that misuse of a kind moves besides its own."""


def people(random: Random, *kinds: str) -> dict[str, Habits]:
    """Make five careful practitioners, a busy one, and one with these kinds of misuse."""
    changes: dict[str, float] = {}
    for kind in kinds:
        changes |= MISUSE[kind]
    careful = {number: habits(random) for number in CAREFUL}
    return {**careful, BUSY_ONE: habits(random, **BUSY), TROUBLE: habits(random, **changes)}


def results(random: Random, practitioners: Mapping[str, Habits]) -> list[Result]:
    with facts_of(clinic_facts(random, practitioners, BEGINS, MONTHS)) as facts:
        return list(run(facts, shipped_patterns(), Thresholds.load(), PERIOD))


def named(found: list[Result]) -> dict[str, set[str]]:
    """Return by practitioner the patterns that name him."""
    by_number: dict[str, set[str]] = {}
    for result in found:
        for standing in result.named:
            by_number.setdefault(standing.practitioner, set()).add(result.pattern.id)
    return by_number


@pytest.mark.parametrize("seed", SEEDS)
def test_three_kinds_of_misuse_are_named_and_nobody_else_is(seed: int) -> None:
    random = Random(seed)
    kinds = set(random.sample(sorted(MISUSE), 3))
    found = named(results(random, people(random, *sorted(kinds))))
    assert set(found) == {TROUBLE}
    assert found[TROUBLE] >= kinds
    assert found[TROUBLE] <= kinds.union(*(FOLLOWS.get(kind, set()) for kind in kinds))


@pytest.mark.parametrize("kind", sorted(MISUSE))
def test_each_kind_alone_is_named_by_its_own_pattern(kind: str) -> None:
    random = Random(17)
    found = named(results(random, people(random, kind)))
    assert set(found) == {TROUBLE}
    assert kind in found[TROUBLE]
    assert found[TROUBLE] <= {kind} | FOLLOWS.get(kind, set())


def test_a_clinic_without_misuse_has_nobody_named() -> None:
    random = Random(3)
    assert named(results(random, people(random))) == {}


def test_who_is_busy_bills_twice_as_much_as_the_others() -> None:
    """Otherwise not naming him would show nothing."""
    random = Random(3)
    (services,) = [
        one for one in results(random, people(random)) if one.pattern.id == "services-per-day"
    ]
    billed = {standing.practitioner: standing.numerator for standing in services.standings}
    busy = billed.pop(BUSY_ONE)
    assert busy > 1.8 * sorted(billed.values())[len(billed) // 2]


def test_misuse_that_begins_is_seen_against_the_own_past() -> None:
    """With one other practitioner there are no peers: only what changed can tell."""
    random = Random(5)
    before = habits(random, visits=0.03)
    other = habits(random)
    early = list(clinic_facts(random, {"99001": before}, BEGINS, 6))
    changed = {"99001": habits(random, visits=0.4), "99002": other}
    late = list(clinic_facts(random, changed, date(2026, 4, 1), 6))
    moved = [renumbered(row, len(early)) for row in late]
    with facts_of([*early, *moved]) as facts:
        found = list(run(facts, shipped_patterns(), Thresholds.load(), PERIOD))
    reasons = {
        (one.pattern.id, each.practitioner): each.reasons for one in found for each in one.named
    }
    assert reasons["visits-with-procedures", "99001"] == ("past",)


def renumbered(row: tuple[object, ...], by: int) -> tuple[object, ...]:
    """Move the numbers of claim, visit and patient, so that two clinics do not share any."""
    values = dict(zip(FACT_NAMES, row, strict=True))
    for name in ("claim_id", "session_key", "patient"):
        number = values[name]
        assert isinstance(number, int)
        values[name] = number + by
    return tuple(values.values())


def test_the_same_seed_gives_the_same_rows() -> None:
    def rows(seed: int) -> list[tuple[object, ...]]:
        random = Random(seed)
        return list(clinic_facts(random, {"99001": habits(random)}, BEGINS, 1))

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)
    assert len({row[0] for row in rows(1)}) == len(rows(1))
