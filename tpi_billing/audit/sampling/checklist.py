"""What a reviewer looks for in a chart, and the columns of the workbook in which he says it.

The elements of an adequate medical record are those of Preamble C.10 a-h, in our words; those of a
trigger point injection are the clinic's own (MSP billing facts, section 6).
"""

from dataclasses import dataclass
from typing import Literal

from tpi_billing.model.sample import Verdict

YES, NO, NOT_APPLICABLE = ANSWERS = ("yes", "no", "not applicable")

Group = Literal["record", "injection"]


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that the record must show: `key` in the ledger, `title` of its column."""

    key: str
    group: Group
    title: str
    meaning: str


def _record(key: str, title: str, meaning: str) -> Element:
    return Element(key, "record", title, meaning)


def _injection(key: str, title: str, meaning: str) -> Element:
    return Element(key, "injection", title, meaning)


ELEMENTS = (
    _record("date-place", "Date and place", "The day of the service and where it was given."),
    _record("who", "Patient and doctor", "Who was treated, and by whom."),
    _record(
        "complaint",
        "Complaint",
        "What brought the patient: symptoms and signs, and how they came about.",
    ),
    _record(
        "history", "History", "What matters of the patient's past, and of the family's if it does."
    ),
    _record(
        "enquiry",
        "Enquiry",
        "What was asked about the problem in turn, and the answers, also where there was nothing.",
    ),
    _record(
        "examination",
        "Examination",
        "How far the examination went, and what was found, also where it was normal.",
    ),
    _record("results", "Results", "Results of tests and images of this visit, if there were any."),
    _record("plan", "Plan", "The problem summed up, and what is to be done about it."),
    _injection("sites", "Sites and sides", "Each place that was injected, with its side."),
    _injection("number", "Number", "How many injections were given."),
    _injection("agent", "Agent, volume", "What was injected, and how much of it."),
    _injection(
        "distance",
        "Distance to block",
        "How far the trigger points are from a nerve block of the same day. Without a block: not "
        "applicable.",
    ),
    _injection("consent", "Consent", "That the patient was told of the risks and agreed."),
    _injection("response", "Response", "How the patient did, then and since the last session."),
    _injection("series", "Session n", "Which session of the series it is."),
    _injection("referral", "Referral", "Who referred the patient and when; the letter is there."),
)

VERDICTS = {
    Verdict.SUPPORTED: "The chart shows the service as it was billed.",
    Verdict.NOT_SUPPORTED: "The chart does not show that the service was given, or is not an "
    "adequate record of it. Nothing should have been paid.",
    Verdict.PARTLY: "The chart shows less than was billed, such as fewer units.",
    Verdict.OTHER_ITEM: "The chart shows another service than the fee item that was billed.",
}

SHEET, ABOUT = "Review", "About"
CLAIM, CHECK = "Claim", "Row check"
VERDICT, RIGHT, REMARK = "Verdict", "Right amount ($)", "Remark"
REVIEWER, DAY = "Reviewed by", "Reviewed on"
TO_FILL = (*(element.title for element in ELEMENTS), VERDICT, RIGHT, REMARK, REVIEWER, DAY)
"""The titles of the columns that the reviewer fills in."""

SAMPLE_LABEL, HASH_LABEL = "Sample", "Journal hash"
"""What stands in the first column of the sheet About, beside the values by which it is known."""
