"""A file of MSP's to lines as the ledger keeps them, each known by what it says.

What was cut off at the end of a file is no line: it comes whole when the file is fetched again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tpi_billing.errors import ConflictError, FileError
from tpi_billing.ledger.exchange import text_of
from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.remittance import ADJUSTMENT_RECORDS, RemittanceLine, Standing, line_hash
from tpi_billing.teleplan.control import PickupControl, PickupCounter, counts_everything
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import INBOUND, KNOWN_BY_NAME, LAYOUTS

_SENT_BY_US = frozenset(layout.code for layout in INBOUND)
_LOOKED_AT = 50
"""A file whose first lines hold no record of MSP's is none of MSP's."""
_QUIET = frozenset({"line-end", "trailing-blanks", "byte-order-mark", "end-of-file-mark"})
"""Remarks that are about how a file came here, not about what it says."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOLD = 20


@quickly_made
@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a file, and what of its record the ledger does not keep apart."""

    line: RemittanceLine
    data_centre: str
    deposit_cents: int


@dataclass
class FileReading:
    """Reads one file; the counts and remarks are complete once `lines` has run through."""

    name: str
    lines_read: int = 0
    fragment: str = ""
    remarks: list[str] = field(default_factory=list)
    controls: list[PickupControl] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _known_records: int = 0
    _unread: Counter[str] = field(default_factory=Counter)

    def lines(self, source: bytes | BinaryIO) -> Iterator[ReadLine]:
        """Yield every line of a pick-up file; blank ones are only counted.

        Raise FileError for a file that holds no record of MSP's, ConflictError for one of ours.
        """
        counter = PickupCounter()
        for record in read_records(source):
            self._judge(record)
            if record.remarks and _is_fragment(record):
                self.fragment = _text(record)
                self._say(f"Line {record.line} was cut off; fetch the file again.")
                continue
            self._remark(record)
            self._control(counter.add(record))
            if record.is_blank:
                continue
            self.lines_read += 1
            yield self._line(record)
        self._insist_known()
        self._control(counter.finish())
        self._sum_up()

    def _judge(self, record: Record) -> None:
        if record.code in _SENT_BY_US:
            raise ConflictError(
                "This is a file of claims, as it is sent to MSP, and no answer of MSP's.",
                hint="Fetch MSP's answers with tpi-billing pickup, or download them.",
                file=self.name,
            )
        self._known_records += record.code in LAYOUTS or record.code in KNOWN_BY_NAME
        if record.line == _LOOKED_AT:
            self._insist_known()

    def _insist_known(self) -> None:
        if not self._known_records:
            raise FileError(
                "Nothing in the file is a record of MSP's.",
                hint="Give the data file of a Teleplan pick-up, as it was fetched.",
                file=self.name,
            )

    def _remark(self, record: Record) -> None:
        for remark in record.remarks:
            if remark.code in _QUIET or remark.code == "blank-line":
                continue
            self._say(f"Line {record.line}: {remark.message}")

    def _say(self, what: str) -> None:
        self._unread["said"] += 1
        if self._unread["said"] <= _TOLD:
            self.remarks.append(what)

    def _sum_up(self) -> None:
        if (more := self._unread["said"] - _TOLD) > 0:
            self.remarks.append(f"... and {more} more remarks.")

    def _control(self, control: PickupControl | None) -> None:
        if control is not None:
            self.controls.append(control)
            self.remarks.extend(remark.message for remark in control.remarks)

    def _line(self, record: Record) -> ReadLine:
        content = _text(record)
        digest = line_hash(content)
        self._seen[digest] += 1
        centre = record.text("data_centre") or record.content[3:8].strip()
        return ReadLine(
            _unplaced(record, content, digest, self._seen[digest]),
            centre,
            record.number("deposit") or 0,
        )


def _is_fragment(record: Record) -> bool:
    codes = {remark.code for remark in record.remarks}
    if "no-line-end" not in codes:
        return False
    cut_counts = record.code == "VTC" and not counts_everything(record)
    return cut_counts or bool(codes & {"short-line", "unknown-record"})


def _text(record: Record) -> str:
    content = record.verbatim.rstrip(b"\r\n").rstrip(b"\x1a")
    if record.line == 1:
        content = content.removeprefix(_BYTE_ORDER_MARK)
    return text_of(content)


def _unplaced(record: Record, content: str, digest: str, ordinal: int) -> RemittanceLine:
    """Make a line that has no number, file, month or claim yet."""
    adjusts = record.code in ADJUSTMENT_RECORDS
    return RemittanceLine(
        line_id=0,
        content_sha256=digest,
        ordinal=ordinal,
        file_id=0,
        line_number=record.line,
        record=record.code,
        content=content,
        payment_date=record.day("payment_date"),
        payee_number=record.text("payee_number"),
        practitioner_number=record.text("practitioner_number"),
        sequence_number=record.number("sequence_number"),
        office_folio=record.number("office_folio"),
        file_number=_unless_zeros(record.text("file_number")),
        explanatory_codes=record.explanatory_codes,
        billed_cents=record.number("billed_amount"),
        paid_cents=_paid(record, adjusts=adjusts),
        stated_adjustments_cents=sum(cents or 0 for _, cents in record.adjustments),
        adjusted_cents=0,
        paid_fee_item=record.text("paid_fee_item"),
        paid_units=record.number("paid_units"),
        standing=Standing.KEPT,
        problem="",
        claim_id=None,
        month="",
        claim_month="",
    )


_PAYS = frozenset({"S00", "S01", "S02", "S03"})


def _paid(record: Record, *, adjusts: bool) -> int | None:
    if adjusts:
        return record.number("adjustment_amount")
    return record.number("paid_amount") if record.code in _PAYS else None


def _unless_zeros(text: str) -> str:
    return text if text.strip("0 ") else ""
