"""What a clinic fetches: remittances, refusals, messages, and the control record at the end."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.records import as_bytes, message, refusal, write
from tpi_billing.demo.stand_in.remittance import remittances
from tpi_billing.demo.stand_in.state import Outcome, State
from tpi_billing.teleplan.control import LETTERS

_MADE_AT = "08:00:00"


def pick_up(
    state: State, cycle: Cycle, today: date, *, with_remittances: bool
) -> tuple[bytes, Callable[[], None]]:
    """Return what was not fetched yet, and what marks it as fetched; empty when there is none.

    Refusals come from the day after the claims came, messages at once.
    """
    paid = remittances(state, cycle, today) if with_remittances else ()
    new = [one for one in paid if one.records and one.close_off not in state.fetched]
    yesterday = today - timedelta(days=1)
    refused = [
        one
        for one in state.claims
        if one.ruling.outcome is Outcome.PRE_EDIT and not one.told and one.received <= yesterday
    ]
    files = [file for file in state.files if not file.told]
    records = [record for one in new for record in one.records]
    records += [refusal(one, state.data_centre) for one in refused]
    records += [message(file, state.data_centre) for file in files]
    if records:
        records.append(_control(records, state.data_centre, today))

    def delivered() -> None:
        state.fetched.update(each.close_off for each in new)
        for one in refused:
            one.told = True
        for file in files:
            file.told = True

    return as_bytes(records), delivered


def _control(records: list[str], data_centre: str, today: date) -> str:
    counts = Counter(record[0] for record in (*records, "VTC"))
    groups = "".join(f"{letter}{counts[letter]:07}" for letter in LETTERS)
    values = {
        "data_centre": data_centre,
        "made_at": f"{today} {_MADE_AT}",
        "counts": f"{groups}T{counts.total():07}",
    }
    return write("VTC", values)
