"""MSP's explanatory codes in our own words: what each means, who acts, what can be sent again."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.lists import Parts
from tpi_billing.codes.rows import Record, read_records
from tpi_billing.model.catalogue import CHECK

Outcome = Literal["refused", "reduced", "changed", "paid-information", "held", "reversed"]
Actor = Literal["clinic", "patient", "msp", "nobody"]
Resubmission = Literal[
    "no", "wait", "same", "corrected", "appeal", "coverage", "approval", "payer", "debit"
]
SuccessorCode = Literal["", "0", "R", "X", "C", "A", "E", "I", "W"]
Deadline = Literal["service+90", "remittance+90", "approval", "none"]

_CODES: dict[str, frozenset[str]] = {
    "no": frozenset({""}),
    "wait": frozenset({""}),
    "same": frozenset({"0", "R"}),
    "corrected": frozenset({"0", "R"}),
    "appeal": frozenset({"X"}),
    "coverage": frozenset({"C"}),
    "approval": frozenset({"A"}),
    "payer": frozenset({"", "I", "W"}),
    "debit": frozenset({"E"}),
}
"""Which submission codes go with each way of sending again (Teleplan C02 P34)."""

_DEADLINES: dict[str, Deadline] = {
    "0": "service+90",
    "R": "service+90",
    "X": "remittance+90",
    "A": "approval",
}
"""How long each may be sent; MSP sets no limit that is known here for the others."""


def deadline_of(submission_code: str) -> Deadline:
    """Return how long a claim with a submission code may be sent once MSP has answered."""
    return _DEADLINES.get(submission_code, "none")


def _fits_resubmission(code: SuccessorCode, info: ValidationInfo) -> SuccessorCode:
    resubmit = info.data.get("resubmit")
    if resubmit is not None and code not in _CODES[resubmit]:
        raise ValueError
    return code


def _fits_code(deadline: Deadline, info: ValidationInfo) -> Deadline:
    code = info.data.get("submission_code")
    if code is not None and deadline != deadline_of(code):
        raise ValueError
    return deadline


def _are_checks(ids: tuple[str, ...]) -> tuple[str, ...]:
    if not CHECK.keys() >= set(ids):
        raise ValueError
    return ids


class ExplanatoryCode(Record):
    """What MSP says about a claim with one of its two-character codes.

    `field` is the place at fault: a P number of the claim record (Teleplan C02), `N01` for the
    note, blank when it is not one. `submission_code` is that of the claim that follows, blank when
    none goes to MSP; `deadline` counts from the service or from the remittance with the code.
    `prevented_by` are the ids of our checks that catch it beforehand.
    """

    code: str = Field(
        pattern=r"^[0-9A-Z*]{2}$", description="two digits, capital letters or asterisks"
    )
    family: str = Field(
        pattern=r"^[a-z]+(-[a-z]+)*$", description="small letters with hyphens, such as note-record"
    )
    outcome: Outcome = Field(
        description="refused, reduced, changed, paid-information, held or reversed"
    )
    meaning: str = Field(description="filled in")
    cause: str = Field(description="filled in")
    field: str = Field(
        "", pattern=r"^(P[0-9]{2,3}|N01)$", description="a Teleplan P number such as P42, or N01"
    )
    who: Actor = Field(description="clinic, patient, msp or nobody")
    action: str = Field(description="filled in")
    resubmit: Resubmission = Field(description="one of " + ", ".join(_CODES))
    submission_code: Annotated[SuccessorCode, AfterValidator(_fits_resubmission)] = Field(
        "",
        validate_default=True,
        description="0 or R with same and corrected, X with appeal, C with coverage, A with "
        "approval, E with debit, blank, I or W with payer, and blank otherwise",
    )
    deadline: Annotated[Deadline, AfterValidator(_fits_code)] = Field(
        description="service+90 with 0 and R, remittance+90 with X, approval with A, otherwise none"
    )
    prevented_by: Annotated[Parts, AfterValidator(_are_checks)] = Field(
        (), description="ids of checks, separated by ;"
    )
    certainty: Literal["documented", "inferred"] = Field(description="documented or inferred")

    def mentions(self, words: Iterable[str]) -> bool:
        """Tell whether every word, in small letters, stands in its texts, field or checks."""
        texts = (self.code, self.family, self.meaning, self.cause, self.action, self.field)
        text = " ".join((*texts, *self.prevented_by)).casefold()
        return all(word in text for word in words)


def read_explanatory_codes(files: CodeFiles) -> dict[str, ExplanatoryCode]:
    """Read the explanatory codes by code, in the order of their file."""
    path = files.locate("explanatory_codes.csv")
    return read_records(path, ExplanatoryCode, lambda each: (each.code,), hint=_hint)


def _hint(column: str, text: str) -> str:
    if column != "prevented_by":
        return ""
    ids = (part.strip() for part in text.split(";"))
    strangers = [part for part in ids if part and part not in CHECK]
    close = [match for part in strangers for match in get_close_matches(part, CHECK, n=1)]
    return f"did you mean {', '.join(close)}?" if close else ""


def search_codes(codes: Mapping[str, ExplanatoryCode], text: str) -> list[ExplanatoryCode]:
    """Return the codes that mention every word of the text, those whose meaning does first.

    Nothing for a blank text; case does not matter; otherwise in the order of the file.
    """
    words = text.casefold().split()
    if not words:
        return []
    found = [each for each in codes.values() if each.mentions(words)]
    return sorted(found, key=lambda each: not _is_about(each, words))


def _is_about(code: ExplanatoryCode, words: list[str]) -> bool:
    text = f"{code.code} {code.family} {code.meaning}".casefold()
    return all(word in text for word in words)


_NEAR = 5
_LOOK_ALIKE = str.maketrans("O0I1S5Z2B8", "0O1I5S2Z8B")


def near_codes(codes: Mapping[str, ExplanatoryCode], text: str) -> list[ExplanatoryCode]:
    """Return up to five codes that may have been meant by one that does not exist.

    First the same characters the other way round or mistaken for others (O and 0), then those
    that begin alike, in the order of the file.
    """
    alike = (text[::-1], text.translate(_LOOK_ALIKE), *_one_mistaken(text))
    close = [codes[each] for each in dict.fromkeys(alike) if each in codes]
    begin = (each for each in codes.values() if text and each.code.startswith(text[0]))
    rest = (each for each in begin if each not in close)
    return [*close, *islice(rest, max(0, _NEAR - len(close)))]


def _one_mistaken(text: str) -> list[str]:
    return [
        text[:at] + char.translate(_LOOK_ALIKE) + text[at + 1 :] for at, char in enumerate(text)
    ]
