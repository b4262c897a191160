"""`claim_facts`: one narrow row a claim, for patterns written in plain standard SQL.

Money is integer cents, a day the number of days since 1970-01-01, a time the minute of the day, a
flag 0 or 1, so that one text of SQL runs on any engine. No health number and no name is in it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from tpi_billing.ledger.facts_view import ItemWords, facts_query
from tpi_billing.ledger.pattern_guard import (
    PatternSqlError,
    foreign_name,
    guarded,
    insist_on_facts,
)
from tpi_billing.ledger.pattern_time import Patience
from tpi_billing.ledger.store import Ledger

FactKind = Literal["integer", "text"]
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One column of `claim_facts`: its name, kind, meaning, and whether it may be null."""

    name: str
    kind: FactKind
    meaning: str
    may_be_null: bool = False


_whole: FactKind = "integer"
_text: FactKind = "text"
FACT_COLUMNS: tuple[FactColumn, ...] = (
    FactColumn("claim_id", _whole, "The claim's number in the ledger."),
    FactColumn("data_centre", _text, "The clinic's data centre."),
    FactColumn("session_key", _whole, "The visit that was billed."),
    FactColumn(
        "patient",
        _whole,
        "Who was treated: the number of the patient's first claim in the ledger. It is the same in "
        "every run, and only the ledger itself can tell whose it is.",
    ),
    FactColumn("practitioner", _text, "MSP number of who did it."),
    FactColumn("payee", _text, "MSP number of who is paid."),
    FactColumn("fee_item", _text, "Fee item, five digits."),
    FactColumn(
        "item_kind",
        _text,
        "What the item is by the fee rules: trigger-point, block, dtaf, joint, injection, visit, "
        "exam, counselling, consultation, limited-consultation, tray, follow-up or other.",
    ),
    FactColumn("counts_daily", _whole, "1 when the item counts to MSP's daily volume of visits."),
    FactColumn("units", _whole, "Number of services."),
    FactColumn("percent", _whole, "Part of the price that was billed: 100, 50."),
    FactColumn("amount_cents", _whole, "Billed, in cents."),
    FactColumn("paid_cents", _whole, "Paid by MSP so far, in cents; null without an answer.", True),
    FactColumn("state", _text, "Where the claim stands: batched, sent, paid, refused, ..."),
    FactColumn("live", _whole, "1 unless it was voided, replaced, taken back, or asks for that."),
    FactColumn("submission_code", _text, "Teleplan P34: 0 normal, D second service, A over-age."),
    FactColumn("service_day", _whole, "Day of the service."),
    FactColumn("month", _text, "Month of the service, as 2026-10."),
    FactColumn("start_minute", _whole, "When the visit began; null when not told.", True),
    FactColumn("end_minute", _whole, "When it ended; null when not told.", True),
    FactColumn("sent_day", _whole, "Day on which it went to MSP; null before.", True),
    FactColumn("answered_day", _whole, "Day of MSP's first answer; null before.", True),
    FactColumn("batch_id", _whole, "The batch it was billed in."),
    FactColumn("predecessor", _whole, "The claim whose place it took; null without.", True),
    FactColumn("referral_given", _whole, "1 when it names who referred the patient."),
    FactColumn("referral_number", _text, "MSP number of the referrer, or a generic one."),
    FactColumn("diagnosis", _text, "First diagnosis, ICD-9 as MSP publishes it."),
    FactColumn("mva", _whole, "1 when it was billed as a motor vehicle accident."),
    FactColumn("visit", _text, "What the record calls the visit beside the treatment, or blank."),
    FactColumn("chart_signed", _whole, "1 when the record is said to be complete and signed."),
    FactColumn("sites", _whole, "Trigger point sites recorded."),
    FactColumn("block_given", _whole, "1 when the record names a nerve block, billed or not."),
    FactColumn(
        "note_key", _whole, "The first claim with the same note, word for word; 0 without a note."
    ),
    FactColumn("note_length", _whole, "Length of the note, in characters."),
    FactColumn(
        "changed_after_billing",
        _whole,
        "1 when the record was changed after it was billed, or the claim corrected.",
    ),
)
FACT_NAMES = tuple(column.name for column in FACT_COLUMNS)


