"""The floor of checking sessions: one loop, as somebody would write it who wants nothing but speed.

It reads the export, asks what the checks ask, prices a day, looks back into the patient's history
and over the practitioner's day, and formats the Teleplan record: the same findings, told by code,
for sessions billed by the derivation. It says less: no hints, no masking, no places, no other
insurers, no sessions priced together, nothing stored, and every rule is written into the code.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from tpi_billing.codes import CodeBook
from tpi_billing.config import Config

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)
_C02 = (
    "C02T9999%07dA9999%5s%-4s%2s%03d00%5s%07d%10s%8s0%1sB%5s%-5s%-5s%-5s%4s%4s%07dNN%020d%08d%5s"
    "%150s"
)
_ROOM = 424
_NO_TRAY = frozenset("EGIPT")

Found = list[tuple[str, str, str]]


def check_all(path: Path, config: Config, codes: CodeBook, as_of: date) -> Found:
    """Return session id, check and sentence of everything found in an export of our own columns."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] == "completed"]
    overlapping = _overlaps(rows)
    patients: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        patients[row["phn"] + row["dependent"]].append(row)
    found: Found = []
    for visits in patients.values():
        visits.sort(key=lambda row: (row["service_date"], row["start_time"], row["session_id"]))
        _patient(visits, overlapping, config, codes, as_of, found)
    return found


