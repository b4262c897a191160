"""MSP's explanatory codes told as reasons: what each says, the field, the cure, who, until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.outgoing import SESSION_COLUMNS
from tpi_billing.claims.work_items import BILLING, FRONT_DESK, MSP, PRACTITIONER, Reason
from tpi_billing.codes import CodeBook, ExplanatoryCode
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.teleplan.records import C02

_INTRODUCES = "YY"
"""Says that the codes after it are the reasons (Teleplan facts, section 2.3)."""
_INFORMS = "paid-information"
_COVERAGE = "patient"
_NOTE, _NOTE_COLUMN = "N01", "note"
_FIELDS = {field.p: field for field in C02.fields if field.p}
_FRONT_DESK_COLUMNS = frozenset(
    {"phn", "dependent", "patient_first_name", "patient_surname", "birth_date", "referral_number"}
)

_CURES = {
    "same": "Send it again as it is: tpi-billing claims resubmit {id}",
    "corrected": "Correct it and send it again: tpi-billing claims correct {id}",
    "appeal": "To have it judged again, with a note: tpi-billing claims correct {id}. "
    "To accept it: tpi-billing claims write-off {id} --reason ...",
    "coverage": "Once the coverage holds, with a note: tpi-billing claims correct {id}",
    "approval": "With MSP's approval: tpi-billing claims correct {id}",
    "debit": "To have the payment taken back: tpi-billing claims debit {id} --reason ...",
    "payer": "MSP pays nothing here: tpi-billing claims write-off {id} --reason ...",
    "no": "If nothing more is to be had: tpi-billing claims write-off {id} --reason ...",
    "wait": "",
}
"""The command for each way of sending again."""
_DEBIT_REFUSED = (
    "To ask once more: tpi-billing claims debit {paid} --reason ... "
    "To leave the payment as it is: tpi-billing claims write-off {id} --reason ..."
)


def in_weight(codes: Sequence[str], book: CodeBook) -> list[str]:
    """Return the codes of a line, the one that decides first.

    It is the first that is more than information; what only introduces others is left out.
    """
    told = [code for code in codes if code != _INTRODUCES] or list(codes)
    decides = next((code for code in told if _decides(book.explanatory_code(code))), None)
    if decides is None:
        return told
    return [decides, *(code for code in told if code != decides)]


def deadline(claim: Claim, codes: Sequence[str], book: CodeBook, answered: date) -> date | None:
    """Return the last day for what follows an answer by its deciding code; None where none is set.

    `answered` is the day of the answer: of its remittance, or on which its file was taken in. An
    answer that no code explains counts from the service, which is never too late, and a payment
    that was changed from its remittance.
    """
    if claim.is_debit:
        return None
    weighed = in_weight(codes, book)
    code = book.explanatory_code(weighed[0]) if weighed else None
    paid = claim.state in {ClaimState.PAID, ClaimState.PAID_CHANGED}
    unexplained = "remittance+90" if paid else "service+90"
    match unexplained if code is None or code.outcome == _INFORMS else code.deadline:
        case "service+90":
            return last_day(claim.service_date)
        case "remittance+90":
            return last_day(claim.service_date, answered)
    return None


def explained(
    first: Reason, claim: Claim, codes: Sequence[str], book: CodeBook, *, late: bool = False
) -> list[Reason]:
    """Tell an answer with its codes, one reason each; the deciding one has the command to run.

    `first` says what happened, and what to do where no code does; `late` that the last day of what
    the deciding code allows has passed.
    """
    weighed = in_weight(codes, book)
    if not weighed:
        return [first]
    leading, *others = (_told(first, claim, code, book, at) for at, code in enumerate(weighed))
    if late:
        leading = replace(leading, cure=f"{_too_late(weighed[0], book)} {leading.cure}")
    return [leading, *others]


def _too_late(code: str, book: CodeBook) -> str:
    known = book.explanatory_code(code)
    if known is not None and known.deadline == "remittance+90":
        return "The 90 days after the remittance are over."
    return f"The 90 days are over: MSP has to approve it first ({book.overage.form})."


def meaning(code: str, book: CodeBook) -> str:
    """Say what a code means, behind the code: `AF: The patient was not covered ...`."""
    known = book.explanatory_code(code)
    return f"{code}: {'not on the list of codes here.' if known is None else known.meaning}"


def session_column(p: str) -> str:
    """Return the session column that a field of the claim record comes from; `""` for none."""
    if p == _NOTE:
        return _NOTE_COLUMN
    field = _FIELDS.get(p)
    return "" if field is None else SESSION_COLUMNS.get(field.name, "")


def _decides(code: ExplanatoryCode | None) -> bool:
    return code is not None and code.outcome != _INFORMS


def _told(first: Reason, claim: Claim, code: str, book: CodeBook, at: int) -> Reason:
    leads = at == 0
    known = book.explanatory_code(code)
    field = "" if known is None else known.field
    column = session_column(field)
    said = " ".join([*([first.message] if leads else []), meaning(code, book)])
    if field:
        said = f"{said.rstrip('.')} (field {field}{f', column {column}' if column else ''})."
    if claim.state is ClaimState.HELD and leads:
        return Reason(first.code, first.title, said, first.cure, BILLING, code, field, column)
    if known is None:
        cure = first.cure if leads else f"Ask MSP what {code} means."
        return Reason(first.code, first.title, said, cure, BILLING, code)
    cure = " ".join(_cures(claim, known, first, leads=leads))
    return Reason(first.code, first.title, said, cure, _who(known, column), code, field, column)


def _cures(claim: Claim, code: ExplanatoryCode, first: Reason, *, leads: bool) -> list[str]:
    said = [code.action]
    if code.family == _COVERAGE and code.outcome != _INFORMS and claim.phn:
        said.append(
            "Check the coverage: tpi-billing eligibility PHN BIRTHDATE "
            f"(both are in: tpi-billing --unmask claims show {claim.claim_id})."
        )
    if not leads:
        return said
    if claim.is_debit:
        return [*said, _DEBIT_REFUSED.format(id=claim.claim_id, paid=claim.predecessor)]
    if code.outcome == _INFORMS:
        return [*said, first.cure]
    return [*said, *filter(None, [_CURES[code.resubmit].format(id=claim.claim_id)])]


def _who(code: ExplanatoryCode, column: str) -> str:
    if code.who == "msp":
        return MSP
    if code.who == "patient" or column in _FRONT_DESK_COLUMNS:
        return FRONT_DESK
    return PRACTITIONER if column.startswith("diagnosis") else BILLING
