"""The tables of the books: balances, remittances, and what is outstanding."""

from collections.abc import Callable, Mapping, Sequence

from tpi_billing.ledger.books import BookLine
from tpi_billing.ledger.receivables import BANDS, Receivable
from tpi_billing.model.money import dollars
from tpi_billing.remittance.tying import Tied
from tpi_billing.reports.fields import Field, Value
from tpi_billing.reports.month.report import Report, money

_STATES = {"balanced": "balances", "difference": "DIFFERS", "no-total": "NO TOTAL"}
_ADJUSTMENTS = (
    "Adjustments are MSP's own, what claim lines explain, money that no claim has taken, what "
    "other claims took over, and accepted differences."
)


def books_table(lines: Sequence[BookLine], line: str, names: Mapping[str, str]) -> Report[BookLine]:
    """Show the books of a month, with what the adjustments are made of."""
    return Report(
        "books",
        "Books",
        line,
        (
            Field("payee_number", "Payee", "text", 9, lambda b: b.payee_number),
            Field("practitioner_number", "Practitioner", "text", 13, _practitioner),
            Field("name", "Name", "wrapped", 20, lambda b: _name(b, names)),
            Field("opening", "Opening ($)", "money", 13, lambda b: money(b.opening)),
            Field("billed", "Billed ($)", "money", 12, lambda b: money(b.moved.billed)),
            Field("premiums", "MSP's own ($)", "money", 13, _premiums),
            Field("explained", "Explained ($)", "money", 13, _explained),
            Field("without_claim", "No claim ($)", "money", 12, _without_claim),
            Field("replaced", "Taken over ($)", "money", 13, _replaced),
            Field("difference", "Accepted ($)", "money", 12, _difference),
            Field("adjustments", "Adjustments ($)", "money", 16, _adjustments),
            Field("paid", "Paid ($)", "money", 12, lambda b: money(b.moved.paid)),
            Field("written_off", "Written off ($)", "money", 12, _written_off),
            Field("closing", "Closing ($)", "money", 13, lambda b: money(b.closing)),
        ),
        tuple(lines),
        frozenset(
            {"opening", "billed", "premiums", "explained", "without_claim", "replaced"}
            | {"difference", "adjustments", "paid", "written_off", "closing"}
        ),
        (
            ("payee_number", "payee"),
            ("practitioner_number", "pract."),
            ("opening", "opening"),
            ("billed", "billed"),
            ("adjustments", "adjusted"),
            ("paid", "paid"),
            ("written_off", "written off"),
            ("closing", "closing"),
        ),
        remarks=(_ADJUSTMENTS,) if lines else (),
        nothing="Nothing has moved the books up to this month.",
    )


def _practitioner(line: BookLine) -> Value:
    return line.practitioner_number


def _name(line: BookLine, names: Mapping[str, str]) -> Value:
    return names.get(line.practitioner_number, "") if line.practitioner_number else "(the payee)"


def _premiums(line: BookLine) -> Value:
    return money(line.moved.premiums)


def _explained(line: BookLine) -> Value:
    return money(line.moved.explained)


def _without_claim(line: BookLine) -> Value:
    return money(line.moved.without_claim)


def _replaced(line: BookLine) -> Value:
    return money(line.moved.replaced)


def _difference(line: BookLine) -> Value:
    return money(line.moved.difference)


def _adjustments(line: BookLine) -> Value:
    return money(line.moved.adjustments)


def _written_off(line: BookLine) -> Value:
    return money(line.moved.written_off)


