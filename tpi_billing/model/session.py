"""A session: one completed visit of one patient to one practitioner, and its columns.

`COLUMNS` is the one description of a session record (design, section 3): readers, the template,
the corrections workbook and the documentation are made from it.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from tpi_billing.model.quickly import quickly_made

Kind = Literal[
    "text", "name", "digits", "number", "whole", "date", "time", "list", "yes-no", "fees"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a session record.

    `width` is the exact number of characters of an identifier (0: free), used to restore zeros
    that a spreadsheet dropped; `choices` are the words a drop-down offers.
    """

    name: str
    kind: Kind
    help: str
    width: int = 0
    choices: tuple[str, ...] = ()


PROVINCES = ("AB", "SK", "MB", "ON", "NB", "NS", "PE", "NL", "YT", "NT", "NU", "QC")
VISITS = ("visit", "consultation", "limited-consultation", "counselling")
PROFESSIONS = ("physician", "nurse practitioner")

COLUMNS: tuple[Column, ...] = (
    Column("session_id", "text", "The record system's own number of the visit. Never used twice."),
    Column(
        "status",
        "text",
        "Only completed visits are billed.",
        choices=("completed", "cancelled", "no-show", "booked"),
    ),
    Column("service_date", "date", "The day of the visit, as 2026-10-31."),
    Column("start_time", "time", "When the visit began, 24-hour, as 09:00."),
    Column("end_time", "time", "When the visit ended."),
    Column("practitioner_number", "digits", "MSP practitioner number of who did it.", 5),
    Column("payee_number", "digits", "Who is paid. Blank: the practitioner's usual payee.", 5),
    Column("location_code", "text", "Service location letter. Blank: the clinic's own.", 1),
    Column("patient_id", "text", "Chart number."),
    Column("phn", "digits", "Personal health number, ten digits beginning with 9.", 10),
    Column("patient_first_name", "name", "As MSP has it."),
    Column("patient_second_name", "name", "May be blank."),
    Column("patient_surname", "name", "As MSP has it."),
    Column("birth_date", "date", "As 1970-05-31."),
    Column("sex", "text", "M or F.", choices=("M", "F")),
    Column("dependent", "digits", "Blank or 00; 66 for a newborn on its mother's number.", 2),
    Column(
        "insurer",
        "text",
        "Blank: MSP. A province's code for its residents.",
        choices=("MSP", "ICBC", "WSBC", "PRIVATE", *PROVINCES),
    ),
    Column("registration_number", "text", "Health number of another province's resident."),
    Column("address_1", "text", "Street address, for another province's resident."),
    Column("address_2", "text", "Second line of the address."),
    Column("city", "text", "City, for another province's resident."),
    Column("postal_code", "text", "Postal code, for another province's resident."),
    Column("icbc_claim_number", "text", "For a motor vehicle accident."),
    Column("referral_number", "digits", "Referrer's MSP number, or a generic number.", 5),
    Column("referral_name", "name", "Referrer's name."),
    Column("referral_profession", "text", "What the referrer is.", choices=PROFESSIONS),
    Column("referral_date", "date", "Date of the referral."),
    Column("diagnosis_1", "digits", "ICD-9 code as MSP publishes it, e.g. 7291."),
    Column("diagnosis_2", "digits", "Second diagnosis, if any."),
    Column("diagnosis_3", "digits", "Third diagnosis, if any."),
    Column("trigger_point_sites", "list", "Sites with sides, a semicolon between them."),
    Column("trigger_point_injections", "whole", "How many. Blank: one for each site."),
    Column("nerve_block_sites", "list", "Peripheral nerve blocks, a semicolon between them."),
    Column(
        "block_distance_cm", "number", "Smallest distance from a trigger point to a block, in cm."
    ),
    Column("joint_sites", "list", "Joints, tendons or bursae, a semicolon between them."),
    Column("agent", "text", "What was injected, e.g. 0.9% saline."),
    Column("volume_ml", "number", "How much, in mL."),
    Column("visit", "text", "If there was a visit beside the treatment.", choices=VISITS),
    Column("visit_diagnosis", "digits", "ICD-9 code, when the visit was about something else."),
    Column("series_number", "whole", "Session n of the series."),
    Column("chart_signed", "yes-no", "Is the record complete and signed?", choices=("yes", "no")),
    Column("fee_items", "fees", "Billed instead of what would be derived: 01157; 00015x2."),
    Column("billed_amount", "number", "What the record system thinks it is worth, in dollars."),
    Column("note", "text", "A note to MSP that goes with the claim."),
)

