"""Cells that can be read, and probably do not mean what was read: warnings, and contradictions."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tpi_billing.intake.cells import shortened
from tpi_billing.intake.sites import SITE_COLUMNS, several_in_one
from tpi_billing.model.finding import Problem, Severity

_CODE = "invalid-value"
_MOST_INJECTIONS = 60
_NEAREST_CM, _FARTHEST_CM, _METRES_BELOW = 1, 200, 3


def doubts(typed: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is doubtful in a row of typed values; `values` are the cells as they stand."""
    for column in SITE_COLUMNS:
        if sites := typed.get(column):
            yield from _sites(column, sites, typed, values)
    count = typed.get("trigger_point_injections")
    if isinstance(count, int):
        yield from _injections(count, len(typed.get("trigger_point_sites") or ()), values)
    distance = typed.get("block_distance_cm")
    if isinstance(distance, Decimal):
        yield from _distance(distance, typed, values)


def _sites(
    column: str, sites: tuple[str, ...], typed: Mapping[str, Any], values: Mapping[str, str]
) -> Iterator[Problem]:
    """Tell of a site that looks like several.

    Where the injections of trigger points are counted the price follows the count, and nothing
    depends on how the sites are parted.
    """
    if column == "trigger_point_sites" and (typed.get("trigger_point_injections") or 0) > 1:
        return
    reasons = dict.fromkeys(reason for site in sites if (reason := several_in_one(site)))
    if reasons:
        yield Problem(
            _CODE,
            f"There is {' and '.join(reasons)} within one of the {column.replace('_', ' ')}; "
            "it counts as one site.",
            column,
            shortened(values[column].strip()),
            "Put ; between sites and name each: left trapezius; right trapezius.",
            Severity.WARNING,
        )


def _injections(count: int, sites: int, values: Mapping[str, str]) -> Iterator[Problem]:
    column = "trigger_point_injections"
    value = shortened(values[column].strip())
    if count == 0 and sites:
        recorded = "a trigger point site is" if sites == 1 else f"{sites} trigger point sites are"
        yield Problem(
            _CODE,
            f"The count of trigger point injections is 0, which contradicts the sites: "
            f"{recorded} recorded.",
            column,
            value,
            "Correct the count, or leave it blank to count the sites; clear the sites if none "
            "was injected.",
        )
    elif count > _MOST_INJECTIONS:
        yield Problem(
            _CODE,
            f"The count of trigger point injections was taken for {count}, more than "
            f"{_MOST_INJECTIONS} in one visit.",
            column,
            value,
            "Correct it if it is a typing mistake or another column's number.",
            Severity.WARNING,
        )


def _distance(
    distance: Decimal, typed: Mapping[str, Any], values: Mapping[str, str]
) -> Iterator[Problem]:
    """Tell of a distance that is none between two injections, or was given in metres.

    Some record systems write 0 wherever there was no block.
    """
    if distance == 0 and not typed.get("nerve_block_sites"):
        return
    if distance < _METRES_BELOW and distance != distance.to_integral_value():
        why = "which looks like metres"
    elif _NEAREST_CM <= distance <= _FARTHEST_CM:
        return
    else:
        why = f"which is not from {_NEAREST_CM} to {_FARTHEST_CM}"
    yield Problem(
        _CODE,
        f"The block distance was taken for {distance:f} cm, {why}.",
        "block_distance_cm",
        shortened(values["block_distance_cm"].strip()),
        "Write the smallest distance between a trigger point and a block in centimetres: 75.",
        Severity.WARNING,
    )