class Facts:
    """The facts of one moment, to which patterns may be put; nothing can be written there."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """The same moment, for the ledger's own sums: before any pattern, which narrows it."""
        return self._connection

    def rows(
        self,
        statement: str,
        columns: Sequence[str],
        parameters: Mapping[str, int],
        practitioners: Collection[str] = (),
        patience: Patience | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the named columns of what a pattern finds, of some practitioners if any are given.

        `statement` is one SELECT over `claim_facts` and `parameters`, a table of one row with the
        given values. Raise PatternSqlError when the database does not take it, PatternTooLongError
        when the patience runs out.
        """
        if name := foreign_name(self._connection, statement):
            raise PatternSqlError("It reads something else than claim_facts and parameters.", name)
        query = pattern_query(statement, columns, parameters, practitioners)
        options = {"no_parameters": True, "yield_per": _AT_ONCE}
        with guarded(self._connection, patience):
            insist_on_facts(self._connection, query)
            found = self._connection.exec_driver_sql(query, execution_options=options)
            for row in found:
                yield tuple(row)

    def claims_by_month(self, first_day: int, last_day: int) -> list[tuple[str, str, int]]:
        """Return practitioner, month and number of live claims between two days, both included."""
        found = self._connection.exec_driver_sql(claims_query(first_day, last_day))
        return [(number, month, many) for number, month, many in found]

    def days(self) -> tuple[int, int] | None:
        """Return the first and the last day of service; None without any claim."""
        first, last = self._connection.exec_driver_sql(DAYS_QUERY).one()
        return None if first is None else (first, last)

    def by_claim(self) -> Iterator[tuple[Any, ...]]:
        """Yield every row, in the order of `FACT_COLUMNS`, by the claims' numbers."""
        query = f"SELECT {', '.join(FACT_NAMES)} FROM claim_facts ORDER BY claim_id"
        options = {"no_parameters": True, "yield_per": _AT_ONCE}
        for row in self._connection.exec_driver_sql(query, execution_options=options):
            yield tuple(row)


@contextmanager
def ledger_facts(ledger: Ledger, items: Mapping[str, ItemWords]) -> Iterator[Facts]:
    """Give the facts of a ledger's own data centre as they are now.

    They are put together once into a temporary table, since every pattern reads all of them; the
    ledger itself is only read.
    """
    # A connection that may only read can still be allowed tables of its own, which end with it.
    with ledger.reading() as connection:
        if _is_server(connection):
            connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        else:
            connection.exec_driver_sql("PRAGMA query_only = OFF")
        facts = take_facts(connection, ledger.data_centre, items)
        if not _is_server(connection):
            connection.exec_driver_sql("PRAGMA query_only = ON")
        yield facts


def take_facts(
    connection: sa.Connection, data_centre: str, items: Mapping[str, ItemWords]
) -> Facts:
    """Put together what a transaction sees; the temporary table ends with the connection."""
    query = facts_query(connection.dialect.name, data_centre, items)
    options = {"no_parameters": True}
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE claim_facts AS {query}", execution_options=options
    )
    return Facts(connection)


@contextmanager
def facts_of(rows: Iterable[Sequence[Any]]) -> Iterator[Facts]:
    """Give facts that come from elsewhere: tuples in the order of `FACT_COLUMNS`."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.connect() as connection:
        kinds = ", ".join(f"{column.name} {column.kind}" for column in FACT_COLUMNS)
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE claim_facts ({kinds})")
        marks = ", ".join("?" * len(FACT_COLUMNS))
        _raw(connection).executemany(f"INSERT INTO claim_facts VALUES ({marks})", rows)
        yield Facts(connection)
    engine.dispose()


DAYS_QUERY = "SELECT MIN(service_day), MAX(service_day) FROM claim_facts"


def claims_query(first_day: int, last_day: int) -> str:
    """Return the query of practitioner, month and number of live claims between two days."""
    return (
        "SELECT practitioner, month, COUNT(*) FROM claim_facts WHERE live = 1"
        f" AND service_day BETWEEN {int(first_day)} AND {int(last_day)}"
        " GROUP BY practitioner, month ORDER BY practitioner, month"
    )


def pattern_query(
    statement: str,
    columns: Sequence[str],
    parameters: Mapping[str, int],
    practitioners: Collection[str] = (),
) -> str:
    """Put a pattern's statement beside its parameters; the same text for every engine.

    The rows are sorted by the columns, so that they can be compared; with `practitioners` they
    are theirs only.
    """
    given = ", ".join(f"{int(value)} AS {name}" for name, value in parameters.items())
    names = ", ".join(columns)
    texts = ", ".join("'" + number.replace("'", "''") + "'" for number in sorted(practitioners))
    theirs = f"WHERE practitioner IN ({texts}) " if texts else ""
    return (
        f"WITH parameters AS (SELECT {given})\n"
        f"SELECT {names} FROM (\n{statement}\n) AS found {theirs}ORDER BY {names}"
    )


def _is_server(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _raw(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection
