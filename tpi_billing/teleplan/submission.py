"""Submission files: planned whole, split at the limits of one transmission, then written.

Planning writes every record once and throws the text away, so that whatever is refused is known,
all of it, before a byte goes out. Writing then streams.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.errors import ConfigurationError, IntegrityError
from tpi_billing.model.claim import Claim
from tpi_billing.teleplan.claim_records import render_claim
from tpi_billing.teleplan.folding import Change
from tpi_billing.teleplan.layout import Values
from tpi_billing.teleplan.numbering import last_of_run, number_after
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.records import LAYOUTS
from tpi_billing.teleplan.refusal import RecordRefusedError, Refusal
from tpi_billing.teleplan.splitting import Limits, cents_of, names, split, too_large
from tpi_billing.teleplan.writer import Rendered, writer_of

LINE_END = "\r\n"
_SMALLEST = 3
"""A VS1, a claim and its note: what any transmission must be able to carry."""
_CHUNK_RECORDS = 1000


@dataclass(frozen=True, slots=True)
class Vendor:
    """What VS1 says of the clinic and its software; a blank `vendor_data_centre` is its own."""

    data_centre: str
    software_name: str = ""
    software_version: str = ""
    installed_on: date | None = None
    company: str = ""
    phone: str = ""
    contact: str = ""
    vendor_data_centre: str = ""

    def record(self, number: int) -> Values:
        """Return the VS1 values by field name; `number` is the record's sequence number."""
        return {
            "data_centre": self.data_centre,
            "sequence_number": number,
            "vendor_data_centre": self.vendor_data_centre or self.data_centre,
            "software_name": self.software_name,
            "software_version": self.software_version,
            "installed_on": self.installed_on,
            "vendor_company": self.company,
            "vendor_phone": self.phone,
            "vendor_contact": self.contact,
        }


@dataclass(frozen=True, slots=True)
class SubmissionFile:
    """One file: a VS1, then each claim with its note behind it, numbered from `first_number`."""

    vendor: Vendor
    claims: tuple[OutgoingClaim, ...]
    first_number: int
    notes: int

    @property
    def records(self) -> int:
        """How many records the file has, its VS1 among them."""
        return 1 + len(self.claims) + self.notes

    @property
    def amount_cents(self) -> int:
        """What the file bills."""
        return cents_of(self.claims)

    @property
    def last_number(self) -> int:
        """The number of the last record."""
        return last_of_run(self.first_number, self.records)

    def claim_numbers(self) -> Iterator[int]:
        """Yield the sequence number of each claim's C02; a note has the number after it."""
        number = self.first_number
        for out in self.claims:
            number = number_after(number)
            yield number
            if out.note:
                number = number_after(number)


@dataclass(frozen=True, slots=True)
class Submission:
    """All files of a submission, and every value that is written differently.

    A change stands beside its claim, or beside None when it is in VS1.
    """

    files: tuple[SubmissionFile, ...]
    changes: tuple[tuple[Claim | None, Change], ...]

    def numbered_from(self, first_number: int) -> "Submission":
        """Return the same files with other numbers; what the records say is checked already."""
        return Submission(_numbered(self.files, first_number), self.changes)


def plan_submission(
    vendor: Vendor,
    claims: Sequence[OutgoingClaim],
    first_number: int,
    limits: Limits | None = None,
) -> Submission:
    """Plan the files that claims go out in: numbered, split at the limits; no claims, no file.

    Claims that share a key of `kept_with` are in one file. Raise RecordRefusedError with every
    field of every claim that the writer refuses and all claims of one file that the limits do not
    hold, and ConfigurationError for limits that no claim fits.
    """
    limits = limits or Limits()
    if limits.records is not None and limits.records < _SMALLEST:
        raise ConfigurationError(
            f"A transmission of {limits.records} records has no room for a claim and its note.",
            hint=f"Set the limit to {_SMALLEST} at the least.",
        )
    changes = _check(vendor, claims, limits)
    files = [
        SubmissionFile(vendor, tuple(run), first_number, sum(1 for out in run if out.note))
        for run in split(claims, limits)
    ]
    return Submission(_numbered(files, first_number), changes)


def _numbered(files: Sequence[SubmissionFile], first_number: int) -> tuple[SubmissionFile, ...]:
    """Let each file's numbers begin where those of the one before it end."""
    numbered, number = [], first_number
    for file in files:
        numbered.append(replace(file, first_number=number))
        number = number_after(numbered[-1].last_number)
    if files:
        last_of_run(first_number, sum(file.records for file in files))
    return tuple(numbered)


def rendered_records(file: SubmissionFile) -> Iterator[tuple[OutgoingClaim | None, Rendered]]:
    """Yield each record of a file with its claim, None for VS1.

    Raise RecordRefusedError at a record that the writer refuses.
    """
    data_centre = file.vendor.data_centre
    opening = writer_of("VS1").render(file.vendor.record(file.first_number))
    _insist([("", refusal) for refusal in opening.refusals])
    yield None, opening
    for out, number in zip(file.claims, file.claim_numbers(), strict=True):
        written = render_claim(out, data_centre, number)
        _insist([(f"{names([out])}: ", refusal) for refusal in written.refusals])
        for record in written.records:
            yield out, record


def write_file(file: SubmissionFile) -> Iterator[bytes]:
    """Yield a file's bytes, some records at a time, each record ending with CR LF."""
    texts: list[str] = []
    for _, record in rendered_records(file):
        texts.append(record.text)
        if len(texts) == _CHUNK_RECORDS:
            yield _sealed(texts)
            texts = []
    if texts:
        yield _sealed(texts)


def _sealed(texts: list[str]) -> bytes:
    """Encode records, and hold their bytes against the lengths of their layouts."""
    content = LINE_END.join([*texts, ""]).encode("ascii")
    lengths = sum(LAYOUTS[text[:3]].length or 0 for text in texts)
    if len(content) != lengths + len(LINE_END) * len(texts):
        raise IntegrityError(
            "The records written do not have the length that they must have.",
            hint="Nothing may be sent. Report this together with the batch's number.",
        )
    return content


def _check(
    vendor: Vendor, claims: Sequence[OutgoingClaim], limits: Limits
) -> tuple[tuple[Claim | None, Change], ...]:
    opening = writer_of("VS1").render(vendor.record(1))
    refusals = [("", refusal) for refusal in opening.refusals]
    changes: list[tuple[Claim | None, Change]] = [(None, change) for change in opening.changes]
    for out in claims:
        written = render_claim(out, vendor.data_centre, 1)
        refusals += [(f"{names([out])}: ", refusal) for refusal in written.refusals]
        changes += [(out.claim, change) for change in written.changes]
    refusals += too_large(claims, limits)
    _insist(refusals)
    return tuple(changes)


def _insist(refusals: list[tuple[str, Refusal]]) -> None:
    if refusals:
        raise RecordRefusedError(refusals)
