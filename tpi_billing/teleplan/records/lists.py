"""The codes that a claim may carry in its coded fields, each with its meaning."""

AFTER_HOURS = (("0", "none"), ("E", "evening"), ("N", "night"), ("W", "weekend"))
SUBMISSION_CODES = (
    ("0", "ordinary claim"),
    ("D", "a second identical service on purpose"),
    ("R", "sent again"),
    ("C", "coverage was put right afterwards; needs a note"),
    ("A", "over-age, approved by MSP; needs the approval's reference, which goes into the note"),
    ("X", "judge a refused or part-paid claim again; needs a note"),
    ("I", "ICBC claim"),
    ("W", "not accepted by WorkSafeBC"),
    ("E", "take back a paid claim; needs a note and the original MSP file number"),
)
SERVICE_LOCATIONS = (
    ("A", "practitioner's office, for services before 2021-10-01"),
    ("B", "community health centre"),
    ("C", "continuing care facility"),
    ("D", "diagnostic facility"),
    ("E", "hospital emergency"),
    ("F", "private medical or surgical facility"),
    ("G", "hospital day care"),
    ("I", "hospital in-patient"),
    ("J", "First Nations primary care"),
    ("K", "hybrid primary care"),
    ("L", "longitudinal primary care"),
    ("M", "mental health centre"),
    ("N", "office of a professional who is not a physician"),
    ("P", "out-patient"),
    ("Q", "specialist's office"),
    ("R", "patient's residence"),
    ("T", "publicly administered facility"),
    ("U", "urgent and primary care centre"),
    ("V", "virtual clinic"),
    ("W", "walk-in clinic"),
    ("Z", "none of these"),
)
REFERRAL_CODES = (("0", "none"), ("B", "referred by"), ("T", "referred to"))
CORRESPONDENCE_CODES = (
    ("0", "none"),
    ("C", "on paper"),
    ("N", "a note record follows"),
    ("B", "both"),
)
INSURERS = (
    ("AB", "Alberta"),
    ("SK", "Saskatchewan"),
    ("MB", "Manitoba"),
    ("ON", "Ontario"),
    ("NB", "New Brunswick"),
    ("NS", "Nova Scotia"),
    ("PE", "Prince Edward Island"),
    ("NL", "Newfoundland and Labrador"),
    ("NF", "Newfoundland and Labrador, older code"),
    ("YT", "Yukon"),
    ("NT", "Northwest Territories"),
    ("NU", "Nunavut"),
    ("IN", "institution"),
    ("PP", "pay patient"),
    ("WC", "WorkSafeBC"),
)