def remittances_table(found: Sequence[Tied], line: str) -> Report[Tied]:
    """Show what each payee was paid on each payment date, and whether it ties."""
    return Report(
        "remittances",
        "Remittances",
        line,
        (
            Field("payment_date", "Payment date", "date", 13, lambda t: t.payment_date),
            Field("payee_number", "Payee", "text", 9, lambda t: t.payee_number),
            Field("remittance_id", "Remittance", "text", 19, lambda t: t.name),
            Field("billed", "Billed ($)", "money", 14, lambda t: money(t.ties.billed_cents)),
            Field("paid", "Paid ($)", "money", 14, lambda t: money(t.ties.paid_cents)),
            Field("adjustments", "Adjustments ($)", "money", 16, _adjusted),
            Field("balance_forward", "Balance forward ($)", "money", 14, _forward),
            Field("new_balance", "Carried on ($)", "money", 14, _new_balance),
            Field("deposit", "Deposit ($)", "money", 14, lambda t: money(t.ties.deposit_cents)),
            Field("difference", "Difference ($)", "money", 14, _of_lines),
            Field("state", "Totals", "text", 11, lambda t: _STATES[t.ties.state.value]),
        ),
        tuple(found),
        frozenset({"billed", "paid", "adjustments", "deposit", "difference"}),
        (
            ("payment_date", "paid on"),
            ("payee_number", "payee"),
            ("billed", "billed"),
            ("paid", "paid"),
            ("adjustments", "adjusted"),
            ("deposit", "deposit"),
            ("difference", "differs"),
            ("state", "totals"),
        ),
        remarks=("The difference is money of MSP's totals that no line explains.",)
        if any(one.ties.difference_cents for one in found)
        else (),
        nothing="No remittance.",
    )


def _adjusted(one: Tied) -> Value:
    return money(one.ties.adjusted_cents)


def _forward(one: Tied) -> Value:
    return money(one.ties.balance_forward_cents)


def _new_balance(one: Tied) -> Value:
    return money(one.ties.new_balance_cents)


def _of_lines(one: Tied) -> Value:
    return money(one.ties.difference_cents)


def receivables_table(
    found: Sequence[Receivable], line: str, names: Mapping[str, str], books_cents: int
) -> Report[Receivable]:
    """Show what is outstanding by age of the service and state; it ties to the books or says so."""
    total = sum(one.cents for one in found)
    tie = (
        f"Ties to the books: {dollars(total)}."
        if total == books_cents
        else f"DOES NOT TIE: the books come to {dollars(books_cents)}, this to {dollars(total)}."
    )
    ages = _ages()
    return Report(
        "receivables",
        "Receivables",
        line,
        (
            Field("payee_number", "Payee", "text", 9, lambda r: r.payee_number),
            Field("practitioner_number", "Practitioner", "text", 13, _number),
            Field("name", "Name", "wrapped", 20, lambda r: names.get(r.practitioner_number, "")),
            Field("state", "State", "text", 17, lambda r: r.state.value),
            Field("claims", "Claims", "count", 9, lambda r: r.claims),
            *(
                Field(name, f"{title} days ($)", "money", 15, _of_age(at))
                for at, (name, title) in enumerate(ages)
            ),
            Field("outstanding", "Outstanding ($)", "money", 16, lambda r: money(r.cents)),
        ),
        tuple(found),
        frozenset({"claims", "outstanding", *(name for name, _ in ages)}),
        (
            ("practitioner_number", "pract."),
            ("state", "state"),
            ("claims", "claims"),
            *ages,
            ("outstanding", "all"),
        ),
        remarks=(tie,),
        nothing="Nothing is outstanding.",
    )


def _number(one: Receivable) -> Value:
    return one.practitioner_number


def _ages() -> list[tuple[str, str]]:
    """Name the ages for programs and people: `days_31_60` and `31-60`."""
    firsts = (0, *(last + 1 for last in BANDS[:-1]))
    spans = list(zip(firsts, BANDS, strict=True))
    named = [(f"days_{first}_{last}", f"{first}-{last}") for first, last in spans]
    return [*named, (f"days_over_{BANDS[-1]}", f"over {BANDS[-1]}")]


def _of_age(at: int) -> Callable[[Receivable], Value]:
    return lambda one: money(one.by_age[at])