def _overlaps(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    days: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        days[row["practitioner_number"], row["service_date"]].append(row)
    overlapping: dict[str, list[str]] = {}
    for day in days.values():
        day.sort(key=lambda row: (row["start_time"], row["end_time"]))
        running: list[dict[str, str]] = []
        for row in day:
            running = [other for other in running if other["end_time"] > row["start_time"]]
            for other in running:
                overlapping.setdefault(row["session_id"], []).append(other["session_id"])
                overlapping.setdefault(other["session_id"], []).append(row["session_id"])
            running.append(row)
    return overlapping


def _patient(  # noqa: C901, PLR0912, PLR0915 - one loop is what it measures
    visits: list[dict[str, str]],
    overlapping: dict[str, list[str]],
    config: Config,
    codes: CodeBook,
    as_of: date,
    found: Found,
) -> None:
    practitioners = {one.number: one for one in config.practitioners}
    treated: list[date] = []
    joints_given: list[date] = []
    for row in visits:
        name = row["session_id"]

        def tell(check: str, said: str, name: str = name) -> None:
            found.append((name, check, said))

        day = date.fromisoformat(row["service_date"])
        born = date.fromisoformat(row["birth_date"])
        start, end = row["start_time"], row["end_time"]
        phn, first, last = row["phn"], row["patient_first_name"], row["patient_surname"]
        practitioner = practitioners.get(row["practitioner_number"])
        digits = sum(int(d) * w for d, w in zip(phn[1:9], _WEIGHTS, strict=True)) % 11
        if not phn.isdigit() or phn[0] != "9" or 11 - digits != int(phn[9]):
            tell("phn-check-digit", "The PHN is wrong.")
        if not (first and last and first[0].isalpha() and last[0].isalpha()):
            tell("name-missing", "The name is incomplete.")
        if not date(1890, 1, 1) <= born <= day:
            tell("birth-date-invalid", "The birth date is impossible.")
        dependent = row["dependent"] or "00"
        if len(dependent) != 2 or not dependent.isdigit():
            tell("dependent-invalid", "The dependent number is wrong.")
        if row["insurer"] not in {"", "MSP"}:
            tell("invalid-value", "Another insurer.")
        if practitioner is None:
            tell("practitioner-unknown", "The practitioner is not known.")
        elif row["payee_number"] and row["payee_number"] != practitioner.payee_number:
            tell("payee-mismatch", "The payee is another.")
        location = row["location_code"] or config.clinic.location_code
        if codes.location(location, day) is None:
            tell("location-invalid", "The location is not valid.")
        if day > as_of:
            tell("service-date-future", "The service lies ahead.")
        days_left = 90 - (as_of - day).days
        if days_left < 0:
            tell("submission-overdue", "The 90 days are over.")
        elif days_left <= config.policy.due_soon_days:
            tell("submission-due-soon", f"{days_left} days are left.")
        if start and end and end < start:
            tell("times-inverted", "The end is before the start.")
        if others := overlapping.get(name):
            tell("sessions-overlap", f"At the same time: {', '.join(sorted(others)[:3])}.")
        referrer = row["referral_number"]
        if not referrer.strip("0 "):
            tell("referral-missing", "There is no referral.")
        elif len(referrer) != 5 or not referrer.isalnum():
            tell("referral-number-invalid", "The referrer's number is wrong.")
        elif referrer == row["practitioner_number"]:
            tell("referral-self", "The referrer is the practitioner.")
        generic = codes.generic_referrer(referrer)
        if generic is not None and not row["referral_name"]:
            tell("referral-name-required", "The referrer's name is blank.")
        if row["referral_date"] and date.fromisoformat(row["referral_date"]) > day:
            tell("referral-after-service", "The referral is later.")
        profession = codes.profession(row["referral_profession"])
        if profession is None or not profession.always_accepted:
            tell("referral-profession", "The profession may not refer.")
        usual = False
        for column in ("diagnosis_1", "diagnosis_2", "diagnosis_3", "visit_diagnosis"):
            if code := row[column].replace(".", ""):
                diagnosis = codes.diagnosis(code)
                if diagnosis is None:
                    tell("diagnosis-unlisted", f"{code} is not listed.")
                elif diagnosis.usual:
                    usual = True
            elif column == "diagnosis_1":
                tell("diagnosis-missing", "The diagnosis is blank.")
        if not usual:
            tell("diagnosis-unusual", "The diagnosis is unusual.")
        if row["chart_signed"] != "yes":
            tell("chart-not-signed", "The chart is not signed.")
        if not row["agent"]:
            tell("agent-not-recorded", "The agent is blank.")
        if len(row["note"]) > 400:
            tell("note-too-long", "The note is too long.")

        sites = [site for site in row["trigger_point_sites"].split(";") if site.strip()]
        blocks = [site for site in row["nerve_block_sites"].split(";") if site.strip()]
        joints = [site for site in row["joint_sites"].split(";") if site.strip()]
        points = int(row["trigger_point_injections"] or len(sites))
        if points and not sites:
            tell("sites-not-recorded", "The sites are blank.")
        items: list[tuple[str, int]] = []
        if points:
            items.append(("01156" if points == 1 else "01157", 1))
        if blocks:
            items.append(("01124" if len(blocks) == 1 else "01125", 1))
            distance = float(row["block_distance_cm"] or 0)
            if points and distance <= 60:
                tell("trigger-point-within-block", f"Included: {distance:g} cm away.")
                del items[0]
        if hips := sum("hip" in site.lower() for site in joints):
            items.append(("00014", hips))
        if len(joints) > hips:
            items.append(("00015", len(joints) - hips))
        if row["visit"]:
            items.append(("00100", 1))
        if not items:
            tell("nothing-billable", "Nothing is recorded.")
        if blocks and location not in _NO_TRAY:
            tell("tray-unbilled", "The tray may be billed.")
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        prices = []
        for code, units in items:
            rule, priced = codes.rules.item(code), codes.fee_item(code, day)
            if priced is None:
                tell("fee-item-not-in-edition", f"{code} is not in the edition.")
                continue
            if not rule.admits_age(age):
                tell("age-band", f"{code} is not for the age {age}.")
            if rule.units_per_day is not None and units > rule.units_per_day:
                tell("units-exceeded", f"{units} of {code}.")
            if priced.status == "extracted":
                tell("amount-unverified", f"The price of {code} was read by a program.")
            prices.append((priced.amount_cents * units, code, units))
        prices.sort(reverse=True)
        for rank, (cents, code, units) in enumerate(prices):
            if rank > 2:
                tell("dtaf-over-three", "At most three are paid.")
                continue
            amount = cents if rank == 0 else (cents + 1) // 2
            checked = f"{first[0]}{row['patient_second_name'][:1] or ' '}{last[:2]}".upper()
            record = _C02 % (
                1,
                row["practitioner_number"],
                checked,
                dependent,
                units,
                code,
                amount,
                phn,
                row["service_date"].replace("-", ""),
                location,
                referrer,
                row["diagnosis_1"],
                row["diagnosis_2"],
                row["diagnosis_3"],
                start.replace(":", ""),
                end.replace(":", ""),
                1,
                0,
                born.year * 10_000 + born.month * 100 + born.day,
                "00000",
                "",
            )
            if not record.isascii() or not record.isprintable() or len(record) > _ROOM:
                tell("invalid-value", "The record cannot be written.")
        if row["billed_amount"] and float(row["billed_amount"]) * 100 != sum(p[0] for p in prices):
            tell("amount-differs", "The record system expects another amount.")
        if points:
            if treated and 0 < (day - treated[-1]).days < config.policy.series_min_days:
                tell("series-frequency", "Too close to the last treatment.")
            treated.append(day)
            if len(set(treated)) > config.policy.series_length:
                tell("series-frequency", "Nobody reassessed the patient.")
        if joints:
            if row["visit"] and joints_given and day - joints_given[-1] <= timedelta(30):
                tell("repeat-injection-visit", "Given again within 30 days.")
            joints_given.append(day)
