"""Running the rules, and completing what they say."""

from collections.abc import Callable

import pytest

from tpi_billing.checks.engine import to_findings
from tpi_billing.checks.registry import FOUND_BY_INTAKE, RULES
from tpi_billing.config import Config
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Place, Problem, Severity

Ids = Callable[..., list[str]]
Clinic = Callable[[str], Config]

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def test_every_check_of_the_catalogue_is_looked_for_somewhere() -> None:
    ruled = {rule.check_id for rule in RULES}
    assert ruled | FOUND_BY_INTAKE == set(CHECK)
    assert ruled & FOUND_BY_INTAKE == {"birth-date-invalid", "invalid-value"}


def test_a_rule_is_named_after_its_check() -> None:
    assert [rule.find.__name__.replace("_", "-") for rule in RULES] == [
        rule.check_id for rule in RULES
    ]
    assert len({rule.check_id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", ["diagnosis-unusual", "chart-not-signed"]),
        ('diagnosis-unusual = "off"', ["chart-not-signed"]),
        ('chart-not-signed = "off"', ["diagnosis-unusual"]),
        ('chart-not-signed = "warning"', ["diagnosis-unusual", "chart-not-signed"]),
        ('chart-not-signed = "off"\ndiagnosis-unusual = "off"', []),
    ],
)
def test_a_check_that_is_switched_off_is_not_looked_for(
    ids: Ids, setting: str, expected: list[str]
) -> None:
    found = ids(diagnoses=("401",), chart_signed=False, config=f"[checks]\n{setting}\n")
    assert found == expected


@pytest.mark.parametrize(
    ("check_id", "own", "setting", "expected"),
    [
        # the catalogue's, unless the problem has its own
        ("chart-not-signed", None, "", ERROR),
        ("chart-not-signed", INFO, "", INFO),
        ("referral-profession", WARNING, "", WARNING),
        ("trigger-point-within-block", None, "", INFO),
        ("trigger-point-within-block", WARNING, "", WARNING),
        ("trigger-point-within-block", ERROR, "", ERROR),
        # what the clinic says of the check goes before both
        ("chart-not-signed", None, "warning", WARNING),
        ("chart-not-signed", INFO, "warning", WARNING),
        ("trigger-point-within-block", None, "error", ERROR),
        ("trigger-point-within-block", WARNING, "info", INFO),
        ("trigger-point-within-block", WARNING, "error", ERROR),
        ("trigger-point-within-block", WARNING, "off", None),
        ("chart-not-signed", None, "off", None),
    ],
)
def test_whose_severity_holds(
    clinic: Clinic,
    check_id: str,
    own: Severity | None,
    setting: str,
    expected: Severity | None,
) -> None:
    config = clinic(f'[checks]\n{check_id} = "{setting}"\n' if setting else "")
    found = to_findings([Problem(check_id, "Said.", severity=own)], config, Place(), "V1")
    assert [finding.severity for finding in found] == ([] if expected is None else [expected])


def test_a_finding_is_completed_by_the_catalogue(clinic: Clinic) -> None:
    place = Place("october.csv", "", 7)
    problem = Problem("phn-missing", "The personal health number is blank.", "phn")
    assert to_findings([problem], clinic(""), place, "V7") == [
        Finding(
            code="phn-missing",
            severity=ERROR,
            message="The personal health number is blank.",
            hint="Ask the patient for the BC Services Card and enter the number.",
            place=place,
            column="phn",
            session_id="V7",
            explanatory_code="AA",
            field="P14",
        )
    ]


def test_a_problems_own_hint_goes_before_the_cure(clinic: Clinic) -> None:
    problem = Problem("phn-missing", "Said.", "phn", "x", "Do this.")
    (found,) = to_findings([problem], clinic(""), Place(), "V7")
    assert (found.hint, found.value) == ("Do this.", "x")


def test_problems_of_reading_the_row_become_findings_too(clinic: Clinic) -> None:
    problems = [Problem("missing-value", "Blank."), Problem("unknown-column", "Not used.")]
    found = to_findings(problems, clinic(""), Place(), "")
    assert [finding.severity for finding in found] == [ERROR, WARNING]
