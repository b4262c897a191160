"""Every rule in one tuple, and which checks of the catalogue are looked for elsewhere."""

from tpi_billing.checks import (
    combinations,
    consultations,
    counselling,
    diagnosis,
    duplicates,
    fee_items,
    identity,
    injections,
    practice,
    practitioner_day,
    record_keeping,
    referral,
    referral_registry,
    series,
    timing,
    trays,
)
from tpi_billing.checks.rule import Rule

RULES: tuple[Rule, ...] = (
    *identity.RULES,
    *practice.RULES,
    *referral.RULES,
    *referral_registry.RULES,
    *timing.RULES,
    *fee_items.RULES,
    *combinations.RULES,
    *injections.RULES,
    *consultations.RULES,
    *counselling.RULES,
    *practitioner_day.RULES,
    *series.RULES,
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