COLUMN: dict[str, Column] = {column.name: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """A fee item that the session itself asks for, with its units."""

    fee_item: str
    units: int


@quickly_made
@dataclass(frozen=True, slots=True)
class Referral:
    """Who referred the patient; every part may be blank until a check looks at it."""

    number: str = ""
    name: str = ""
    profession: str = ""
    received: date | None = None

    @property
    def given(self) -> bool:
        """Tell whether the session names a referrer at all; zeros do not."""
        return bool(self.number.strip("0 "))


@quickly_made
@dataclass(frozen=True, slots=True)
class Session:
    """One visit with typed values. Blank text is `""`, any other blank is None.

    A plain dataclass and not a pydantic model: it is built for every row of every import, and
    its values have been read one by one so that every bad cell could be named.
    """

    session_id: str
    service_date: date
    status: str = "completed"
    start_time: time | None = None
    end_time: time | None = None
    practitioner_number: str = ""
    payee_number: str = ""
    location_code: str = ""
    patient_id: str = ""
    phn: str = ""
    first_name: str = ""
    second_name: str = ""
    surname: str = ""
    birth_date: date | None = None
    sex: str = ""
    dependent: str = "00"
    insurer: str = "MSP"
    registration_number: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    postal_code: str = ""
    icbc_claim_number: str = ""
    referral: Referral = Referral()
    diagnoses: tuple[str, ...] = ()
    trigger_point_sites: tuple[str, ...] = ()
    trigger_point_injections: int | None = None
    nerve_block_sites: tuple[str, ...] = ()
    block_distance_cm: Decimal | None = None
    joint_sites: tuple[str, ...] = ()
    agent: str = ""
    volume_ml: Decimal | None = None
    visit: str = ""
    visit_diagnosis: str = ""
    series_number: int | None = None
    chart_signed: bool | None = None
    fee_items: tuple[RequestedItem, ...] = ()
    billed_cents: int | None = None
    note: str = ""

    @property
    def completed(self) -> bool:
        """Tell whether the visit took place; any other status is never billed."""
        return self.status == "completed"

    @property
    def trigger_points(self) -> int:
        """How many trigger point injections were given: the number stated, else one a site."""
        if self.trigger_point_injections is not None:
            return self.trigger_point_injections
        return len(self.trigger_point_sites)

    def age(self) -> int | None:
        """Return the age in whole years on the service date; None without a birth date."""
        if self.birth_date is None:
            return None
        born, day = self.birth_date, self.service_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def minutes(self) -> int | None:
        """Return the visit's length in minutes; None without both times."""
        if self.start_time is None or self.end_time is None:
            return None
        start, end = self.start_time, self.end_time
        return (end.hour - start.hour) * 60 + end.minute - start.minute


def patient_key(values: dict[str, str], source: str) -> str:
    """Tell whose visit a row is: PHN and dependent, else insurer and registration, else chart.

    A row with none of them shares nothing with any other: its key is its own.
    """
    if phn := values.get("phn"):
        return f"phn:{phn}/{values.get('dependent') or '00'}"
    if registration := values.get("registration_number"):
        return f"registration:{(values.get('insurer') or 'MSP').upper()}/{registration}"
    if chart := values.get("patient_id"):
        return f"chart:{chart}"
    return f"row:{source}/{values.get('session_id', '')}"
