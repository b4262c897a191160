"""Marked patients: words and numbers that stand nowhere else, and how they are looked for."""

import re
import zipfile
from io import BytesIO

from hostile.world import OTHER_PHN, PHN, WRONG_PHN, Cells

PERSON = {
    "patient_first_name": "Zebulonia",
    "patient_second_name": "Quixandra",
    "patient_surname": "Vantablackwood",
    "address_1": "77 Gloamwhistle Row",
    "address_2": "Unit Flibberton",
    "city": "Umbravale",
    "postal_code": "X9Y8Z7",
    "note": "prefers Snickerdoodle the therapy iguana",
    "referral_name": "Dr Ompherelli",
}
CELLS = Cells(
    sound=PERSON,
    any={
        "patient_surname": "4 Vantablackwood",
        "referral_name": "9 Ompherelli",
        "note": PERSON["note"] * 150,
        "sex": "Vantablackwood",
        "status": "completed",
    },
    text="seen by the front desk",
    referral={
        "name": "Dr Ompherelli",
        "reason": "pain of Vantablackwood",
        "letter": "Gloamwhistle drawer",
    },
)
WORDS = (
    *("Zebulonia", "Quixandra", "Vantablackwood", "Gloamwhistle", "Flibberton", "Umbravale"),
    *("X9Y8Z7", "Snickerdoodle", "iguana", "Ompherelli", "STRAYPATIENT"),
)
NUMBERS = (PHN, OTHER_PHN, WRONG_PHN, "7182936450", "4455667788")
MARKS = (*WORDS, *NUMBERS)


def marks_in(text: str) -> list[str]:
    """Return the marks that stand in a text, in any case; numbers also with blanks in them."""
    folded = text.casefold()
    digits = re.sub(r"(?<=\d)[ -](?=\d)", "", folded)
    return [
        *(word for word in WORDS if word.casefold() in folded),
        *(number for number in NUMBERS if number in digits),
    ]


def marks_in_file(content: bytes) -> list[str]:
    """Return the marks in a file's bytes, a workbook's parts unpacked, in either coding."""
    texts = [content]
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            texts += [archive.read(name) for name in archive.namelist()]
    found: dict[str, None] = {}
    for each in texts:
        for encoding in ("utf-8", "utf-16-le"):
            found |= dict.fromkeys(marks_in(each.decode(encoding, errors="replace")))
    return list(found)
