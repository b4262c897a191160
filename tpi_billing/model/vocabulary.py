"""The words that an export may hold in columns that are no free text.

Whatever else stands there may be a patient's name and is not shown. Only masking reads them: what
a word means is said by mappings and checks.
"""

from tpi_billing.model.session import COLUMN, COLUMNS

_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
MONTHS = frozenset(_MONTHS.split())
_ANYWHERE = "na none null nil unknown missing blank yes no true false"
_OF_KIND = {
    "date": _MONTHS,
    "time": "am pm hr hrs min",
    "number": "cm mm ml cc cad",
    "whole": "no nr",
}
_OF_COLUMN = {
    "status": "complete canceled show noshow seen done finished arrived checked out in progress "
    "scheduled planned confirmed unconfirmed pending open closed booking appointment rescheduled "
    "late left before deleted entered error signed unsigned billed unbilled fulfilled waiting "
    "waitlist room ready here did not attend dna dns and by patient clinic office provider",
    "sex": "male female man woman other undifferentiated indeterminate nonbinary non binary",
    "insurer": "worksafebc worksafe bc wcb self pay selfpay uninsured patient mva other third "
    "party insurance reciprocal province federal ifhp rcmp veterans affairs british columbia "
    "alberta saskatchewan manitoba ontario brunswick scotia edward island newfoundland yukon "
    "northwest territories nunavut quebec",
    "visit": "consult repeat full new limited follow up followup office procedure treatment "
    "injection ambulatory assessment reassessment initial virtual phone telephone in person",
    "referral_profession": "md dr doctor gp fp np rn rm od dc dds dmd dpm nd rmt pt medical "
    "general family practice medicine practitioner specialist consultant surgeon physicians "
    "anesthesiologist anaesthesiologist physiatrist rheumatologist neurologist internist "
    "psychiatrist pediatrician paediatrician orthopaedic orthopedic neurosurgeon chiropractor "
    "chiro chiropractic midwife registered optometrist optometry dentist dental oral podiatrist "
    "podiatric psychiatric naturopath naturopathic naturopathy physiotherapist physio physical "
    "therapist massage acupuncturist traditional chinese kinesiologist occupational pharmacist "
    "psychologist osteopath osteopathic manual of and",
    "chart_signed": "signed unsigned open locked unlocked complete incomplete completed draft "
    "pending final",
}


def _known(column: str) -> frozenset[str]:
    choices = [choice.casefold() for choice in COLUMN[column].choices]
    parts = [part for choice in choices for part in choice.replace("-", " ").split()]
    said = (_ANYWHERE, _OF_KIND.get(COLUMN[column].kind, ""), _OF_COLUMN.get(column, ""))
    return frozenset([*choices, *parts, *" ".join(said).split()])


KNOWN_WORDS = {column.name: _known(column.name) for column in COLUMNS}
"""Of each column its words, in small letters."""
