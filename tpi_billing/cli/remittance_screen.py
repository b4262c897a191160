"""What MSP's lines look like on the screen: a statement that a person can follow."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.remittance_json import fee_item, service_day, shown_line
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.explaining import Explained
    from tpi_billing.remittance.statement import Item, Kind, Statement


def show_statement(screen: Screen, statement: "Statement") -> None:
    """Write everything that lines say, kind by kind."""
    from tpi_billing.remittance.statement import Kind

    _show_paid(screen, statement)
    for kind, title in (
        (Kind.CHANGED, "Paid otherwise"),
        (Kind.REFUSED, "Refused"),
        (Kind.HELD, "Held for a later remittance"),
        (Kind.TAKEN_BACK, "Taken back"),
    ):
        _show_claims(screen, kind, title, statement.items[kind])
    _show_lines(screen, "Matching no claim", statement.items[Kind.UNMATCHED])
    _show_lines(screen, "Not applied", statement.items[Kind.NOT_APPLIED])
    _show_practitioners(screen, statement)
    _show_adjustments(screen, statement)
    show_messages(screen, statement)


def _show_paid(screen: Screen, statement: "Statement") -> None:
    paid = statement.paid
    if not paid.lines:
        return
    screen.heading(f"Paid as billed: {counted(paid.lines, 'claim')}, {dollars(paid.paid_cents)}")
    if statement.remarked:
        said = ", ".join(f"{code} x {many}" for code, many in sorted(statement.remarked.items()))
        screen.remark(f"With remarks of MSP's (tpi-billing codes explain CODE): {said}.")


def _show_lines(screen: Screen, title: str, items: Sequence["Item"]) -> None:
    if items:
        screen.heading(f"{title}: {counted(len(items), 'line')}, {dollars(_paid(items))}")
    for item in items:
        _show_line(screen, item)


def show_messages(screen: Screen, statement: "Statement") -> None:
    """Write MSP's messages."""
    if statement.messages:
        screen.heading("Messages of MSP's")
    for message in statement.messages:
        whose = message.line.practitioner_number
        put(screen, screen.masked("", f"{whose} {message.text}".strip()), "  ")


def _show_claims(screen: Screen, kind: "Kind", title: str, items: Sequence["Item"]) -> None:
    from tpi_billing.remittance.statement import Kind

    if not items:
        return
    money = _billed(items) if kind in {Kind.REFUSED, Kind.HELD} else _paid(items)
    beside = f" of {dollars(_billed(items))}" if kind is Kind.CHANGED else ""
    claims = counted(len({item.line.claim_id for item in items}), "claim")
    screen.heading(f"{title}: {claims}, {dollars(money)}{beside}")
    columns = ["claim", "session", "service", "item", "billed", "paid", "codes", "last day", "now"]
    if kind in {Kind.REFUSED, Kind.HELD}:
        columns.remove("paid")
    if not any(item.last_day for item in items):
        columns.remove("last day")
    rows = (_row(item) for item in items)
    screen.table(
        columns,
        ([row[column] for column in columns] for row in rows),
        right=("claim", "billed", "paid"),
        wrap=("session", "now"),
    )
    _show_codes(screen, items)


def _row(item: "Item") -> dict[str, str]:
    claim, line = item.claim, item.line
    billed = fee_item(item)
    other = line.paid_fee_item not in {"", "00000", billed}
    return {
        "claim": str(line.claim_id),
        "session": "" if claim is None else claim.session_id,
        "service": service_day(item),
        "item": f"{billed} as {line.paid_fee_item}" if other else billed,
        "billed": dollars(item.billed_cents),
        "paid": dollars(item.paid_cents),
        "codes": " ".join(code.code for code in item.codes),
        "last day": "" if item.last_day is None else item.last_day.isoformat(),
        "now": "" if claim is None else claim.state.value,
    }


def _show_codes(screen: Screen, items: Iterable["Item"]) -> None:
    """Write what the codes of some lines mean, each once."""
    codes: dict[str, Explained] = {}
    for item in items:
        for code in item.codes:
            codes.setdefault(code.code, code)
    for code in codes.values():
        field = f" ({code.field})" if code.field else ""
        put(screen, f"{code.code}  {code.meaning}{field}", "  ", "      ")
        put(screen, f"-> {code.cure}", "      ", "         ")


def _show_line(screen: Screen, item: "Item") -> None:
    line, record = item.line, item.record
    screen.line()
    what = [
        f"line {line.line_number} of file {line.file_id}: {line.record}",
        f"of {line.payment_date}" if line.payment_date else "",
    ]
    screen.line(" ".join(filter(None, what)), style="bold")
    put(screen, f"{line.problem[:1].upper()}{line.problem[1:]}.", "  ")
    name = " ".join((*record.text("initials").strip(), record.text("surname").strip()))
    phn = record.text("phn").strip("0 ")
    facts = [
        screen.masked("patient_surname", name),
        f"PHN {screen.masked('phn', record.text('phn'))}" if phn else "",
        f"practitioner {line.practitioner_number}",
        f"service {service_day(item)}" if service_day(item) else "",
        fee_item(item),
        f"office folio {line.office_folio}",
        f"number {line.sequence_number}",
        f"MSP's number {line.file_number}" if line.file_number else "",
    ]
    put(screen, ", ".join(filter(None, facts)), "  ")
    if line.record not in {"C12", "S04"}:
        money = f"billed {dollars(item.billed_cents)}, paid {dollars(item.paid_cents)}"
        put(screen, money, "  ")
    for code in item.codes:
        put(screen, f"{code.code}  {code.meaning}", "  ", "      ")
    put(screen, " ".join(shown_line(item, screen).split()), "  ")


def _show_practitioners(screen: Screen, statement: "Statement") -> None:
    if len(statement.by_practitioner) < 2:
        return
    screen.heading("By practitioner")
    screen.table(
        ("practitioner", "lines", "billed", "paid"),
        (
            (number, str(some.lines), dollars(some.billed_cents), dollars(some.paid_cents))
            for number, some in sorted(statement.by_practitioner.items())
        ),
        right=("lines", "billed", "paid"),
    )


def _show_adjustments(screen: Screen, statement: "Statement") -> None:
    if not statement.adjustments:
        return
    total = sum(one.cents for one in statement.adjustments)
    screen.heading(f"Adjustments: {dollars(total)}")
    screen.table(
        ("record", "code", "meaning", "MSP's words", "about", "amount"),
        (
            (
                one.line.record,
                one.explained.code,
                one.explained.meaning,
                screen.masked("", one.record.text("message").strip()),
                screen.masked("", one.record.text("identifier").strip()),
                dollars(one.cents),
            )
            for one in statement.adjustments
        ),
        right=("amount",),
        wrap=("meaning", "MSP's words"),
    )
    told = {one.explained.code: one.explained for one in statement.adjustments}
    for code in told.values():
        put(screen, f"{code.code}  {code.explanation}", "  ", "      ")


def _paid(items: Iterable["Item"]) -> int:
    return sum(item.paid_cents for item in items)


def _billed(items: Iterable["Item"]) -> int:
    return sum(item.billed_cents for item in items)
