"""A written file is read again: whatever was altered in it is found."""

import io
from collections.abc import Callable

import pytest
from made_up import ALBERTAN, adults, content_of, only_file, outgoing

from tpi_billing.errors import IntegrityError
from tpi_billing.teleplan.read_back import read_back

CLAIMS = [
    *adults(3, noted=[1]),
    outgoing(**ALBERTAN, office_folio=600, first_name="Zoë", note="ça va"),
]
FILE = only_file(*CLAIMS)
CONTENT = content_of(FILE)
LINES = CONTENT.splitlines(keepends=True)


def test_a_file_is_what_its_claims_say() -> None:
    read_back(CONTENT, FILE)
    read_back(io.BytesIO(CONTENT), FILE)


def _put(line: int, first: int, text: str) -> Callable[[list[bytes]], list[bytes]]:
    def put(lines: list[bytes]) -> list[bytes]:
        old = lines[line - 1]
        new = old[: first - 1] + text.encode() + old[first - 1 + len(text) :]
        return [*lines[: line - 1], new, *lines[line:]]

    return put


ALTERATIONS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int | None]] = {
    "another amount": (_put(2, 63, "3"), "The claim's billed amount is not", 2),
    "another day": (_put(2, 72, "4"), "The claim's service date is not", 2),
    "another patient": (_put(2, 35, "5"), "The field phn does not", 2),
    "another fee item": (_put(2, 56, "6"), "The claim's fee item is not", 2),
    "another folio": (_put(3, 146, "1"), "The claim's office folio is not", 3),
    "another number": (_put(4, 15, "9"), "The field sequence number does not", 4),
    "another note": (_put(4, 27, "BEE"), "The field note text does not", 4),
    "another centre": (_put(1, 4, "T9998"), "The field data centre does not", 1),
    "a letter in an amount": (_put(2, 60, "O"), "billed amount is not all digits", 2),
    "a filled filler": (_put(2, 210, "X"), "The field filler does not", 2),
    "a record less": (lambda lines: lines[:-1], "a record is missing", None),
    "a record more": (lambda lines: [*lines, lines[-1]], "a record too many", 8),
    "a claim lost": (lambda lines: [lines[0], *lines[2:]], "has 3 claims, 4 were to be", None),
    "records swapped": (
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        "The field sequence number does not",
        2,
    ),
    "a line cut": (lambda lines: [*lines[:-1], lines[-1][:300]], "The last line has no end", 7),
    "another line end": (
        lambda lines: [lines[0].replace(b"\r\n", b"\n"), *lines[1:]],
        "lines end with LF",
        1,
    ),
    "nothing": (lambda _lines: [], "has 0 claims", None),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_file_is_found_out(name: str) -> None:
    alter, words, row = ALTERATIONS[name]
    with pytest.raises(IntegrityError) as caught:
        read_back(b"".join(alter(LINES)), FILE)

    assert any(words in trouble.message and trouble.row == row for trouble in caught.value.troubles)
    assert caught.value.exit_code == 6


def test_both_totals_are_shown() -> None:
    with pytest.raises(IntegrityError) as caught:
        read_back(b"".join(_put(2, 57, "0107792")(LINES)), FILE)

    assert caught.value.troubles[-1].message == "The file bills 1311.68, the claims 311.68."


def test_troubles_never_say_what_the_fields_say() -> None:
    with pytest.raises(IntegrityError) as caught:
        read_back(b"".join(_put(2, 26, "9999999998")(LINES)), FILE)

    for trouble in caught.value.troubles:
        assert "9999999998" not in trouble.message
        assert "9151065434" not in trouble.message


def test_a_file_full_of_differences_is_told_in_twenty() -> None:
    file = only_file(*adults(40))
    other = content_of(only_file(*adults(40), first_number=5000))
    with pytest.raises(IntegrityError) as caught:
        read_back(other, file)

    assert len(caught.value.troubles) == 20
