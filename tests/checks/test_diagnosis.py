"""What was treated."""

from collections.abc import Callable
from typing import Any

import pytest

from tpi_billing.model.finding import Problem

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]


@pytest.mark.parametrize(
    ("diagnoses", "visit_diagnosis", "expected"),
    [
        (("7291",), "", []),
        (("7291", "7242", "7231"), "401", []),
        ((), "", ["diagnosis-missing"]),
        (("", "7242"), "", ["diagnosis-missing"]),
        (("72885",), "", ["diagnosis-unlisted"]),  # of ICD-9-CM
        (("7291", "72885"), "", ["diagnosis-unlisted"]),
        (("72885", "338"), "", ["diagnosis-unlisted"] * 2),
        (("7291",), "72885", ["diagnosis-unlisted"]),
        (("401",), "", ["diagnosis-unusual"]),  # high blood pressure
        (("401", "7291"), "", []),  # one of them explains the treatment
        (("401", "72885"), "", ["diagnosis-unlisted", "diagnosis-unusual"]),
        (("", "401"), "", ["diagnosis-missing", "diagnosis-unusual"]),
    ],
)
def test_diagnoses(
    ids: Ids, diagnoses: tuple[str, ...], visit_diagnosis: str, expected: list[str]
) -> None:
    assert ids(diagnoses=diagnoses, visit_diagnosis=visit_diagnosis) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["01157"], ["diagnosis-unusual"]),
        (["01125"], ["diagnosis-unusual"]),
        (["00015"], ["diagnosis-unusual"]),
        (["01040"], ["diagnosis-unusual"]),
        (["15300"], []),  # a visit may be about anything
    ],
)
def test_only_treatment_has_usual_diagnoses(
    ids: Ids, items: list[str], expected: list[str]
) -> None:
    found = ids(named=items, diagnoses=("401",))
    assert [code for code in found if code.startswith("diagnosis")] == expected


@pytest.mark.parametrize(
    ("changes", "column", "value", "said"),
    [
        (
            {"diagnoses": ("7291", "72885")},
            "diagnosis_2",
            "72885",
            "Diagnosis 2, 72885, is not on MSP's list of diagnostic codes.",
        ),
        (
            {"visit_diagnosis": "9151065434"},  # a health number in the wrong column
            "visit_diagnosis",
            "9151065434",
            "Visit diagnosis, what stands there, is not on MSP's list of diagnostic codes.",
        ),
    ],
)
def test_the_cell_with_the_unlisted_code_is_named(
    problems: Problems, changes: dict[str, Any], column: str, value: str, said: str
) -> None:
    (found,) = problems(**changes)
    assert (found.column, found.value, found.message) == (column, value, said)


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("diagnosis_1", {"diagnoses": ()}),
        ("diagnosis_1", {"diagnoses": ("7.2.9",)}),
        ("visit_diagnosis", {"visit_diagnosis": "7.2.9"}),
    ],
)
def test_a_cell_that_could_not_be_read_is_not_told_twice(
    ids: Ids, column: str, changes: dict[str, Any]
) -> None:
    assert ids(unreadable=[column], **changes) == []
