"""Made-up visits over three years, for the checks that look into the past."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tpi_billing.demo.people import made_up_patient

_FIRST = date(2023, 11, 6)
_SPAN = 3 * 365


def three_years(patients: int, visits_each: int, *, seed: int = 11) -> Iterator[dict[str, str]]:
    """Yield visits of many patients, each every eight weeks or so, in the order of patients."""
    random = Random(seed)
    for number in range(patients):
        patient = made_up_patient(random, number, _FIRST)
        step = _SPAN / visits_each
        for visit in range(visits_each):
            day = _FIRST + timedelta(days=int(step * visit + random.randrange(int(step))))
            minute = random.randrange(0, 32) * 15
            yield {
                "session_id": f"H{number:05d}-{visit:02d}",
                "status": "completed",
                "service_date": day.isoformat(),
                "start_time": f"{9 + minute // 60:02d}:{minute % 60:02d}",
                "end_time": f"{9 + (minute + 14) // 60:02d}:{(minute + 14) % 60:02d}",
                "practitioner_number": random.choice(("99001", "99002")),
                "patient_id": patient.chart,
                "phn": patient.phn,
                "patient_first_name": patient.first_name,
                "patient_surname": patient.surname,
                "birth_date": patient.birth_date.isoformat(),
                "sex": patient.sex,
                "referral_number": patient.referral_number,
                "referral_name": patient.referral_name,
                "referral_profession": patient.referral_profession,
                "referral_date": patient.referral_date.isoformat(),
                "diagnosis_1": patient.diagnosis,
                "trigger_point_sites": "left trapezius; right piriformis",
                "agent": "0.9% saline",
                "chart_signed": "yes",
                "series_number": str(visit % 5 + 1),
            }
