"""Faults that real exports have, planted in made-up visits, and how the clerk cured each."""

from collections.abc import Callable
from dataclasses import dataclass

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong in a visit: the check that must notice, and the values that are changed."""

    finding: str
    change: Callable[[Values], Values]
    cured: bool


def _set(**values: str) -> Callable[[Values], Values]:
    return lambda _visit: values


def _swapped_digits(visit: Values) -> Values:
    digits = visit["phn"]
    at = next(i for i in range(1, 9) if digits[i] != digits[i + 1])
    return {"phn": digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]}


_NO_REFERRAL = _set(referral_number="", referral_name="", referral_profession="", referral_date="")

FAULTS: tuple[Fault, ...] = (
    Fault("referral-missing", _NO_REFERRAL, cured=True),
    Fault("phn-check-digit", _swapped_digits, cured=True),
    Fault("chart-not-signed", _set(chart_signed="no"), cured=True),
    Fault("diagnosis-unlisted", _set(diagnosis_1="72885"), cured=True),
    Fault("name-missing", _set(patient_surname=""), cured=True),
    Fault("referral-profession", _set(referral_profession="physiotherapist"), cured=False),
    Fault("referral-name-required", _set(referral_number="99998", referral_name=""), cured=True),
    Fault("work-injury-not-msp", _set(insurer="WSBC"), cured=False),
    Fault(
        "block-items-combined",
        _set(fee_items="01124; 01125", nerve_block_sites="left suprascapular; right occipital"),
        cured=True,
    ),
    Fault("quebec-not-reciprocal", _set(insurer="QC", phn=""), cured=False),
    Fault("sites-not-recorded", _set(trigger_point_sites=""), cured=True),
    Fault("agent-not-recorded", _set(agent=""), cured=False),
)


def plant(visits: list[Values], every: int = 9) -> dict[str, tuple[Fault, Values]]:
    """Spoil every n-th visit in place; return what was planted, and the visit before, by its id.

    Only visits with trigger points and a health number alone are spoilt, so that each fault is
    the only one of its visit.
    """
    planted: dict[str, tuple[Fault, Values]] = {}
    plain = [at for at, visit in enumerate(visits) if _is_plain(visit)]
    for fault, at in zip(FAULTS, plain[every // 2 :: every], strict=False):
        before = visits[at]
        visits[at] = {**before, **fault.change(before)}
        planted[before["session_id"]] = (fault, before)
    return planted


def _is_plain(visit: Values) -> bool:
    return "trigger_point_sites" in visit and "nerve_block_sites" not in visit
