"""Made-up patients and referrers, always the same for the same seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tpi_billing.model.identifiers import phn_check_digit

FIRST_NAMES = (
    "Amara", "Bodhi", "Carys", "Dmitri", "Elif", "Farah", "Goran", "Hana", "Idris", "Jun",
    "Kiran", "Leif", "Mina", "Noor", "Oren", "Priya", "Quill", "Rhea", "Soren", "Tamsin",
)  # fmt: skip
SURNAMES = (
    "Abelard", "Brisbois", "Castellan", "Dunmore", "Eastwick", "Fairholm", "Grenfell", "Hollis",
    "Ingersoll", "Jessop", "Kirkwall", "Lindqvist", "Marlowe", "Norquay", "Okanese", "Penhallow",
    "Quennell", "Rostova", "Selwyn", "Thornbury",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient who exists nowhere, with the referral that brought him."""

    chart: str
    phn: str
    first_name: str
    surname: str
    birth_date: date
    sex: str
    referral_number: str
    referral_name: str
    referral_profession: str
    referral_date: date
    diagnosis: str


def made_up_phn(random: Random) -> str:
    """Return a number of the right form with a right check digit; it belongs to nobody known."""
    while True:
        digits = "".join(random.choices("0123456789", k=8))
        check = phn_check_digit(digits)
        if check is not None:
            return f"9{digits}{check}"


_USUAL = ("7291", "7242", "7245", "7231", "7241", "7294")


def made_up_patient(random: Random, number: int, before: date) -> Patient:
    """Make patient `number`; the referral came some months before the given day."""
    return Patient(
        chart=f"C{10_000 + number}",
        phn=made_up_phn(random),
        first_name=random.choice(FIRST_NAMES),
        surname=random.choice(SURNAMES),
        birth_date=date(1938, 1, 1) + timedelta(days=random.randrange(365 * 62)),
        sex=random.choice("MF"),
        referral_number=f"{random.randrange(10_000, 60_000)}",
        referral_name=f"Dr {random.choice(SURNAMES)}",
        referral_profession=random.choice(("physician", "physician", "nurse practitioner")),
        referral_date=before - timedelta(days=random.randrange(20, 300)),
        diagnosis=random.choice(_USUAL),
    )
