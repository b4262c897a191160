"""The stand-in's page for people: what it is, what day it takes it to be, what it has judged."""

from collections.abc import Iterable, Iterator
from datetime import date
from html import escape

from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.judge import final_close_off, recovery_close_off
from tpi_billing.demo.stand_in.state import JudgedClaim, Outcome, State

_WORDS = {
    Outcome.PAID: "paid as billed",
    Outcome.CHANGED: "paid with a change",
    Outcome.REFUSED: "refused",
    Outcome.HELD: "held, then paid",
    Outcome.PRE_EDIT: "refused before judging",
}
_SHOWN = 500
_PAGE = """\
<!doctype html><html lang=en><meta charset=utf-8>
<title>Stand-in of Teleplan, not MSP</title>
<style>body{{font:1rem sans-serif;margin:2rem}}td,th{{padding:.2rem .8rem;text-align:left}}</style>
<h1>A stand-in of Teleplan</h1>
<p><strong>This is not MSP. Nothing here is paid.</strong> It is a small program on this very
computer, and nothing that is sent to it leaves the computer. Claims come from a demo or a test and
are judged by made-up rules. Send no real patient's claims here.</p>
<p>Data centre {data_centre}. The next file must begin with number {expected}.</p>
<form method=post action=/day><label>Today is <input type=date name=day value="{today}"></label>
<button>Go there</button></form>
<h2>{claims} claims in {files} files</h2>
<p>{shown}</p>
{table}
"""


def page(state: State, cycle: Cycle, today: date) -> str:
    """Return the page as HTML. It names no patient."""
    return _PAGE.format(
        data_centre=escape(state.data_centre),
        expected=f"{state.expected_number:07}",
        today=today,
        claims=len(state.claims),
        files=len(state.files),
        shown=f"The last {_SHOWN} are shown." if len(state.claims) > _SHOWN else "",
        table=_table(state.claims[-_SHOWN:], cycle),
    )


def _table(claims: Iterable[JudgedClaim], cycle: Cycle) -> str:
    head = ("folio", "received", "item", "billed", "outcome", "codes", "MSP file number", "fetch")
    rows = "\n".join(_row(_cells(one, cycle), "td") for one in claims)
    return f"<table>{_row(head, 'th')}{rows}</table>"


def _cells(one: JudgedClaim, cycle: Cycle) -> Iterator[str]:
    ruling = one.ruling
    yield str(one.record.number("office_folio"))
    yield one.received.isoformat()
    yield one.record.text("fee_item")
    yield f"{one.billed_cents // 100}.{one.billed_cents % 100:02}"
    yield _WORDS[ruling.outcome]
    yield " ".join(ruling.codes)
    yield one.file_number
    if ruling.outcome is Outcome.PRE_EDIT:
        yield "the day after"
    else:
        taken_back = recovery_close_off(one, cycle)
        back = f", taken back from {cycle.ready_on(taken_back)}" if taken_back else ""
        yield f"from {cycle.ready_on(final_close_off(one, cycle))}{back}"


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}" for cell in cells)
