"""Made-up visits of one month: canonical text values, as an export would have them."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from tpi_billing.demo.people import Patient, made_up_patient

PRACTITIONERS = ("99001", "99002")
_SITES = (
    "trapezius", "levator scapulae", "infraspinatus", "quadratus lumborum", "gluteus medius",
    "piriformis", "splenius capitis",
)  # fmt: skip
_BLOCKS = ("greater occipital", "suprascapular")
_SLOT = timedelta(minutes=15)
_FIRST, _LAST = time(9), time(16, 45)


def visits(month: str, count: int, *, seed: int = 7) -> Iterator[dict[str, str]]:
    """Yield `count` clean visits of a month, each as canonical column to text.

    Each patient comes twice, two weeks apart. Within a practitioner's day the slots follow each
    other; when a day is full the number of slots grows beyond the clock's, so large counts are
    for benchmarks only and then begin again at nine.
    """
    random = Random(seed)  # noqa: S311 - the same visits for the same seed, nothing secret
    days = _working_days(month)
    taken: dict[tuple[str, date], int] = {}
    number = 0
    while number < count:
        patient = made_up_patient(random, number // 2, days[0])
        practitioner = random.choice(PRACTITIONERS)
        start = random.randrange(max(len(days) // 2, 1))
        for series, at in enumerate((start, start + len(days) // 2), start=1):
            if number == count:
                return
            number += 1
            day = days[min(at, len(days) - 1)]
            slot = taken.get((practitioner, day), 0)
            taken[practitioner, day] = slot + 1
            yield {
                "session_id": f"V{1000 + number}",
                **_who(patient),
                **_when(day, slot),
                "practitioner_number": practitioner,
                "series_number": str(series),
                **_what(random),
            }


def _working_days(month: str) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    length = monthrange(first.year, first.month)[1]
    days = [first + timedelta(days=offset) for offset in range(length)]
    return [day for day in days if day.weekday() < 5]


def _who(patient: Patient) -> dict[str, str]:
    return {
        "status": "completed",
        "patient_id": patient.chart,
        "phn": patient.phn,
        "patient_first_name": patient.first_name,
        "patient_surname": patient.surname,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "insurer": "MSP",
        "referral_number": patient.referral_number,
        "referral_name": patient.referral_name,
        "referral_profession": patient.referral_profession,
        "referral_date": patient.referral_date.isoformat(),
        "diagnosis_1": patient.diagnosis,
        "location_code": "Q",
        "chart_signed": "yes",
    }


def _when(day: date, slot: int) -> dict[str, str]:
    in_a_day = int((datetime.combine(day, _LAST) - datetime.combine(day, _FIRST)) / _SLOT) + 1
    start = datetime.combine(day, _FIRST) + _SLOT * (slot % in_a_day)
    return {
        "service_date": day.isoformat(),
        "start_time": start.strftime("%H:%M"),
        "end_time": (start + _SLOT).strftime("%H:%M"),
    }


def _what(random: Random) -> dict[str, str]:
    done = {
        "agent": random.choice(("0.9% saline", "lidocaine 1%")),
        "volume_ml": str(random.randrange(1, 4)),
    }
    kind = random.random()
    if kind < 0.04:
        return {**done, "joint_sites": random.choice(("right hip", "left shoulder bursa"))}
    sites = _sites(random, random.choice((1, 1, 3, 4, 5, 6)))
    done |= {"trigger_point_sites": "; ".join(sites), "trigger_point_injections": str(len(sites))}
    if kind < 0.16:
        side = random.choice(("left", "right"))
        done["nerve_block_sites"] = f"{side} {random.choice(_BLOCKS)}"
        done["block_distance_cm"] = random.choice(("12", "75", "80"))
    return done


def _sites(random: Random, count: int) -> Sequence[str]:
    every = [f"{side} {muscle}" for side in ("left", "right") for muscle in _SITES]
    return random.sample(every, count)
