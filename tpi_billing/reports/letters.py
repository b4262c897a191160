"""The letters that staff fax to referrers: one that asks for a referral, one that reports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tpi_billing.claims.missing_referrals import MissingReferrals, ReferrerNeeds, Waiting
from tpi_billing.config import Config
from tpi_billing.model.identifiers import is_msp_number
from tpi_billing.reports.letter_page import LetterPage
from tpi_billing.reports.publishing import NewFile
from tpi_billing.reports.wording import count_of

_TO_BILL = timedelta(weeks=2)
"""An answer is asked for so long before the last day."""
_BEFORE = (
    "Our records name no referrer for these visits; the patient came to us through you before."
)
_CONFIRM = (
    "Whether you referred the patient to us. If so: the referral letter, or a written confirmation "
    "with its date and your MSP practitioner number."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a file, and what it is about; `subject` is `referral` or `update`."""

    file: NewFile
    subject: str
    needs: ReferrerNeeds


def letters(found: MissingReferrals, config: Config, as_of: date, folder: Path) -> list[Letter]:
    """Write one letter a referrer about missing referrals, and one about reports that are due.

    Where nobody is known to write to there is no letter. The same findings give the same bytes.
    """
    made: list[Letter] = []
    for subject, groups in (("referral", found.missing), ("update", found.updates)):
        names = _file_names(groups)
        for needs in groups:
            if not needs.referrer.known:
                continue
            page = _asking(needs, config, as_of)
            if subject == "update":
                page = _reporting(needs, config, as_of)
            path = folder / f"{as_of}-{subject}-{next(names)}.docx"
            made.append(Letter(NewFile(path, "letter", page.to_bytes()), subject, needs))
    return made


def _file_names(groups: Sequence[ReferrerNeeds]) -> Iterator[str]:
    """Yield a name for each known referrer: his number, initials where that is not enough."""
    taken: set[str] = set()
    for needs in groups:
        referrer = needs.referrer
        if not referrer.known:
            continue
        initials = "".join(word[0] for word in referrer.name.lower().split())
        name = base = _plain(referrer.number) or _plain(initials) or "referrer"
        count = 1
        while name in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name)
        yield name


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isalnum())


def _opened(needs: ReferrerNeeds, config: Config, as_of: date, subject: str) -> LetterPage:
    page = LetterPage(config.clinic, subject, as_of)
    referrer = needs.referrer
    page.text(as_of.isoformat(), after=8)
    number = ""
    if is_msp_number(referrer.number):
        number = f"MSP practitioner number {referrer.number}"
    for line in (referrer.name, number):
        if line:
            page.text(line, after=0)
    page.blank("By fax to", before=6)
    page.text("", size=6, after=0)
    page.text(f"{subject}: {count_of(needs.patients, 'patient')}", bold=True, size=12, after=8)
    doctor = referrer.name.lower().startswith("dr")
    page.text(f"Dear {referrer.name}," if doctor else "Dear colleague,")
    return page


def _asking(needs: ReferrerNeeds, config: Config, as_of: date) -> LetterPage:
    page = _opened(needs, config, as_of, "Referral needed")
    several = needs.patients > 1
    whom = "the patients" if several else "the patient"
    page.text(
        f"We treated {whom} below at our clinic. To claim it from the Medical Services Plan we "
        "need a referral, and our records lack what the table asks for. Please answer in its last "
        "column, sign below and fax this page back, with the referral letter if you have one."
    )
    page.text(_deadline(needs.waiting, as_of))
    page.table(
        (1.7, 0.95, 2.6, 1.75),
        ("Patient", "Services on", "What we ask for", "Your answer"),
        [
            (_patient(of_patient[0]), _days(of_patient), "\n".join(_asks(of_patient)), _ANSWER)
            for of_patient in _by_patient(needs.waiting)
        ],
    )
    page.blank("Name", "MSP practitioner number")
    page.blank("Signature", "Date")
    page.blank("Please fax back to our number", before=14)
    page.text("", size=4, after=0)
    page.text("Thank you for your help.", after=0)
    return page


_ANSWER = "[  ] referred on\n\n____________________\n[  ] letter enclosed\n[  ] not referred by me"


def _deadline(waiting: Iterable[Waiting], as_of: date) -> str:
    """Say by when an answer still helps; it may come too late for the oldest services."""
    to_come = [one.last_day for one in waiting if one.last_day >= as_of]
    if not to_come:
        return "The time to claim these services has ended: please answer as soon as you can."
    by = min(to_come) - _TO_BILL
    wish = f"by {by}" if by > as_of else "as soon as you can"
    return f"The next claim must be sent by {min(to_come)}: please answer {wish}."


def _asks(waiting: Iterable[Waiting]) -> list[str]:
    """List what the referrer is asked about one patient, each thing once."""
    asked = [_ask(one, finding.code) for one in waiting for finding in one.findings]
    return list(dict.fromkeys(asked))


def _ask(one: Waiting, code: str) -> str:
    if one.last_known:
        return f"{_CONFIRM} {_BEFORE}"
    if code == "referral-number-invalid":
        return "Your MSP practitioner number, five characters: the one that we have is not valid."
    if code == "referral-after-service":
        return (
            f"Whether you had referred the patient by {one.session.service_date}, and when. The "
            f"referral that we have is dated {one.session.referral.received}, after the service."
        )
    if code == "referral-missing" and one.session.referral.name:
        return "Your MSP practitioner number, and the date of your referral."
    return _CONFIRM


def _reporting(needs: ReferrerNeeds, config: Config, as_of: date) -> LetterPage:
    page = _opened(needs, config, as_of, "Report on continuing care")
    whom = "The patients" if needs.patients > 1 else "The patient"
    page.text(
        f"{whom} below came to us on your referral, and treatment continues. This is our written "
        "report for your records. No answer is needed; please tell us if there is anything that we "
        "should know."
    )
    for of_patient in _by_patient(needs.waiting):
        first = of_patient[0]
        received = first.session.referral.received
        page.form(
            [
                ("Patient", _patient(first), 0.3),
                ("Referral", f"dated {received}" if received is not None else "", 0.25),
                ("Recent visits", _days(of_patient).replace("\n", ", "), 0.25),
                ("Findings", "", 0.7),
                ("Treatment and response", "", 0.8),
                ("Plan", "", 0.7),
            ]
        )
    for name in _practitioners(needs.waiting, config):
        page.blank(f"{name}, signature", "Date", before=14)
    return page


def _practitioners(waiting: Iterable[Waiting], config: Config) -> list[str]:
    numbers = dict.fromkeys(one.session.practitioner_number for one in waiting)
    known = {each.number: each.name for each in config.practitioners}
    return [known.get(number, "Practitioner") for number in numbers]


def _by_patient(waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    """Part the sessions by patient, in the order in which the patients come first."""
    patients: dict[str, list[Waiting]] = {}
    for one in waiting:
        patients.setdefault(one.patient_key, []).append(one)
    return list(patients.values())


def _patient(one: Waiting) -> str:
    """Write what the other office finds the patient by."""
    session = one.session
    name = ", ".join(part for part in (session.surname, session.first_name) if part)
    if session.phn:
        number = f"PHN {session.phn}"
    elif session.registration_number:
        number = f"{session.insurer} {session.registration_number}"
    else:
        number = ""
    born = f"born {session.birth_date}" if session.birth_date is not None else ""
    return "\n".join(part for part in (name, born, number) if part)


def _days(waiting: Iterable[Waiting]) -> str:
    return "\n".join(str(day) for day in sorted({one.session.service_date for one in waiting}))
