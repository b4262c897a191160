"""Every rule in one tuple, and which checks of the catalogue are looked for elsewhere."""

from tpi_billing.checks import (
    combinations,
    diagnosis,
    duplicates,
    fee_items,
    identity,
    practice,
    record_keeping,
    referral,
    timing,
    trays,
)
from tpi_billing.checks.rule import Rule

RULES: tuple[Rule, ...] = (
    *identity.RULES,
    *practice.RULES,
    *referral.RULES,
    *timing.RULES,
    *fee_items.RULES,
    *combinations.RULES,
    *trays.RULES,
    *diagnosis.RULES,
    *record_keeping.RULES,
    *duplicates.RULES,
)

OTHER_PAYER_RULES: tuple[Rule, ...] = tuple(
    rule
    for rule in RULES
    if rule.check_id in {"work-injury-not-msp", "private-not-msp", "quebec-not-reciprocal"}
)
"""All that is said of a visit that MSP does not pay: its own rules do not concern it."""

FOUND_BY_INTAKE = frozenset(
    {
        "missing-value",
        "invalid-value",
        "unknown-column",
        "duplicate-session-id",
        "birth-date-invalid",
    }
)
"""Checks of a row's cells, found where they are read; some are found here as well."""

NEED_HISTORY = frozenset(
    {
        "referral-unknown",
        "referral-update-due",
        "sessions-overlap",
        "repeat-injection-visit",
        "consultation-too-soon",
        "counselling-limit",
        "daily-volume",
        "series-frequency",
    }
)
"""Checks that compare a session with others of the past: not looked for by any rule so far."""
