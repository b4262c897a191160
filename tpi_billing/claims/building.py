"""Make the claims of a session that may be billed: one for each of its billed lines."""

from collections.abc import Iterable, Iterator

from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.sessions import StoredSession
from tpi_billing.model.claim import Claim
from tpi_billing.model.session import Session
from tpi_billing.pricing.lines import PricedLine

NO_REFERRER = "00000"
REFERRED_BY = "B"
"""Teleplan C02 P41: the claim names who referred the patient."""


def claims_of(
    stored: StoredSession,
    session: Session,
    lines: Iterable[PricedLine],
    approval: str,
    config: Config,
    codes: CodeBook,
) -> Iterator[Claim]:
    """Yield a claim for each billed line; numbers are given when the batch is stored.

    `approval` is MSP's reference for an over-age claim, blank for any other.
    """
    for line in lines:
        if line.billed:
            yield _claim(stored, session, line, approval, config, codes)


def _claim(
    stored: StoredSession,
    session: Session,
    line: PricedLine,
    approval: str,
    config: Config,
    codes: CodeBook,
) -> Claim:
    clinic, referral = config.clinic, session.referral
    return Claim(
        session_key=stored.session_key,
        session_id=session.session_id,
        source=stored.source,
        patient_key=stored.patient_key,
        practitioner_number=session.practitioner_number,
        payee_number=payee_of(session, config),
        phn=session.phn,
        dependent=session.dependent,
        first_name=session.first_name,
        second_name=session.second_name,
        surname=session.surname,
        birth_date=session.birth_date,
        sex=session.sex,
        insurer=session.insurer,
        registration_number=session.registration_number,
        address_1=session.address_1,
        address_2=session.address_2,
        city=session.city,
        postal_code=session.postal_code,
        fee_item=line.fee_item,
        units=line.item.units,
        unit_price_cents=line.unit_price_cents,
        percent=line.percent,
        amount_cents=line.amount_cents,
        edition=line.edition,
        price_status=line.price_status,
        explanation=f"{line.item.reason}; {line.because}",
        service_date=session.service_date,
        start_time=session.start_time,
        end_time=session.end_time,
        submission_code=_submission_code(approval, line),
        clarification_code=clinic.clarification_code,
        location_code=session.location_code or clinic.location_code,
        facility_number=clinic.facility_number,
        diagnoses=session.diagnoses,
        referral_code=REFERRED_BY if referral.given else "0",
        referral_number=referral.number if referral.given else NO_REFERRER,
        referral_name=referral.name,
        referral_profession=referral.profession,
        referral_date=referral.received,
        mva=session.insurer == "ICBC",
        icbc_claim_number=session.icbc_claim_number,
        note=note_of(session, codes),
        approval_reference=approval,
        ordinal=line.ordinal,
    )


def _submission_code(approval: str, line: PricedLine) -> str:
    """Return the code (Teleplan C02 P34): over-age with approval, second service, or normal."""
    if approval:
        return "A"
    return "D" if line.second_service else "0"


def payee_of(session: Session, config: Config) -> str:
    """Return who is paid: the session's payee, else the practitioner's, else the clinic's."""
    practitioner = config.practitioner(session.practitioner_number)
    own = practitioner.payee_number if practitioner is not None else None
    return session.payee_number or own or config.clinic.payee_number


def note_of(session: Session, codes: CodeBook) -> str:
    """Return the note to MSP; behind a generic number it names the referrer (facts, section 3).

    MSP's approval of an over-age claim is put in front of it when the record is written.
    """
    generic = codes.generic_referrer(session.referral.number)
    if generic is None or not session.referral.name:
        return session.note
    return f"{session.note} REFERRED BY {session.referral.name}".strip()
